/** What a player hears and sees marked, from two Views of real matches. */
import { expect, test } from "vitest";
import { type Happening, happenings } from "../../client-web/happenings.ts";
import { fireButton } from "../../shared/games/arena/input.ts";
import { arenaView } from "../../shared/games/arena/view.ts";
import { faceToFace, inputsOf, type Play, play } from "../games/play.ts";

/** What seat 0 and seat 1 notice over these ticks, a patch for each. */
function noticed(game: Play, ticks: number, part: Parameters<Play["tick"]>[0]): [Happening[], Happening[]] {
  const all: [Happening[], Happening[]] = [[], []];
  for (let left = ticks; left > 0; left--) {
    const before = arenaView.of(game.world);
    game.tick(part);
    const now = arenaView.of(game.world);
    for (const seat of [0, 1] as const) all[seat].push(...happenings(before, now, seat));
  }
  return all;
}

const kinds = (all: readonly Happening[]) => [...new Set(all.map(({ kind }) => kind))];

test("a rail shot is heard by its sender, marks whom it hit, and tells the victim where it came from", () => {
  const game = play({ seats: 2 });
  faceToFace(game);
  game.player(0).weapon = "rail";
  const [sender, victim] = noticed(game, 1, inputsOf(0, { aim: 0, buttons: fireButton }));
  expect(kinds(sender)).toEqual(["shot", "hit"]);
  expect(sender[1]).toMatchObject({ at: { x: 600, y: 560 } });
  const [hurt] = victim as [Happening & { kind: "hurt" }];
  expect(kinds(victim)).toEqual(["hurt"]);
  expect(Math.cos(hurt.fromRadians!)).toBeCloseTo(-1, 6);
});

test("blaster shots until somebody is dead: shots, hits, one kill, one death, and then they are back", () => {
  const game = play({ seats: 2 });
  faceToFace(game);
  const [sender, victim] = noticed(game, 80, inputsOf(0, { aim: 0, buttons: fireButton }));
  expect(kinds(sender).sort()).toEqual(["hit", "kill", "shot"]);
  expect(sender.filter(({ kind }) => kind === "kill")).toEqual([
    { kind: "kill", victim: game.player(1).name },
  ]);
  expect(kinds(victim).sort()).toEqual(["death", "hurt"]);
  const [, later] = noticed(game, 60, {});
  expect(kinds(later)).toEqual(["spawn"]);
});

test("a pickup is noticed, and nothing when nothing happens or somebody watches", () => {
  const game = play({ seats: 2 });
  faceToFace(game, 600);
  expect(noticed(game, 5, {})).toEqual([[], []]);
  const before = arenaView.of(game.world);
  game.player(0).rapidUntilTick = game.world.tick + 100;
  expect(kinds(happenings(before, arenaView.of(game.world), 0))).toEqual(["pickup"]);
  expect(happenings(before, arenaView.of(game.world), 7)).toEqual([]);
});
