/** Seeded chance in the shapes that a simulation asks for. The planner and the run have one each. */
import { nextBelow, nextUint32, type RandomState } from "../../shared/game/deterministic/random.ts";

export class Chance {
  readonly #state: RandomState;

  constructor(seed: number) {
    this.#state = { random: seed >>> 0 };
    // Neighbouring seeds start apart.
    for (let i = 0; i < 4; i++) this.#state.random ^= nextUint32(this.#state);
    this.#state.random >>>= 0;
  }

  /** 0..limit-1 */
  below(limit: number): number {
    return nextBelow(this.#state, limit);
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  /** True in `percent` of a hundred cases. */
  happens(percent: number): boolean {
    return this.below(10_000) < percent * 100;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  uint32(): number {
    return nextUint32(this.#state);
  }

  /** A text that nobody guesses, like a reconnection token. */
  token(): string {
    return this.uint32().toString(36) + this.uint32().toString(36);
  }
}
