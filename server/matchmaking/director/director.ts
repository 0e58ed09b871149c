/**
 * Turns waiting tickets into assignments. Every instance runs one director. One of them leads each queue, and if it
 * dies another continues within a second. It owns the timing of the turns, and nothing that would be lost with it.
 */
import { type DirectorParts, QueueDirector, type QueueStatus } from "./queue-director.ts";

const turnMs = 100;
/** A quarter of a lease. */
const leaseLookMs = 200;

export class Director {
  readonly #parts: DirectorParts;
  readonly #queues: readonly QueueDirector[];
  /** Functions that stop the running timers. */
  readonly #timers = new Set<() => void>();
  readonly #running = new Set<Promise<void>>();
  #stopped = false;

  constructor(parts: DirectorParts) {
    this.#parts = parts;
    this.#queues = [...parts.queues.values()].map((rules) => new QueueDirector(parts, rules));
  }

  start(): void {
    for (const queue of this.#queues) {
      this.#repeat({ everyMs: turnMs, work: () => queue.runOnce(), trouble: undefined });
      this.#repeat({ everyMs: leaseLookMs, work: () => queue.keepLease(), trouble: undefined });
    }
  }

  /** For metrics. */
  status(): readonly QueueStatus[] {
    return this.#queues.map((queue) => queue.status());
  }

  /** Tickets from this range of addresses, over all queues, whichever instance took them. */
  waitingFrom(range: string): number {
    return this.#queues.reduce((sum, queue) => sum + queue.waitingFrom(range), 0);
  }

  /** Runs one turn of every queue, for a caller with its own clock. @throws StoreError */
  async runOnce(): Promise<void> {
    for (const queue of this.#queues) await queue.runOnce();
  }

  /** Resolves when every proposal in progress has ended, whatever its result. */
  async settled(): Promise<void> {
    await Promise.all(this.#queues.map((queue) => queue.settled()));
  }

  /** Proposals in progress end, at the latest after `proposalMsMax`; then another director may lead. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const callOff of this.#timers) callOff();
    await Promise.all(this.#running);
    // A lease that cannot be released expires.
    await Promise.allSettled(this.#queues.map((queue) => queue.stop()));
  }

  /**
   * Runs the loop's turns one after another. After a long turn it pauses as long again, so that others get the
   * processor.
   */
  #repeat(loop: Loop): void {
    if (this.#stopped) return;
    const { steadyMs, later } = this.#parts;
    const startedAtMs = steadyMs();
    const again = () => {
      this.#running.delete(running);
      if (this.#stopped) return;
      const callOff = later(Math.max(loop.everyMs, steadyMs() - startedAtMs), () => {
        this.#timers.delete(callOff);
        this.#repeat(loop);
      });
      this.#timers.add(callOff);
    };
    const failed = (error: Error) => this.#say(loop, error);
    const fine = () => {
      loop.trouble = undefined;
    };
    const running = loop.work().then(fine, failed).then(again);
    this.#running.add(running);
  }

  #say(loop: Loop, error: Error): void {
    const trouble = (error as { code?: string }).code ?? error.message;
    if (loop.trouble === trouble) return;
    loop.trouble = trouble;
    this.#parts.log("a turn of matchmaking failed; it is tried again", { error });
  }
}

interface Loop {
  readonly everyMs: number;
  readonly work: () => Promise<unknown>;
  /** The last failure that was logged, so that a store outage does not fill the log. */
  trouble: string | undefined;
}
