/** What is called again and again while a match runs, and what the code that calls it is built from. Types alone. */
import type { Later, SteadyClock } from "../../shared/clock.ts";

export interface Ticking {
  /**
   * @param turn number of the period; equal for all matches of a rate, so that work every few ticks coincides
   */
  tick(turn: number): void;
}

export interface TickerParts {
  /** Monotonic milliseconds. */
  readonly nowMs: SteadyClock;
  /** Calls `run` after `ms` milliseconds; with 0, as soon as pending events are handled. */
  readonly later: Later;
  /** How late a slot with matches started. */
  readonly onLateness: (seconds: number) => void;
  /** Ticks by which matches were slowed down. */
  readonly onSlowed: (ticks: number) => void;
  /** All matches of a slot have run: time to write what they appended. */
  readonly afterSlot: () => void;
}
