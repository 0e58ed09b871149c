/**
 * A game for tests of the match layer: each input adds its `amount` to its seat's tally. Its World shows
 * everything that reached it, in order, so that a test can say exactly what was applied.
 */
import { schema, t } from "@colyseus/schema";
import { z } from "zod";
import type { Game, NumericInput, Plain, TickRecord } from "../../shared/game/game.ts";

export interface TallyWorld {
  tick: number;
  tallies: Record<string, number>;
  /** What happened, in words. */
  story: string[];
  overAt: number;
}

export interface TallyInput extends NumericInput {
  amount: number;
}

const TallyView = schema({ tick: t.uint32(), text: t.string() }, "TallyView");
type View = InstanceType<typeof TallyView>;

export const tally: Game<TallyWorld, TallyInput, { name: string; payload: unknown }, View> = {
  name: "tally",
  version: 1,
  tickRate: 30,
  patchRate: 20,
  seats: { min: 1, max: 3 },
  input: { seq: { type: "uint32", min: 0, max: 0xffffffff }, amount: { type: "int16", min: -100, max: 100 } },
  commands: { say: z.object({ text: z.string() }), fail: z.object({}) },
  options: z.object({ overAt: z.number().int().default(0) }),
  view: {
    create: () => new TallyView(),
    write: (view, world) => {
      view.tick = world.tick;
      view.text = JSON.stringify(world.tallies);
    },
    read: (view) => ({ tick: view.tick ?? 0, text: view.text ?? "" }),
    of: (world): Plain => ({ tick: world.tick, text: JSON.stringify(world.tallies) }),
  },
  create: (seed, options) => ({
    tick: 0,
    tallies: { seed },
    story: [],
    overAt: (options as { overAt: number }).overAt,
  }),
  step: stepTally,
  outcome: (world) =>
    world.overAt > 0 && world.tick >= world.overAt ? { ranking: [], players: [], reason: "time" } : undefined,
};

function stepTally(world: TallyWorld, record: TickRecord<TallyInput>) {
  world.tick = record.tick;
  const tell = (what: string, seats: readonly unknown[]) => {
    for (const seat of seats) world.story.push(`${record.tick} ${what} ${JSON.stringify(seat)}`);
  };
  tell("leave", record.leaves);
  tell(
    "join",
    record.joins.map(({ seat, name }) => `${seat}:${name}`),
  );
  tell("drop", record.drops);
  tell("return", record.returns);
  for (const { seat, inputs } of record.inputs) {
    for (const input of inputs) world.tallies[seat] = (world.tallies[seat] ?? 0) + input.amount;
  }
  return record.commands.map(({ seat, command }) => {
    if (command.name === "fail") throw new Error("the rule that fails");
    world.story.push(`${record.tick} command ${seat} ${JSON.stringify(command.payload)}`);
    return { ok: true } as const;
  });
}
