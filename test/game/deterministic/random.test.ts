/** Seeded chance: the same everywhere, fair enough for a game, and all of its state in plain sight. */
import { expect, test } from "vitest";
import { nextBelow, nextUint32 } from "../../../shared/game/deterministic/random.ts";

test("[P4.4] the numbers of a seed are these, on every machine", () => {
  const state = { random: 1 };
  expect([nextUint32(state), nextUint32(state), nextUint32(state)]).toEqual([
    1580013426, 350525680, 3524174333,
  ]);
  expect(state.random).toBe((1 + 3 * 0x9e3779b9) % 2 ** 32);
});

test("[P4] a copy of the state goes on with the same numbers", () => {
  const state = { random: 12345 };
  for (let n = 0; n < 100; n++) nextUint32(state);
  const copy = { ...state };
  const ahead = Array.from({ length: 50 }, () => nextUint32(state));
  expect(Array.from({ length: 50 }, () => nextUint32(copy))).toEqual(ahead);
});

test("nextBelow stays below its limit and takes every value about equally often", () => {
  const state = { random: 99 };
  const counts = [0, 0, 0, 0, 0, 0, 0];
  for (let n = 0; n < 70_000; n++) counts[nextBelow(state, 7)]!++;
  // 10,000 expected, standard deviation 93: a fair source misses this band once in a million runs
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
});

test("every bit of the numbers is set about half the time", () => {
  const state = { random: 4 };
  const ones = new Array<number>(32).fill(0);
  for (let n = 0; n < 10_000; n++) {
    const number = nextUint32(state);
    for (let bit = 0; bit < 32; bit++) ones[bit]! += (number >>> bit) & 1;
  }
  for (const count of ones) expect(Math.abs(count - 5000)).toBeLessThan(300);
});
