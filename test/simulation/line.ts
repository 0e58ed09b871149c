/**
 * One direction of a connection: carries things over after a delay. In order (a TCP connection) or not
 * (several of them): then what was sent later may arrive earlier.
 */
import type { Chance } from "./chance.ts";
import type { Scheduler } from "./scheduler.ts";

export interface LineParts {
  readonly scheduler: Scheduler;
  readonly chance: Chance;
  readonly delayMs: readonly [number, number];
  readonly ordered: boolean;
}

export class Line {
  readonly #parts: LineParts;
  #lastArrivalMs = 0;

  constructor(parts: LineParts) {
    this.#parts = parts;
  }

  carry(arrive: () => void, extraMs = 0): void {
    const { scheduler, chance, delayMs, ordered } = this.#parts;
    const [least, most] = delayMs;
    const arrivalMs = scheduler.nowMs + extraMs + least + chance.below(1024 * (most - least + 1)) / 1024;
    const atMs = ordered ? Math.max(arrivalMs, this.#lastArrivalMs) : arrivalMs;
    this.#lastArrivalMs = Math.max(atMs, this.#lastArrivalMs);
    scheduler.at(atMs, arrive);
  }
}
