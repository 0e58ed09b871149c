/**
 * Work that this process does by itself, on timers: each has a name, and runs through one wrapper that says the
 * name with the error. What an error then means is decided in last-resort-table.ts. Owns no timer for long.
 */
import { later as laterBy } from "./later.ts";

/**
 * What becomes of the process when the work throws. end: its next turn is made by itself and would not come, or
 * what it left half done is what players see; a process that goes on like that is worse than one that is back in a
 * second. contain: an interval brings the next turn.
 */
export const works = {
  ticks: "end",
  commits: "end",
  fleet: "end",
  "match-locator": "end",
  matchmaking: "end",
  joins: "contain",
  status: "contain",
  load: "contain",
  tidy: "contain",
  announce: "contain",
  "backfill-requests": "contain",
  attendance: "contain",
} as const satisfies Record<string, "end" | "contain">;

export type Work = keyof typeof works;

/** `cause` is what it threw. */
export class WorkFailed extends Error {
  readonly work: Work;
  constructor(work: Work, cause: unknown) {
    super(`the work "${work}" failed: ${(cause as Error)?.message ?? cause}`, { cause });
    this.name = "WorkFailed";
    this.work = work;
  }
}

/** Runs it; what it throws, at once or as a promise, goes on under the name of the work, to nobody in particular. */
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

/** @returns how to stop it */
export function every(work: Work, ms: number, run: () => unknown): () => void {
  const timer = setInterval(asWork(work, run), ms);
  return () => clearInterval(timer);
}

/** At once, but after what is already due, when `ms` is not positive. */
export const laterAs =
  (work: Work) =>
  (ms: number, run: () => void): void => {
    if (ms <= 0) setImmediate(asWork(work, run));
    else laterBy(ms, asWork(work, run));
  };

/** The same, for who calls it off. @returns how to */
export const timerAs =
  (work: Work) =>
  (ms: number, run: () => void): (() => void) =>
    laterBy(ms, asWork(work, run));
