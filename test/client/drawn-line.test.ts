/** The others as they are drawn: they neither freeze nor jump on a bad line, and are as new as a good one allows. */
import { describe, expect, test } from "vitest";
import { drawnOver } from "./drawn-line.ts";

const good = { delayMs: 20, jitterMs: 5, stalls: 0, stallMs: 0 };

describe("a runner", () => {
  test("on a good line is drawn at most 60 ms late, steadily, and where they were", () => {
    const { delayMs, frozen, jumpsPerMinute, wrongUnits } = drawnOver(good);
    expect(delayMs).toBeLessThanOrEqual(60);
    expect([frozen, jumpsPerMinute]).toEqual([0, 0]);
    expect(wrongUnits).toBeLessThan(8);
  });

  test("under jitter is drawn later, and still steadily", () => {
    const { delayMs, frozen, jumpsPerMinute } = drawnOver({ ...good, jitterMs: 60 });
    expect(delayMs).toBeGreaterThan(70);
    expect(delayMs).toBeLessThan(130);
    expect(frozen).toBeLessThan(0.01);
    expect(jumpsPerMinute).toBeLessThanOrEqual(3);
  });

  test.each([2, 5])(
    "freezes in at most 1 %% of frames with %i %% stalls of 200 ms, and jumps at most three times a minute",
    (stalls) => {
      const { frozen, jumpsPerMinute } = drawnOver({ delayMs: 40, jitterMs: 10, stalls, stallMs: 200 });
      expect(frozen).toBeLessThanOrEqual(0.01);
      expect(jumpsPerMinute).toBeLessThanOrEqual(3);
    },
  );
});
