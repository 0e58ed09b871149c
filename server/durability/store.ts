/**
 * The store port: bytes under an epoch. It knows no World, player or room. Every write names the epoch under which it
 * is made; only the store decides whether that is the match's highest epoch, and keeps nothing of a write under an
 * older one (P3).
 */
import type { MayBeAway } from "../store-error.ts";

/**
 * What an acknowledged write survives.
 * process: the death of the server process. machine: power loss too (flushed to disk before the answer).
 * replica: the loss of the store's machine (a second one has it); only a store of several machines offers it.
 */
export type DurabilityLevel = "process" | "machine" | "replica";

/**
 * running: has or needs an owner. sleeping: nobody owns it until a claim wakes it. over: ended by its rules, kept for replay.
 * set-aside: unreadable, kept.
 */
export type StoredMatchState = "running" | "sleeping" | "over" | "set-aside";

/** What the store knows of a match that sleeps. */
export interface Asleep {
  /** Unix time at which it is to be woken although nobody comes. Left out: never. */
  readonly wakesAtMs?: number;
  /** The name under which anybody may find it, in order to join. Left out: nobody finds it by a name. */
  readonly openAs?: string;
  /** JSON text for callers that ask what sleeps; opaque to the store. */
  readonly shown: string;
}

export interface SleepingMatch {
  readonly id: string;
  readonly wakesAtMs: number;
}

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
  /** Set while it is sleeping. */
  readonly asleep?: Asleep;
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
 * `store/lost-acknowledged`: the writer owns the match, but the store no longer has everything that it acknowledged.
 * Nothing was written; a snapshot of the writer's state makes the match whole again.
 */
export type WriteResult =
  | { ok: true }
  | { ok: false; code: "fence/stale-epoch" | "store/unknown-match" | "store/lost-acknowledged" };

/** What the store holds of one match, as unchecked bytes; recovery.ts judges them. */
export interface StoredMatch {
  readonly entry: MatchEntry;
  /** Newest first. */
  readonly snapshots: readonly Uint8Array[];
  /** In the order of acceptance. May hold one record twice, and ticks older than a snapshot. */
  readonly records: readonly Uint8Array[];
  /** Where reading stopped before the end, and why, e.g. a torn block. */
  readonly damage: readonly string[];
}

/**
 * tail: enough to continue the match. The store may leave out what even the older of its snapshots covers, which
 * `--journal-keep snapshot` would have removed.
 */
export type LoadedPart = "all" | "tail";

export interface ClaimOptions {
  /** Claims only if this is still the match's epoch: of several nodes that saw the same owner die, one gets it. */
  readonly under?: number;
  /** Replaces the entry's `about`, in the same write. */
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
   * Takes over a running match, or wakes a sleeping one: its epoch grows by one, and from then on every write under an older
   * epoch is refused.
   * Durable when it resolves. When it rejects as unavailable the claim may still have been made: the entry then shows
   * it, and may be claimed again.
   * @throws StoreError `store/unknown-match`, `store/not-running`, `store/claimed-meanwhile`
   */
  claim(id: string, node: string, options?: ClaimOptions): Promise<MatchEntry>;
  /**
   * Appends records of any number of matches in one durable write. Each result belongs to its record: a refused
   * record leaves nothing behind and does not affect the others. Either all accepted records are durable when it
   * resolves, or it rejects and none may be relied on (the caller sends the same batch again; sending a record twice
   * is harmless).
   * @throws StoreError `store/full` (disk full), `store/unavailable`
   */
  append(batch: readonly RecordWrite[]): Promise<readonly WriteResult[]>;
  /**
   * Keeps a snapshot and lets the store remove what it covers. Invariant: everything up to and including `tick` was
   * appended before, or lost. Durable when it resolves. A late one, after a newer one of the same epoch, is accepted
   * and does not replace the newer one.
   */
  snapshot(write: SnapshotWrite): Promise<WriteResult>;
  /**
   * A running match falls asleep: nobody may write to it until it is claimed. Invariant: its snapshot covers everything that
   * was appended. Durable when it resolves. A repetition, after a lost answer, is accepted.
   */
  sleep(write: { id: string; epoch: number; asleep: Asleep }): Promise<WriteResult>;
  /** Sleeping matches that wake by themselves, the earliest first, at most `max`. */
  dueFirst(max: number): Promise<readonly SleepingMatch[]>;
  /** Ids of sleeping matches that are open under this name, those that fell asleep last first, at most `max`. */
  openAsleep(name: string, max: number): Promise<readonly string[]>;
  /** How many matches sleep. */
  asleep(): Promise<number>;
  /**
   * The matches, running and not.
   * @param which awake: all that do not sleep, of which there may be very many; default: all
   */
  list(which?: "all" | "awake"): Promise<readonly MatchEntry[]>;
  /** One entry of the list; undefined when there is no such match. */
  find(id: string): Promise<MatchEntry | undefined>;
  /** @param part default all. @throws StoreError `store/unknown-match` */
  load(id: string, part?: LoadedPart): Promise<StoredMatch>;
  /**
   * Ends a match; its journal stays for replay. Durable when it resolves. A repetition of the same end, after a lost
   * answer, is accepted.
   */
  finish(write: { id: string; epoch: number; outcome: string }): Promise<WriteResult>;
  /** Sets an unreadable match aside: kept unchanged, named, and no longer restored. Needs no epoch. */
  setAside(id: string, reason: string): Promise<void>;
  /** Forgets a match that neither runs nor sleeps. */
  remove(id: string): Promise<void>;
  /** Flushes what was accepted and frees the store. Writes after this reject. */
  close(): Promise<void>;
}
