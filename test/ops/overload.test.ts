/** When ticks that were given up are worth a word. The clock is advanced. */
import { expect, test } from "vitest";
import { Overload } from "../../server/ops/overload.ts";

function watch() {
  const clock = { ms: 500 };
  const overload = new Overload(() => clock.ms);
  const slowed = (ticks: number, afterMs: number) => {
    clock.ms += afterMs;
    return overload.slowed(ticks);
  };
  return slowed;
}

test("one late tick, or many at one moment, is no overload", () => {
  const slowed = watch();
  expect(slowed(1, 0)).toBeUndefined();
  for (let times = 0; times < 9; times++) expect(slowed(50, 10)).toBeUndefined();
});

test("a hiccup every few seconds is none either", () => {
  const slowed = watch();
  for (let times = 0; times < 20; times++) expect(slowed(3, 6000)).toBeUndefined();
});

test("[P6] what goes on for seconds is overload, and said every ten seconds with its ticks", () => {
  const slowed = watch();
  const said = Array.from({ length: 25 }, () => slowed(2, 1000));
  expect(said.map((ticks) => ticks !== undefined)).toEqual(
    Array.from({ length: 25 }, (_, second) => second % 10 === 2),
  );
  expect(said[2]).toBe(6);
  expect(said[12]).toBe(20);
});
