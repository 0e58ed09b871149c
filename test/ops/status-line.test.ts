/** The status line: it fits, it drops whole parts, and it says what matters first. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { StatusNumbers } from "../../server/ops/child-messages.ts";
import { statusLine } from "../../server/ops/status-line.ts";

const numbers: StatusNumbers = {
  matches: 3,
  players: 17,
  frozen: 0,
  tickLatenessMsP99: 0.418,
  gateMsP50: 1.24,
  gateMsP99: 42.4,
  journalKibPerSecond: 61.4,
  patchesPerSecond: 340.2,
  memoryMib: 121.7,
};

test("all of it on a wide terminal", () => {
  expect(statusLine(numbers, 0, 200)).toBe(
    "3 matches, 17 players | gate 1.2/42 ms | late 0.42 ms | journal 61 KiB/s | 340 patches/s | 122 MiB",
  );
});

test("one is said as one, restarts and frozen matches only when there are any", () => {
  const line = statusLine({ ...numbers, matches: 1, players: 1, frozen: 1 }, 1, 200);
  expect(line).toMatch(/^1 match, 1 player \| 1 FROZEN \| gate .* \| 1 restart \| journal/);
});

test("what was not measured is a dash", () => {
  const line = statusLine({ ...numbers, gateMsP50: Number.NaN, gateMsP99: Number.NaN }, 0, 200);
  expect(line).toContain("gate -/- ms");
});

test("[P6] never wider than the terminal, and a part is whole or not there", () => {
  const whole = statusLine(numbers, 2, 1000).split(" | ");
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), (width) => {
      const line = statusLine(numbers, 2, width);
      expect(line.length).toBeLessThanOrEqual(width);
      const parts = line.split(" | ");
      if (parts.length > 1) expect(parts).toEqual(whole.slice(0, parts.length));
    }),
  );
});
