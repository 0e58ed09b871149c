/**
 * Detects that a connection which looks open is dead: it was cut on the way without a close, or its node has stalled.
 * A frozen match is silent too, but answers a ping. A connection that answers nothing counts as dead after about four
 * seconds, well within the seat's grace. Meanwhile `onSilent` lets the client ask whether the match has a new owner,
 * which may spare it the wait. It decides nothing else.
 *
 * A hidden page runs chained timers only once a minute. So arriving messages arm the timer, not the timer before it,
 * and the checks that follow a silence are fewer than the five that a browser counts as a chain.
 */
import type { SteadyClock } from "../clock.ts";
import { inFreshTask } from "./fresh-task.ts";

/** A match sends many times a second. Shorter than any lease, so that the client asks before a new owner exists. */
const silentMsMin = 1_000;
/** All players of a node notice its silence at the same moment; this spreads their pings and requests. */
const spreadMs = 500;
/** Limit of one ping. There are two, so that a page which was suspended itself listens once more first. */
const pongMsMax = 1_250;
const pingsMax = 2;
/** The timer is armed at most this often, not for every message. */
const rearmMs = 250;

export interface DeadConnectionDetectorParts {
  readonly now: SteadyClock;
  /** From 0 to 1. */
  readonly chance: () => number;
  /** Sends a ping to the server. */
  readonly ping: () => void;
  /** Nothing arrives; the match may just be frozen. */
  readonly onSilent: () => void;
  /** Nothing arrives, not even the answer to a ping. */
  readonly onDead: () => void;
}

export class DeadConnectionDetector {
  readonly #parts: DeadConnectionDetectorParts;
  readonly #silentMsMax: number;
  #heardAtMs = 0;
  #armedAtMs = Number.NEGATIVE_INFINITY;
  /** Pings sent since something last arrived. */
  #pings = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(parts: DeadConnectionDetectorParts) {
    this.#parts = parts;
    this.#silentMsMax = silentMsMin + spreadMs * parts.chance();
  }

  /** Call it in the event handler of every message. */
  heard(): void {
    this.#heardAtMs = this.#parts.now();
    if (this.#pings === 0 && this.#heardAtMs - this.#armedAtMs < rearmMs) return;
    this.#pings = 0;
    this.#arm(this.#silentMsMax);
  }

  /** The connection is gone; the detector rests until something is heard again. */
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
