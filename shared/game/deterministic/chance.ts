/**
 * Chance for rules: the same numbers on every machine, from one number that lies in the World (random.ts). It keeps
 * nothing itself, so it may be made anew whenever it is needed. No use for secrets.
 */
import { nextBelow, nextUint32, type RandomState } from "./random.ts";

export class Chance {
  readonly #state: RandomState;

  constructor(state: RandomState) {
    this.#state = state;
  }

  /** 0..2^32-1 */
  uint32(): number {
    return nextUint32(this.#state);
  }

  /**
   * A whole number in 0..limit-1.
   * @param limit 1..2^20
   */
  below(limit: number): number {
    return nextBelow(this.#state, limit);
  }

  /** One of them; the list must not be empty. */
  pick<Item>(list: readonly Item[]): Item {
    return list[this.below(list.length)]!;
  }

  /** The same things in a new list, in any order. */
  shuffled<Item>(list: readonly Item[]): Item[] {
    const mixed = [...list];
    for (let place = mixed.length - 1; place > 0; place--) {
      const other = this.below(place + 1);
      const item = mixed[place]!;
      mixed[place] = mixed[other]!;
      mixed[other] = item;
    }
    return mixed;
  }
}
