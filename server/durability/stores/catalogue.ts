/**
 * What lmdb keeps of matches: entries, snapshots, and chunks of journal. All access to lmdb is here. Keys:
 *
 * ["format"]                                   version of the whole directory, in digits; missing: 1 (layout.ts)
 *   ["salt"]                                     4 bytes that tell this directory's log from any other
 *   ["entry", id]                                StoredEntry, JSON
 *   ["snapshot", id, tick]                       a framed snapshot
 *   ["chunk", id, ordinal, lastEpoch, lastTick]  log entries (wal-block.ts) in the order of their acceptance
 *
 * A write is one transaction, flushed before it resolves. It is queued with the others and committed off the
 * main thread, so that many matches' writes share a flush.
 */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { type Database, open } from "lmdb";
import type { MatchEntry } from "../store.ts";
import { assertLayout, directoryLayouts } from "./layout.ts";
import { storeErrorOf } from "./store-error.ts";
import { readEntries, recordOf } from "./wal-block.ts";

/** lmdb needs pages for its tree besides the values. */
const treeBytesMax = 256 << 10;

export interface StoredEntry extends MatchEntry {
  /** Sequence of the log at creation. Older blocks with this id belong to a removed match of the same name. */
  readonly since: number;
}

export interface ChunkKey {
  readonly ordinal: number;
  readonly lastEpoch: number;
  readonly lastTick: number;
}

type Key = (string | number)[];

/** A put; without a value, a removal. */
export interface Change {
  readonly key: Key;
  readonly value?: Buffer;
}

export class Catalogue {
  readonly #db: Database<Buffer, Key>;
  readonly #directory: string;
  /** Set by a full disk: from then on free space is checked before lmdb is tried (it complains on stderr). */
  #wasFull = false;

  private constructor(db: Database<Buffer, Key>, directory: string) {
    this.#db = db;
    this.#directory = directory;
  }

  static open(directory: string, { readOnly }: { readOnly: boolean }): Catalogue {
    let opened: Database<Buffer, Key> | undefined;
    try {
      const db = open<Buffer, Key>({
        path: directory,
        noSubdir: false,
        encoding: "binary",
        readOnly,
        // A commit resolves when it is flushed, not before.
        overlappingSync: false,
        // With batching, lmdb-js leaves an unhandled rejection at ENOSPC, which would end the process.
        eventTurnBatching: false,
      });
      opened = db;
      const layout = db.get(["format"])?.toString("latin1");
      assertLayout(`the data directory ${path.dirname(directory)}`, layout, directoryLayouts);
      return new Catalogue(db, directory);
    } catch (error) {
      void opened?.close();
      throw storeErrorOf(error, `opening the catalogue in ${directory}`);
    }
  }

  /** Undefined in a directory that no server has used yet. */
  salt(): number | undefined {
    return this.#db.get(["salt"])?.readUInt32LE(0);
  }

  async makeSalt(): Promise<number> {
    const made = randomBytes(4);
    await this.write("the log's salt", [{ key: ["salt"], value: made }]);
    return made.readUInt32LE(0);
  }

  /** Lets a read-only process see what another one has committed. */
  refresh(): void {
    this.#db.resetReadTxn();
  }

  entries(): StoredEntry[] {
    const entries: StoredEntry[] = [];
    for (const { key, value } of this.#db.getRange({ start: ["entry"] })) {
      if (!Array.isArray(key) || key[0] !== "entry") break;
      entries.push(JSON.parse(value.toString("utf8")));
    }
    return entries;
  }

  /** The newest chunk of every match that has one. One pass: a look for each of very many matches takes minutes. */
  newestChunks(): Map<string, ChunkKey> {
    const newest = new Map<string, ChunkKey>();
    for (const key of this.#db.getKeys({ start: ["chunk"] })) {
      if (!Array.isArray(key) || key[0] !== "chunk") break;
      const [, id, ordinal, lastEpoch, lastTick] = key as [string, string, number, number, number];
      newest.set(id, { ordinal, lastEpoch, lastTick });
    }
    return newest;
  }

  /** Ticks of the stored snapshots, newest first. */
  snapshotTicks(id: string): number[] {
    return this.#keys(["snapshot", id])
      .map((key) => key[2] as number)
      .reverse();
  }

  snapshot(id: string, tick: number): Buffer {
    return this.#db.get(snapshotPath(id, tick))!;
  }

  /** In the order in which they were written. */
  chunkKeys(id: string): ChunkKey[] {
    return this.#keys(["chunk", id]).map((key) => {
      const [, , ordinal, lastEpoch, lastTick] = key as [string, string, number, number, number];
      return { ordinal, lastEpoch, lastTick };
    });
  }

  /**
   * The records of all chunks in order, and which chunks could not be read completely.
   * @param after leaves out the chunks that end at this tick or before
   */
  chunkRecords(id: string, after = -1): { records: Uint8Array[]; damage: string[] } {
    const records: Uint8Array[] = [];
    const damage: string[] = [];
    for (const key of this.chunkKeys(id)) {
      if (key.lastTick <= after) continue;
      const value = this.#db.get(chunkPath(id, key))!;
      const { entries, end } = readEntries(value, { start: 0, end: value.length }, "checked");
      records.push(...entries.map(recordOf));
      if (end < value.length)
        damage.push(`journal chunk ${key.ordinal}: ${value.length - end} bytes cannot be read`);
    }
    return { records, damage };
  }

  /** Writes all of `changes` or nothing. @throws StoreError */
  async write(what: string, changes: readonly Change[]): Promise<void> {
    try {
      if (this.#wasFull) await this.#lookForRoom(changes);
      await this.#db.batch(() => {
        for (const { key, value } of changes) {
          if (value) this.#db.put(key, value);
          else this.#db.remove(key);
        }
      });
      this.#wasFull = false;
    } catch (error) {
      const failure = storeErrorOf(
        await causeOf(error),
        `writing ${what} to the catalogue in ${this.#directory}`,
      );
      this.#wasFull = failure.code === "store/full";
      throw failure;
    }
  }

  get bytes(): number {
    return fs.statSync(path.join(this.#directory, "data.mdb")).size;
  }

  async close(): Promise<void> {
    await this.#db.close();
  }

  #keys(prefix: Key): Key[] {
    const keys: Key[] = [];
    for (const key of this.#db.getKeys({ start: prefix })) {
      if (!Array.isArray(key) || prefix.some((part, at) => key[at] !== part)) break;
      keys.push(key);
    }
    return keys;
  }

  async #lookForRoom(changes: readonly Change[]): Promise<void> {
    const { bavail, bsize } = await fs.promises.statfs(this.#directory);
    const needed = changes.reduce((sum, { value }) => sum + (value?.length ?? 0), treeBytesMax);
    if (bavail * bsize < needed) throw Object.assign(new Error("no space left"), { code: "ENOSPC" });
  }
}

export function entryPath(id: string): Key {
  return ["entry", id];
}

export function snapshotPath(id: string, tick: number): Key {
  return ["snapshot", id, tick];
}

export function chunkPath(id: string, key: ChunkKey): Key {
  return ["chunk", id, key.ordinal, key.lastEpoch, key.lastTick];
}

export function entryChange(entry: StoredEntry): Change {
  return { key: entryPath(entry.id), value: Buffer.from(JSON.stringify(entry)) };
}

/** lmdb-js keeps the cause of a failed commit in a promise of its own. */
async function causeOf(error: unknown): Promise<unknown> {
  const hidden = (error as { commitError?: Promise<never> }).commitError;
  return hidden ? hidden.catch((cause: unknown) => cause) : error;
}
