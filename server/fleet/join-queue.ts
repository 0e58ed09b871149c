/**
 * Limits what a burst of joins does to a node: joins wait in line, and running matches continue. A fixed number of
 * joins per second is admitted, in order of arrival, while the node has room. A caller that waits too long, or finds
 * the line too long, is told to try again.
 */
import type { Later, SteadyClock } from "../../shared/clock.ts";
export interface JoinQueueLimits {
  readonly joinsPerSecond: number;
  /** Admitted at once after a quiet time. */
  readonly burst: number;
  readonly waitingMax: number;
  readonly waitMsMax: number;
}

const joinQueueLimits: JoinQueueLimits = {
  joinsPerSecond: 100,
  burst: 30,
  waitingMax: 500,
  waitMsMax: 4000,
};

export interface JoinQueueParts {
  readonly nowMs: SteadyClock;
  readonly later: Later;
  /** Whether the node has no room for players. */
  readonly full: () => boolean;
  readonly limits?: JoinQueueLimits;
}

interface WaitingJoin {
  readonly untilMs: number;
  readonly settle: (admitted: boolean) => void;
}

export class JoinQueue {
  readonly #parts: JoinQueueParts;
  readonly #limits: JoinQueueLimits;
  readonly #waiting: WaitingJoin[] = [];
  /** Joins that may be admitted at once. Invariant: at most `burst`. */
  #tokens: number;
  #refilledMs: number;
  #turnDue = false;

  constructor(parts: JoinQueueParts) {
    this.#parts = parts;
    this.#limits = parts.limits ?? joinQueueLimits;
    this.#tokens = this.#limits.burst;
    this.#refilledMs = parts.nowMs();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** @returns false when there is no room: the caller answers `node/full` */
  admitted(): Promise<boolean> {
    if (this.#waiting.length >= this.#limits.waitingMax) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiting.push({ untilMs: this.#parts.nowMs() + this.#limits.waitMsMax, settle: resolve });
    this.#admit();
    return promise;
  }

  #admit(): void {
    const nowMs = this.#parts.nowMs();
    const { joinsPerSecond, burst } = this.#limits;
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#refilledMs) * joinsPerSecond) / 1000);
    this.#refilledMs = nowMs;
    while (this.#waiting[0] !== undefined && this.#waiting[0].untilMs <= nowMs) {
      this.#waiting.shift()!.settle(false);
    }
    while (this.#waiting.length > 0 && this.#tokens >= 1 && !this.#parts.full()) {
      this.#tokens -= 1;
      this.#waiting.shift()!.settle(true);
    }
    if (this.#waiting.length === 0 || this.#turnDue) return;
    this.#turnDue = true;
    this.#parts.later(1000 / joinsPerSecond, () => {
      this.#turnDue = false;
      this.#admit();
    });
  }
}
