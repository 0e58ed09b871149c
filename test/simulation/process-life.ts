/**
 * The life of one process: it runs, may stand still and go on as if nothing had been, and dies once. Whatever comes
 * to it while it stands still waits; what comes after its death is lost.
 */
import type { Scheduler } from "./scheduler.ts";

export type WakesTo = "timers" | "events" | "order-of-coming";

export interface ProcessLifeParts {
  readonly scheduler: Scheduler;
  /** When it wakes up: its timers before what came in, after it, or all in the order of coming. */
  readonly wakesTo: WakesTo;
  readonly onUncaught: (error: Error) => void;
}

export class ProcessLife {
  readonly #parts: ProcessLifeParts;
  #state: "running" | "stalled" | "dead" = "running";
  /** What came while the process stood still. */
  #missed: { task: () => void; kind: "timer" | "event" }[] = [];
  #stalledAtMs = 0;
  /** The longest time for which it stood still. */
  longestStallMs = 0;

  constructor(parts: ProcessLifeParts) {
    this.#parts = parts;
  }

  get state(): "running" | "stalled" | "dead" {
    return this.#state;
  }

  inProcess = (task: () => void, kind: "timer" | "event" = "event"): void => {
    if (this.#state === "stalled") this.#missed.push({ task, kind });
    if (this.#state !== "running") return;
    try {
      task();
    } catch (error) {
      this.#parts.onUncaught(error as Error);
    }
  };

  later = (ms: number, task: () => void): void => {
    this.#parts.scheduler.later(ms, () => this.inProcess(task, "timer"));
  };

  stall(): void {
    if (this.#state !== "running") return;
    this.#state = "stalled";
    this.#stalledAtMs = this.#parts.scheduler.nowMs;
  }

  wake(): void {
    if (this.#state !== "stalled") return;
    const { scheduler, wakesTo } = this.#parts;
    this.#state = "running";
    this.longestStallMs = Math.max(this.longestStallMs, scheduler.nowMs - this.#stalledAtMs);
    const missed = this.#missed;
    this.#missed = [];
    const rank = ({ kind }: { kind: "timer" | "event" }) =>
      wakesTo === "order-of-coming" || `${kind}s` === wakesTo ? 0 : 1;
    const order = missed.toSorted((a, b) => rank(a) - rank(b));
    for (const { task, kind } of order) scheduler.later(0, () => this.inProcess(task, kind));
  }

  die(): void {
    this.#state = "dead";
    this.#missed = [];
  }
}
