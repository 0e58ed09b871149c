/**
 * Which brain a bot of a game has: the arena's own brain, the one that a game brings, or chance. And what else differs
 * between the arena, which has bots of its own, and any other game.
 */
import type { AnyGame, Seat } from "../../shared/game/game.ts";
import { arena } from "../../shared/games/arena/game.ts";
import type { ArenaView } from "../../shared/games/arena/view-schema.ts";
import { GameBrain } from "./any-game/game-brain.ts";
import { RandomBrain } from "./any-game/random-brain.ts";
import type { BotBrain, BrainParts, Move } from "./bot-brain.ts";
import { casual, gunCommand, nextCommand } from "./bot-commands.ts";
import { type BotState, newBotState, stepsPerSecond } from "./bot-state.ts";
import { decide } from "./brain.ts";

export function brainFor(game: AnyGame, parts: BrainParts): BotBrain {
  if (game === arena) return new ArenaBrain(parts);
  return game.brain === undefined ? new RandomBrain(game, parts) : new GameBrain(game, parts);
}

/** Whether bots of the game play; without a brain they send inputs at random. */
export function hasBrain(game: AnyGame): boolean {
  return game === arena || game.brain !== undefined;
}

/** How often a bot of the game decides. */
export function stepsPerSecondOf(game: AnyGame): number {
  return game === arena ? stepsPerSecond : game.tickRate;
}

/** The arena shows its end in the View, before anybody is told. */
export function showsEnd(game: AnyGame, view: object): boolean {
  return game === arena && (view as ArenaView).phase === "over";
}

class ArenaBrain implements BotBrain {
  readonly #parts: BrainParts;
  readonly #state: BotState;

  constructor(parts: BrainParts) {
    this.#parts = parts;
    this.#state = newBotState(parts.random, parts.level);
  }

  next(view: object, seat: Seat): Move {
    const { random, pace = casual, text } = this.#parts;
    const input = decide(view as ArenaView, seat, this.#state, random);
    const gun = gunCommand(this.#state, (view as ArenaView).players?.get(String(seat))?.weapon);
    const command = gun ?? nextCommand(this.#state, random, pace, text);
    return { input: { ...input }, ...(command && { command }) };
  }
}
