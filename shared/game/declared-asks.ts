/** The types of what a step asks and hears, from what its game declares; and how a step collects what it asks. */
import type { ZodType, z } from "zod";
import type { Ask, AskDeclaration, AskRefusal } from "./asks.ts";
import type { Plain } from "./plain.ts";

/** In words where it is none, as `CheckedFields` does it. */
export type CheckedAsks<Asks> = Asks extends { readonly [name: string]: AskDeclaration }
  ? unknown
  : "each ask is { answer: a schema }, with a schema `payload` and `timeoutSeconds` if wanted";

type SchemaOf<Declared, Part extends "payload" | "answer"> = Declared extends {
  readonly [P in Part]: infer Schema extends ZodType;
}
  ? Schema
  : ZodType<Plain, Plain>;

type Timeout = Pick<Ask, "timeoutSeconds">;

/** Asks the server part, which answers at a later tick. @returns the ask's number, which its answer has */
export type AskTick<Asks> = <Name extends keyof Asks & string>(
  name: Name,
  payload: z.input<SchemaOf<Asks[Name], "payload">>,
  options?: Timeout,
) => number;

/** What became of an ask, by its name. */
export type TickAnswer<Asks> = {
  [Name in keyof Asks & string]: {
    readonly id: number;
    readonly name: Name;
    /** What was asked. */
    readonly payload: z.output<SchemaOf<Asks[Name], "payload">>;
  } & (
    | { readonly ok: true; readonly data: z.output<SchemaOf<Asks[Name], "answer">> }
    | { readonly ok: false; readonly reason: AskRefusal }
  );
}[keyof Asks & string];

/** @param nextAsk number of the first one */
export function askCollector(nextAsk = 1): {
  readonly asks: Ask[];
  readonly ask: (name: string, payload?: Plain, options?: Timeout) => number;
} {
  const asks: Ask[] = [];
  return {
    asks,
    ask: (name, payload = null, options) => nextAsk + asks.push({ name, payload, ...options }) - 1,
  };
}
