/** When a client tries again: at once after a move, soon after a crash, ever more seldom after that. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { reconnectAttemptsMax, reconnectDelayMs } from "../../shared/client/reconnect-delay.ts";

test("after a planned move only the first try is made at once", () => {
  expect(reconnectDelayMs(1, 0, true)).toBe(0);
  expect(reconnectDelayMs(1, 1, true)).toBe(20);
  expect(reconnectDelayMs(2, 0, true)).toBe(reconnectDelayMs(2, 0));
});

test("[P6] every delay is bounded, and all tries together end within two minutes", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (chance) => {
      const attempts = Array.from({ length: reconnectAttemptsMax }, (_, index) => index + 1);
      const delaysMs = attempts.map((attempt) => reconnectDelayMs(attempt, chance));
      for (const delayMs of delaysMs) {
        expect(delayMs).toBeGreaterThanOrEqual(100);
        expect(delayMs).toBeLessThanOrEqual(3_000);
      }
      expect(delaysMs.reduce((sum, delayMs) => sum + delayMs)).toBeLessThan(120_000);
    }),
  );
});
