/** What everything that keeps rows is given: the store, and clock and chance from outside. */
import type { SteadyClock, UnixClock } from "../../shared/clock.ts";
import type { MatchmakingStore } from "./store.ts";

export interface RowsContext {
  readonly store: MatchmakingStore;
  /** Unix ms by the store's clock, the same for all instances: for moments, which are written down. */
  readonly nowMs: UnixClock;
  /** Ms by this process' own clock, which never steps: for how long something takes. */
  readonly steadyMs: SteadyClock;
  /** Runs once after so many ms. @returns how to call it off */
  readonly later: (ms: number, run: () => void) => () => void;
  /** So many characters of a-z and 2-7 that nobody can guess. */
  readonly newName: (length: number) => string;
}

/** Others that change the same rows at the same moment: so often is an operation tried again. */
export const contendedTriesMax = 16;
