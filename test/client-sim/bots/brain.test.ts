/** The brain on the real rules, in-process: bots that see only the View play whole matches against each other. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextCommand } from "../../../client-sim/bots/bot-commands.ts";
import { type BotState, newBotState } from "../../../client-sim/bots/bot-state.ts";
import { decide } from "../../../client-sim/bots/brain.ts";
import { nextPoint } from "../../../client-sim/bots/paths.ts";
import { nextUint32, type RandomState } from "../../../shared/game/deterministic/random.ts";
import { arenaCommands } from "../../../shared/games/arena/command.ts";
import { arena } from "../../../shared/games/arena/game.ts";
import { type ArenaInput, arenaInput } from "../../../shared/games/arena/input.ts";
import { arenaMap } from "../../../shared/games/arena/map.ts";
import { isFree, movePlayer } from "../../../shared/games/arena/movement.ts";
import type { ArenaRecord } from "../../../shared/games/arena/step.ts";
import type { ArenaWorld } from "../../../shared/games/arena/world.ts";

interface Played {
  readonly world: ArenaWorld;
  readonly inputs: ArenaInput[];
  /** Longest time in ticks that anybody alive stayed within 30 units. */
  readonly longestStandTicks: number;
}

function play({ seed, bots, ticks }: { seed: number; bots: number; ticks: number }): Played {
  const world = arena.create(seed, { durationSeconds: 3600, scoreLimit: 1000 });
  const view = arena.view.create();
  const random: RandomState = { random: seed };
  const states = Array.from({ length: bots }, () => newBotState(random));
  const stands = states.map(() => ({ x: -1000, y: -1000, since: 0 }));
  const inputs: ArenaInput[] = [];
  let longestStandTicks = 0;
  for (let tick = 1; tick <= ticks; tick++) {
    const asked = tick === 1 ? [] : states.map((state, seat) => ask(state, seat, tick));
    arena.step(world, record(tick, asked, tick === 1 ? bots : 0));
    arena.view.write(view, world);
    inputs.push(...asked.map(({ input }) => input));
    for (const player of world.players) {
      const stand = stands[player.seat]!;
      const moved = Math.hypot(player.x - stand.x, player.y - stand.y) > 30;
      if (moved || !player.alive) stands[player.seat] = { x: player.x, y: player.y, since: tick };
      longestStandTicks = Math.max(longestStandTicks, tick - stand.since);
    }
  }
  return { world, inputs, longestStandTicks };

  function ask(state: BotState, seat: number, seq: number) {
    const input = { seq, ...decide(view, seat, state, random) };
    return { seat, input, command: nextCommand(state, random) };
  }
}

type Asked = { seat: number; input: ArenaInput; command: ReturnType<typeof nextCommand> };

function record(tick: number, asked: readonly Asked[], joins: number): ArenaRecord {
  return {
    tick,
    leaves: [],
    joins: Array.from({ length: joins }, (_, seat) => ({ seat, name: `bot ${seat}` })),
    drops: [],
    returns: [],
    commands: asked.flatMap(({ seat, command }) => (command ? [{ seat, command }] : [])),
    inputs: asked.map(({ seat, input }) => ({ seat, inputs: [input] })),
  };
}

describe("brain", () => {
  it("bots hit each other, die and come back within a minute, everyone takes part", () => {
    const { world } = play({ seed: 7, bots: 8, ticks: 60 * 30 });
    const score = world.players.reduce((sum, player) => sum + player.score, 0);
    expect(score).toBeGreaterThan(8);
    expect(world.players.every((player) => player.shots > 0)).toBe(true);
    expect(world.players.filter((player) => player.deaths > 0).length).toBeGreaterThan(4);
    expect(world.chat.length).toBeGreaterThan(0);
  });

  it("a bot is beatable: less than half of what it fires hits", () => {
    const { world } = play({ seed: 11, bots: 6, ticks: 60 * 30 });
    const shots = world.players.reduce((sum, player) => sum + player.shots, 0);
    const hits = world.players.reduce((sum, player) => sum + player.hits, 0);
    expect(hits).toBeGreaterThan(0);
    expect(hits / shots).toBeLessThan(0.5);
  });

  it("nobody stays in one place for long, whatever the seed", () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 6 }), (seed, bots) => {
        expect(play({ seed, bots, ticks: 600 }).longestStandTicks).toBeLessThan(5 * 30);
      }),
      { numRuns: 12 },
    );
  });

  it("every input is whole and within the bounds of the game", () => {
    const { inputs } = play({ seed: 3, bots: 4, ticks: 900 });
    for (const input of inputs) {
      for (const [field, { min, max }] of Object.entries(arenaInput)) {
        const value = input[field as keyof ArenaInput];
        expect(Number.isInteger(value) && value >= min && value <= max, `${field} is ${value}`).toBe(true);
      }
    }
  });

  it("the same View, state and seed give the same inputs", () => {
    const one = play({ seed: 5, bots: 5, ticks: 300 });
    const two = play({ seed: 5, bots: 5, ticks: 300 });
    const other = play({ seed: 6, bots: 5, ticks: 300 });
    expect(two.inputs).toEqual(one.inputs);
    expect(other.inputs).not.toEqual(one.inputs);
  });

  it("a View without the bot in it gives an input at rest", () => {
    const random = { random: 1 };
    const input = decide(arena.view.create(), 3, newBotState(random), random);
    expect(input).toEqual({ moveX: 0, moveY: 0, aim: 0, buttons: 0, seen: 0 });
  });

  it("every wish is a command that the game takes", () => {
    const random = { random: 9 };
    const state = newBotState(random);
    const names = new Set<string>();
    for (state.step = 0; state.step < 100_000; state.step++) {
      const command = nextCommand(state, random);
      if (!command) continue;
      names.add(command.name);
      arenaCommands[command.name].parse(command.payload);
    }
    expect([...names].sort()).toEqual(["chat", "choose-weapon", "ready"]);
  });
});

describe("paths", () => {
  it("lead from anywhere to anywhere", () => {
    const random = { random: 21 };
    for (let trip = 0; trip < 60; trip++) {
      const body = { ...freePoint(random), vx: 0, vy: 0 };
      const goal = freePoint(random);
      let steps = 0;
      for (; steps < 600 && Math.hypot(body.x - goal.x, body.y - goal.y) > 24; steps++) {
        const next = nextPoint(body, goal);
        const length = Math.hypot(next.x - body.x, next.y - body.y) || 1;
        const [x, y] = [(next.x - body.x) / length, (next.y - body.y) / length];
        movePlayer(body, { moveX: Math.round(x * 127), moveY: Math.round(y * 127) });
      }
      expect(steps, `from trip ${trip} to ${goal.x},${goal.y}`).toBeLessThan(600);
    }
  });
});

function freePoint(random: RandomState): { x: number; y: number } {
  for (;;) {
    const x = nextUint32(random) % arenaMap.width;
    const y = nextUint32(random) % arenaMap.height;
    if (isFree(x, y)) return { x, y };
  }
}
