/**
 * The snapshots of a running match: when one is due, and that none of them overtakes the journal. One that fails
 * costs nothing but a longer replay, and is tried again. It keeps nothing in memory but the one that waits.
 */
import type { Store } from "../durability/store.ts";
import type { Match } from "./match.ts";
import { packSnapshot } from "./snapshot-codec.ts";

/** A failed snapshot is tried again after so many ticks. */
export const retryTicks = 30;

export interface SnapshotLimits {
  readonly snapshotEveryTicks: number;
  readonly snapshotEveryBytes: number;
}

export interface SnapshotParts {
  readonly id: string;
  readonly epoch: number;
  readonly match: Match;
  readonly limits: SnapshotLimits;
  readonly store: Pick<Store, "snapshot">;
  /** Monotonic milliseconds, for metrics only. */
  readonly nowMs: () => number;
  readonly onTaken: (seconds: number) => void;
  /** The store wants none of this epoch. */
  readonly onRefused: (code: string) => void;
  readonly log: (message: string, details: object) => void;
}

export class Snapshots {
  readonly #parts: SnapshotParts;
  /** Taken, and not written before its tick is durable. */
  #waiting: { tick: number; bytes: Uint8Array } | undefined;
  #writing = false;
  #keptTick: number;
  #bytesSince = 0;
  #retryAtTick = 0;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
    this.#keptTick = parts.match.tick;
  }

  /** Of the newest one that is kept. */
  get keptTick(): number {
    return this.#keptTick;
  }

  get writing(): boolean {
    return this.#writing;
  }

  journaled(bytes: number): void {
    this.#bytesSince += bytes;
  }

  /** Takes one when it is due. */
  consider(): void {
    const { match, limits, nowMs, onTaken } = this.#parts;
    const { tick } = match;
    if (this.#waiting !== undefined || this.#writing || tick < this.#retryAtTick) return;
    const fewTicks = tick - this.#keptTick < limits.snapshotEveryTicks;
    if (fewTicks && this.#bytesSince < limits.snapshotEveryBytes) return;
    const startedMs = nowMs();
    this.#waiting = this.#packed();
    onTaken((nowMs() - startedMs) / 1000);
    this.#bytesSince = 0;
  }

  /** Every record up to `tick` is durable: what waited for that goes to the store. */
  durable(tick: number): void {
    if (this.#waiting === undefined || this.#waiting.tick > tick) return;
    const taken = this.#waiting;
    this.#waiting = undefined;
    void this.#write(taken);
  }

  /** The records before the one that waits will not become durable. */
  forget(): void {
    this.#waiting = undefined;
  }

  /**
   * Keeps one of where the match stands, in place of the one that waits. The caller knows that the records before
   * it are durable, or lost. Never rejects.
   * @returns its tick, or undefined when the store did not keep it
   */
  keep(): Promise<number | undefined> {
    this.#waiting = undefined;
    return this.#write(this.#packed());
  }

  #packed(): { tick: number; bytes: Uint8Array } {
    const { epoch, match } = this.#parts;
    const bytes = packSnapshot({ epoch, state: match.state, version: match.game.version });
    return { tick: match.tick, bytes };
  }

  async #write({ tick, bytes }: { tick: number; bytes: Uint8Array }): Promise<number | undefined> {
    const { id, epoch, store, log, onRefused } = this.#parts;
    this.#writing = true;
    try {
      const result = await store.snapshot({ id, epoch, tick, bytes });
      if (result.ok) this.#keptTick = tick;
      else onRefused(result.code);
      return result.ok ? tick : undefined;
    } catch (error) {
      this.#retryAtTick = this.#parts.match.tick + retryTicks;
      log("snapshot failed; the journal still holds everything", { match: id, tick, error });
      return undefined;
    } finally {
      this.#writing = false;
    }
  }
}
