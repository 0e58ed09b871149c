/** Timers for calculated times, also those that Node's own cannot hold. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { later } from "../../server/ops/later.ts";

const timerMsMax = 2 ** 31 - 1;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const dayMs = 24 * 3_600_000;

test("[P6] a timer of a year runs after a year, not after a millisecond", () => {
  let runs = 0;
  later(365 * dayMs, () => runs++);
  vi.advanceTimersByTime(timerMsMax + 1);
  vi.advanceTimersByTime(364 * dayMs - timerMsMax);
  expect(runs).toBe(0);
  vi.advanceTimersByTime(dayMs);
  expect(runs).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("a long timer can be called off in any of its pieces", () => {
  let runs = 0;
  const callOff = later(3 * timerMsMax, () => runs++);
  vi.advanceTimersByTime(timerMsMax + 5);
  callOff();
  vi.advanceTimersByTime(3 * timerMsMax);
  expect(runs).toBe(0);
});

test("a short timer is one timer, and never is never", () => {
  let runs = 0;
  later(20, () => runs++);
  later(Number.POSITIVE_INFINITY, () => runs++);
  vi.advanceTimersByTime(20);
  expect(runs).toBe(1);
  vi.advanceTimersByTime(10 * timerMsMax);
  expect(runs).toBe(1);
  expect(() => later(Number.NaN, () => {})).toThrow("NaN");
});
