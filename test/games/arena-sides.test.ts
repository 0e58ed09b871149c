/** Sides: friends cannot hurt each other, score together and are ranked together, whichever player leaves. */
import { expect, test } from "vitest";
import { arena } from "../../shared/games/arena/game.ts";
import { arenaMap } from "../../shared/games/arena/map.ts";
import { sideScores } from "../../shared/games/arena/rules/sides.ts";
import { arenaView } from "../../shared/games/arena/view.ts";
import type { Weapon } from "../../shared/games/arena/world.ts";
import { firing, joinsOf, type Play, place, play } from "./play.ts";
import { playScripted } from "./scripted-match.ts";

/** Seats 0 and 1 against 2 and 3; they stand in a row, 0 to the left, and aim 0 hits. */
function row(weapon: Weapon = "blaster", order = [0, 1, 2, 3]): Play {
  const game = play({ seats: 4, teamSize: 2 });
  for (const [index, seat] of order.entries()) {
    place(game.player(seat), 400 + 60 * index, 560);
    game.player(seat).weapon = weapon;
  }
  return game;
}

/** In one tick, by a rail at their head. */
function kills(game: Play, by: number, victim: number): void {
  place(game.player(by), 400, 560);
  place(game.player(victim), 500, 560);
  Object.assign(game.player(by), { weapon: "rail", alive: true, fireReadyAtTick: 0 });
  Object.assign(game.player(victim), { alive: true, health: 1 });
  for (const { seat } of game.world.players) if (seat !== by && seat !== victim) hide(game, seat);
  game.tick(firing(by, 0));
  expect(game.player(victim).alive).toBe(false);
}

function hide(game: Play, seat: number): void {
  place(game.player(seat), 100, 100);
}

test.each(["blaster", "rail"] as const)(
  "[P1] a %s's shot passes through a friend and hits the enemy behind",
  (weapon) => {
    const game = row(weapon);
    game.tick(firing(0, 0));
    game.ticks(7);
    expect([0, 1, 2, 3].map((seat) => game.player(seat).health < 100)).toEqual([false, false, true, false]);
    expect(game.player(0)).toMatchObject({ shots: 1, hits: 1 });
  },
);

test("a kill counts for the side, and the side's score ends the match", () => {
  const game = play({ seats: 4, teamSize: 2, scoreLimit: 2 });
  kills(game, 2, 0);
  expect(sideScores(game.world).slice(0, 3)).toEqual([0, 1, 0]);
  expect(game.world.phase).toBe("playing");
  kills(game, 3, 1);
  expect(game.world).toMatchObject({ phase: "over", ending: "score" });
  expect(arena.outcome(game.world)).toMatchObject({
    reason: "score",
    ranking: [
      [2, 3],
      [0, 1],
    ],
  });
});

test("sides of the same score share a place", () => {
  const game = play({ seats: 6, teamSize: 2, durationSeconds: 10 });
  kills(game, 0, 2);
  kills(game, 2, 4);
  game.ticks(300);
  expect(arena.outcome(game.world)?.ranking).toEqual([
    [0, 1, 2, 3],
    [4, 5],
  ]);
  expect(placesOf(game)).toEqual([1, 1, 1, 1, 3, 3]);
});

test("what a leaver scored stays with their side, and so does they while a friend is there", () => {
  const game = play({ seats: 4, teamSize: 2, durationSeconds: 10 });
  kills(game, 0, 2);
  kills(game, 0, 3);
  kills(game, 2, 1);
  game.tick({ leaves: [0] });
  expect(sideScores(game.world).slice(0, 2)).toEqual([2, 1]);
  game.tick({ joins: joinsOf(0) });
  expect(game.player(0).score).toBe(0);
  expect(sideScores(game.world).slice(0, 2)).toEqual([2, 1]);
  game.tick({ leaves: [0] });
  game.ticks(300);
  expect(arena.outcome(game.world)).toMatchObject({
    ranking: [
      [0, 1],
      [2, 3],
    ],
  });
});

test("a side that has nobody any more comes after those that have, with its score", () => {
  const game = play({ seats: 6, teamSize: 2, durationSeconds: 10 });
  kills(game, 0, 2);
  kills(game, 4, 2);
  kills(game, 4, 3);
  game.tick({ leaves: [0, 1, 4, 5] });
  game.ticks(300);
  expect(arena.outcome(game.world)?.ranking).toEqual([
    [2, 3],
    [4, 5],
    [0, 1],
  ]);
});

test("without sides nothing goes over to the next one in a seat", () => {
  const game = play({ seats: 2 });
  kills(game, 0, 1);
  game.tick({ leaves: [0], joins: joinsOf(0) });
  expect(sideScores(game.world).slice(0, 2)).toEqual([0, 0]);
});

test("one spawns far from the enemies, wherever the friends are", () => {
  for (let seed = 0; seed < 20; seed++) {
    const game = play({ seats: 3, teamSize: 2 });
    game.world.random = seed;
    place(game.player(2), 560, 540);
    for (const seat of [0, 1]) place(game.player(seat), arenaMap.width - 100, arenaMap.height - 100);
    game.tick({ leaves: [1], joins: joinsOf(1) });
    const { x, y } = game.player(1);
    expect(Math.hypot(x - 560, y - 540)).toBeGreaterThan(1000);
  }
});

test("the View shows the size of a side and every side's score", () => {
  const game = play({ seats: 4, teamSize: 2 });
  const view = arenaView.create();
  arenaView.write(view, game.world);
  kills(game, 3, 0);
  arenaView.write(view, game.world);
  expect(arenaView.read(view)).toMatchObject({ teamSize: 2, sideScores: [0, 1, 0, 0, 0, 0, 0, 0] });
});

test("a match of two sides is decided by what they did together", () => {
  const { world } = playScripted({ seed: 4, players: 8, ticks: 9000, teamSize: 4, scoreLimit: 25 });
  const outcome = arena.outcome(world)!;
  expect(outcome.reason).toBe("score");
  const scoreOf = (seats: readonly number[]) =>
    outcome.players
      .filter(({ seat }) => seats.includes(seat))
      .reduce((sum, { numbers }) => sum + numbers.score!, 0);
  expect(outcome.ranking.map((seats) => seats.length)).toEqual([4, 4]);
  expect(scoreOf(outcome.ranking[0]!)).toBe(25);
  expect(scoreOf(outcome.ranking[1]!)).toBeLessThan(25);
});

function placesOf(game: Play): number[] {
  const { players } = arenaView.of(game.world) as { players: Record<string, { place: number }> };
  return Object.values(players).map(({ place }) => place);
}
