/**
 * A seeded random generator whose whole state is one uint32, kept in the World like everything else that a tick
 * may depend on. A Weyl counter (splitmix32) goes through an integer mixer, whose constants come from the
 * hash-prospector project. Good for games, useless for secrets. It repeats after 2^32 numbers.
 */

/** The object that holds the state, usually the World. Invariant: `random` is a uint32. */
export interface RandomState {
  random: number;
}

/** The next number, 0..2^32-1. */
export function nextUint32(state: RandomState): number {
  state.random = (state.random + 0x9e3779b9) >>> 0;
  let bits = state.random;
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (bits ^ (bits >>> 15)) >>> 0;
}

/**
 * The next whole number in 0..limit-1.
 * @param limit 1..2^20: below it the product is exact and the bias is under 1 in 4096
 */
export function nextBelow(state: RandomState, limit: number): number {
  return Math.floor((nextUint32(state) * limit) / 0x1_0000_0000);
}
