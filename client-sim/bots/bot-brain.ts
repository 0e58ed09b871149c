/** What decides for a bot: what it is given and what it says. A brain is asked at every step, and reads no clock. */
import type { RandomState } from "../../shared/game/deterministic/random.ts";
import type { NamedCommand, Seat } from "../../shared/game/game.ts";
import type { SeenParts } from "./any-game/seen.ts";
import type { CommandPace } from "./bot-commands.ts";
import type { LevelName } from "./skill.ts";

export interface Move {
  readonly input?: Readonly<Record<string, number>>;
  readonly command?: NamedCommand;
}

export interface BotBrain {
  /** @param view the state of a client, or what `BrainParts.seen` reads; @param isWaiting for the answer to a command */
  next(view: object, seat: Seat, isWaiting: boolean): Move;
}

export interface BrainParts {
  readonly random: RandomState;
  readonly pace?: CommandPace | undefined;
  /** Reads what `next` is given, for a game that is not the arena; left out: as a client's decoded state. */
  readonly seen?: ((view: object) => SeenParts) | undefined;
  /** How well a bot of the arena plays; left out: by chance. */
  readonly level?: LevelName | undefined;
  /** A chat line of the arena; small talk without it. */
  readonly text?: (() => string) | undefined;
}
