/**
 * Work that this process does on timers. Each kind has a name and runs in a wrapper that adds the name to an error.
 * last-resort-table.ts decides what the error means. Owns no timer for long.
 */
import { later as laterBy } from "./later.ts";

/**
 * What happens to the process when the work throws. end: the work schedules its own next turn, which would not come,
 * or players see what it left half done; continuing like that is worse than a restart within a second. contain: an
 * interval brings the next turn.
 */
export const works = {
  ticks: "end",
  asks: "end",
  commits: "end",
  fleet: "end",
  "match-locator": "end",
  matchmaking: "end",
  joins: "contain",
  status: "contain",
  load: "contain",
  tidy: "contain",
  sleep: "contain",
  "open-again": "contain",
  announce: "contain",
  "backfill-requests": "contain",
  attendance: "contain",
  rooms: "contain",
  locations: "contain",
} as const satisfies Record<string, "end" | "contain">;

export type Work = keyof typeof works;

/** `cause` is what the work threw. */
export class WorkFailed extends Error {
  readonly work: Work;
  constructor(work: Work, cause: unknown) {
    super(`the work "${work}" failed: ${(cause as Error)?.message ?? cause}`, { cause });
    this.name = "WorkFailed";
    this.work = work;
  }
}

/** Runs the work. An error, thrown or as a rejection, is rethrown under the name of the work for the last resort. */
export function asWork(work: Work, run: () => unknown): () => void {
  return () => {
    try {
      const result = run();
      if (!(result instanceof Promise)) return;
      result.catch((cause) => {
        throw new WorkFailed(work, cause);
      });
    } catch (cause) {
      throw new WorkFailed(work, cause);
    }
  };
}

/** @returns a function that stops it */
export function every(work: Work, ms: number, run: () => unknown): () => void {
  const timer = setInterval(asWork(work, run), ms);
  return () => clearInterval(timer);
}

/** Runs immediately after work that is already due when `ms` is not positive. */
export const laterAs =
  (work: Work) =>
  (ms: number, run: () => void): void => {
    if (ms <= 0) setImmediate(asWork(work, run));
    else laterBy(ms, asWork(work, run));
  };

/** The same, for callers that may cancel it. @returns a function that cancels it */
export const timerAs =
  (work: Work) =>
  (ms: number, run: () => void): (() => void) =>
    laterBy(ms, asWork(work, run));
