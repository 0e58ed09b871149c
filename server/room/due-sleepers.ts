/**
 * Which of the sleeping matches that are due are begun in one look. One that could not be woken here is tried again later,
 * and ever less often, and meanwhile the others have their turn: a World that this server has no rules for must not keep every other
 * timer from its time. It wakes nothing.
 */
import type { SteadyClock } from "../../shared/clock.ts";

const firstWaitMs = 1000;
const longestWaitMs = 60_000;
/** When more cannot be woken, those that were tried longest ago are forgotten, and tried again. */
const leftMax = 1000;

export interface DueSleeper {
  readonly id: string;
  readonly wakesAtMs: number;
}

export class DueSleepers {
  readonly #nowMs: SteadyClock;
  readonly #atOnceMax: number;
  /** By id: the last tried is the last. */
  readonly #left = new Map<string, { readonly untilMs: number; readonly waitMs: number }>();

  constructor({ nowMs, atOnceMax }: { nowMs: SteadyClock; atOnceMax: number }) {
    this.#nowMs = nowMs;
    this.#atOnceMax = atOnceMax;
  }

  /** How many of the first that are due the next look needs to see. */
  get wanted(): number {
    return this.#atOnceMax + this.#left.size;
  }

  /** @param first of all sleepers by their time @param atMs by the store's clock */
  begun(first: readonly DueSleeper[], atMs: number): readonly string[] {
    const nowMs = this.#nowMs();
    const due = first.filter(({ wakesAtMs }) => wakesAtMs <= atMs).map(({ id }) => id);
    return due.filter((id) => (this.#left.get(id)?.untilMs ?? nowMs) <= nowMs).slice(0, this.#atOnceMax);
  }

  /** It could not be woken here. */
  leave(id: string): void {
    const before = this.#left.get(id)?.waitMs;
    const waitMs = before === undefined ? firstWaitMs : Math.min(2 * before, longestWaitMs);
    this.#left.delete(id);
    this.#left.set(id, { untilMs: this.#nowMs() + waitMs, waitMs });
    if (this.#left.size > leftMax) this.#left.delete(this.#left.keys().next().value!);
  }

  /** It sleeps no more. */
  woke(id: string): void {
    this.#left.delete(id);
  }
}
