/** What games ask of their handlers in this process: what became of each ask, and how its handlers did. */
import type { Meters } from "./meters.ts";

const endings = ["answered", "timed-out", "too-many"] as const;
const callResults = ["answered", "failed"] as const;

/** From a local database to a slow service. */
const callBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

export class AskMeters {
  readonly #ended;
  readonly #calls;
  readonly #callTime;
  readonly #pending;

  constructor(meters: Meters) {
    this.#ended = meters.counterBy("asks_total", "Asks of games, by what became of them", "result", endings);
    this.#calls = meters.counterBy("ask_calls_total", "Calls of handlers, by result", "result", callResults);
    this.#callTime = meters.histogram(
      "ask_call_seconds",
      "Time from the call of a handler to its answer",
      callBuckets,
    );
    this.#pending = meters.gauge("asks_pending", "Asks of running matches that wait for their answer");
  }

  ended(result: (typeof endings)[number]): void {
    this.#ended[result].inc();
  }

  called(result: (typeof callResults)[number], seconds: number): void {
    this.#calls[result].inc();
    if (result === "answered") this.#callTime.observe(seconds);
  }

  pending(asks: number): void {
    this.#pending.set(asks);
  }
}
