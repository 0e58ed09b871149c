/**
 * Tells overload from a hiccup: matches are slowed down now and then, after a kill or while the machine does something
 * else, which needs no action. It is overload when it continues. Pure except for its memory; the clock is an
 * argument.
 */
import type { SteadyClock } from "../../shared/clock.ts";

/** It must have happened in this many seconds of the last ten. */
const secondsOfTen = 3;
const windowMs = 10_000;

export class Overload {
  readonly #nowMs: SteadyClock;
  /** Ticks by which matches were slowed down, by second. */
  readonly #given = new Map<number, number>();
  #saidMs = Number.NEGATIVE_INFINITY;

  constructor(nowMs: SteadyClock) {
    this.#nowMs = nowMs;
  }

  /** @returns the ticks of the last seconds when they are worth a log line: at most every ten seconds */
  slowed(ticks: number): number | undefined {
    const nowMs = this.#nowMs();
    const second = Math.floor(nowMs / 1000);
    this.#given.set(second, (this.#given.get(second) ?? 0) + ticks);
    for (const each of this.#given.keys()) if (each <= second - windowMs / 1000) this.#given.delete(each);
    if (this.#given.size < secondsOfTen || nowMs - this.#saidMs < windowMs) return undefined;
    this.#saidMs = nowMs;
    return [...this.#given.values()].reduce((sum, each) => sum + each, 0);
  }
}
