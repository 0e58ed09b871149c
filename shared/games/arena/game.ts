/** The game `arena`, a top-down shooter for up to 16 players, as an object of the contract. */
import type { Game } from "../../game/game.ts";
import { type ArenaCommand, arenaCommands, arenaOptions } from "./command.ts";
import { type ArenaInput, arenaInput } from "./input.ts";
import { migrate } from "./migrate.ts";
import { outcomeOf } from "./rules/ending.ts";
import { seatBot } from "./rules/seating.ts";
import { step } from "./step.ts";
import { arenaView } from "./view.ts";
import type { ArenaView } from "./view-schema.ts";
import { type ArenaWorld, createWorld, seatsMax, ticksPerSecond } from "./world.ts";

/** Its step tells nobody anything, and takes less of a record than it may. */
export const arena: { step: typeof step } & Game<ArenaWorld, ArenaInput, ArenaCommand, ArenaView> = {
  name: "arena",
  version: 4,
  tickRate: ticksPerSecond,
  patchRate: 20,
  seats: { min: 1, max: seatsMax },
  input: arenaInput,
  commands: arenaCommands,
  options: arenaOptions,
  view: arenaView,
  queueOptions: (options, { teamSize, bots }) => ({ ...(options as object), teamSize, bots }),
  create,
  migrate,
  step,
  outcome: outcomeOf,
};

function create(seed: number, options: unknown): ArenaWorld {
  const parsed = arenaOptions.parse(options);
  const world = createWorld(seed, parsed);
  for (const seat of parsed.bots.toSorted((a, b) => a - b)) seatBot(world, seat);
  return world;
}
