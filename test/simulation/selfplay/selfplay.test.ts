/** Bots that play whole matches without a server: the same seed plays the same, and its journal restores the same. */
import { expect, test } from "vitest";
import { z } from "zod";
import { levelNames } from "../../../client-sim/bots/skill.ts";
import { defineGame } from "../../../shared/game/define-game.ts";
import type { AnyGame } from "../../../shared/game/game.ts";
import { u8 } from "../../../shared/game/view/scalars.ts";
import { arena } from "../../../shared/games/arena/game.ts";
import { hands } from "../../../shared/games/hands/game.ts";
import { press } from "../../docs/tutorial-game.ts";
import { Ladder } from "./ladder.ts";
import { type BrainKind, playedMatch, type SelfMatchParts } from "./self-match.ts";
import { Tally } from "./tally.ts";

const two: readonly BrainKind[] = ["brain", "brain"];
const half: readonly BrainKind[] = ["brain", "random"];

const matches: Readonly<Record<string, Omit<SelfMatchParts, "seed" | "verify">>> = {
  "the arena": {
    game: arena,
    options: arena.options.parse({ durationSeconds: 20 }),
    brains: [...two, ...half],
    turnsMax: 3000,
  },
  "a game with a brain of its own": {
    game: hands,
    options: hands.options.parse({ cards: 2 }),
    brains: [...two, "brain"],
    turnsMax: 3000,
  },
  "a game without a brain": {
    game: press,
    options: press.options.parse({ goal: 30 }),
    brains: ["random", "random"],
    turnsMax: 3000,
  },
};

test.each(Object.entries(matches))(
  "[P4.1][P4.2] %s: the same seed plays the same match to its end, and its journal restores it",
  (_, parts) => {
    const play = (seed: number, verify: boolean) => playedMatch({ ...parts, seed, verify });
    const played = play(7, false);
    expect(played.outcome?.ranking.flat().toSorted()).toEqual(parts.brains.map((_, seat) => seat));
    expect(play(7, true)).toEqual(played);
    expect(play(8, false).hash).not.toBe(played.hash);
  },
);

test("who plays wins against who sends inputs at random", () => {
  const tally = new Tally(2);
  const { game, options } = matches["the arena"]!;
  for (let seed = 1; seed <= 10; seed++) {
    const brains: BrainKind[] = seed % 2 === 0 ? ["brain", "random"] : ["random", "brain"];
    tally.add(brains, playedMatch({ game, options, seed, brains, turnsMax: 3000, verify: false }));
  }
  expect(tally.brains.brain!.won).toBeGreaterThan(tally.brains.random!.won);
  expect(tally.brains.brain!.played + tally.brains.random!.played).toBe(20);
  expect(tally.draws * 2 + tally.brains.brain!.won + tally.brains.random!.won).toBeGreaterThan(0);
});

test("the levels of the arena's bots are worth more, one by one", () => {
  const ladder = new Ladder();
  const { game } = matches["the arena"]!;
  const options = game.options.parse({ durationSeconds: 45 });
  for (let seed = 1; seed <= 25; seed++) {
    const brains = levelNames.map((_, seat) => levelNames[(seat + seed) % levelNames.length]!);
    ladder.add(brains, playedMatch({ game, options, seed, brains, turnsMax: 3000, verify: false }).outcome);
  }
  expect(ladder.standings.map(({ level }) => level)).toEqual(levelNames.toReversed());
  expect(ladder.isInOrder).toBe(true);
});

test("[P4.1] a rule that keeps something outside of the World is found when the match is restored", () => {
  let calls = 0;
  const forgetful: AnyGame = {
    ...press,
    step(world, record) {
      calls += 1;
      world.cheers = calls;
      return press.step(world, record);
    },
  };
  const parts = { ...matches["a game without a brain"]!, game: forgetful, seed: 1 };
  expect(() => playedMatch({ ...parts, verify: true })).toThrow(/restored from tick 0|has hash/);
});

test("[P1.3] a command of a brain that its game does not declare is named, with the seat", () => {
  const wild: AnyGame = { ...press, brain: () => ({ command: { name: "cheat", payload: {} } }) };
  const parts = { ...matches["a game without a brain"]!, game: wild, brains: two, seed: 1 };
  expect(() => playedMatch({ ...parts, verify: false })).toThrow(
    'the brain of seat 0 gives a command that is none: {"name":"cheat"',
  );
});

test("[P4.1] a game by events steps when its time has come, and at no other turn without a command", () => {
  const game = defineGame({
    ...{ name: "bell", version: 1, rate: "events", seats: [1, 2], options: z.object({}) },
    ...{ view: { rings: u8 }, commands: { ring: z.object({}) } },
    create: () => ({ rings: 0, steps: 0, at: 5000 }),
    step(world, tick) {
      world.steps += 1;
      world.rings += tick.commands.length;
      if (tick.now >= world.at) world.at += 5000;
    },
    wakeAt: ({ at }) => at,
    see: ({ rings }) => ({ rings }),
    brain: ({ view, chance }) =>
      view.rings === 0 && chance.below(100) === 0 ? { command: { name: "ring", payload: {} } } : {},
    outcome: ({ at, steps, rings }) =>
      at <= 10_000 ? undefined : { reason: `${steps} steps, ${rings} rings`, players: [], ranking: [[0]] },
  });
  const played = playedMatch({
    game,
    options: {},
    brains: ["brain"],
    seed: 3,
    turnsMax: 10_000,
    verify: true,
  });
  expect(played.turns / game.tickRate).toBeCloseTo(10, 0);
  expect(played.outcome?.reason).toBe("4 steps, 1 rings");
});

test("wins, shared first places and draws are told apart", () => {
  const tally = new Tally(3);
  const played = (ranking: number[][] | undefined) => ({
    turns: 10,
    hash: "x",
    commands: 1,
    outcome: ranking && { reason: "clock", players: [], ranking },
  });
  const brains: BrainKind[] = ["brain", "brain", "random"];
  for (const ranking of [[[2], [0, 1]], [[0, 1], [2]], [[0, 1, 2]], undefined])
    tally.add(brains, played(ranking));
  expect(tally.seats.map(({ won, shared }) => [won, shared])).toEqual([
    [0, 2],
    [0, 2],
    [1, 1],
  ]);
  expect(tally.brains).toEqual({
    brain: { played: 8, won: 0, shared: 4 },
    random: { played: 4, won: 1, shared: 1 },
  });
  expect([tally.draws, tally.unfinished, tally.reasons]).toEqual([1, 1, { clock: 3, "not over": 1 }]);
});
