/** When inputs are sent, by what the server says of them: the decisions that a whole line (paced-line.test.ts) does not show. */
import { expect, test } from "vitest";
import { InputPace, type InputReport } from "../../shared/client/input-pace.ts";

const tickMs = 100;
const usual: InputReport = { spareMs: 5, waitMs: 20, missed: 0, waiting: 0 };

/** @returns how long the next interval is after this was heard */
function intervalAfter(report: Partial<InputReport>): number {
  const pace = new InputPace(tickMs);
  pace.due(0);
  pace.heard({ ...usual, ...report }, 0);
  const fromMs = pace.nextAtMs!;
  pace.due(fromMs);
  return pace.nextAtMs! - fromMs;
}

test("inputs that came too late are sent a little earlier", () => {
  expect(intervalAfter({ spareMs: -20, missed: 1 })).toBe(90);
});

test("inputs that wait long already are never sent earlier still, however many come late", () => {
  expect(intervalAfter({ spareMs: -20, missed: 1, waitMs: 2 * tickMs })).toBe(100);
});

test("inputs that wait for three ticks are sent later, also where some come late", () => {
  expect(intervalAfter({ spareMs: -20, missed: 1, waitMs: 4 * tickMs })).toBe(125);
});

test("a pause of the page is not made up for by a heap of inputs", () => {
  const pace = new InputPace(tickMs);
  pace.due(0);
  expect(pace.due(350)).toBe(3);
  expect(pace.due(10_000)).toBe(1);
});
