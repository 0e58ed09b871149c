/**
 * A task that a node repeats, one run at a time: at an interval, and soon after a request. A request during a run
 * causes one more run, because what the run read may be out of date. It sets no timer: its owner gives it turns, and
 * without them nothing happens.
 */
import type { SteadyClock } from "../../shared/clock.ts";
export interface ActivityParts {
  readonly nowMs: SteadyClock;
  readonly everyMs: number;
  /** Time between two starts, however often it is requested. */
  readonly gapMsMin: number;
  readonly run: () => Promise<void>;
  /** The task continues at its next turn. */
  readonly onFailed: (error: Error) => void;
}

export class Activity {
  readonly #parts: ActivityParts;
  #startedMs = Number.NEGATIVE_INFINITY;
  #asked = false;
  #underWay: Promise<void> | undefined;

  constructor(parts: ActivityParts) {
    this.#parts = parts;
  }

  /** Makes it due at its next turn. */
  ask(): void {
    this.#asked = true;
  }

  /** Starts it now, or at the first turn that `gapMsMin` allows. */
  soon(): void {
    this.ask();
    this.runIfDue();
  }

  /** Starts it when it is due. */
  runIfDue(): void {
    const { nowMs, everyMs, gapMsMin } = this.#parts;
    const restedMs = nowMs() - this.#startedMs;
    if (this.#underWay !== undefined || restedMs < (this.#asked ? gapMsMin : everyMs)) return;
    this.#begin().catch(this.#parts.onFailed);
  }

  /** Runs it after the current run. @throws what `run` throws */
  async now(): Promise<void> {
    while (this.#underWay !== undefined) await this.idle();
    await this.#begin();
  }

  /** Resolves when no run is active. */
  async idle(): Promise<void> {
    await this.#underWay?.catch(() => {});
  }

  #begin(): Promise<void> {
    this.#asked = false;
    this.#startedMs = this.#parts.nowMs();
    this.#underWay = this.#parts.run().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }
}
