/** The game of docs/writing-a-game.md: the player who collects ten points first by pressing the button wins. */
import { z } from "zod";
import { bool, defineGame, map, text, u16 } from "../../doors/game.ts";

interface Presser {
  name: string;
  points: number;
}

export const press = defineGame({
  name: "press",
  version: 1,
  tickRate: 20,
  patchRate: 10,
  seats: [1, 8],
  options: z.object({ goal: z.int().min(1).max(1000).default(10) }),
  input: { pressed: bool },
  commands: { cheer: z.object({}) },
  view: { cheers: u16, players: map({ name: text, points: u16 }) },

  create: ({ goal }) => ({ goal, cheers: 0, players: {} as { [seat: string]: Presser } }),

  step(world, tick) {
    for (const seat of tick.leaves) delete world.players[seat];
    for (const { seat, name } of tick.joins) world.players[seat] = { name, points: 0 };
    for (const { answer } of tick.commands) {
      if (world.cheers === 99) answer("that was enough");
      else world.cheers += 1;
    }
    for (const { seat, inputs } of tick.inputs) {
      const player = world.players[seat];
      for (const { pressed } of inputs) if (player && pressed) player.points += 1;
    }
  },

  see: ({ cheers, players }) => ({ cheers, players }),

  outcome({ players, goal }) {
    const ranked = Object.entries(players).sort(([, a], [, b]) => b.points - a.points);
    if (ranked[0] === undefined || ranked[0][1].points < goal) return undefined;
    return {
      reason: "goal",
      ranking: ranked.map(([seat]) => [Number(seat)]),
      players: ranked.map(([seat, { name, points }]) => ({ seat: Number(seat), name, numbers: { points } })),
    };
  },
});
