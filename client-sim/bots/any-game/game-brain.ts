/** A bot that plays with the brain that its game brings. It adds only what the wire needs: numbers, and no field missing. */
import { Chance } from "../../../shared/game/deterministic/chance.ts";
import type { AnyGame, InputField, Seat } from "../../../shared/game/game.ts";
import type { BotBrain, BrainParts, Move } from "../bot-brain.ts";
import { type SeenParts, seenIn } from "./seen.ts";

export class GameBrain implements BotBrain {
  readonly #game: AnyGame;
  readonly #chance: Chance;
  readonly #seen: (view: object) => SeenParts;

  constructor(game: AnyGame, { random, seen = (view) => seenIn(game, view) }: BrainParts) {
    this.#game = game;
    this.#chance = new Chance(random);
    this.#seen = seen;
  }

  next(view: object, seat: Seat, isWaiting: boolean): Move {
    const { input, command } = this.#game.brain!({
      ...{ ...this.#seen(view), seat, chance: this.#chance },
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
