/**
 * A store in memory, for tests and for benchmarks without a journal. What it accepted survives `close` in the
 * `MemoryDisk` it was given, and is lost with the process.
 */

import type { UnixClock } from "../../../shared/clock.ts";
import { StoreError } from "../../store-error.ts";
import { claimed } from "../claim.ts";
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
import { Sleepers } from "./sleepers.ts";

const snapshotsKept = 2;

interface MemoryMatch {
  entry: MatchEntry;
  /** Newest first. */
  snapshots: SnapshotWrite[];
  records: RecordWrite[];
}

/** Matches by id. */
export type MatchesInMemory = Map<string, MemoryMatch>;

export class MemoryStore implements Store {
  readonly level: DurabilityLevel = "process";
  readonly #disk: MatchesInMemory;
  readonly #journalKeep: "match" | "snapshot";
  readonly #now: UnixClock;
  readonly #sleepers = new Sleepers();
  #closed = false;

  constructor(options: { disk?: MatchesInMemory; journalKeep?: "match" | "snapshot"; now?: UnixClock } = {}) {
    this.#disk = options.disk ?? new Map();
    this.#journalKeep = options.journalKeep ?? "match";
    this.#now = options.now ?? Date.now;
    for (const { entry } of this.#disk.values()) this.#sleepers.follow(entry);
  }

  async create({ id, node, about }: { id: string; node: string; about: string }): Promise<MatchEntry> {
    this.#assertOpen();
    if (this.#disk.has(id)) throw new StoreError("store/exists", `match ${id} is already in the store`);
    const entry: MatchEntry = { id, state: "running", epoch: 1, node, about, createdAtMs: this.#now() };
    this.#disk.set(id, { entry, snapshots: [], records: [] });
    return entry;
  }

  async claim(id: string, node: string, options: ClaimOptions = {}): Promise<MatchEntry> {
    const match = this.#known(id);
    match.entry = claimed(match.entry, node, options);
    this.#sleepers.follow(match.entry);
    return match.entry;
  }

  async append(batch: readonly RecordWrite[]): Promise<readonly WriteResult[]> {
    this.#assertOpen();
    return batch.map((write) => {
      const result = this.#verdict(write);
      if (result.ok) this.#disk.get(write.id)!.records.push(write);
      return result;
    });
  }

  async snapshot(write: SnapshotWrite): Promise<WriteResult> {
    this.#assertOpen();
    const result = this.#verdict(write);
    if (!result.ok) return result;
    const match = this.#disk.get(write.id)!;
    // A late snapshot: its writer gave up on it and has written a newer one. It must not become the newest.
    const newest = match.snapshots[0];
    if (newest !== undefined && newest.epoch === write.epoch && newest.tick > write.tick) return result;
    const older = match.snapshots.filter((other) => other.tick !== write.tick);
    match.snapshots = [write, ...older].slice(0, snapshotsKept);
    const fallback = match.snapshots[snapshotsKept - 1];
    if (this.#journalKeep === "snapshot" && fallback) {
      match.records = match.records.filter((record) => record.tick > fallback.tick);
    }
    return result;
  }

  async sleep({ id, epoch, asleep }: Parameters<Store["sleep"]>[0]): Promise<WriteResult> {
    this.#assertOpen();
    const { state, epoch: held } = this.#disk.get(id)?.entry ?? {};
    if (state === "sleeping" && held === epoch) return { ok: true };
    const result = this.#verdict({ id, epoch });
    if (!result.ok) return result;
    const match = this.#known(id);
    match.entry = { ...match.entry, state: "sleeping", asleep };
    this.#sleepers.follow(match.entry);
    return result;
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
    const entries = [...this.#disk.values()].map((match) => match.entry);
    return which === "all" ? entries : entries.filter(({ state }) => state !== "sleeping");
  }

  async find(id: string): Promise<MatchEntry | undefined> {
    return this.#disk.get(id)?.entry;
  }

  async load(id: string, part: LoadedPart = "all"): Promise<StoredMatch> {
    const { entry, snapshots, records } = this.#known(id);
    const bytesOf = (write: { bytes: Uint8Array }) => write.bytes;
    const older = part === "tail" ? snapshots[snapshotsKept - 1] : undefined;
    const kept = older === undefined ? records : records.filter((record) => isBehind(record, older));
    return { entry, snapshots: snapshots.map(bytesOf), records: kept.map(bytesOf), damage: [] };
  }

  async finish({ id, epoch, outcome }: { id: string; epoch: number; outcome: string }): Promise<WriteResult> {
    this.#assertOpen();
    const { state, epoch: held, ending } = this.#disk.get(id)?.entry ?? {};
    // The same end again, because its answer was lost.
    if (state === "over" && held === epoch && ending === outcome) return { ok: true };
    const result = this.#verdict({ id, epoch });
    if (result.ok) this.#end(this.#known(id), { state: "over", ending: outcome });
    return result;
  }

  async setAside(id: string, reason: string): Promise<void> {
    this.#end(this.#known(id), { state: "set-aside", ending: reason });
  }

  /** Removing an unknown match does nothing. @throws StoreError `store/still-running` */
  async remove(id: string): Promise<void> {
    this.#assertOpen();
    const { state } = this.#disk.get(id)?.entry ?? {};
    if (state === "running" || state === "sleeping") {
      throw new StoreError("store/still-running", `match ${id} is ${state} and cannot be removed`);
    }
    this.#disk.delete(id);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  /** A match that is over or set aside has no owner: nobody writes to it. */
  #verdict({ id, epoch }: { id: string; epoch: number }): WriteResult {
    const entry = this.#disk.get(id)?.entry;
    if (!entry) return { ok: false, code: "store/unknown-match" };
    const held = entry.state === "running" && epoch === entry.epoch;
    return held ? { ok: true } : { ok: false, code: "fence/stale-epoch" };
  }

  #end(match: MemoryMatch, how: { state: StoredMatchState; ending: string }): void {
    const { asleep: _, ...entry } = match.entry;
    match.entry = { ...entry, ...how, endedAtMs: this.#now() };
    this.#sleepers.remove(entry.id);
  }

  #known(id: string): MemoryMatch {
    this.#assertOpen();
    const match = this.#disk.get(id);
    if (!match) throw new StoreError("store/unknown-match", `no match ${id} in the store`);
    return match;
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError("store/unavailable", "the store is closed");
  }
}

function isBehind(record: RecordWrite, snapshot: SnapshotWrite): boolean {
  return record.epoch > snapshot.epoch || (record.epoch === snapshot.epoch && record.tick > snapshot.tick);
}
