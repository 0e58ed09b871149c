/**
 * Seeded random values for fuzzing: every attack has its own dice, made from the run's seed, its kind and its number,
 * so that one attack can be repeated alone. Knows nothing of the target.
 */
import { nextBelow, nextUint32, type RandomState } from "../../shared/game/deterministic/random.ts";

export class Dice {
  readonly #state: RandomState;

  constructor(seed: number) {
    this.#state = { random: seed >>> 0 };
  }

  /** Equal arguments give equal dice, whatever was drawn before. */
  static of(seed: number, kind: string, number: number): Dice {
    let mixed = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b);
    for (const letter of kind) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193);
    return new Dice(mixed);
  }

  /** A whole number in 0..limit-1; limit up to 2^20. */
  below(limit: number): number {
    return nextBelow(this.#state, limit);
  }

  uint32(): number {
    return nextUint32(this.#state);
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let at = 0; at < length; at++) bytes[at] = this.below(256);
    return bytes;
  }
}
