/** The sleep of matches, counted and timed, for Prometheus. */
import type { Meters } from "./meters.ts";

const reasons = ["join", "timer"] as const;

/** Around the goal, a p99 of 50 ms. */
const wakeBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export class SleepMeters {
  readonly #sleeping;
  readonly #wakings;
  readonly #wakeTime;

  constructor(meters: Meters) {
    this.#sleeping = meters.gauge("matches_sleeping", "Matches that sleep in the store of this process");
    this.#wakings = meters.counterBy(
      "wakings_total",
      "Matches that this process woke, by what it was for",
      "reason",
      reasons,
    );
    this.#wakeTime = meters.histogram(
      "wake_seconds",
      "Time to wake one match, from the wish on",
      wakeBuckets,
    );
  }

  asleep(matches: number): void {
    this.#sleeping.set(matches);
  }

  woken(reason: (typeof reasons)[number], seconds: number): void {
    this.#wakings[reason].inc();
    this.#wakeTime.observe(seconds);
  }
}
