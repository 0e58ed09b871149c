/**
 * Something that a node does again and again, one at a time: every so often, and soon when it is asked for. Asked
 * while it is under way, it runs once more, because what it read may be old by then. It sets no timer: who owns it
 * gives it its turns, and without them it rests.
 */
import type { SteadyClock } from "../../shared/clock.ts";
export interface ActivityParts {
  readonly nowMs: SteadyClock;
  readonly everyMs: number;
  /** Between two starts, however often it is asked for. */
  readonly gapMsMin: number;
  readonly run: () => Promise<void>;
  /** The activity goes on at its next turn. */
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

  /** It is due at its next turn. */
  ask(): void {
    this.#asked = true;
  }

  /** It begins now, or at the first turn at which it may. */
  soon(): void {
    this.ask();
    this.runIfDue();
  }

  /** Begins it when it is due. */
  runIfDue(): void {
    const { nowMs, everyMs, gapMsMin } = this.#parts;
    const restedMs = nowMs() - this.#startedMs;
    if (this.#underWay !== undefined || restedMs < (this.#asked ? gapMsMin : everyMs)) return;
    this.#begin().catch(this.#parts.onFailed);
  }

  /** Runs it, after the run that is under way. @throws what `run` throws */
  async now(): Promise<void> {
    while (this.#underWay !== undefined) await this.idle();
    await this.#begin();
  }

  /** Resolves when no run is under way. */
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
