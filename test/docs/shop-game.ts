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
      players[seat] = { name, user, coins: 0, items: [] };
      tick.ask("profile", { seat, user });
    }
    for (const answer of tick.answers) {
      if (!answer.ok || answer.name === "save") continue;
      const { seat, user } = answer.payload;
      const player = players[seat];
      if (player?.user !== user) continue; // The seat is somebody else's by now.
      player.coins = answer.data.coins;
      if (answer.name === "profile") player.items = answer.data.items;
      else if (answer.data.bought) player.items.push(answer.payload.item);
    }
    for (const { seat, name, payload } of tick.commands) {
      const { user } = players[seat]!;
      if (name === "buy") tick.ask("buy", { seat, user, item: payload.item });
      else world.closed = true;
    }
    const result = Object.values(players).map(({ user, items }) => ({ user, items: items.length }));
    if (world.closed) tick.ask("save", result, { timeoutSeconds: 3600 });
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
