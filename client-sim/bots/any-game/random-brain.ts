/**
 * A bot of a game that brings no brain: it sends any input that the game's ranges allow, holds it for a while, and now
 * and then sends a command, when one can be made from its schema. It looks at nothing.
 */
import { nextBelow, nextUint32, type RandomState } from "../../../shared/game/deterministic/random.ts";
import type { AnyGame, InputField, NamedCommand, Seat } from "../../../shared/game/game.ts";
import type { BotBrain, BrainParts, Move } from "../bot-brain.ts";
import { type CommandPace, casual } from "../bot-commands.ts";
import { someCommand } from "./random-payload.ts";

/** An input is held for up to this many steps. */
const heldStepsMax = 15;

export class RandomBrain implements BotBrain {
  readonly #game: AnyGame;
  readonly #random: RandomState;
  readonly #pace: CommandPace;
  readonly #fields: readonly (readonly [string, InputField])[];
  #input: Record<string, number> = {};
  #heldSteps = 0;
  #stepsToCommand: number;

  constructor(game: AnyGame, { random, pace = casual }: BrainParts) {
    this.#game = game;
    this.#random = random;
    this.#pace = pace;
    const shape = game.input as Readonly<Record<string, InputField>>;
    this.#fields = Object.entries(shape).filter(([field]) => field !== "seq");
    this.#stepsToCommand = this.#nextPause();
  }

  next(_view: object, _seat: Seat, isWaiting: boolean): Move {
    const command = isWaiting ? undefined : this.#command();
    return { ...this.#held(), ...(command && { command }) };
  }

  /** A game without fields of its own gets no inputs. */
  #held(): Move {
    if (this.#fields.length === 0) return {};
    if (this.#heldSteps-- <= 0) {
      this.#heldSteps = nextBelow(this.#random, heldStepsMax);
      this.#input = Object.fromEntries(
        this.#fields.map(([name, { min, max }]) => [
          name,
          min + (nextUint32(this.#random) % (max - min + 1)),
        ]),
      );
    }
    return { input: this.#input };
  }

  #command(): NamedCommand | undefined {
    if (this.#stepsToCommand-- > 0) return undefined;
    this.#stepsToCommand = this.#nextPause();
    return someCommand(this.#game, this.#random);
  }

  #nextPause(): number {
    const { secondsMin, secondsSpread } = this.#pace;
    const { tickRate } = this.#game;
    return (
      Math.round(secondsMin * tickRate) +
      nextBelow(this.#random, Math.max(1, Math.round(secondsSpread * tickRate)))
    );
  }
}
