/** The game of docs/asks.md: coins from a profile, a shop, a result that is saved. The page shows this code. */
import { z } from "zod";
import { defineGame, list, map, text, u32 } from "../../doors/game.ts";

const item = z.enum(["sword", "shield"]);
const who = { seat: z.int(), user: z.string() };

interface Player {
  name: string;
  user: string;
  coins: number;
  items: string[];
  /** The ask whose answer comes next; 0: none. */
  waitsFor: number;
}

export const shop = defineGame({
  name: "shop",
  version: 1,
  tickRate: 20,
  seats: [1, 8],
  options: z.object({}),
  commands: { buy: z.object({ item }), close: z.object({}) },
  asks: {
    profile: { payload: z.object(who), answer: z.object({ coins: z.int(), items: z.array(item) }) },
    buy: {
      payload: z.object({ ...who, item }),
      answer: z.object({ bought: z.boolean(), coins: z.int() }),
      timeoutSeconds: 60,
    },
    save: { payload: z.array(z.object({ user: z.string(), items: z.int() })), answer: z.null() },
  },
  view: { players: map({ name: text, coins: u32, items: list(text) }) },

  create: () => ({ closed: false, players: {} as { [seat: string]: Player } }),

  step(world, tick) {
    const { players } = world;
    for (const seat of tick.leaves) delete players[seat];
    for (const { seat, name, userId: user } of tick.joins) {
      const waitsFor = tick.ask("profile", { seat, user });
      players[seat] = { name, user, coins: 0, items: [], waitsFor };
    }
    for (const answer of tick.answers) {
      if (answer.name === "save") continue;
      const { seat, user } = answer.payload;
      const player = players[seat];
      if (player?.waitsFor !== answer.id) continue; // They have left meanwhile.
      // Nobody knows what became of an ask that timed out, so look again.
      player.waitsFor = answer.ok ? 0 : tick.ask("profile", { seat, user });
      if (!answer.ok) continue;
      player.coins = answer.data.coins;
      if (answer.name === "profile") player.items = answer.data.items;
      else if (answer.data.bought) player.items.push(answer.payload.item);
    }
    for (const command of tick.commands) {
      const player = players[command.seat]!;
      if (command.name === "close") world.closed = true;
      else if (player.waitsFor > 0) command.answer("one thing after the other");
      else player.waitsFor = tick.ask("buy", { seat: command.seat, user: player.user, ...command.payload });
    }
    const result = Object.values(players).map(({ user, items }) => ({ user, items: items.length }));
    if (world.closed || tick.ends !== undefined) tick.ask("save", result, { timeoutSeconds: 3600 });
  },

  see: ({ players }) => ({ players }),

  outcome: ({ closed, players }) =>
    closed
      ? {
          reason: "closed",
          ranking: [Object.keys(players).map(Number)],
          players: Object.entries(players).map(([seat, { name, items }]) => ({
            ...{ seat: Number(seat), name },
            numbers: { items: items.length },
          })),
        }
      : undefined,
});
