/** What is kept of the messages that a client of a durable room sent with an id: the newest ones, with their answers. */
import { onceKeptMax } from "../../../shared/wire/once.ts";

/** Null: its answer is not kept. Otherwise packed. */
export type KeptOutcome = readonly [id: number, answer: Uint8Array | null];

/** Kept for one client. Another line of the same client begins anew. */
export interface KeptOnce {
  readonly line: string;
  /** Ascending; the last one is the newest that was applied. */
  readonly done: readonly KeptOutcome[];
}

export function withOnce(kept: KeptOnce | undefined, { line, done }: KeptOnce): KeptOnce {
  const before = kept?.line === line ? kept.done : [];
  return { line, done: [...before, ...done].slice(-onceKeptMax) };
}
