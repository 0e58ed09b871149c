/**
 * The records of one match on their way to the store: passed to the committer, or held behind a snapshot, up to a
 * limit (life/unprotected.ts). It decides neither, and knows the newest record.
 */
import type { Committer, JournalOwner } from "../durability/committer.ts";
import type { RecordWrite } from "../durability/store.ts";

export class MatchJournal {
  readonly #committer: Pick<Committer, "append" | "flush" | "forget">;
  readonly #owner: JournalOwner;
  #held: RecordWrite[] = [];
  #newestTick: number;

  constructor(parts: {
    readonly committer: Pick<Committer, "append" | "flush" | "forget">;
    readonly owner: JournalOwner;
    readonly newestTick: number;
  }) {
    this.#committer = parts.committer;
    this.#owner = parts.owner;
    this.#newestTick = parts.newestTick;
  }

  /** Tick of the newest record, wherever it went. */
  get newestTick(): number {
    return this.#newestTick;
  }

  /** @param urgent whether a player waits for something that the record holds back */
  take(write: RecordWrite, where: "append" | "hold" | "drop", urgent: boolean): void {
    this.#newestTick = write.tick;
    if (where === "append") this.#committer.append(write, this.#owner, urgent);
    else if (where === "hold") this.#held.push(write);
  }

  appendHeld(): void {
    for (const write of this.#held) this.#committer.append(write, this.#owner);
    this.#held = [];
  }

  dropHeld(): void {
    this.#held = [];
  }

  flush(): void {
    this.#committer.flush();
  }

  /** Takes back records that the committer has not sent yet. */
  forget(): void {
    this.#committer.forget(this.#owner);
  }
}
