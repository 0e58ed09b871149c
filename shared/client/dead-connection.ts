/**
 * Notices that a connection which looks open is dead: cut on its way without a goodbye, or leading to a node that
 * stands still. A match that is frozen is silent, too, but answers a ping; what answers nothing is dead after about
 * four seconds, early enough for the seat. Whether the match has another owner is asked meanwhile: who knows it
 * needs not wait. It decides nothing else.
 *
 * A page that is not seen runs chains of timers once a minute. So the timer is armed anew by what arrives, not by
 * the timer before it, and the few looks that follow a silence are fewer than what counts as a chain there (five).
 */
import type { SteadyClock } from "../clock.ts";
import { inFreshTask } from "./fresh-task.ts";

/** A match sends many times a second. Less than any lease, so that a question is there before its answer. */
const silentMsMin = 1_000;
/** The players of one node fall silent in the same moment: their pings and questions come spread over this. */
const spreadMs = 500;
/** Of one ping. Two, so that a page which stood still itself listens once more before it believes a silence. */
const pongMsMax = 1_250;
const pingsMax = 2;
/** A timer for every message would be work for nothing. */
const rearmMs = 250;

export interface DeadConnectionDetectorParts {
  readonly now: SteadyClock;
  /** From 0 to 1. */
  readonly chance: () => number;
  /** Asks the other end for a sign of life. */
  readonly ping: () => void;
  /** Nothing comes; it may still be a match that stands still. */
  readonly onSilent: () => void;
  /** Nothing comes, not even the answer to a ping. */
  readonly onDead: () => void;
}

export class DeadConnectionDetector {
  readonly #parts: DeadConnectionDetectorParts;
  readonly #silentMsMax: number;
  #heardAtMs = 0;
  #armedAtMs = Number.NEGATIVE_INFINITY;
  /** Since the last sign of life. */
  #pings = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(parts: DeadConnectionDetectorParts) {
    this.#parts = parts;
    this.#silentMsMax = silentMsMin + spreadMs * parts.chance();
  }

  /** To be called in the event that brings it. */
  heard(): void {
    this.#heardAtMs = this.#parts.now();
    if (this.#pings === 0 && this.#heardAtMs - this.#armedAtMs < rearmMs) return;
    this.#pings = 0;
    this.#arm(this.#silentMsMax);
  }

  /** There is no connection to listen to, until something is heard again. */
  lost(): void {
    clearTimeout(this.#timer);
    this.#armedAtMs = Number.NEGATIVE_INFINITY;
    this.#pings = 0;
  }

  close(): void {
    this.#closed = true;
    this.lost();
  }

  #end(): void {
    if (this.#closed || this.#pings < pingsMax) return;
    this.lost();
    this.#parts.onDead();
  }

  #arm(ms: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#armedAtMs = this.#parts.now();
    this.#timer = setTimeout(() => this.#look(), ms);
  }

  #look(): void {
    const leftMs = this.#silentMsMax - (this.#parts.now() - this.#heardAtMs);
    if (leftMs > 0) this.#arm(leftMs);
    else if (this.#pings < pingsMax) this.#ping();
    else inFreshTask(() => this.#end());
  }

  #ping(): void {
    this.#pings += 1;
    this.#parts.ping();
    if (this.#pings === 1) this.#parts.onSilent();
    this.#arm(pongMsMax);
  }
}
