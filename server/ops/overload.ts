/**
 * Tells overload from a hiccup: ticks are given up now and then, after a kill or while the machine does something
 * else, and that is nothing to act on. It is overload when it goes on. Pure but for what it remembers; the clock
 * comes in.
 */
import type { SteadyClock } from "../../shared/clock.ts";

/** It must have happened in so many seconds of the last ten. */
const secondsOfTen = 3;
const windowMs = 10_000;

export class Overload {
  readonly #nowMs: SteadyClock;
  /** Ticks given up, by the second in which they were. */
  readonly #given = new Map<number, number>();
  #saidMs = Number.NEGATIVE_INFINITY;

  constructor(nowMs: SteadyClock) {
    this.#nowMs = nowMs;
  }

  /** @returns the ticks of the last seconds when that is worth a word: at most every ten seconds */
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
