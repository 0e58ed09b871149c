/**
 * How many of a connection's waiting inputs a tick takes, and how well they come: one in a tick as a rule, so that what
 * jitter brings in heaps is played as it was sent. It owns the times at which the inputs came. It has no clock, and what
 * it leaves is bounded: beyond two that wait, a tick takes more. The limits of the match come before it (P1.1).
 */

/** Inputs that may wait behind a tick; beyond it a tick takes more than one. */
const waitingMax = 2;
/** Arrival times that are kept; as many inputs may wait. */
const arrivalsMax = 16;
/** After so many ticks without an input the client sends none at present, and no further tick counts as missed. */
const missedInARowMax = 15;
/** A second tick without an input within this time is no accident: from then on one more input waits. */
const accidentTicks = 120;
/** Inputs that all waited longer than a tick for this time wait longer than they need. */
const calmTicks = 90;
/** What is left of an input's spare time, in parts of a tick, when one that need not wait is taken at once. */
const spareKept = 0.25;

/** What a client is told of its inputs since it was last told. */
export interface InputsHeard {
  /** The least time that an input was there before its tick; below zero: it came so much too late. */
  readonly spareMs: number | undefined;
  /** How long an input waited, on average; 0 when none was taken. */
  readonly waitMs: number;
  /** Ticks that had no input although the client was sending. */
  readonly missed: number;
  /** Inputs that waited behind every tick. */
  readonly waiting: number;
}

export class InputHold {
  readonly #tickMs: number;
  readonly #arrivedAtMs: number[] = [];
  /** Ticks without an input in a row, and the first of them. */
  #missedInARow = missedInARowMax;
  #missedAtMs: number | undefined;
  #ticksSinceMissed = accidentTicks;
  /** Inputs that a tick may take beside its own, because ticks before it had none. */
  #owed = 0;
  #calm = 0;
  #calmSpareMs = Number.POSITIVE_INFINITY;
  #spareMs: number | undefined;
  #waited = { inputs: 0, ms: 0 };
  #missed = 0;
  #waiting: number | undefined;

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
  }

  /** An input came and waits. */
  arrived(nowMs: number): void {
    if (this.#missedAtMs !== undefined) this.#spare(this.#missedAtMs - nowMs);
    this.#missedAtMs = undefined;
    this.#arrivedAtMs.push(nowMs);
    if (this.#arrivedAtMs.length > arrivalsMax) this.#arrivedAtMs.shift();
  }

  /**
   * A tick is due at `nowMs`.
   * @param max as many may be taken
   * @returns how many of the waiting inputs to take
   */
  take(waiting: number, max: number, nowMs: number): number {
    while (this.#arrivedAtMs.length > waiting) this.#arrivedAtMs.shift();
    if (waiting === 0) {
      this.#miss(nowMs);
      return 0;
    }
    const taken = Math.min(max, waiting, this.#wanted(waiting));
    this.#ticksSinceMissed += 1;
    const isUsual = taken === 1 && this.#missedInARow === 0;
    this.#missedInARow = 0;
    const oldestMs = this.#arrivedAtMs[0] ?? nowMs;
    for (const atMs of this.#arrivedAtMs.splice(0, taken)) {
      this.#waited.inputs += 1;
      this.#waited.ms += nowMs - atMs;
    }
    this.#owed = waiting === taken ? 0 : Math.max(0, this.#owed - Math.max(0, taken - 1));
    const left = waiting - taken;
    this.#waiting = isUsual ? Math.min(this.#waiting ?? left, left) : left;
    if (isUsual) this.#spare(nowMs - oldestMs);
    else this.#restless();
    return taken;
  }

  /** What there is to tell; the next time it is about what comes from now on. */
  heard(): InputsHeard {
    const { inputs, ms } = this.#waited;
    const heard = {
      ...{ spareMs: this.#spareMs, waitMs: ms / Math.max(1, inputs) },
      ...{ missed: this.#missed, waiting: this.#waiting ?? 0 },
    };
    this.#waited = { inputs: 0, ms: 0 };
    this.#spareMs = undefined;
    this.#missed = 0;
    this.#waiting = undefined;
    return heard;
  }

  #wanted(waiting: number): number {
    const beyond = waiting - waitingMax;
    const owed = 1 + Math.min(this.#owed, waiting - 1);
    return Math.max(1, beyond, owed, this.#isLongCalm() ? 2 : 1);
  }

  /** All of them waited longer than they need. */
  #isLongCalm(): boolean {
    if (this.#calm < calmTicks) return false;
    const isCalm = this.#calmSpareMs > this.#tickMs * (1 + spareKept);
    this.#restless();
    return isCalm;
  }

  #restless(): void {
    this.#calm = 0;
    this.#calmSpareMs = Number.POSITIVE_INFINITY;
  }

  #miss(nowMs: number): void {
    this.#restless();
    this.#owed = Math.min(this.#owed, missedInARowMax);
    if (this.#missedInARow >= missedInARowMax) return;
    this.#missedInARow += 1;
    this.#missed += 1;
    if (this.#missedInARow === 1) {
      this.#missedAtMs = nowMs;
      // One that comes late a second time: what is behind it stays one tick later from now on, and is there in time.
      if (this.#ticksSinceMissed >= accidentTicks) this.#owed += 1;
      this.#ticksSinceMissed = 0;
    } else {
      // A line that stood still. What it held back comes at once, and later inputs are no later than before.
      this.#owed = Math.max(this.#owed, this.#missedInARow);
    }
    if (this.#missedInARow < missedInARowMax) return;
    this.#missedAtMs = undefined;
    this.#owed = 0;
  }

  #spare(ms: number): void {
    this.#spareMs = Math.min(this.#spareMs ?? ms, ms);
    this.#calmSpareMs = Math.min(this.#calmSpareMs, ms);
    this.#calm += 1;
  }
}
