/**
 * Group commit: all matches of a process share one write, and one write is in flight. Meanwhile the next batch
 * gathers, so a slow store gets larger batches and never a longer queue of them. A flush costs the same however much
 * is in it, so records that nobody waits for are sent with the next urgent one. A failed write is sent again,
 * unchanged, until it succeeds. Matches count their own ticks that are not durable, and freeze or take back what is
 * queued (`forget`), which bounds both the batch in flight and the next one.
 */
import type { Later } from "../../shared/clock.ts";
import type { RecordWrite, Store, WriteResult } from "./store.ts";

const retryMsMin = 20;
/** Matches stand still until a try succeeds, so players wait. A failed try costs next to nothing. */
const retryMsMax = 200;

/** The writer of one match's journal. It learns the results of its records in the order in which it gave them. */
export interface JournalOwner {
  onDurable(tick: number): void;
  /** The store refused the record of this tick: the owner must stop (P3), or mend what the store lost. */
  onRefused(code: Exclude<WriteResult, { ok: true }>["code"], tick: number): void;
}

export interface CommitterParts {
  readonly store: Pick<Store, "append">;
  /** Runs `task` after `ms` milliseconds. */
  readonly later: Later;
  /** Called at the first failure of a write, and with undefined when the store takes writes again. */
  readonly onTrouble: (error: Error | undefined) => void;
}

interface Entry {
  readonly write: RecordWrite;
  readonly owner: JournalOwner;
}

export class Committer {
  readonly #parts: CommitterParts;
  #waiting: Entry[] = [];
  /** Whether a player waits for a queued record. */
  #urgent = false;
  #inFlight: Promise<void> | undefined;
  #trouble: Error | undefined;
  #closed = false;

  constructor(parts: CommitterParts) {
    this.#parts = parts;
  }

  /** Records accepted and not yet durable. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** The failure that keeps the store from taking writes, while it lasts. */
  get trouble(): Error | undefined {
    return this.#trouble;
  }

  /**
   * Queues a record; a flush sends it.
   * @param urgent whether a player waits for something that it holds back
   */
  append(write: RecordWrite, owner: JournalOwner, urgent = true): void {
    this.#waiting.push({ write, owner });
    this.#urgent ||= urgent;
  }

  /** Drops the queued records of one owner. The batch in flight stays: it may be stored already. */
  forget(owner: JournalOwner): void {
    this.#waiting = this.#waiting.filter((entry) => entry.owner !== owner);
  }

  /** Flushes when a queued record is urgent. */
  flushUrgent(): void {
    if (this.#urgent) this.flush();
  }

  /** Sends what is queued; when a write is in flight, right after it. */
  flush(): void {
    if (this.#inFlight !== undefined || this.#waiting.length === 0 || this.#closed) return;
    this.#inFlight = this.#flushAll().finally(() => {
      this.#inFlight = undefined;
      // Records that were queued after the last check, while a flush was in flight.
      this.flushUrgent();
    });
  }

  /** Resolves when everything queued is durable, or at once when the store is in trouble. */
  async close(): Promise<void> {
    this.flush();
    if (this.#trouble === undefined) await this.#inFlight;
    this.#closed = true;
  }

  async #flushAll(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#closed) {
      const batch = this.#waiting;
      this.#waiting = [];
      this.#urgent = false;
      const results = await this.#write(batch.map((entry) => entry.write));
      if (results === undefined) return;
      for (let i = 0; i < batch.length; i++) settle(batch[i]!, results[i]!);
    }
  }

  /** Writes one batch, repeatedly until the store took it; undefined when closed meanwhile. */
  async #write(writes: readonly RecordWrite[]): Promise<readonly WriteResult[] | undefined> {
    for (let retryMs = retryMsMin; !this.#closed; retryMs = Math.min(retryMs * 2, retryMsMax)) {
      try {
        const results = await this.#parts.store.append(writes);
        if (this.#trouble !== undefined) this.#tell(undefined);
        return results;
      } catch (error) {
        if (this.#trouble === undefined) this.#tell(error as Error);
        await new Promise<void>((resolve) => this.#parts.later(retryMs, resolve));
      }
    }
    return undefined;
  }

  #tell(trouble: Error | undefined): void {
    this.#trouble = trouble;
    this.#parts.onTrouble(trouble);
  }
}

function settle({ write, owner }: Entry, result: WriteResult): void {
  if (result.ok) owner.onDurable(write.tick);
  else owner.onRefused(result.code, write.tick);
}
