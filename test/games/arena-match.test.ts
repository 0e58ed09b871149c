/** A match from its first player to its outcome: seats, names, commands, phases, endings, ranking. */
import { expect, test } from "vitest";
import { inputsPerTickMax } from "../../shared/game/game.ts";
import { arenaCommands } from "../../shared/games/arena/command.ts";
import { arena } from "../../shared/games/arena/game.ts";
import { arenaInput } from "../../shared/games/arena/input.ts";
import { abandonedTicks } from "../../shared/games/arena/rules/ending.ts";
import { departedMax } from "../../shared/games/arena/world.ts";
import { faceToFace, firing, inputsOf, joinsOf, play } from "./play.ts";
import { playScripted } from "./scripted-match.ts";

test("a match waits for its first player, and one is enough", () => {
  const game = play();
  game.ticks(10);
  expect(game.world).toMatchObject({ phase: "waiting", endsAtTick: 0 });
  game.tick({ joins: joinsOf(3) });
  expect(game.world).toMatchObject({ phase: "playing", endsAtTick: 11 + 300 * 30 });
  expect(game.player(3)).toMatchObject({ alive: true, health: 100, connected: true, score: 0 });
});

test("players are kept in order of seats; a taken or impossible seat is not given", () => {
  const game = play();
  game.tick({ joins: joinsOf(5, 0, 15, 3, 3, 16, -1, 1.5, Number.NaN) });
  expect(game.world.players.map(({ seat }) => seat)).toEqual([0, 3, 5, 15]);
});

test("names are cleaned, cut to 20 characters and made unique", () => {
  const game = play();
  const names = [
    "Ada",
    " Ada\u0007 ",
    "Ad\u200ba",
    "",
    "\u202e\n",
    "x".repeat(30),
    "x".repeat(30),
    "😀".repeat(25),
  ];
  game.tick({ joins: names.map((name, seat) => ({ seat, name })) });
  const smiles = "😀".repeat(20);
  expect(game.world.players.map(({ name }) => name)).toEqual([
    "Ada",
    "Ada 2",
    "Ada 3",
    "Player 4",
    "Player 5",
    "x".repeat(20),
    `${"x".repeat(18)} 2`,
    smiles,
  ]);
});

test("a dropped player stays, stops, can be shot, and does not come back to life before they returns", () => {
  const game = play({ seats: 2 });
  faceToFace(game);
  game.ticks(3, () => inputsOf(1, { moveY: -127 }));
  game.tick({ drops: [1] });
  game.ticks(10);
  expect(game.player(1)).toMatchObject({ connected: false, vx: 0, vy: 0 });
  faceToFace(game);
  game.player(1).health = 1;
  game.tick(firing(0, 0));
  game.ticks(100);
  expect(game.player(1)).toMatchObject({ alive: false, deaths: 1 });
  game.tick({ returns: [1] });
  expect(game.player(1)).toMatchObject({ connected: true, alive: true });
});

test("who leaves takes their shots with them, and the next one in the seat starts anew", () => {
  const game = play({ seats: 2 });
  faceToFace(game, 400);
  game.player(0).score = 7;
  game.tick(firing(0, 0));
  game.tick({ leaves: [0], joins: [{ seat: 0, name: "next" }] });
  expect(game.world.projectiles).toEqual([]);
  expect(game.player(0)).toMatchObject({ name: "next", score: 0, shots: 0 });
  expect(game.world.departed).toEqual([
    { seat: 0, name: "player 0", bot: false, score: 7, deaths: 0, shots: 1, hits: 0 },
  ]);
});

test("[P6] of very many leavers only the last are remembered", () => {
  const game = play();
  for (let n = 0; n < departedMax + 5; n++) {
    game.tick({ joins: [{ seat: 0, name: `guest ${n}` }] });
    game.tick({ leaves: [0] });
  }
  expect(game.world.departed).toHaveLength(departedMax);
  expect(game.world.departed[0]!.name).toBe("guest 5");
});

test("commands are answered: ready, chat, choose-weapon, and no from whom nobody knows", () => {
  const game = play({ seats: 1 });
  expect(game.command(0, { name: "ready", payload: {} })).toEqual({ ok: true });
  expect(game.player(0).ready).toBe(true);
  expect(game.command(0, { name: "choose-weapon", payload: { weapon: "rail" } })).toEqual({ ok: true });
  expect(game.player(0).weapon).toBe("rail");
  expect(game.command(9, { name: "ready", payload: {} })).toEqual({
    ok: false,
    reason: "nobody has this seat",
  });
  expect(game.command(0, { name: "chat", payload: { text: "\u0000 " } })).toMatchObject({ ok: false });
});

test("the weapon that a dead player chooses comes with their next life", () => {
  const game = play({ seats: 1 });
  Object.assign(game.player(0), { alive: false, health: 0, respawnAtTick: game.world.tick + 3 });
  game.command(0, { name: "choose-weapon", payload: { weapon: "rail" } });
  expect(game.player(0).weapon).toBe("blaster");
  game.ticks(2);
  expect(game.player(0)).toMatchObject({ alive: true, weapon: "rail" });
});

test("[P6] the chat keeps the last eight lines", () => {
  const game = play({ seats: 1 });
  for (let n = 1; n <= 11; n++) game.command(0, { name: "chat", payload: { text: `line ${n}` } });
  expect(game.world.chat.map(({ id, text }) => `${id}: ${text}`)).toEqual(
    [4, 5, 6, 7, 8, 9, 10, 11].map((n) => `${n}: line ${n}`),
  );
});

test("[P1.3] [P7] the schemas let in what is meant and nothing else", () => {
  const { chat, ready } = arenaCommands;
  const choose = arenaCommands["choose-weapon"];
  expect(chat.parse({ text: "  hi\u0007 there\n" })).toEqual({ text: "hi there" });
  expect(chat.parse({ text: "x".repeat(120) }).text).toHaveLength(120);
  for (const text of ["", "   ", "\u200b\u0000", "x".repeat(121), 5, undefined]) {
    expect(chat.safeParse({ text }).success, String(text)).toBe(false);
  }
  expect(ready.safeParse({ now: true }).success).toBe(false);
  expect(choose.safeParse({ weapon: "bfg" }).success).toBe(false);
  expect(arena.options.parse(undefined)).toEqual({
    durationSeconds: 300,
    scoreLimit: 30,
    teamSize: 1,
    bots: [],
  });
  for (const options of [
    { durationSeconds: 9 },
    { durationSeconds: 3601 },
    { scoreLimit: 0 },
    { speed: 2 },
    { teamSize: 0 },
    { teamSize: 9 },
    { bots: [16] },
    { bots: [1, 2, 1] },
  ]) {
    expect(arena.options.safeParse(options).success, JSON.stringify(options)).toBe(false);
  }
});

test("the input shape fits its wire types", () => {
  const ranges = {
    int8: [-128, 127],
    uint8: [0, 255],
    int16: [-32768, 32767],
    uint16: [0, 65535],
    uint32: [0, 2 ** 32 - 1],
  };
  for (const [name, { type, min, max }] of Object.entries(arenaInput)) {
    expect(min, name).toBeGreaterThanOrEqual(ranges[type][0]!);
    expect(max, name).toBeLessThanOrEqual(ranges[type][1]!);
  }
  expect(inputsPerTickMax).toBe(4);
});

test("[P5] the clock ends a match in its last tick, not before; equals share a place", () => {
  const game = play({ seats: 3, durationSeconds: 10 });
  game.player(1).score = 4;
  game.ticks(299);
  expect(arena.outcome(game.world)).toBeUndefined();
  game.tick();
  expect(game.world).toMatchObject({ phase: "over", ending: "clock" });
  expect(arena.outcome(game.world)).toMatchObject({ reason: "clock", ranking: [[1], [0, 2]] });
});

test("[P5] the score limit ends a match", () => {
  const game = play({ seats: 2, scoreLimit: 1 });
  faceToFace(game);
  game.player(1).health = 1;
  game.tick(firing(0, 0));
  game.ticks(7);
  const outcome = arena.outcome(game.world);
  expect(outcome).toEqual({
    reason: "score",
    ranking: [[0], [1]],
    players: [
      { seat: 0, name: "player 0", numbers: { score: 1, deaths: 0, shots: 1, hits: 1 } },
      { seat: 1, name: "player 1", numbers: { score: 0, deaths: 1, shots: 0, hits: 0 } },
    ],
  });
});

test("[P5] a match that nobody comes to, or that all have left, is abandoned after 30 s", () => {
  const never = play();
  never.ticks(abandonedTicks - 1);
  expect(arena.outcome(never.world)).toBeUndefined();
  never.tick();
  expect(arena.outcome(never.world)).toEqual({ reason: "abandoned", ranking: [], players: [] });

  const left = play({ seats: 2 });
  left.player(1).score = 2;
  left.tick({ leaves: [0, 1] });
  left.ticks(abandonedTicks - 2);
  left.tick({ joins: joinsOf(0) }); // just in time
  left.tick({ leaves: [0] });
  left.ticks(abandonedTicks - 2);
  expect(left.world.phase).toBe("playing");
  left.tick();
  const outcome = arena.outcome(left.world);
  expect(outcome).toMatchObject({ reason: "abandoned", ranking: [[1], [0]] });
  expect(outcome?.players.map(({ seat }) => seat)).toEqual([0, 1, 0]);
});

test("a drop does not empty a seat: the dropped hold their match", () => {
  const game = play({ seats: 1 });
  game.tick({ drops: [0] });
  game.ticks(abandonedTicks + 10);
  expect(game.world.phase).toBe("playing");
});

test("who left ranks after who stayed", () => {
  const game = play({ seats: 3, durationSeconds: 10 });
  game.player(2).score = 9;
  game.player(1).score = 1;
  game.tick({ leaves: [2] });
  game.ticks(300);
  expect(arena.outcome(game.world)?.ranking).toEqual([[1], [0], [2]]);
});

test("after the end only the tick goes on, and commands are refused", () => {
  const game = play({ seats: 2, durationSeconds: 10 });
  game.ticks(300);
  const { tick, ...end } = structuredClone(game.world);
  game.tick({ ...firing(0, 0), joins: joinsOf(4), leaves: [1], drops: [0] });
  const { tick: later, ...after } = game.world;
  expect(after).toEqual(end);
  expect(later).toBe(tick + 1);
  expect(game.command(0, { name: "ready", payload: {} })).toEqual({ ok: false, reason: "the match is over" });
  expect(arena.outcome(game.world)?.reason).toBe("clock");
});

test("[P5] sixteen scripted players play 300 s to a sane outcome", () => {
  const { world } = playScripted({ seed: 2, players: 16, ticks: 300 * 30 + 10 });
  const outcome = arena.outcome(world)!;
  expect(outcome.reason).toBe("clock");
  expect(world.tick).toBe(1 + 300 * 30);
  expect(outcome.ranking.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, seat) => seat));
  const total = { score: 0, deaths: 0 };
  for (const { numbers } of outcome.players) {
    const { score = 0, deaths = 0, shots = 0, hits = 0 } = numbers;
    total.score += score;
    total.deaths += deaths;
    expect(shots).toBeGreaterThan(hits);
    expect(hits).toBeGreaterThan(0);
  }
  expect(total.score).toBe(total.deaths);
  expect(total.score).toBe(world.lastFeedId);
  expect(total.score).toBeGreaterThan(50);
  const scoreOf = (seat: number) => outcome.players.find((player) => player.seat === seat)!.numbers.score!;
  const scores = outcome.ranking.map((place) => new Set(place.map(scoreOf)));
  expect(
    scores.every((place) => place.size === 1),
    "a shared place is a shared score",
  ).toBe(true);
  const falling = scores.map((place) => [...place][0]!);
  expect(falling).toEqual([...falling].sort((a, b) => b - a));
});
