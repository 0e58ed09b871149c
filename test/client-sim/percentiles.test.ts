/** The numbers that bots and chaos report are measured values, sorted as numbers. */
import { expect, it } from "vitest";
import { rank, spreadOf } from "../../client-sim/percentiles.ts";

it("percentiles are values that were measured, by nearest rank", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(spreadOf(hundred)).toEqual({ p50: 50, p99: 99, max: 100 });
  expect(spreadOf([7])).toEqual({ p50: 7, p99: 7, max: 7 });
  expect(spreadOf([1, 2, 3])).toEqual({ p50: 2, p99: 3, max: 3 });
});

it("numbers are sorted as numbers, not as text", () => {
  expect(spreadOf([9, 10, 100, 11, 2]).p50).toBe(10);
});

it("nothing measured is 0, and a tenth is exact enough", () => {
  expect(spreadOf([])).toEqual({ p50: 0, p99: 0, max: 0 });
  expect(spreadOf([1.26])).toEqual({ p50: 1.3, p99: 1.3, max: 1.3 });
  expect(rank([], 0.5)).toBe(0);
});
