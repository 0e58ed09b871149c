/**
 * Drives the matches of games by events: each is called when something came for it, or when a time that it waits for is
 * there, and at most as often as its game allows. All wait in one heap, under one timer, so a match for which nothing comes
 * costs nothing. What came at one moment is one turn, with one flush of the journal at its end. A flush costs the same for
 * one as for ten, so many durable rooms, each of which patches at moments of its own, share turns. It knows no match clock: a
 * match says how long it has to wait, and is asked again after each turn, and at least once a minute, in case that the
 * clock that it reads was set.
 */
import { DueHeap } from "../durability/due-heap.ts";
import type { TickerParts, Ticking } from "./ticking.ts";

export interface EventTicking extends Ticking {
  /** How long nothing is due unless something comes; undefined: nothing ever. */
  waitMs(): number | undefined;
  /** Called by it when something came. */
  onSoon: () => void;
}

const askAgainMs = 60_000;
/** Many that ask for a turn again and again take it together with those that ask within this time. */
const togetherMs = 4;
const togetherMin = 12;
/** A timer that is this much later than wanted serves as well: it keeps the number of timers small. */
const lateMsMax = 2;

const takenOff = () => {};

interface TurnTaker {
  readonly ticking: EventTicking;
  readonly gapMs: number;
  readonly isShared: boolean;
  ranAtMs: number;
  /** Infinity: only something that comes wakes it. */
  dueMs: number;
}

export class EventTicker {
  readonly #parts: TickerParts;
  readonly #heap = new DueHeap<TurnTaker>();
  /** When the timers that are set fire. */
  #armedMs: number[] = [];
  #turn = 0;
  #sharing = 0;
  #stopped = false;

  constructor(parts: TickerParts) {
    this.#parts = parts;
  }

  /**
   * @param stepsPerSecondMax what comes sooner waits
   * @param isShared it may take its turns together with others
   * @returns a function that takes the match off again
   */
  add(stepsPerSecondMax: number, ticking: EventTicking, isShared = false): () => void {
    const waiting: TurnTaker = {
      ...{ ticking, gapMs: 1000 / stepsPerSecondMax, isShared },
      ...{ ranAtMs: Number.NEGATIVE_INFINITY, dueMs: Number.POSITIVE_INFINITY },
    };
    ticking.onSoon = () => this.#wants(waiting, 0);
    this.#sharing += Number(isShared);
    this.#wants(waiting, ticking.waitMs());
    return () => {
      if (ticking.onSoon !== takenOff) this.#sharing -= Number(isShared);
      ticking.onSoon = takenOff;
      waiting.dueMs = Number.POSITIVE_INFINITY;
    };
  }

  stop(): void {
    this.#stopped = true;
  }

  #wants(waiting: TurnTaker, waitMs: number | undefined): void {
    if (waitMs === undefined) return;
    const nowMs = this.#parts.nowMs();
    const soonestMs = Math.max(nowMs + Math.min(waitMs, askAgainMs), waiting.ranAtMs + waiting.gapMs);
    const isTogether = waiting.isShared && this.#sharing >= togetherMin;
    const dueMs = isTogether ? (Math.floor(soonestMs / togetherMs) + 1) * togetherMs : soonestMs;
    if (dueMs >= waiting.dueMs) return;
    waiting.dueMs = dueMs;
    this.#heap.add(dueMs, waiting);
    this.#arm(dueMs);
  }

  #arm(dueMs: number): void {
    if (this.#stopped || this.#armedMs.some((each) => each <= dueMs + lateMsMax)) return;
    this.#armedMs.push(dueMs);
    this.#parts.later(Math.max(0, dueMs - this.#parts.nowMs()), () => {
      this.#armedMs = this.#armedMs.filter((each) => each !== dueMs);
      this.#run();
    });
  }

  #run(): void {
    if (this.#stopped) return;
    const nowMs = this.#parts.nowMs();
    const due: TurnTaker[] = [];
    let latestMs = 0;
    // What is no longer due at its place in the heap was taken off, or is due at another place.
    for (const { dueMs, item } of this.#heap.takeUntil(nowMs)) {
      if (item.dueMs !== dueMs) continue;
      item.dueMs = Number.POSITIVE_INFINITY;
      due.push(item);
      latestMs = Math.max(latestMs, nowMs - dueMs);
    }
    if (due.length > 0) this.#turnOf(due, latestMs);
    const nextMs = this.#heap.firstMs;
    if (nextMs !== undefined) this.#arm(nextMs);
  }

  #turnOf(due: readonly TurnTaker[], lateMs: number): void {
    this.#parts.onLateness(lateMs / 1000);
    this.#turn += 1;
    for (const waiting of due) {
      waiting.ranAtMs = this.#parts.nowMs();
      waiting.ticking.tick(this.#turn);
      this.#wants(waiting, waiting.ticking.waitMs());
    }
    this.#parts.afterSlot();
  }
}
