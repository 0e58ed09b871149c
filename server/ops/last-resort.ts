/**
 * Handles uncaught errors in every process of the server: last-resort-table.ts decides what one means, and this
 * module acts. An error is logged once, with an id and its stack, and counted. Too many in a minute end the process
 * in order, because it may be in a bad state. Owns the counts.
 */

import { createHash } from "node:crypto";
import type { SteadyClock } from "../../shared/clock.ts";
import { exitCodes } from "../../shared/command-line/exit-codes.ts";
import { type RowName, rows, verdict } from "./last-resort-table.ts";

/** A process that contains more than this within a minute is unhealthy; it ends, and another one continues. */
const containedPerMinuteMax = 200;
const minuteMs = 60_000;
/** Kinds of errors that are told apart; beyond it the oldest is dropped. */
const kindsMax = 256;
/** The process' parts have this long to stop in order. */
const endMsMax = 10_000;

export interface LastResortParts {
  readonly log: {
    error(details: object, message: string): void;
    /** Written before it returns. */
    fatal(details: object, message: string): void;
  };
  /** Path of the checkout as it appears in stacks. */
  readonly root: string;
  readonly nowMs: SteadyClock;
  readonly exit: (code: number) => void;
  /** Writes to standard error, for people who read the process' last output. */
  readonly lastWords: (text: string) => void;
}

interface ErrorKind {
  readonly id: string;
  times: number;
  saidAtMs: number;
}

const contained = new Map<RowName, number>(
  rows.filter(({ act }) => act === "contain").map(({ name }) => [name, 0]),
);

/** Contained errors of this process since its start, by the row of the table, for metrics. */
export const containedErrors = (): ReadonlyMap<RowName, number> => contained;

export class LastResort {
  readonly #parts: LastResortParts;
  readonly #kinds = new Map<string, ErrorKind>();
  /** Times of the latest ones, oldest first. */
  #recentMs: number[] = [];
  #stop: (() => Promise<void>) | undefined;
  #ending = false;

  constructor(parts: LastResortParts) {
    this.#parts = parts;
  }

  /** @param stop stops the serving parts in order; from now on not every error ends the process */
  serving(stop: () => Promise<void>): void {
    this.#stop = stop;
  }

  uncaught(error: unknown): void {
    const { root, exit } = this.#parts;
    const { row, act, counts } = verdict({ error, root, serving: this.#stop !== undefined });
    if (act === "contain") {
      this.#contain(error, row, counts);
      return;
    }
    const { id } = this.#kindOf(error);
    const details = { id, from: row, error };
    this.#parts.log.fatal(details, "an uncaught error ends this process; the next one continues its matches");
    this.#parts.lastWords(`an uncaught error (${row}, id ${id}): ${words(error)}`);
    exit(row === "start" ? exitCodes.failed : exitCodes.internal);
  }

  #contain(error: unknown, row: RowName, counts: boolean): void {
    contained.set(row, (contained.get(row) ?? 0) + 1);
    const nowMs = this.#parts.nowMs();
    const kind = this.#kindOf(error);
    kind.times++;
    if (kind.times === 1 || nowMs - kind.saidAtMs >= minuteMs) {
      kind.saidAtMs = nowMs;
      const { id, times } = kind;
      // The stack is the same each time.
      const details = times === 1 ? { id, from: row, error } : { id, from: row, times, words: words(error) };
      this.#parts.log.error(details, "an uncaught error was contained");
    }
    if (!counts || this.#ending) return;
    this.#recentMs = [...this.#recentMs.filter((atMs) => nowMs - atMs < minuteMs), nowMs];
    if (this.#recentMs.length > containedPerMinuteMax) this.#endInOrder(kind.id);
  }

  #endInOrder(id: string): void {
    const { log, lastWords, exit } = this.#parts;
    this.#ending = true;
    const why = `${containedPerMinuteMax} uncaught errors within a minute, the last with id ${id}`;
    log.fatal({ id }, `${why}: this process ends`);
    lastWords(why);
    const end = () => exit(exitCodes.internal);
    setTimeout(end, endMsMax);
    void this.#stop!().then(end, end);
  }

  #kindOf(error: unknown): ErrorKind {
    const stack = (error as Error)?.stack?.split("\n") ?? [];
    const frame = stack.find((line) => /^\s+at /.test(line)) ?? "";
    // The numbers in a text may differ for the same error.
    const signature = `${words(error).replaceAll(/\d+/g, "#")}${frame}`;
    const known = this.#kinds.get(signature);
    if (known !== undefined) return known;
    const id = createHash("sha256").update(signature).digest("hex").slice(0, 8);
    const kind = { id, times: 0, saidAtMs: Number.NEGATIVE_INFINITY };
    this.#kinds.set(signature, kind);
    if (this.#kinds.size > kindsMax) this.#kinds.delete(this.#kinds.keys().next().value!);
    return kind;
  }
}

function words(error: unknown): string {
  const { name = "", message = String(error) } = Object(error) as Partial<Error>;
  return `${name}: ${message}`.slice(0, 300);
}
