/**
 * Decides what happens to a stored match; it performs nothing. "Covered" means: at or before the tick of the newest
 * usable snapshot. Rows are tried from the top; test/durability/recovery.test.ts has each.
 *
 *   found                                                        done
 *   a snapshot or record of a newer format                       not opened, recovery/newer-version
 *   one of a format whose reader was dropped, not covered        not opened, recovery/dropped-version
 *   the same, covered, or the journal is whole without it        note
 *   a snapshot or record under an epoch above the catalogue's    set aside, recovery/epoch-ahead
 *   nothing                                                      restore at tick 0, from the seed
 *   no snapshot, journal whole from tick 1                       restore from the seed, replay all
 *   no usable snapshot, journal starts later                     set aside, recovery/journal-gap
 *   newest snapshot valid                                        restore it, replay the tail
 *   newest snapshot valid and past the journal's end             restore it, nothing to replay
 *   newest snapshot unreadable                                   note; the next older one, a longer tail
 *   every snapshot unreadable, journal whole from tick 1         note; restore from the seed, replay all
 *   snapshot at or past a tick that a newer epoch wrote again    note; ignored like an unreadable one
 *   records of an older epoch past a newer epoch's snapshot      dropped: the newer owner went on from there
 *   record of an older epoch after one of a newer epoch          dropped: a fenced writer
 *   tick that a newer epoch wrote again                          the newer epoch wins from that tick on
 *   same tick twice under one epoch                              once
 *   unreadable record, nothing readable after it                 note; cut there: it was never acknowledged
 *   same, but the store saw valid data behind it                 set aside, recovery/journal-damaged
 *   unreadable record, covered, or its tick is there again       note
 *   unreadable record, not covered, later ticks present          set aside, recovery/journal-damaged
 *   ticks missing, covered                                       nothing: they are not needed
 *   ticks missing, not covered, later ticks present              set aside, recovery/journal-gap
 */
import { type Framed, type FrameKind, frameReaders, readFrame } from "./format.ts";
import { versionRefusal } from "./format-versions.ts";
import type { StoredMatch } from "./store.ts";

type RecoveryCode =
  | "recovery/newer-version"
  | "recovery/dropped-version"
  | "recovery/epoch-ahead"
  | "recovery/journal-gap"
  | "recovery/journal-damaged";

export interface RestorePlan {
  readonly kind: "restore";
  /** Without one, the World is created from the match's seed. */
  readonly snapshot?: Framed;
  /** Invariant: ticks run without a gap from the snapshot's tick + 1 (or 1) to `lastTick`. */
  readonly records: readonly Framed[];
  readonly lastTick: number;
  /** Damage that did not matter, for the log. */
  readonly notes: readonly string[];
}

interface SetAsidePlan {
  readonly kind: "set-aside";
  readonly code: RecoveryCode;
  readonly reason: string;
}

export type RecoveryPlan = RestorePlan | SetAsidePlan;

export function recoveryPlan(stored: StoredMatch): RecoveryPlan {
  const notes = [...stored.damage];
  const snapshots = readFrames(stored.snapshots, "snapshot");
  const records = readFrames(stored.records, "record");
  const refusal = refusalOf(stored, { snapshots, records });
  if (refusal) return refusal;
  if (snapshots.unreadable > 0) notes.push(`${snapshots.unreadable} unreadable snapshot(s) passed over`);
  if (records.unreadable > 0) notes.push(`${records.unreadable} unreadable record(s)`);
  const dropped = [...snapshots.dropped, ...records.dropped];
  notes.push(...otherFormats(dropped));

  const snapshot = snapshots.valid.find((candidate) => !isSuperseded(candidate, records.valid));
  for (const other of snapshots.valid) {
    if (other === snapshot) break;
    notes.push(`snapshot at tick ${other.tick} passed over: a newer epoch wrote its ticks again`);
  }
  const timeline = timelineOf(records.valid, snapshot, notes);
  const start = snapshot?.tick ?? 0;
  const tail = contiguousFrom(timeline, start + 1);
  const lastTick = start + tail.length;
  const ticks = [...timeline.keys(), ...dropped.map(({ tick }) => tick)];
  const beyond = ticks.reduce((highest, tick) => Math.max(highest, tick), lastTick);
  // An unreadable last record with valid data behind it was acknowledged. The snapshot covers it only if it can be
  // the record of the snapshot's own tick.
  const covered = snapshot !== undefined && tail.length === 0 && !timeline.has(snapshot.tick);
  const lostTail = records.lastUnreadable && stored.damage.length > 0 && !covered;
  if (beyond > lastTick || lostTail) {
    if (dropped.length > 0) return notReadHere("recovery/dropped-version", dropped);
    const found = beyond > lastTick ? `ticks up to ${beyond} follow` : "valid data of other matches follows";
    return holeAt(lastTick + 1, { found, snapshot, damaged: records.unreadable + stored.damage.length > 0 });
  }
  return { kind: "restore", ...(snapshot && { snapshot }), records: tail, lastTick, notes };
}

/** A whole frame that this server has no reader for. */
interface OtherFormat {
  readonly kind: FrameKind;
  readonly version: number;
  readonly tick: number;
}

/** Whole frames of `kind` in order, those of other versions, and the number of invalid ones. */
interface Frames {
  valid: Framed[];
  newer: OtherFormat[];
  dropped: OtherFormat[];
  unreadable: number;
  lastUnreadable: boolean;
}

export function readFrames(all: readonly Uint8Array[], kind: FrameKind): Frames {
  const frames: Frames = { valid: [], newer: [], dropped: [], unreadable: 0, lastUnreadable: false };
  for (const bytes of all) {
    const reading = readFrame(bytes);
    frames.lastUnreadable = false;
    if (reading.ok && reading.kind === kind) {
      const { ok: _, kind: __, ...framed } = reading;
      frames.valid.push(framed);
    } else if (!reading.ok && (reading.reason === "newer" || reading.reason === "dropped")) {
      frames[reading.reason].push(reading);
    } else {
      frames.unreadable += 1;
      frames.lastUnreadable = true;
    }
  }
  return frames;
}

/** Cases that recovery must not guess about: bytes of a newer server, or a catalogue older than the journal. */
function refusalOf(
  stored: StoredMatch,
  { snapshots, records }: { snapshots: Frames; records: Frames },
): SetAsidePlan | undefined {
  const { epoch } = stored.entry;
  const newer = [...snapshots.newer, ...records.newer];
  if (newer.length > 0) return notReadHere("recovery/newer-version", newer);
  // A claim would reuse an epoch, and its records would count as a fenced writer's.
  const ahead = [...snapshots.valid, ...records.valid].find((frame) => frame.epoch > epoch);
  if (!ahead) return undefined;
  const reason = `tick ${ahead.tick} is under epoch ${ahead.epoch}, the catalogue is at ${epoch}`;
  return { kind: "set-aside", code: "recovery/epoch-ahead", reason };
}

function notReadHere(
  code: "recovery/newer-version" | "recovery/dropped-version",
  frames: readonly OtherFormat[],
): SetAsidePlan {
  return { kind: "set-aside", code, reason: otherFormats(frames).join("; ") };
}

/** A sentence per kind and version: which side is older. */
function otherFormats(frames: readonly OtherFormat[]): string[] {
  const counts = new Map<string, { of: OtherFormat; count: number }>();
  for (const of of frames) {
    const name = `${of.kind} ${of.version}`;
    counts.set(name, { of, count: (counts.get(name)?.count ?? 0) + 1 });
  }
  return [...counts.values()].map(({ of: { kind, version }, count }) =>
    versionRefusal(`${count} ${kind}(s)`, version, frameReaders[kind]),
  );
}

export function isSuperseded(snapshot: Framed, records: readonly Framed[]): boolean {
  return records.some((record) => record.epoch > snapshot.epoch && record.tick <= snapshot.tick);
}

/** The records that count, by tick: those of each tick's last owner. */
export function timelineOf(records: readonly Framed[], snapshot: Framed | undefined, notes: string[]) {
  const timeline = new Map<number, Framed>();
  let epoch = 0;
  let dropped = 0;
  for (const record of records) {
    const fenced = record.epoch < epoch;
    const abandoned = snapshot && record.epoch < snapshot.epoch && record.tick > snapshot.tick;
    if (fenced || abandoned) {
      dropped += 1;
      continue;
    }
    if (record.epoch > epoch) {
      dropped += dropFrom(timeline, record.tick);
      epoch = record.epoch;
    }
    if (!timeline.has(record.tick)) timeline.set(record.tick, record);
  }
  if (dropped > 0) notes.push(`${dropped} record(s) of older epochs dropped`);
  return timeline;
}

function dropFrom(timeline: Map<number, Framed>, first: number): number {
  const doomed = [...timeline.keys()].filter((tick) => tick >= first);
  for (const tick of doomed) timeline.delete(tick);
  return doomed.length;
}

export function contiguousFrom(timeline: ReadonlyMap<number, Framed>, first: number): Framed[] {
  const run: Framed[] = [];
  for (let record = timeline.get(first); record; record = timeline.get(record.tick + 1)) run.push(record);
  return run;
}

function holeAt(
  tick: number,
  about: { found: string; snapshot: Framed | undefined; damaged: boolean },
): SetAsidePlan {
  const base = about.snapshot ? `the snapshot at tick ${about.snapshot.tick}` : "no usable snapshot";
  const reason = `tick ${tick} cannot be read, ${about.found}, and there is ${base} to start from`;
  const code = about.damaged ? "recovery/journal-damaged" : "recovery/journal-gap";
  return { kind: "set-aside", code, reason };
}
