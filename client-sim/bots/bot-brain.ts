/** What decides for a bot: what it is given and what it says. A brain is asked at every step, and reads no clock. */
import type { RandomState } from "../../shared/game/deterministic/random.ts";
import type { NamedCommand, Seat } from "../../shared/game/game.ts";
import type { CommandPace } from "./bot-commands.ts";

export interface Move {
  readonly input?: Readonly<Record<string, number>>;
  readonly command?: NamedCommand;
}

export interface BotBrain {
  /** @param view the state of a client; @param isWaiting for the answer to a command */
  next(view: object, seat: Seat, isWaiting: boolean): Move;
}

export interface BrainParts {
  readonly random: RandomState;
  readonly pace?: CommandPace | undefined;
  /** A chat line of the arena; small talk without it. */
  readonly text?: (() => string) | undefined;
}
