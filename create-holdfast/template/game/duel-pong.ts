/** duel-pong: two paddles and a ball; whoever misses gives a point away. Rules and View: no sockets, no clocks. */
import {
  type AnyGame,
  declaredView,
  map,
  nextBelow,
  type StateOf,
  type TickRecord,
  text,
  u8,
  u16,
} from "holdfast/game";
import { z } from "zod";

/** Of the table, in units of its own. */
export const [width, height, paddle] = [400, 300, 60];

/** The whole truth of a match: what is not in here does not exist after a crash. */
interface PongWorld {
  random: number;
  goal: number;
  ball: { x: number; y: number; dx: number; dy: number };
  players: { [seat: string]: { name: string; y: number; points: number } };
}
export type PongInput = { seq: number; up: number; down: number };

/** What players see of it. */
const fields = { x: u16, y: u16, players: map({ name: text, y: u16, points: u8 }) };
export type PongView = StateOf<typeof fields>;

function step(world: PongWorld, { leaves, joins, inputs, commands }: TickRecord<PongInput, never>) {
  for (const seat of leaves) delete world.players[seat];
  for (const { seat, name } of joins) world.players[seat] = { name, y: (height - paddle) / 2, points: 0 };
  for (const { seat, inputs: each } of inputs) {
    const player = world.players[seat];
    for (const { up, down } of player ? each : [])
      player!.y = Math.max(0, Math.min(height - paddle, player!.y + (down - up) * 6));
  }
  moveBall(world, world.players[0], world.players[1]);
  return commands.map(() => ({ ok: true }) as const);
}

function moveBall(world: PongWorld, left?: PongWorld["players"][0], right?: PongWorld["players"][0]) {
  if (!left || !right) return;
  const { ball } = world;
  ball.x = Math.max(0, Math.min(width, ball.x + ball.dx));
  ball.y = Math.max(0, Math.min(height, ball.y + ball.dy));
  if (ball.y === 0 || ball.y === height) ball.dy = 0 - ball.dy;
  if (ball.x > 0 && ball.x < width) return;
  const [mine, other] = ball.x === 0 ? [left, right] : [right, left];
  if (ball.y >= mine.y && ball.y <= mine.y + paddle) ball.dx = 0 - ball.dx;
  else {
    other.points += 1;
    world.ball = { x: width / 2, y: height / 2, dx: mine === left ? 4 : -4, dy: nextBelow(world, 7) - 3 };
  }
}

export const duelPong = {
  ...{ name: "duel-pong", version: 1, tickRate: 30, patchRate: 30, seats: { min: 1, max: 2 } },
  input: {
    seq: { type: "uint32", min: 0, max: 0xffffffff },
    up: { type: "uint8", min: 0, max: 1 },
    down: { type: "uint8", min: 0, max: 1 },
  },
  commands: {},
  options: z.object({ goal: z.int().min(1).max(100).default(11) }),
  create: (seed: number, options: unknown): PongWorld => ({
    ...{ random: seed, goal: (options as { goal: number }).goal, players: {} },
    ball: { x: width / 2, y: height / 2, dx: 4, dy: 2 },
  }),
  step,
  view: declaredView("duel-pong", fields, ({ ball, players }: PongWorld) => ({
    x: ball.x,
    y: ball.y,
    players,
  })),
  outcome({ players, goal }: PongWorld) {
    const sides = Object.entries(players).sort(([, a], [, b]) => b.points - a.points);
    if ((sides[0]?.[1].points ?? 0) < goal) return undefined;
    return {
      reason: `${sides[0]![1].name} has ${goal} points`,
      ranking: sides.map(([seat]) => [Number(seat)]),
      players: sides.map(([seat, { name, points }]) => ({ seat: Number(seat), name, numbers: { points } })),
    };
  },
} satisfies AnyGame;

/** What `--games` reads. */
export const games = [duelPong];
