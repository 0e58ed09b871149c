/** The game `arena`: a top-down shooter for up to 16 players, as the server takes it. */
import type { Game } from "../../game.ts";
import { type ArenaCommand, arenaCommands, arenaOptions } from "./command.ts";
import { type ArenaInput, arenaInput } from "./input.ts";
import { outcomeOf } from "./rules/ending.ts";
import { step } from "./step.ts";
import { type ArenaView, arenaView } from "./view.ts";
import { type ArenaWorld, createWorld, seatsMax, ticksPerSecond } from "./world.ts";

export const arena: Game<ArenaWorld, ArenaInput, ArenaCommand, ArenaView> = {
  name: "arena",
  version: 1,
  tickRate: ticksPerSecond,
  patchRate: 20,
  seats: { min: 1, max: seatsMax },
  input: arenaInput,
  commands: arenaCommands,
  options: arenaOptions,
  view: arenaView,
  create: (seed, options) => createWorld(seed, arenaOptions.parse(options)),
  step,
  outcome: outcomeOf,
};
