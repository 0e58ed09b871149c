/** What an order of numbers says of each, beside what drawing many such numbers shows. */
import { expect, test } from "vitest";
import { meanAbove } from "../../server/ratings/normal.ts";
import { type Belief, saidByOrder, together } from "../../server/ratings/order.ts";
import { bell } from "../simulation/bell.ts";
import { Chance } from "../simulation/chance.ts";

interface Known {
  readonly mean: number;
  readonly spread: number;
}

const beliefOf = ({ mean, spread }: Known): Belief => ({
  precision: 1 / spread ** 2,
  pull: mean / spread ** 2,
});

/** What is known of each when the order is known, by expectation propagation. */
function knownByOrder(numbers: readonly Known[]): Known[] {
  const beliefs = numbers.map(beliefOf);
  return saidByOrder(beliefs).map((said, at) => {
    const { precision, pull } = together(beliefs[at]!, said);
    return { mean: pull / precision, spread: Math.sqrt(1 / precision) };
  });
}

/** The same by drawing all of them until enough draws came in this order. */
function knownByDrawing(numbers: readonly Known[], kept: number): Known[] {
  const chance = new Chance(7);
  const sums = numbers.map(() => ({ sum: 0, squares: 0 }));
  for (let found = 0; found < kept; ) {
    const drawn = numbers.map(({ mean, spread }) => mean + spread * bell(chance));
    if (drawn.some((value, at) => at > 0 && value > drawn[at - 1]!)) continue;
    found += 1;
    for (const [at, value] of drawn.entries()) {
      sums[at]!.sum += value;
      sums[at]!.squares += value * value;
    }
  }
  return sums.map(({ sum, squares }) => {
    const mean = sum / kept;
    return { mean, spread: Math.sqrt(squares / kept - mean * mean) };
  });
}

const orders: readonly (readonly [string, readonly Known[]])[] = [
  ["two of the same", [0, 0].map((mean) => ({ mean, spread: 1 }))],
  [
    "a surprise",
    [
      { mean: -1, spread: 1 },
      { mean: 1, spread: 0.5 },
    ],
  ],
  ["four of the same", [0, 0, 0, 0].map((mean) => ({ mean, spread: 1 }))],
  [
    "three, of whom the second is well known",
    [
      { mean: 0, spread: 2 },
      { mean: 1, spread: 0.3 },
      { mean: 0.5, spread: 1 },
    ],
  ],
];

test.each(orders)("%s: means and spreads are those of many draws", (_name, numbers) => {
  const drawn = knownByDrawing(numbers, 20_000);
  for (const [at, { mean, spread }] of knownByOrder(numbers).entries()) {
    expect(mean).toBeCloseTo(drawn[at]!.mean, 1);
    expect(spread).toBeCloseTo(drawn[at]!.spread, 1);
  }
});

test("how far above its bound a normal number is: known values, and no jump where the method changes", () => {
  expect(meanAbove(0)).toBeCloseTo(Math.sqrt(2 / Math.PI), 14);
  expect(meanAbove(40)).toBe(0);
  expect(meanAbove(-40)).toBeCloseTo(40 + 1 / 40 - 2 / 40 ** 3, 6);
  expect(meanAbove(-3 - 1e-12)).toBeCloseTo(meanAbove(-3), 9);
  expect(meanAbove(-3)).toBeCloseTo(3.283_098_654_949_361, 9);
});
