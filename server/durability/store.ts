/**
 * The store port: bytes under an epoch. It has never heard of a World, a player or a room. Every write
 * names the epoch under which it is made; the store alone decides whether that epoch is the highest one of
 * the match, and keeps nothing of a write under an older one (P3).
 */
import type { MayBeAway } from "../store-error.ts";

/**
 * What an acknowledged write survives.
 * process: the death of the server process. machine: power loss too (flushed to disk before the answer).
 * replica: the loss of the store's machine (a second one has it); only a store of several machines offers it.
 */
export type DurabilityLevel = "process" | "machine" | "replica";

/** running: has or needs an owner. over: ended by its rules, kept for replay. set-aside: unreadable, kept. */
export type StoredMatchState = "running" | "over" | "set-aside";

export interface MatchEntry {
  readonly id: string;
  readonly state: StoredMatchState;
  /** Invariant: grows at every claim; starts at 1. */
  readonly epoch: number;
  /** Name of the node that holds the epoch. */
  readonly node: string;
  /** JSON text the match's owner wrote at creation (game, version, seed, options); opaque to the store. */
  readonly about: string;
  readonly createdAtMs: number;
  /** Unix time at which it was over or set aside. */
  readonly endedAtMs?: number;
  /** JSON text of the outcome (over) or why it was set aside. */
  readonly ending?: string;
}

export interface RecordWrite {
  readonly id: string;
  readonly epoch: number;
  readonly tick: number;
  /** A framed record (format.ts); the store keeps it as it is. */
  readonly bytes: Uint8Array;
}

export interface SnapshotWrite {
  readonly id: string;
  readonly epoch: number;
  readonly tick: number;
  /** A framed snapshot (format.ts). */
  readonly bytes: Uint8Array;
}

/**
 * `store/lost-acknowledged`: the writer holds the match, but the store no longer has all that it acknowledged to
 * it. Nothing was written; a snapshot of what the writer has makes the match whole again.
 */
export type WriteResult =
  | { ok: true }
  | { ok: false; code: "fence/stale-epoch" | "store/unknown-match" | "store/lost-acknowledged" };

/** What the store holds of one match, as bytes that nobody has judged yet; recovery.ts decides. */
export interface StoredMatch {
  readonly entry: MatchEntry;
  /** Newest first. */
  readonly snapshots: readonly Uint8Array[];
  /** In the order in which they were accepted. May hold one record twice, and ticks older than a snapshot. */
  readonly records: readonly Uint8Array[];
  /** Where reading stopped before the end, in words, e.g. a torn block. */
  readonly damage: readonly string[];
}

/**
 * tail: enough to go on with the match. The store may leave out what even the older of its snapshots covers, which
 * is what `--journal-keep snapshot` would have removed.
 */
export type LoadedPart = "all" | "tail";

export interface ClaimOptions {
  /** Only if this still is the match's epoch: of several that saw the same owner die, one gets it. */
  readonly under?: number;
  /** Takes the place of the entry's `about`, in the same write. */
  readonly about?: string;
}

export interface Store extends MayBeAway {
  readonly level: DurabilityLevel;
  /**
   * A new match at epoch 1. Durable when it resolves.
   * @throws StoreError `store/exists`
   */
  create(match: { id: string; node: string; about: string }): Promise<MatchEntry>;
  /**
   * Take a running match over: its epoch grows by one, and from here every write under an older epoch is
   * refused. Durable when it resolves. When it rejects as unavailable the claim may have been made all the same:
   * the entry then says so, and may be claimed again.
   * @throws StoreError `store/unknown-match`, `store/not-running`, `store/claimed-meanwhile`
   */
  claim(id: string, node: string, options?: ClaimOptions): Promise<MatchEntry>;
  /**
   * Appends records of any number of matches in one durable write. Each result answers for its record: a
   * refused one leaves nothing behind and does not hinder the others. Either all accepted ones are durable
   * when it resolves, or it rejects and none may be counted on (the caller sends the same batch again, and
   * sending a record twice is harmless).
   * @throws StoreError `store/full` (disk full), `store/unavailable`
   */
  append(batch: readonly RecordWrite[]): Promise<readonly WriteResult[]>;
  /**
   * Keeps a snapshot and lets the store tidy what it covers. Invariant: everything up to and including
   * `tick` was appended before, or lost. Durable when it resolves. One that comes late, after a newer one of the
   * same epoch, is accepted and does not take the newer one's place.
   */
  snapshot(write: SnapshotWrite): Promise<WriteResult>;
  /** Every match, running and not. */
  list(): Promise<readonly MatchEntry[]>;
  /** One entry of the list; undefined when there is no such match. */
  find(id: string): Promise<MatchEntry | undefined>;
  /** @param part default all. @throws StoreError `store/unknown-match` */
  load(id: string, part?: LoadedPart): Promise<StoredMatch>;
  /**
   * Ends a match; its journal stays for replay. Durable when it resolves. The same end said again, because its
   * answer was lost, is accepted.
   */
  finish(write: { id: string; epoch: number; outcome: string }): Promise<WriteResult>;
  /** Puts an unreadable match aside: kept as it is, named, no longer restored. Needs no epoch. */
  setAside(id: string, reason: string): Promise<void>;
  /** Forgets a match that is not running. */
  remove(id: string): Promise<void>;
  /** Flushes what was accepted and frees the store. Writes after this reject. */
  close(): Promise<void>;
}
