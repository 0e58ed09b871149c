/** docs/time-and-sleep.md: its game is a game, and does what the page says. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { gameProblem } from "../../shared/game/game-problem.ts";
import { play } from "../../testkit/play.ts";
import { alarm } from "./alarm-game.ts";

const page = readFileSync(new URL("../../docs/time-and-sleep.md", import.meta.url), "utf8");

test("the page shows the tested game", () => {
  const source = readFileSync(new URL("./alarm-game.ts", import.meta.url), "utf8");
  expect(page).toContain(source.slice(source.indexOf("export const")).trim());
  expect(gameProblem(alarm)).toBeUndefined();
});

test("[P4.9] its alarm rings when match time has passed, and a restore from every tick is the same", () => {
  const match = play(alarm);
  const ada = match.join("Ada");
  match.command(ada, "set", { minutes: 10 });
  match.tick();
  match.pass(9 * 60_000);
  expect(match.seen).toEqual({ rings: 0, at: 600_000 });
  match.pass(61_000);
  expect([match.seen, match.now, match.tickNumber]).toEqual([{ rings: 1, at: null }, 601_000, 2]);
  match.verify();
});

test("a game with ticks is played for as many of them as a time has", () => {
  const ticking = { ...alarm, rate: undefined, wakeAt: undefined } as never;
  const match = play(ticking);
  match.pass(1500);
  expect([match.tickNumber, match.now]).toEqual([30, 1500]);
});

test("[P6.14] a `wakeAt` that stays due ends the test, and a wrong one is named", () => {
  const stuck = play({ ...alarm, wakeAt: () => 0 });
  expect(() => stuck.pass(1e9)).toThrow("alarm: `wakeAt` is still due after 1000 steps");
  const wrong = () => play({ ...alarm, wakeAt: () => Number.NaN }).pass(1);
  expect(wrong).toThrow("`wakeAt` of the game alarm is no time: NaN");
  expect(gameProblem({ ...alarm, rate: undefined })).toBe(
    '`wakeAt` of the game "alarm" is not for a game with ticks: it needs `rate: "events"`',
  );
  expect(gameProblem({ ...alarm, rate: "sometimes" })).toContain(
    '`rate` of the game "alarm" is not "events"',
  );
  expect(gameProblem({ ...alarm, whenEmpty: "stay" })).toContain("one of end, sleep, play on");
  expect(gameProblem({ ...alarm, seatGrace: 0 })).toContain("a whole number of seconds up to 2592000");
});
