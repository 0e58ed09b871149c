/** What all code that keeps rows needs: the store, and clock and randomness from outside. */
import type { SteadyClock, UnixClock } from "../../shared/clock.ts";
import type { MatchmakingStore } from "./store.ts";

export interface RowsContext {
  readonly store: MatchmakingStore;
  /** Unix ms by the store's clock, the same for all instances: for moments that are stored. */
  readonly nowMs: UnixClock;
  /** Ms by this process' monotonic clock: for durations. */
  readonly steadyMs: SteadyClock;
  /** Runs once after this many ms. @returns a function that cancels it */
  readonly later: (ms: number, run: () => void) => () => void;
  /** A name of this many characters of a-z and 2-7 that nobody can guess. */
  readonly newName: (length: number) => string;
}
