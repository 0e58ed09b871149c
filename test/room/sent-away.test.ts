/** How long who was sent away waits before the next connection is taken. */
import { expect, test } from "vitest";
import { SentAway } from "../../server/room/sent-away.ts";

function watch() {
  const clock = { ms: 0 };
  return { clock, away: new SentAway(() => clock.ms) };
}

test("[P6] who is sent away again and again comes back more and more slowly, up to a bound", () => {
  const { clock, away } = watch();
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    away.note("m/a");
    waits.push(away.waitMs("m/a"));
    clock.ms += away.waitMs("m/a");
    expect(away.waitMs("m/a")).toBe(0);
  }
  expect(waits).toEqual([0, 0, 0, 1000, 2000, 4000, 8000, 8000, 8000]);
  expect(away.waitMs("m/b")).toBe(0);
});

test("a minute without it is forgotten", () => {
  const { clock, away } = watch();
  for (let i = 0; i < 5; i++) away.note("m/a");
  expect(away.waitMs("m/a")).toBe(2000);
  clock.ms += 60_000;
  expect(away.waitMs("m/a")).toBe(0);
  away.note("m/a");
  expect(away.waitMs("m/a")).toBe(0);
});

test("[P6] so many clients are remembered, the newest", () => {
  const { away } = watch();
  for (let round = 0; round < 4; round++) for (let i = 0; i < 10_001; i++) away.note(`m/${i}`);
  expect(away.waitMs("m/10000")).toBe(0);
  for (let round = 0; round < 4; round++) away.note("m/last");
  expect(away.waitMs("m/last")).toBe(1000);
});
