/**
 * What the embedded store keeps in memory of one match: its entry, the epoch that may write, and the records that
 * only the log has so far; and how that is read back at a start. Writes nothing.
 */
import type { LoadedPart, MatchEntry, StoredMatch, WriteResult } from "../store.ts";
import {
  type Catalogue,
  type Change,
  type ChunkKey,
  chunkPath,
  type StoredEntry,
  snapshotPath,
} from "./catalogue.ts";
import { encodeEntries, recordOf, type WalEntry } from "./wal-block.ts";
import type { WalScan } from "./wal-scan.ts";

/** The newest and one as a fallback. */
const snapshotsKept = 2;

/** A record that is in the log and in no chunk. */
interface PendingRecord extends WalEntry {
  readonly segment: number;
}

export interface MatchInMemory {
  entry: StoredEntry;
  /** Made when it is first written: most of very many matches sleep. */
  idBytes: Buffer | undefined;
  /**
   * The only epoch that may write. It is raised before a claim is written, and becomes 0 (nobody) before an end is
   * written: the old owner is refused before anyone is told.
   */
  fence: number;
  /** In the order of acceptance. Bounded by the log's size. */
  pending: PendingRecord[];
  nextOrdinal: number;
  /** What could not be read from the log when the store was opened. */
  readonly damage: readonly string[];
  /** Catalogue writes of this match, which run one after another. */
  lastWrite: Promise<unknown>;
}

const nothingWritten: Promise<unknown> = Promise.resolve();

/** The match's id as the log has it. */
export function idBytesOf(match: MatchInMemory): Buffer {
  match.idBytes ??= Buffer.from(match.entry.id, "utf8");
  return match.idBytes;
}

export function matchInMemory(
  entry: StoredEntry,
  found: { nextOrdinal: number; damage: readonly string[] },
): MatchInMemory {
  return {
    entry,
    idBytes: undefined,
    fence: entry.state === "running" ? entry.epoch : 0,
    pending: [],
    ...found,
    lastWrite: nothingWritten,
  };
}

/** A match that is over or set aside has no owner: nobody writes to it. */
export function verdict(match: MatchInMemory | undefined, epoch: number): WriteResult {
  if (!match) return { ok: false, code: "store/unknown-match" };
  return epoch !== match.fence ? { ok: false, code: "fence/stale-epoch" } : { ok: true };
}

/** Moves the oldest `count` pending records into a new chunk; does nothing when there are none. */
export function chunkChange(match: MatchInMemory, count: number): Change[] {
  const newest = match.pending[count - 1];
  if (!newest) return [];
  const key = { ordinal: match.nextOrdinal, lastEpoch: newest.epoch, lastTick: newest.tick };
  return [{ key: chunkPath(match.entry.id, key), value: encodeEntries(match.pending.slice(0, count)) }];
}

/**
 * What a snapshot at `tick` makes superfluous: snapshots beyond those kept and, when the journal is kept only for
 * recovery, chunks that even the older kept snapshot covers.
 */
export function prunedBy(
  tick: number,
  stored: { id: string; snapshotTicks: readonly number[]; chunks: readonly ChunkKey[]; keepJournal: boolean },
): Change[] {
  const ticks = [tick, ...stored.snapshotTicks.filter((other) => other !== tick)];
  const dropped: Change[] = ticks
    .slice(snapshotsKept)
    .map((other) => ({ key: snapshotPath(stored.id, other) }));
  const fallback = ticks[snapshotsKept - 1];
  if (stored.keepJournal || fallback === undefined) return dropped;
  const covered = stored.chunks.filter((chunk) => chunk.lastTick <= fallback);
  return [...dropped, ...covered.map((chunk) => ({ key: chunkPath(stored.id, chunk) }))];
}

/** True when a chunk already has this record of the log: chunks are cut in the order of (epoch, tick). */
function isChunked(record: { epoch: number; tick: number }, newest: ChunkKey | undefined): boolean {
  if (!newest || record.epoch > newest.lastEpoch) return false;
  return record.epoch < newest.lastEpoch || record.tick <= newest.lastTick;
}

/** The matches of a catalogue, each with the records that the log has and no chunk. */
export function matchesInMemory(
  catalogue: Catalogue,
  scan: WalScan,
  entries: Iterable<StoredEntry> = catalogue.entries(),
): Map<string, MatchInMemory> {
  const matches = new Map<string, MatchInMemory>();
  const newest = catalogue.newestChunks();
  for (const entry of entries) {
    const chunk = newest.get(entry.id);
    matches.set(
      entry.id,
      matchInMemory(entry, { nextOrdinal: (chunk?.ordinal ?? -1) + 1, damage: scan.damage }),
    );
  }
  for (const { segment, sequence, entries } of scan.blocks) {
    for (const entry of entries) {
      const match = matches.get(entry.id);
      if (!match || sequence <= match.entry.since || isChunked(entry, newest.get(entry.id))) continue;
      // A view: the segment stays in memory until the match's next snapshot.
      const { epoch, tick } = entry;
      match.pending.push({ id: idBytesOf(match), epoch, tick, record: recordOf(entry), segment });
    }
  }
  return matches;
}

/** What is stored of a match, for recovery.ts to judge. */
export function storedMatch(catalogue: Catalogue, match: MatchInMemory, part: LoadedPart): StoredMatch {
  const { id } = match.entry;
  const ticks = catalogue.snapshotTicks(id);
  const older = ticks[snapshotsKept - 1];
  const chunks = catalogue.chunkRecords(id, part === "tail" ? older : undefined);
  return {
    entry: publicEntry(match.entry),
    snapshots: ticks.map((tick) => catalogue.snapshot(id, tick)),
    records: [...chunks.records, ...match.pending.map((pending) => pending.record)],
    damage: [...chunks.damage, ...match.damage],
  };
}

export function publicEntry({ since: _, ...entry }: StoredEntry): MatchEntry {
  return entry;
}
