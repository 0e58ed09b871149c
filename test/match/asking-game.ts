/**
 * A game that asks: each command books an item, and its World keeps what it asked and what it heard, in order. Beside it
 * a shop whose till outlives every node, and whose handler stops at each of its steps until it is let go on.
 */
import { z } from "zod";
import type { AnyGame, CommandAnswer, Stepped, TickRecord } from "../../shared/game/game.ts";
import type { AskCall, HandlersByGame } from "../../shared/game/handlers.ts";
import { type TallyWorld, tally } from "./tally.ts";

export interface AskingWorld extends TallyWorld {
  asked: number[];
  /** `id item yes`, or the reason. */
  heard: string[];
}

interface Wish {
  readonly item: string;
  readonly times?: number;
  readonly timeoutSeconds?: number;
  /** The match is over with this tick. */
  readonly last?: boolean;
}

export const asking: AnyGame = {
  ...tally,
  name: "asking",
  asks: {
    book: { payload: z.object({ item: z.string() }), answer: z.object({ booked: z.string() }) },
    idle: { answer: z.null(), timeoutSeconds: 2 },
  },
  create: (seed, options) => ({ ...tally.create(seed, options), asked: [], heard: [] }),
  step(world: AskingWorld, record: TickRecord<never, { name: string; payload: Wish }>): Stepped {
    world.tick = record.tick;
    for (const answer of record.answers ?? []) {
      const { item } = answer.payload as { item: string };
      const said = answer.ok ? (answer.data as { booked: string }).booked : answer.reason;
      world.heard.push(`${answer.id} ${item} ${said}`);
    }
    const asks = record.commands.flatMap(({ command: { payload } }) => {
      const { item, times = 1, timeoutSeconds, last = false } = payload;
      if (last) world.overAt = record.tick;
      const ask = { name: "book", payload: { item }, ...(timeoutSeconds && { timeoutSeconds }) };
      return Array.from({ length: times }, () => ask);
    });
    if (record.ends !== undefined) asks.push({ name: "book", payload: { item: record.ends } });
    for (const at of asks.keys()) world.asked.push(record.nextAsk! + at);
    const answers = record.commands.map((): CommandAnswer => ({ ok: true }));
    return { answers, asks };
  },
};

export type Point = "called" | "committed";

/** The till counts what was booked under a key; it is what a table with a unique key would be. */
export class Shop {
  readonly till = new Map<string, string>();
  readonly calls: AskCall[] = [];
  /** Calls that stand still, with where they do, the oldest first. */
  readonly standing: { readonly at: Point; readonly goOn: (error?: Error) => void }[] = [];
  /** Where calls stand still. */
  stopsAt: ReadonlySet<Point>;

  constructor(...stopsAt: readonly Point[]) {
    this.stopsAt = new Set(stopsAt);
  }

  readonly handlers: HandlersByGame = {
    asking: {
      book: async (call: AskCall<{ item: string }>) => {
        this.calls.push(call);
        await this.#reaches("called");
        if (!this.till.has(call.key)) this.till.set(call.key, call.payload.item);
        await this.#reaches("committed");
        return { booked: this.till.get(call.key)! };
      },
      idle: () => null,
    },
  };

  #reaches(at: Point): Promise<void> {
    if (!this.stopsAt.has(at)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.standing.push({ at, goOn: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  }
}
