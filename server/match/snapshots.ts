/**
 * The snapshots of a match: packs them, holds the one that waits for its tick to be durable, and writes them. The
 * match's life decides when one is due (life/playing.ts). A failed snapshot only costs a longer replay.
 */
import type { SteadyClock } from "../../shared/clock.ts";
import type { Store } from "../durability/store.ts";
import type { LifeEvent } from "./life/life.ts";
import type { Match } from "./match.ts";
import { packSnapshot } from "./snapshot-codec.ts";

export interface SnapshotParts {
  readonly id: string;
  readonly epoch: number;
  readonly match: Match;
  readonly store: Pick<Store, "snapshot">;
  /** Monotonic milliseconds, for metrics only. */
  readonly nowMs: SteadyClock;
  readonly onTaken: (seconds: number) => void;
  readonly onAnswer: (answer: LifeEvent) => void;
  readonly log: (message: string, details: object) => void;
}

interface Packed {
  readonly tick: number;
  readonly bytes: Uint8Array;
}

export class Snapshots {
  readonly #parts: SnapshotParts;
  #waiting: Packed | undefined;
  /** The newest snapshot that was written. */
  #newest: { readonly tick: number; readonly answered: Promise<void> } | undefined;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
  }

  /** Packs a snapshot of the present state, which then waits. */
  take(): void {
    const { nowMs, onTaken } = this.#parts;
    const startedMs = nowMs();
    this.#waiting = this.#packed();
    onTaken((nowMs() - startedMs) / 1000);
  }

  drop(): void {
    this.#waiting = undefined;
  }

  /** Writes the waiting snapshot. */
  write(): void {
    if (this.#waiting !== undefined) this.#send(this.#waiting);
  }

  /** Writes a snapshot of the present state. */
  keep(): void {
    this.#send(this.#packed());
  }

  /** Resolves when the store has answered for the snapshot of `tick`; at once when none was written. */
  answered(tick: number): Promise<void> {
    return this.#newest?.tick === tick ? this.#newest.answered : Promise.resolve();
  }

  #packed(): Packed {
    const { epoch, match } = this.#parts;
    const bytes = packSnapshot({ epoch, state: match.state, version: match.game.version });
    return { tick: match.tick, bytes };
  }

  #send(packed: Packed): void {
    this.#waiting = undefined;
    this.#newest = { tick: packed.tick, answered: this.#written(packed) };
  }

  async #written({ tick, bytes }: Packed): Promise<void> {
    const { id, epoch, store, log, onAnswer } = this.#parts;
    let answer: LifeEvent;
    try {
      const result = await store.snapshot({ id, epoch, tick, bytes });
      answer = result.ok
        ? { kind: "snapshot-kept", tick }
        : { kind: "snapshot-refused", tick, code: result.code };
    } catch (error) {
      log("snapshot failed; the journal still holds everything", { match: id, tick, error });
      answer = { kind: "snapshot-failed", tick };
    }
    onAnswer(answer);
  }
}
