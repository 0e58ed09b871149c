/**
 * The game that simulated players play: inputs add up, every command that was applied is in the World for
 * good, and chance moves on with each tick, so that a lost, doubled or reordered record shows in the View.
 */
import { schema, t } from "@colyseus/schema";
import { z } from "zod";
import { nextUint32 } from "../../shared/game/deterministic/random.ts";
import type { Game, NumericInput, Plain, TickRecord } from "../../shared/game/game.ts";

export interface LedgerWorld {
  tick: number;
  random: number;
  overAt: number;
  /** By seat. */
  sums: Record<string, number>;
  /** Texts of the commands applied, in order. Each is unique in the run. */
  said: string[];
  /** The digest of everything that ever came in. */
  digest: number;
}

export interface LedgerInput extends NumericInput {
  amount: number;
}

/** What the rule says that throws. */
export const brokenRule = "the rule that fails";

const LedgerView = schema({ text: t.string() }, "LedgerView");
type View = InstanceType<typeof LedgerView>;

export const ledger: Game<LedgerWorld, LedgerInput, { name: string; payload: unknown }, View> = {
  name: "ledger",
  version: 1,
  tickRate: 20,
  patchRate: 15,
  seats: { min: 1, max: 6 },
  input: { seq: { type: "uint32", min: 0, max: 0xffffffff }, amount: { type: "int16", min: -100, max: 100 } },
  commands: { say: z.object({ text: z.string() }), fail: z.object({}) },
  options: z.object({ overAt: z.number().int() }),
  view: {
    create: () => new LedgerView(),
    write: (view, world) => {
      view.text = JSON.stringify(viewOf(world));
    },
    read: (view) => JSON.parse(view.text ?? "null"),
    of: viewOf,
  },
  create: (seed, options) => ({
    tick: 0,
    random: seed,
    overAt: (options as { overAt: number }).overAt,
    sums: {},
    said: [],
    digest: 0,
  }),
  step,
  outcome: (world) =>
    world.overAt > 0 && world.tick >= world.overAt ? { ranking: [], players: [], reason: "time" } : undefined,
};

function viewOf({ tick, random, sums, said, digest }: LedgerWorld): Plain {
  return { tick, random, sums, said: said.length, digest };
}

function step(world: LedgerWorld, record: TickRecord<LedgerInput>) {
  world.tick = record.tick;
  const note = (...numbers: number[]) => {
    for (const number of numbers) world.digest = (Math.imul(world.digest, 31) + number + 1) >>> 0;
  };
  note(nextUint32(world));
  note(record.leaves.length, ...record.leaves, record.joins.length, ...record.joins.map(({ seat }) => seat));
  note(record.drops.length, ...record.drops, record.returns.length, ...record.returns);
  for (const { seat, inputs } of record.inputs) {
    for (const { seq, amount } of inputs) {
      world.sums[seat] = (world.sums[seat] ?? 0) + amount;
      note(seat, seq);
    }
  }
  return record.commands.map(({ seat, command }) => {
    if (command.name === "fail") throw new Error(brokenRule);
    world.said.push((command.payload as { text: string }).text);
    note(seat, world.said.length);
    return { ok: true } as const;
  });
}
