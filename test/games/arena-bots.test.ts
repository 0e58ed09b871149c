/** Bots: part of the World, under everybody's rules, and out of the way when real players come or go. */
import { expect, test } from "vitest";
import { arena } from "../../shared/games/arena/game.ts";
import { arenaMap } from "../../shared/games/arena/map.ts";
import { isFree } from "../../shared/games/arena/movement.ts";
import { botInputs } from "../../shared/games/arena/rules/bots.ts";
import { abandonedTicks } from "../../shared/games/arena/rules/ending.ts";
import { sideScores } from "../../shared/games/arena/rules/sides.ts";
import { canWalk, wayPoints, waysFrom } from "../../shared/games/arena/ways.ts";
import type { ArenaWorld } from "../../shared/games/arena/world.ts";
import { inputsOf, joinsOf, place, play } from "./play.ts";
import { playScripted } from "./scripted-match.ts";

test("bots are there from the first tick, say so by their names, and do not start the clock", () => {
  const game = play({ bots: [12, 1, 2] });
  game.ticks(60);
  expect(game.world).toMatchObject({ phase: "waiting", endsAtTick: 0 });
  expect(game.world.players.map(({ seat, name, bot }) => `${seat} ${name} ${bot}`)).toEqual([
    "1 Bot Bea true",
    "2 Bot Cleo true",
    "12 Bot Max true",
  ]);
  game.tick({ joins: joinsOf(0) });
  expect(game.world).toMatchObject({ phase: "playing", endsAtTick: 61 + 300 * 30 });
});

test("bots alone walk about and hold their fire: nothing is decided before somebody is there", () => {
  const game = play({ bots: [0, 1, 2, 3, 4, 5, 6, 7] });
  const start = structuredClone(game.world.players);
  game.ticks(abandonedTicks - 1);
  expect(game.world.players.map(({ shots }) => shots)).toEqual(start.map(() => 0));
  expect(game.world.players.every(({ x, y }, seat) => x !== start[seat]!.x || y !== start[seat]!.y)).toBe(
    true,
  );
});

test("[P5] bots keep no match alive: without a real player it is abandoned after 30 s", () => {
  const never = play({ bots: [0, 1] });
  never.ticks(abandonedTicks - 1);
  expect(never.world.phase).toBe("waiting");
  never.tick();
  expect(arena.outcome(never.world)).toMatchObject({ reason: "abandoned", ranking: [[0, 1]] });

  const left = play({ seats: 1, bots: [1, 2] });
  left.ticks(100);
  left.tick({ leaves: [0] });
  left.ticks(abandonedTicks - 2);
  expect(left.world.phase).toBe("playing");
  left.tick();
  expect(left.world.ending).toBe("abandoned");
});

test("a real player takes the place of a bot, starts at 0, and their side keeps what the bot scored", () => {
  const game = play({ seats: 1, bots: [1, 2, 3], teamSize: 2 });
  Object.assign(game.player(2), { score: 3 });
  game.world.lastFeedId = 3;
  game.tick({ joins: [{ seat: 2, name: "Grace" }] });
  expect(game.player(2)).toMatchObject({ name: "Grace", bot: false, score: 0, alive: true });
  expect(game.world.bots.map(({ seat }) => seat)).toEqual([1, 3]);
  expect(game.world.departed).toMatchObject([{ seat: 2, name: "Bot Cleo", bot: true, score: 3 }]);
  expect(sideScores(game.world)[1]).toBe(3);
});

test("without sides the one who takes a bot's place takes nothing of its score", () => {
  const game = play({ seats: 1, bots: [1] });
  game.player(1).score = 3;
  game.tick({ joins: joinsOf(1) });
  expect(sideScores(game.world)[1]).toBe(0);
});

test("a seat that a real player left stays empty, and the next one finds it free", () => {
  const game = play({ seats: 2, bots: [1] });
  game.tick({ leaves: [1] });
  game.ticks(60);
  expect(game.world.players.map(({ seat }) => seat)).toEqual([0]);
  game.tick({ joins: joinsOf(1, 15, 7) });
  expect(game.world.players.map(({ seat }) => seat)).toEqual([0, 1, 7, 15]);
});

test("[P1] what a record says of a bot's seat, but for a join, is about nobody", () => {
  const [told, left] = [play({ seats: 1, bots: [1] }), play({ seats: 1, bots: [1] })];
  const inputs = [...inputsOf(1, { moveX: 127, buttons: 1 }).inputs, ...inputsOf(0, { moveX: 50 }).inputs];
  const command = { name: "choose-weapon", payload: { weapon: "rail" } } as const;
  const answers = told.tick({
    leaves: [1],
    drops: [1],
    returns: [1],
    inputs,
    commands: [{ seat: 1, command }],
  });
  left.tick(inputsOf(0, { moveX: 50 }));
  expect(told.world).toEqual(left.world);
  expect(answers).toEqual([{ ok: false, reason: "nobody has this seat" }]);
});

test("the outcome says who was a bot", () => {
  const game = play({ seats: 1, bots: [1, 2], durationSeconds: 10 });
  game.tick({ joins: joinsOf(2) });
  game.ticks(300);
  const outcome = arena.outcome(game.world)!;
  expect(outcome.players.map(({ seat, name, bot }) => [seat, name, bot])).toEqual([
    [0, "player 0", undefined],
    [1, "Bot Bea", true],
    [2, "player 2", undefined],
    [2, "Bot Cleo", true],
  ]);
  expect("bot" in outcome.players[0]!).toBe(false);
});

test("a bot sees an enemy, takes its time, and shoots them; never a friend, and nobody through a wall", () => {
  const shotsAfter = (options: { teamSize: number; at: [number, number] }) => {
    const game = play({ seats: 1, bots: [1], teamSize: options.teamSize });
    for (let tick = 0; tick < 90; tick++) {
      place(game.player(0), ...options.at);
      place(game.player(1), 400, 560);
      if (tick === game.world.bots[0]!.reactionTicks) expect(game.player(1).shots).toBe(0);
      game.tick();
    }
    return game.player(1).shots;
  };
  expect(shotsAfter({ teamSize: 1, at: [600, 560] })).toBeGreaterThan(3);
  expect(shotsAfter({ teamSize: 2, at: [600, 560] })).toBe(0);
  expect(shotsAfter({ teamSize: 1, at: [100, 600] }), "behind the cover at x 160").toBe(0);
});

test("a wounded bot goes for health when it lies in its way, also in a fight", () => {
  const game = play({ seats: 1, bots: [1] });
  place(game.player(0), 560, 540);
  place(game.player(1), 220, 540);
  game.player(1).health = 30;
  const health = arenaMap.pickups.findIndex(({ x, y }) => x === 220 && y === 440);
  game.ticks(40);
  expect(game.world.pickupsReadyAtTick[health]).toBeGreaterThan(game.world.tick);
});

test("bots play a match: all of them get around, hit, die, and hit with less than half of what they fire", () => {
  let longestStand = 0;
  const stands = new Map<number, { x: number; y: number; since: number }>();
  const { world } = playScripted({
    seed: 3,
    players: 1,
    bots: [1, 2, 3, 4, 5, 6, 7, 8],
    ticks: 120 * 30,
    onTick: ({ players, tick }) => {
      for (const { seat, x, y, alive, bot } of players) {
        const stand = stands.get(seat);
        const isStill = stand && alive && Math.hypot(x - stand.x, y - stand.y) < 30;
        if (!isStill) stands.set(seat, { x, y, since: tick });
        else if (bot) longestStand = Math.max(longestStand, tick - stand.since);
      }
    },
  });
  expect(longestStand).toBeLessThan(3 * 30);
  for (const { bot, name, shots, hits, deaths } of world.players) {
    if (!bot) continue;
    expect(deaths, name).toBeGreaterThan(0);
    expect(hits, name).toBeGreaterThan(10);
    expect(hits / shots, name).toBeLessThan(0.5);
  }
});

test("a bot can be beaten: who aims well and keeps moving wins against it", () => {
  const total = { player: 0, bot: 0 };
  for (let seed = 1; seed <= 5; seed++) {
    const game = play({ bots: [1] });
    game.world.random = seed;
    game.tick({ joins: joinsOf(0) });
    game.ticks(3000, () => inputsOf(0, { aim: sharpAim(game.world), buttons: 1, ...dodge(game.world) }));
    total.player += game.player(0).score;
    total.bot += game.player(1).score;
  }
  expect(total.player).toBeGreaterThan(total.bot);
});

test("one can walk to a way point from everywhere, and from each of them to every other", () => {
  for (let x = 20; x < arenaMap.width; x += 20) {
    for (let y = 20; y < arenaMap.height; y += 20) {
      if (isFree(x, y))
        expect(
          wayPoints.some((point) => canWalk({ x, y }, point)),
          `${x}, ${y}`,
        ).toBe(true);
    }
  }
  const reached = new Set([0]);
  for (const from of reached) for (const to of waysFrom(from)) reached.add(to);
  expect(reached.size).toBe(wayPoints.length);
});

test("a match without bots draws nothing for them", () => {
  const game = play({ seats: 2 });
  const { random } = game.world;
  expect(botInputs(game.world)).toEqual([]);
  expect(game.world.random).toBe(random);
});

/** From one side to the other, across the line to the enemy. */
function dodge({ players: [self, enemy], tick }: ArenaWorld): { moveX: number; moveY: number } {
  const way = tick % 50 < 25 ? 127 : -127;
  const [x, y] = [enemy!.x - self!.x, enemy!.y - self!.y];
  const length = Math.hypot(x, y) || 1;
  return { moveX: Math.round((-y / length) * way), moveY: Math.round((x / length) * way) };
}

function sharpAim({ players: [self, enemy] }: ArenaWorld): number {
  const [x, y] = [enemy!.x - self!.x, enemy!.y - self!.y];
  const seconds = Math.hypot(x, y) / 900;
  const angle = Math.atan2(y + enemy!.vy * seconds, x + enemy!.vx * seconds);
  return Math.round((angle / (2 * Math.PI)) * 65536) & 65535;
}
