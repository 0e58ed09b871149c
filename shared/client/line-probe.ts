/**
 * What a client knows of its line: how long the way to the server and back takes, what time it is there, and how its inputs
 * come. It asks twice a second while patches come, and only when somebody wants to know: in a silence a ping would hide that
 * nothing comes. One slow answer changes nothing; of the last ones the fastest says the time.
 */
import type { SteadyClock } from "../clock.ts";
import { type Pong, readPong } from "../wire/pong.ts";
import { Listeners } from "./listeners.ts";

const askEveryMs = 500;
/** An answer that has not come by then comes no more: its connection is another. */
const answerMsMax = 5_000;
/** Eight seconds of answers. */
const tripsMax = 16;

interface RoundTrip {
  readonly tookMs: number;
  /** Server time less local time, if both ways take as long. */
  readonly aheadMs: number;
}

export interface LineProbeParts {
  readonly now: SteadyClock;
  readonly ping: () => void;
}

export class LineProbe {
  readonly #parts: LineProbeParts;
  readonly #listeners = new Listeners<[pong: Pong, sinceMs: number]>();
  #wanted = 0;
  #askedAtMs: number | undefined;
  /** When what the next answer is about began. */
  #sinceMs = Number.NEGATIVE_INFINITY;
  #nextAtMs = Number.NEGATIVE_INFINITY;
  #trips: RoundTrip[] = [];

  constructor(parts: LineProbeParts) {
    this.#parts = parts;
  }

  /**
   * Asks from now on.
   * @param heard called with each answer, and with when what it tells of inputs began
   * @returns ends it
   */
  follow(heard: (pong: Pong, sinceMs: number) => void): () => void {
    this.#wanted += 1;
    const remove = this.#listeners.add(heard);
    return () => {
      remove();
      this.#wanted -= 1;
    };
  }

  /** The way to the server and back, in ms: the middle one of the last; undefined: nothing is known yet. */
  get roundTripMs(): number | undefined {
    const sorted = this.#trips.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
    return sorted[sorted.length >> 1];
  }

  /** Match time on the server at a local time; undefined: nothing is known yet. */
  serverMs(nowMs: number): number | undefined {
    const [first, ...others] = this.#trips;
    if (first === undefined) return undefined;
    const fastest = others.reduce((best, trip) => (trip.tookMs < best.tookMs ? trip : best), first);
    return nowMs + fastest.aheadMs;
  }

  /** Call it with every patch. */
  patched(): void {
    const nowMs = this.#parts.now();
    const waits = this.#askedAtMs !== undefined && nowMs - this.#askedAtMs < answerMsMax;
    if (this.#wanted === 0 || waits || nowMs < this.#nextAtMs) return;
    this.#nextAtMs = nowMs + askEveryMs;
    this.#askedAtMs = nowMs;
    this.#parts.ping();
  }

  /** Call it with every answer to a ping, also to that of another asker. */
  heard(frame: ArrayBuffer): void {
    const pong = readPong(frame);
    const askedAtMs = this.#askedAtMs;
    if (pong === undefined || askedAtMs === undefined) return;
    const nowMs = this.#parts.now();
    this.#askedAtMs = undefined;
    const tookMs = nowMs - askedAtMs;
    this.#trips.push({ tookMs, aheadMs: pong.serverMs - (askedAtMs + tookMs / 2) });
    if (this.#trips.length > tripsMax) this.#trips.shift();
    const sinceMs = this.#sinceMs;
    this.#sinceMs = nowMs;
    this.#listeners.call(pong, sinceMs);
  }

  /** The connection is gone. Time goes on, but the next one may be another line. */
  lost(): void {
    this.#askedAtMs = undefined;
    this.#trips = [];
    this.#sinceMs = this.#parts.now();
  }
}
