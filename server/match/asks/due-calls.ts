/**
 * Which pending asks of a match are carried out now, and when to look again. Pure: the clock and the state of each call
 * come in. An ask is carried out once the record that asked it is durable, so that no crash can take back the reason of
 * what was done outside; after a failure again, with growing delays, for as long as it is pending.
 */
import type { PendingAsk } from "./asks-state.ts";

/** Calls of one match at a time. */
const callsAtOnceMax = 16;
const retryMsMin = 100;
const retryMsMax = 10_000;

/** waiting: not called yet. running: called, and not answered. retry: it failed. answered: a record will carry it. */
export type CallState =
  | { readonly kind: "waiting" }
  | { readonly kind: "running"; readonly attempt: number }
  | { readonly kind: "retry"; readonly attempt: number; readonly atMs: number }
  | { readonly kind: "answered" };

export interface DueCalls {
  /** Oldest first. */
  readonly start: readonly { readonly ask: PendingAsk; readonly attempt: number }[];
  /** Undefined: only something that happens makes one due. */
  readonly lookAgainAtMs: number | undefined;
}

export function dueCalls(
  pending: readonly PendingAsk[],
  calls: ReadonlyMap<number, CallState>,
  { durableTick, nowMs }: { readonly durableTick: number; readonly nowMs: number },
): DueCalls {
  const start: { ask: PendingAsk; attempt: number }[] = [];
  let lookAgainAtMs: number | undefined;
  let free = callsAtOnceMax - [...calls.values()].filter(({ kind }) => kind === "running").length;
  for (const ask of pending) {
    const call = calls.get(ask.id);
    if (ask.tick > durableTick || call?.kind === "running" || call?.kind === "answered") continue;
    const retry = call?.kind === "retry" ? call : { attempt: 0, atMs: nowMs };
    if (retry.atMs > nowMs) lookAgainAtMs = Math.min(lookAgainAtMs ?? retry.atMs, retry.atMs);
    else if (free > 0) {
      start.push({ ask, attempt: retry.attempt + 1 });
      free -= 1;
    }
  }
  return { start, lookAgainAtMs };
}

/** @param attempt the one that failed, counted from 1 */
export function retryAfterMs(attempt: number): number {
  return Math.min(retryMsMax, retryMsMin * 2 ** Math.min(attempt - 1, 30));
}
