/**
 * The default store: one data directory, locked to one process. Records go to a write-ahead log of
 * preallocated files (wal.ts), everything else to lmdb (catalogue.ts); a snapshot moves the match's records
 * from the log into a chunk in lmdb. Why two: a flush of 12 KB took 0.33 / 0.85 ms (p50 / p99) in the log and
 * 0.89 / 2.35 ms as one lmdb put (docs/benchmarks.md), and a full lmdb leaves the log, and so the matches, running.
 */

import assert from "node:assert/strict";
import path from "node:path";
import type { UnixClock } from "../../../shared/clock.ts";
import { StoreError } from "../../store-error.ts";
import { claimed } from "../claim.ts";
import { type DataLock, lockDataDirectory } from "../data-lock.ts";
import type {
  ClaimOptions,
  DurabilityLevel,
  LoadedPart,
  MatchEntry,
  RecordWrite,
  SleepingMatch,
  SnapshotWrite,
  Store,
  StoredMatch,
  StoredMatchState,
  WriteResult,
} from "../store.ts";
import {
  Catalogue,
  type Change,
  chunkPath,
  entryChange,
  entryPath,
  type StoredEntry,
  snapshotPath,
} from "./catalogue.ts";
import {
  chunkChange,
  idBytesOf,
  type MatchInMemory,
  matchesInMemory,
  matchInMemory,
  prunedBy,
  publicEntry,
  storedMatch,
  verdict,
} from "./match-in-memory.ts";
import { ReadOnlyStore } from "./read-only.ts";
import { Sleepers } from "./sleepers.ts";
import { storeErrorOf } from "./store-error.ts";
import { Wal } from "./wal.ts";
import { idBytesMax, type WalEntry } from "./wal-block.ts";

const segmentBytesDefault = 8 << 20;
/** Reached only when no snapshot could be written for a long time: 64 segments, about 20 minutes of 100 matches. */
const logBytesMaxDefault = 64 * segmentBytesDefault;

/** The only hook for tests: runs before each write to the log and may delay it or throw. */
interface StoreFaults {
  beforeAppend?(): Promise<void>;
}

export interface EmbeddedOptions {
  /** The data directory. */
  readonly path: string;
  readonly level: DurabilityLevel;
  readonly segmentBytes?: number;
  readonly logBytesMax?: number;
  /** match: until `remove`, for replay. snapshot: as far back as the older kept snapshot. Default match. */
  readonly journalKeep?: "match" | "snapshot";
  readonly faults?: StoreFaults;
  readonly now?: UnixClock;
}

export interface StoreStats {
  readonly walBytes: number;
  readonly lmdbBytes: number;
  /** Records in memory that no chunk has yet. */
  readonly pendingBytes: number;
  /** Writes to the log since the start. */
  readonly flushes: number;
}

/**
 * Opens a data directory: to run matches in it, or with `readOnly` to inspect it, even while a server uses it.
 * @throws StoreError `store/not-writable`, `store/locked`, `store/full`, `store/unavailable`
 */
export function openEmbeddedStore(options: EmbeddedOptions & { readOnly: true }): Promise<ReadOnlyStore>;
export function openEmbeddedStore(options: EmbeddedOptions & { readOnly?: false }): Promise<EmbeddedStore>;
export function openEmbeddedStore(options: EmbeddedOptions & { readOnly?: boolean }): Promise<Store> {
  return options.readOnly ? ReadOnlyStore.open(options) : EmbeddedStore.open(options);
}

interface Parts {
  readonly options: EmbeddedOptions;
  readonly lock: DataLock;
  readonly catalogue: Catalogue;
  readonly wal: Wal;
  readonly matches: Map<string, MatchInMemory>;
}

export class EmbeddedStore implements Store {
  readonly level: DurabilityLevel;
  readonly #lock: DataLock;
  readonly #catalogue: Catalogue;
  readonly #wal: Wal;
  readonly #matches: Map<string, MatchInMemory>;
  readonly #sleepers = new Sleepers();
  readonly #keepJournal: boolean;
  readonly #now: UnixClock;
  /** Ids whose creation is being written. */
  readonly #creating = new Set<string>();
  #closed = false;

  private constructor({ options, lock, catalogue, wal, matches }: Parts) {
    this.level = options.level;
    this.#lock = lock;
    this.#catalogue = catalogue;
    this.#wal = wal;
    this.#matches = matches;
    this.#keepJournal = options.journalKeep !== "snapshot";
    this.#now = options.now ?? Date.now;
    for (const { entry } of matches.values()) this.#sleepers.follow(entry);
  }

  static async open(options: EmbeddedOptions): Promise<EmbeddedStore> {
    const lock = lockDataDirectory(options.path);
    let catalogue: Catalogue | undefined;
    try {
      catalogue = Catalogue.open(path.join(options.path, "catalogue"), { readOnly: false });
      const stored = catalogue.entries();
      const { wal, scan } = await Wal.open({
        directory: path.join(options.path, "wal"),
        level: options.level,
        segmentBytes: options.segmentBytes ?? segmentBytesDefault,
        logBytesMax: options.logBytesMax ?? logBytesMaxDefault,
        salt: catalogue.salt() ?? (await catalogue.makeSalt()),
        sequenceMin: stored.reduce((highest, entry) => Math.max(highest, entry.since), 0),
        beforeAppend: options.faults?.beforeAppend,
      });
      const matches = matchesInMemory(catalogue, scan, stored);
      for (const match of matches.values())
        for (const { segment } of match.pending) wal.pool.need(segment, 1);
      wal.pool.tidy();
      return new EmbeddedStore({ options, lock, catalogue, wal, matches });
    } catch (error) {
      await catalogue?.close();
      lock.release();
      throw storeErrorOf(error, `opening the data directory ${options.path}`);
    }
  }

  async create({ id, node, about }: { id: string; node: string; about: string }): Promise<MatchEntry> {
    this.#assertOpen();
    const bytes = Buffer.byteLength(id);
    assert(bytes > 0 && bytes <= idBytesMax, `match id of ${bytes} bytes, allowed are 1 to ${idBytesMax}`);
    if (this.#matches.has(id) || this.#creating.has(id)) {
      throw new StoreError("store/exists", `match ${id} is already in the store`);
    }
    this.#creating.add(id);
    try {
      const since = this.#wal.sequence;
      const entry: StoredEntry = {
        id,
        state: "running",
        epoch: 1,
        node,
        about,
        createdAtMs: this.#now(),
        since,
      };
      await this.#catalogue.write(`match ${id}`, [entryChange(entry)]);
      this.#matches.set(id, matchInMemory(entry, { nextOrdinal: 0, damage: [] }));
      return publicEntry(entry);
    } finally {
      this.#creating.delete(id);
    }
  }

  async claim(id: string, node: string, options: ClaimOptions = {}): Promise<MatchEntry> {
    const match = this.#known(id);
    return inTurn(match, async () => {
      const entry = claimed(match.entry, node, options);
      await this.#fenced(match, entry.epoch, () =>
        this.#catalogue.write(`claim of match ${id} under epoch ${entry.epoch}`, [entryChange(entry)]),
      );
      match.entry = entry;
      this.#sleepers.follow(entry);
      return publicEntry(entry);
    });
  }

  async append(batch: readonly RecordWrite[]): Promise<readonly WriteResult[]> {
    this.#assertOpen();
    const entries: WalEntry[] = [];
    const owners: MatchInMemory[] = [];
    const results = batch.map(({ id, epoch, tick, bytes }) => {
      const match = this.#matches.get(id);
      const result = verdict(match, epoch);
      if (match && result.ok) {
        entries.push({ id: idBytesOf(match), epoch, tick, record: bytes });
        owners.push(match);
      }
      return result;
    });
    let at = 0;
    for (const block of await this.#wal.append(entries)) {
      for (const end = at + block.entries; at < end; at++) {
        const { id, epoch, tick, record } = entries[at]!;
        owners[at]!.pending.push({ id, epoch, tick, record, segment: block.segment });
      }
    }
    return results;
  }

  async snapshot({ id, epoch, tick, bytes }: SnapshotWrite): Promise<WriteResult> {
    return this.#asOwner({ id, epoch }, async (match) => {
      const snapshotTicks = this.#catalogue.snapshotTicks(id);
      const chunks = this.#catalogue.chunkKeys(id);
      await this.#writeWithChunk(match, `the snapshot at tick ${tick} of match ${id}`, [
        { key: snapshotPath(id, tick), value: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) },
        ...prunedBy(tick, { id, snapshotTicks, chunks, keepJournal: this.#keepJournal }),
      ]);
    });
  }

  async sleep({ id, epoch, asleep }: Parameters<Store["sleep"]>[0]): Promise<WriteResult> {
    const { state, epoch: held } = this.#matches.get(id)?.entry ?? {};
    if (state === "sleeping" && held === epoch && !this.#closed) return { ok: true };
    return this.#asOwner({ id, epoch }, async (match) => {
      const entry: StoredEntry = { ...match.entry, state: "sleeping", asleep };
      await this.#fenced(match, 0, () =>
        this.#writeWithChunk(match, `that match ${id} sleeps`, [entryChange(entry)]),
      );
      match.entry = entry;
      this.#sleepers.follow(entry);
    });
  }

  async dueFirst(max: number): Promise<readonly SleepingMatch[]> {
    return this.#sleepers.dueFirst(max);
  }

  async openAsleep(name: string, max: number): Promise<readonly string[]> {
    return this.#sleepers.open(name, max);
  }

  async asleep(): Promise<number> {
    return this.#sleepers.size;
  }

  async list(which: "all" | "awake" = "all"): Promise<readonly MatchEntry[]> {
    const listed: MatchEntry[] = [];
    for (const { entry } of this.#matches.values())
      if (which === "all" || entry.state !== "sleeping") listed.push(publicEntry(entry));
    return listed;
  }

  async find(id: string): Promise<MatchEntry | undefined> {
    const match = this.#matches.get(id);
    return match && publicEntry(match.entry);
  }

  async load(id: string, part: LoadedPart = "all"): Promise<StoredMatch> {
    return storedMatch(this.#catalogue, this.#known(id), part);
  }

  async finish({ id, epoch, outcome }: { id: string; epoch: number; outcome: string }): Promise<WriteResult> {
    const { state, epoch: held, ending } = this.#matches.get(id)?.entry ?? {};
    if (state === "over" && held === epoch && ending === outcome && !this.#closed) return { ok: true };
    return this.#asOwner({ id, epoch }, (match) => this.#end(match, { state: "over", ending: outcome }));
  }

  async setAside(id: string, reason: string): Promise<void> {
    const match = this.#known(id);
    await inTurn(match, () => this.#end(match, { state: "set-aside", ending: reason }));
  }

  /** Removing an unknown match does nothing. @throws StoreError `store/still-running` */
  async remove(id: string): Promise<void> {
    this.#assertOpen();
    const match = this.#matches.get(id);
    if (!match) return;
    await inTurn(match, async () => {
      const { state } = match.entry;
      if (state === "running" || state === "sleeping") {
        throw new StoreError("store/still-running", `match ${id} is ${state} and cannot be removed`);
      }
      await this.#catalogue.write(`the removal of match ${id}`, [
        { key: entryPath(id) },
        ...this.#catalogue.snapshotTicks(id).map((tick) => ({ key: snapshotPath(id, tick) })),
        ...this.#catalogue.chunkKeys(id).map((key) => ({ key: chunkPath(id, key) })),
      ]);
      this.#matches.delete(id);
      this.#dropPending(match, match.pending.length);
    });
  }

  stats(): StoreStats {
    let pendingBytes = 0;
    for (const { pending } of this.#matches.values()) {
      for (const { record } of pending) pendingBytes += record.length;
    }
    return {
      walBytes: this.#wal.pool.bytes,
      lmdbBytes: this.#catalogue.bytes,
      pendingBytes,
      flushes: this.#wal.flushes,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#matches.values()].map((match) => match.lastWrite));
    await this.#wal.close();
    await this.#catalogue.close();
    this.#lock.release();
  }

  /** Runs `write` in the match's turn if `epoch` owns the match, both now and then. */
  async #asOwner(
    { id, epoch }: { id: string; epoch: number },
    write: (match: MatchInMemory) => Promise<void>,
  ): Promise<WriteResult> {
    this.#assertOpen();
    const match = this.#matches.get(id);
    const early = verdict(match, epoch);
    if (!match || !early.ok) return early;
    return inTurn(match, async () => {
      const result = verdict(match, epoch);
      if (result.ok) await write(match);
      return result;
    });
  }

  /**
   * Order matters: first the old owner is refused, then its writes in progress end, then `write` makes the change
   * durable. If that fails, the old owner may continue.
   */
  async #fenced(match: MatchInMemory, fence: number, write: () => Promise<void>): Promise<void> {
    const before = match.fence;
    match.fence = fence;
    try {
      await this.#wal.settled();
      await write();
    } catch (error) {
      match.fence = before;
      throw error;
    }
  }

  async #end(match: MatchInMemory, how: { state: StoredMatchState; ending: string }): Promise<void> {
    const { asleep: _, ...before } = match.entry;
    const entry: StoredEntry = { ...before, ...how, endedAtMs: this.#now() };
    await this.#fenced(match, 0, () =>
      this.#writeWithChunk(match, `the end of match ${entry.id}`, [entryChange(entry)]),
    );
    match.entry = entry;
    this.#sleepers.remove(entry.id);
  }

  /** With every write about a match, its records in the log move to lmdb, which frees space in the log. */
  async #writeWithChunk(match: MatchInMemory, what: string, changes: readonly Change[]): Promise<void> {
    const count = match.pending.length;
    await this.#catalogue.write(what, [...changes, ...chunkChange(match, count)]);
    if (count > 0) match.nextOrdinal += 1;
    this.#dropPending(match, count);
  }

  #dropPending(match: MatchInMemory, count: number): void {
    for (const { segment } of match.pending.splice(0, count)) this.#wal.pool.release(segment, 1);
    this.#wal.pool.tidy();
  }

  #known(id: string): MatchInMemory {
    this.#assertOpen();
    const match = this.#matches.get(id);
    if (!match) throw new StoreError("store/unknown-match", `no match ${id} in the store`);
    return match;
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError("store/unavailable", "the store is closed");
  }
}

/** Catalogue writes of one match run one after another; a failed one does not stop the next. */
function inTurn<Result>(match: MatchInMemory, write: () => Promise<Result>): Promise<Result> {
  const result = match.lastWrite.then(write);
  match.lastWrite = result.catch(() => undefined);
  return result;
}
