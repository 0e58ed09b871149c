/** duel-pong: two paddles and a ball; a player who misses gives a point away. Rules and View: no sockets, no clocks. */
import { defineGame, map, type StateOf, text, u8, u16, whole } from "holdfast/game";
import { z } from "zod";
import { height, paddle, width } from "./table.ts";

type Player = { seat: number; name: string; y: number; points: number };
/** What players see, field by field. */
const view = { ball: { x: u16, y: u16 }, players: map({ name: text, y: u16, points: u8 }, { by: "seat" }) };
export type PongView = StateOf<typeof view>;
export type PongInput = { seq: number; move: number };

export const duelPong = defineGame({
  ...{ name: "duel-pong", version: 1, tickRate: 30, patchRate: 30, seats: [1, 2] },
  options: z.object({ goal: z.int().min(1).max(100).default(11) }),
  input: { move: whole(-1, 1) },
  view,

  // The whole truth of a match: what is not in here does not exist after a crash.
  create: ({ goal }) => ({
    goal,
    ball: { x: width / 2, y: height / 2, dx: 4, dy: 2 },
    players: [] as Player[],
  }),

  step(world, { joins, leaves, inputs, chance }) {
    world.players = world.players.filter(({ seat }) => !leaves.includes(seat));
    for (const { seat, name } of joins)
      world.players.push({ seat, name, y: (height - paddle) / 2, points: 0 });
    const playerAt = (side: number) => world.players.find(({ seat }) => seat === side);
    for (const { seat, inputs: each } of inputs) {
      const player = playerAt(seat);
      for (const { move } of player ? each : [])
        player!.y = Math.max(0, Math.min(height - paddle, player!.y + move * 6));
    }
    const [{ ball }, left, right] = [world, playerAt(0), playerAt(1)];
    if (!left || !right) return;
    ball.x = Math.max(0, Math.min(width, ball.x + ball.dx));
    ball.y = Math.max(0, Math.min(height, ball.y + ball.dy));
    if (ball.y === 0 || ball.y === height) ball.dy = 0 - ball.dy;
    if (ball.x > 0 && ball.x < width) return;
    const [keeper, other] = ball.x === 0 ? [left, right] : [right, left];
    ball.dx = 0 - ball.dx;
    if (ball.y >= keeper.y && ball.y <= keeper.y + paddle) ball.dy += chance.below(3) - 1;
    else {
      other.points += 1;
      Object.assign(ball, { x: width / 2, y: height / 2, dy: chance.below(7) - 3 });
    }
  },

  see: ({ ball, players }) => ({ ball, players }),

  outcome({ players, goal }) {
    const [first, ...others] = players.toSorted((a, b) => b.points - a.points);
    if (first === undefined || first.points < goal) return undefined;
    const ranked = [first, ...others];
    return {
      reason: `${first.name} has ${goal} points`,
      ranking: ranked.map(({ seat }) => [seat]),
      players: ranked.map(({ seat, name, points }) => ({ seat, name, numbers: { points } })),
    };
  },
});

/** What `--games` reads. */
export const games = [duelPong];
