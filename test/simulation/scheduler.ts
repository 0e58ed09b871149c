/**
 * The time of a simulation: a queue of events in the order in which they are due. Nothing else runs, and
 * between two events every promise that can settle does. It reads no clock and sets no timer, so the same
 * events are the same run.
 */

interface Event {
  readonly atMs: number;
  /** Order of arrival: it decides between events that are due at one time. */
  readonly order: number;
  readonly run: () => void;
}

export class Scheduler {
  #nowMs = 0;
  #order = 0;
  /** A binary heap: the next event is the first. */
  readonly #events: Event[] = [];
  readonly #settled: () => Promise<void>;

  /** @param settled waits between two events: `promisesSettled` is enough where no key is made and no socket is read */
  constructor(settled = turnOfTheLoop) {
    this.#settled = settled;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, run: () => void): void {
    this.#order += 1;
    this.#events.push({ atMs: Math.max(atMs, this.#nowMs), order: this.#order, run });
    this.#rise(this.#events.length - 1);
  }

  later(ms: number, run: () => void): void {
    this.at(this.#nowMs + ms, run);
  }

  /** Runs everything that is due before or at `endMs`. */
  async runUntil(endMs: number): Promise<void> {
    while (this.#events.length > 0 && this.#events[0]!.atMs <= endMs) {
      const event = this.#take();
      this.#nowMs = event.atMs;
      event.run();
      await this.#settled();
    }
    this.#nowMs = endMs;
    await turnOfTheLoop();
  }

  #take(): Event {
    const first = this.#events[0]!;
    const last = this.#events.pop()!;
    if (this.#events.length > 0) {
      this.#events[0] = last;
      this.#sink(0);
    }
    return first;
  }

  #rise(from: number): void {
    const events = this.#events;
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isBefore(events[at]!, events[parent]!)) return;
      [events[at], events[parent]] = [events[parent]!, events[at]!];
      at = parent;
    }
  }

  #sink(from: number): void {
    const events = this.#events;
    for (let at = from; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < events.length && isBefore(events[child]!, events[least]!)) least = child;
      }
      if (least === at) return;
      [events[at], events[least]] = [events[least]!, events[at]!];
      at = least;
    }
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}

/** Node runs its ticks when no microtask is left. An immediate would do too, and ask the kernel for events each time. */
export function promisesSettled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** What else this process does has its turn: files, sockets, other threads, a test's time limit. */
function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
