/**
 * What a game asks of the outside: a profile from a database, a purchase at a shop. `step` only says what; a handler of
 * the server part does it when the record that asked is durable, and its answer is part of a later record. So the World
 * stays a function of its records. Contract and limits only; the server's side is `server/match/asks/`.
 */
import type { ZodType } from "zod";
import type { Plain } from "./plain.ts";

/** Asks of a match that wait for their answer. One more is answered at the next tick: `ask/too-many`. */
export const asksPendingMax = 256;
/** Asks of one step. One more stops the match: its rules ask without end. */
export const asksPerStepMax = 1024;
/** As JSON. A larger payload stops the match. */
export const askPayloadCharactersMax = 4096;
/** As JSON. A handler that answers more has failed, and is called again. */
export const askAnswerCharactersMax = 16_384;
/** How long an ask waits for its answer, in time of the match: when nothing else is said, and at most. */
export const askSecondsUsual = 30;
export const askSecondsMax = 7 * 24 * 3600;

/** What may be asked under one name. */
export interface AskDeclaration {
  /** Validates what is asked; a step that asks anything else stops the match. Left out: anything plain. */
  readonly payload?: ZodType;
  /** Validates what the handler answers. Anything else counts as a failure of the handler. */
  readonly answer: ZodType;
  /** Default `askSecondsUsual`, at most `askSecondsMax`. Time in which the match stands still does not count. */
  readonly timeoutSeconds?: number;
}

/** One ask of a step. */
export interface Ask {
  readonly name: string;
  readonly payload?: Plain;
  /** Default: what is declared. */
  readonly timeoutSeconds?: number;
}

/** too-many: it was never carried out. timed-out: nobody knows whether it was. */
export type AskRefusal = "ask/too-many" | "ask/timed-out";

/** What became of an ask; each gets exactly one, while its match goes on. */
export type AskAnswer = {
  /** Its number: asks of a match are counted from 1. */
  readonly id: number;
  readonly name: string;
  /** What was asked, so that a World need not remember it. */
  readonly payload: Plain;
} & ({ readonly ok: true; readonly data: Plain } | { readonly ok: false; readonly reason: AskRefusal });
