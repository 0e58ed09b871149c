/** The restart decision, as a table: a history of deaths and what follows. */
import { expect, test } from "vitest";
import { type Death, nextRestart, restartLimits } from "../../server/ops/restart.ts";

const beforeReady: Death = { atMs: 5000 };
const tooSoon: Death = { atMs: 6999, readyAtMs: 5000 };
const settled: Death = { atMs: 7000, readyAtMs: 5000 };

const after = (afterMs: number) => ({ kind: "restart", afterMs });

test.each<[string, Death[], object]>([
  ["a server that ran: at once", [settled], after(0)],
  ["however often", Array(50).fill(settled), after(0)],
  ["the first instant death: at once", [beforeReady], after(0)],
  ["just before it has settled is instant", [tooSoon, tooSoon], after(250)],
  ["third in a row", [beforeReady, tooSoon, beforeReady], after(500)],
  ["fourth", Array(4).fill(beforeReady), after(1000)],
  ["fifth", Array(5).fill(beforeReady), after(2000)],
  ["and then it is over", Array(6).fill(beforeReady), { kind: "give-up", instantDeaths: 6 }],
  [
    "one that ran in between starts the count anew",
    [...Array(5).fill(beforeReady), settled, tooSoon],
    after(0),
  ],
  ["old instant deaths do not count", [...Array(5).fill(beforeReady), settled], after(0)],
])("%s", (_case, deaths, expected) => {
  expect(nextRestart(deaths)).toEqual(expected);
});

test("one that ran may be given time before it comes back", () => {
  expect(nextRestart([settled], { ...restartLimits, calmMs: 700 })).toEqual(after(700));
  expect(nextRestart([tooSoon], { ...restartLimits, calmMs: 700 })).toEqual(after(0));
});

test("[P6] the waits grow and end", () => {
  expect(restartLimits.backoffMs).toEqual([...restartLimits.backoffMs].sort((a, b) => a - b));
  expect(restartLimits.backoffMs.length).toBeLessThan(10);
});
