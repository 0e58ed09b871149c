/**
 * When a client sends its inputs: as many a second as the match has ticks, and so that each is there shortly before the tick
 * that takes it. The server says how much time they had to spare (wire/pong.ts); the pace runs a little slower or faster until
 * it is little, and never so little that ticks go without. It has no clock and no timer.
 */
import type { Pong } from "../wire/pong.ts";

/** By how much an interval may be longer or shorter than a tick while the pace is changed, by a little and by whole ticks. */
const slewPart = { little: 0.1, much: 0.25 };
/** What was heard that is remembered. */
const heardMax = 20;
/** Time to spare that is left after long, and how much more of it after the first words of the server. */
const spareMs = { long: 2, first: 40 };
/** An input that is later than this, in ticks, was held up by the line: sending earlier would not have helped. */
const heldUpTicks = 1.5;
/** So many ticks without an input are more than the server can make up for: inputs wait behind it from then on. */
const leftWaitingMissed = 4;
/** Inputs that are sent at once after a pause of the page; the server would drop more. */
const atOnceMax = 4;

/** Inputs that wait longer than this, in ticks, are not sent earlier still, and beyond the most later, whatever the line does. */
const waitTicks = { much: 1.5, most: 3 };

export type InputReport = Pick<Pong, "spareMs" | "waitMs" | "missed" | "waiting">;

export class InputPace {
  readonly #tickMs: number;
  #nextAtMs: number | undefined;
  /** How much later inputs are sent than at first, and how much later they shall be. */
  #movedMs = 0;
  #toMoveMs = 0;
  #movedAtMs = Number.NEGATIVE_INFINITY;
  /** Time to spare, as it would have been without any move. */
  #spares: number[] = [];

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
  }

  /** When the next input is due; undefined: now. */
  get nextAtMs(): number | undefined {
    return this.#nextAtMs;
  }

  /** @returns how many inputs to send now */
  due(nowMs: number): number {
    let due = 0;
    this.#nextAtMs ??= nowMs;
    if (nowMs - this.#nextAtMs > atOnceMax * this.#tickMs) this.#nextAtMs = nowMs;
    for (; this.#nextAtMs <= nowMs; due++) this.#nextAtMs += this.#intervalMs(nowMs);
    return due;
  }

  /** A new connection: what was heard is about another line. */
  restart(): void {
    this.#spares = [];
    this.#toMoveMs = 0;
  }

  /** @param sinceMs what is reported began then */
  heard({ spareMs: leastMs, waitMs, missed, waiting }: InputReport, sinceMs: number): void {
    if (sinceMs <= this.#movedAtMs || this.#toMoveMs !== 0) return;
    const late = Math.max(0, -(leastMs ?? 0));
    const waited = waitMs / this.#tickMs;
    if (missed === 0 && late === 0) {
      if (leastMs !== undefined) this.#inTime(leastMs);
      return;
    }
    // What was heard before is about inputs with other time to spare: the server has let some wait, or has not.
    this.#spares = [];
    const left = missed >= leftWaitingMissed ? Math.max(0, waiting - 1) : 0;
    if (left > 0) this.#toMoveMs = left * this.#tickMs;
    else if (waited > waitTicks.most) this.#toMoveMs = waitMs - waitTicks.much * this.#tickMs;
    else if (waited < waitTicks.much && late > 0 && late < heldUpTicks * this.#tickMs)
      this.#toMoveMs = -late - spareMs.long;
  }

  #inTime(leastMs: number): void {
    this.#spares.push(leastMs + this.#movedMs);
    if (this.#spares.length > heardMax) this.#spares.shift();
    const least = Math.min(...this.#spares) - this.#movedMs;
    const kept = spareMs.long + spareMs.first / this.#spares.length ** 2;
    this.#toMoveMs = Math.max(0, least - kept);
  }

  #intervalMs(nowMs: number): number {
    const isMuch = this.#toMoveMs > this.#tickMs;
    const step = (isMuch ? slewPart.much : slewPart.little) * this.#tickMs;
    const moved = Math.max(-step, Math.min(step, this.#toMoveMs));
    if (moved === 0) return this.#tickMs;
    this.#toMoveMs -= moved;
    this.#movedMs += moved;
    this.#movedAtMs = nowMs;
    return this.#tickMs + moved;
  }
}
