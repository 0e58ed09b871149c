/**
 * The time of a simulation: a queue of events in the order in which they are due. Nothing else runs, and
 * between two events every promise that can settle does. It reads no clock and sets no timer, so the same
 * events are the same run.
 */

import { DueHeap } from "../../server/durability/due-heap.ts";

export class Scheduler {
  #nowMs = 0;
  /** Among those that are due at one time, the first that was asked for runs first. */
  readonly #events = new DueHeap<() => void>();
  readonly #settled: () => Promise<void>;

  /** @param settled waits between two events: `promisesSettled` is enough where no key is made and no socket is read */
  constructor(settled = turnOfTheLoop) {
    this.#settled = settled;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, run: () => void): void {
    this.#events.add(Math.max(atMs, this.#nowMs), run);
  }

  later(ms: number, run: () => void): void {
    this.at(this.#nowMs + ms, run);
  }

  /** Runs everything that is due before or at `endMs`. */
  async runUntil(endMs: number): Promise<void> {
    for (let firstMs = this.#events.firstMs; firstMs !== undefined && firstMs <= endMs; ) {
      this.#nowMs = firstMs;
      this.#events.takeFirst()!.item();
      await this.#settled();
      firstMs = this.#events.firstMs;
    }
    this.#nowMs = endMs;
    await turnOfTheLoop();
  }
}

/** Node runs its ticks when no microtask is left. An immediate would do too, and ask the kernel for events each time. */
export function promisesSettled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** What else this process does has its turn: files, sockets, other threads, a test's time limit. */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
