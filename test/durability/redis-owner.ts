/**
 * The owner of a match as the server has it, in short: its records go through a committer, which sends them
 * again until the store took or refused them.
 */
import { Committer } from "../../server/durability/committer.ts";
import type { MatchEntry, Store } from "../../server/durability/store.ts";
import type { StoreError } from "../../server/store-error.ts";
import { record } from "../contracts/records.ts";

export class Owner {
  /** Ticks that players may have seen. */
  readonly durable: number[] = [];
  refusal: string | undefined;
  readonly #entry: MatchEntry;
  readonly #committer: Committer;
  #trouble = Promise.withResolvers<StoreError>();
  #settled = Promise.withResolvers<void>();
  #waiting = 0;

  constructor(store: Store, entry: MatchEntry) {
    this.#entry = entry;
    this.#committer = new Committer({
      store,
      later: (ms, task) => void setTimeout(task, ms),
      onTrouble: (error) => error && this.#trouble.resolve(error as StoreError),
    });
  }

  /** The first failure of a write. */
  get trouble(): Promise<StoreError> {
    return this.#trouble.promise;
  }

  /** Resolves when the store took or refused all of them. */
  play({ from, to }: { from: number; to: number }): Promise<void> {
    this.#settled = Promise.withResolvers();
    this.#waiting += to - from + 1;
    const settle = () => {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#settled.resolve();
    };
    for (let tick = from; tick <= to; tick++) {
      const { id, epoch } = this.#entry;
      this.#committer.append(record(id, tick, { epoch }), {
        onDurable: (durable) => {
          this.durable.push(durable);
          settle();
        },
        onRefused: (code) => {
          this.refusal = code;
          settle();
        },
      });
    }
    // Not at once: a flush right after an answer is ignored, as in the server, whose next tick flushes again.
    setImmediate(() => this.#committer.flush());
    return this.#settled.promise;
  }
}

export function ticks(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** Asks again until the store is connected; only the test's own time limit ends it. */
export async function whenConnected<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((error as StoreError).code !== "store/unavailable") throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
