/**
 * Delays clients that were disconnected and reconnect at once: a client that floods, or one on a slow connection,
 * would be let in, sent everything and disconnected forever. The first times are free; then each return waits longer.
 * Entries last a minute.
 */
import type { SteadyClock } from "../../shared/clock.ts";

const freeTimes = 3;
const firstWaitMs = 1000;
const waitMsMax = 8000;
const keptMs = 60_000;
/** Beyond it the oldest entries are dropped. */
const clientsMax = 10_000;

interface Departure {
  readonly times: number;
  readonly atMs: number;
}

export class SentAway {
  readonly #nowMs: SteadyClock;
  /** Oldest first. */
  readonly #clients = new Map<string, Departure>();

  constructor(nowMs: SteadyClock) {
    this.#nowMs = nowMs;
  }

  note(client: string): void {
    const times = (this.#known(client)?.times ?? 0) + 1;
    this.#clients.delete(client);
    this.#clients.set(client, { times, atMs: this.#nowMs() });
    if (this.#clients.size > clientsMax) this.#clients.delete(this.#clients.keys().next().value!);
  }

  /** How long the client still has to wait; 0 when it may join. */
  waitMs(client: string): number {
    const away = this.#known(client);
    if (away === undefined || away.times <= freeTimes) return 0;
    const waitMs = Math.min(waitMsMax, firstWaitMs * 2 ** (away.times - freeTimes - 1));
    return Math.max(0, away.atMs + waitMs - this.#nowMs());
  }

  #known(client: string): Departure | undefined {
    const away = this.#clients.get(client);
    if (away === undefined || away.atMs + keptMs > this.#nowMs()) return away;
    this.#clients.delete(client);
    return undefined;
  }
}
