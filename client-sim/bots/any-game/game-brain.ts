/** A bot that plays with the brain that its game brings. It adds only what the wire needs: numbers, and no field missing. */
import { Chance } from "../../../shared/game/deterministic/chance.ts";
import type { RandomState } from "../../../shared/game/deterministic/random.ts";
import type { AnyGame, InputField, Seat } from "../../../shared/game/game.ts";
import type { BotBrain, Move } from "../bot-brain.ts";
import { seenIn } from "./seen.ts";

export class GameBrain implements BotBrain {
  readonly #game: AnyGame;
  readonly #chance: Chance;

  constructor(game: AnyGame, random: RandomState) {
    this.#game = game;
    this.#chance = new Chance(random);
  }

  next(view: object, seat: Seat, isWaiting: boolean): Move {
    const { input, command } = this.#game.brain!({
      ...{ ...seenIn(this.#game, view), seat, chance: this.#chance },
    });
    return {
      ...(input !== undefined && { input: wholeInput(this.#game.input, input) }),
      ...(command !== undefined && !isWaiting && { command }),
    };
  }
}

function wholeInput(
  shape: Readonly<Record<string, InputField>>,
  given: Readonly<Record<string, number | boolean>>,
): Record<string, number> {
  const fields = Object.entries(shape).filter(([field]) => field !== "seq");
  return Object.fromEntries(fields.map(([field, { min }]) => [field, Number(given[field] ?? min)]));
}
