/**
 * What carries out the asks of a game: functions of the server part, which may use a database or the network. They are
 * no rules: they are called again after a crash, and never by a replay. `defineHandlers` gives them the types of what
 * their game declares.
 */
import type { ZodType, z } from "zod";
import type { AnyGame } from "./game.ts";
import type { Locate } from "./locate.ts";
import type { Plain } from "./plain.ts";

/** Where nobody is anywhere: in tests, and where there are no matches. */
export const nowhere: Locate = async () => new Map();

/** One call of a handler. */
export interface AskCall<Payload = unknown> {
  /** The same at every attempt, of every owner of the match: what was done once under it must not be done again. */
  readonly key: string;
  readonly payload: Payload;
  readonly matchId: string;
  /** Counted from 1 by the process that calls; another owner of the match begins again. */
  readonly attempt: number;
  /** Aborted when the answer can have no effect any more, or when the attempt took too long. */
  readonly signal: AbortSignal;
  /** For friends lists and the like. Whom a player may look for is the game's decision. */
  readonly locate: Locate;
}

/** Resolves with the answer. When it rejects, or answers what its schema refuses, it is called again. */
export type AskHandler<Payload = never, Answer = unknown> = (
  call: AskCall<Payload>,
) => Promise<Answer> | Answer;

/** By the name of the ask. */
export type Handlers = { readonly [name: string]: AskHandler };

/** By the name of the game: what a module of games may export as `handlers`. */
export type HandlersByGame = { readonly [game: string]: Handlers };

type AsksOf<G extends AnyGame> = NonNullable<G["asks"]>;
type AskedPayload<Declared> = Declared extends { readonly payload: infer Schema extends ZodType }
  ? z.output<Schema>
  : Plain;
type HandlerAnswer<Declared> = Declared extends { readonly answer: infer Schema extends ZodType }
  ? z.input<Schema>
  : never;

export type HandlersOf<G extends AnyGame> = {
  readonly [Name in keyof AsksOf<G>]: AskHandler<
    AskedPayload<AsksOf<G>[Name]>,
    HandlerAnswer<AsksOf<G>[Name]>
  >;
};

/**
 * The handlers of a game, one for each ask that it declares: `export const handlers = defineHandlers(game, { … })`.
 * Those of several games are spread into one object.
 */
export function defineHandlers<G extends AnyGame>(
  game: G,
  handlers: HandlersOf<G>,
): { readonly [name: string]: HandlersOf<G> } {
  return { [game.name]: handlers };
}
