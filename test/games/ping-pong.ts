/** The smallest game with everything a game may have: two rackets, a ball, points. Its types are all inferred. */
import { z } from "zod";
import { bool, defineGame, grid, map, oneOf, text, u8, whole } from "../../doors/game.ts";

const racket = 60;

export const pingPong = defineGame({
  name: "ping-pong",
  version: 1,
  tickRate: 20,
  seats: [1, 2],
  options: z.object({ points: z.int().min(1).max(99).default(3) }).prefault({}),
  input: { move: whole(-1, 1), fast: bool },
  commands: { serve: z.object({ up: z.boolean().default(false) }) },
  view: {
    ball: { x: grid(1 / 4), y: grid(1 / 4) },
    players: map({ name: text, y: u8, points: u8, side: oneOf("left", "right") }, { by: "seat" }),
  },

  create: ({ points }, chance) => ({
    points,
    ball: { x: 320, y: 20 + chance.below(200), vx: 0, vy: 0 },
    players: [] as { seat: number; name: string; y: number; points: number }[],
  }),

  step(world, tick) {
    world.players = world.players.filter(({ seat }) => !tick.leaves.includes(seat));
    for (const { seat, name } of tick.joins) world.players.push({ seat, name, y: 128, points: 0 });
    for (const { payload, answer } of tick.commands) {
      if (world.ball.vx !== 0) answer("the ball is in play");
      else Object.assign(world.ball, { vx: tick.chance.pick([-8, 8]), vy: payload.up ? -3 : 3 });
    }
    for (const { seat, inputs } of tick.inputs) {
      const player = world.players.find((each) => each.seat === seat);
      for (const { move, fast } of inputs)
        if (player) player.y = clamp(player.y + move * (fast ? 16 : 8), 255);
    }
    const { ball, players } = world;
    ball.x = clamp(ball.x + ball.vx, 640);
    ball.y = clamp(ball.y + ball.vy, 255);
    if (ball.y === 0 || ball.y === 255) ball.vy = -ball.vy;
    if (ball.x !== 0 && ball.x !== 640) return;
    const side = ball.x === 0 ? 0 : 1;
    const keeper = players.find(({ seat }) => seat === side);
    if (keeper && Math.abs(keeper.y - ball.y) <= racket / 2) ball.vx = -ball.vx;
    else {
      for (const player of players) if (player !== keeper) player.points += 1;
      Object.assign(ball, { x: 320, vx: 0, vy: 0 });
    }
  },

  see: ({ ball, players }) => ({
    ball,
    players: players.map((player) => ({ ...player, side: player.seat === 0 ? "left" : "right" })),
  }),

  outcome({ players, points }) {
    const ranked = players.toSorted((a, b) => b.points - a.points);
    if (ranked[0] === undefined || ranked[0].points < points) return undefined;
    const numbers = ({ points }: { points: number }) => ({ points });
    return {
      reason: "points",
      ranking: ranked.map(({ seat }) => [seat]),
      players: ranked.map((player) => ({ seat: player.seat, name: player.name, numbers: numbers(player) })),
    };
  },
});

function clamp(value: number, max: number): number {
  return Math.max(0, Math.min(max, value));
}
