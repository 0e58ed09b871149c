/** The decision table at the top of server/durability/recovery.ts, row by row. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { frameRecord, frameSnapshot } from "../../server/durability/format.ts";
import { type RecoveryPlan, recoveryPlan } from "../../server/durability/recovery.ts";
import type { StoredMatch } from "../../server/durability/store.ts";
import { firstSnapshot, inVersion } from "./frames.ts";

const record = (epoch: number, tick: number) =>
  frameRecord({ epoch, tick, payload: Buffer.from(`${epoch}/${tick}`) });
const world = (epoch: number, tick: number) =>
  frameSnapshot({ epoch, tick, payload: Buffer.from(`world ${tick}`) });
const records = (epoch: number, first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => record(epoch, first + index));

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 1]! ^= 1;
  return copy;
}

const newer = (bytes: Buffer) => inVersion(3, bytes);
/** As if the reader of its version had been dropped. */
const dropped = (bytes: Buffer) => inVersion(0, bytes);

function stored(found: Partial<StoredMatch>, epoch = 9): StoredMatch {
  const entry = { id: "m1", state: "running", epoch, node: "n", about: "{}", createdAtMs: 0 } as const;
  return { entry, snapshots: [], records: [], damage: [], ...found };
}

/** "restore from 20, replay 21-25" or the code of a set-aside. */
function summary(plan: RecoveryPlan): string {
  if (plan.kind === "set-aside") return plan.code;
  const marks = plan.records.map((one) => `${one.epoch}:${one.tick}`).join(" ");
  return `restore from ${plan.snapshot ? plan.snapshot.tick : "seed"}, replay [${marks}], last ${plan.lastTick}`;
}

interface Row {
  name: string;
  found: Partial<StoredMatch>;
  epoch?: number;
  done: string;
  notes?: RegExp[];
}

const block = "log segment 4: 1 block(s) before sequence 17 cannot be read";

const rows: Row[] = [
  { name: "[P5] nothing: from the seed", found: {}, done: "restore from seed, replay [], last 0" },
  {
    name: "[P5] only a journal: from the seed, all of it",
    found: { records: records(1, 1, 3) },
    done: "restore from seed, replay [1:1 1:2 1:3], last 3",
  },
  {
    name: "[P7] no snapshot and a journal that starts later: set aside",
    found: { records: records(1, 7, 9) },
    done: "recovery/journal-gap",
  },
  {
    name: "[P2] newest snapshot and the tail behind it",
    found: { snapshots: [world(1, 20), world(1, 10)], records: records(1, 1, 22) },
    done: "restore from 20, replay [1:21 1:22], last 22",
  },
  {
    name: "[P2] snapshot at the journal's end",
    found: { snapshots: [world(1, 20)], records: records(1, 18, 20) },
    done: "restore from 20, replay [], last 20",
  },
  {
    name: "[P2] snapshot past the journal's end",
    found: { snapshots: [world(1, 20)], records: records(1, 11, 15) },
    done: "restore from 20, replay [], last 20",
  },
  {
    name: "[P7] newest snapshot with a flipped bit: the older one and a longer tail",
    found: { snapshots: [flipped(world(1, 20)), world(1, 10)], records: records(1, 1, 12) },
    done: "restore from 10, replay [1:11 1:12], last 12",
    notes: [/1 unreadable snapshot/],
  },
  {
    name: "[P7] newest snapshot torn: the older one",
    found: { snapshots: [world(1, 20).subarray(0, 22), world(1, 10)], records: records(1, 1, 11) },
    done: "restore from 10, replay [1:11], last 11",
    notes: [/1 unreadable snapshot/],
  },
  {
    name: "[P7] no snapshot readable, the journal whole: from the seed",
    found: { snapshots: [flipped(world(1, 2)), Buffer.alloc(3)], records: records(1, 1, 3) },
    done: "restore from seed, replay [1:1 1:2 1:3], last 3",
    notes: [/2 unreadable snapshot/],
  },
  {
    name: "[P7] no snapshot readable, the journal cut at the front: set aside",
    found: { snapshots: [flipped(world(1, 20))], records: records(1, 15, 22) },
    done: "recovery/journal-gap",
  },
  {
    name: "[P7] a record where a snapshot should be is no snapshot",
    found: { snapshots: [record(1, 2)], records: records(1, 1, 3) },
    done: "restore from seed, replay [1:1 1:2 1:3], last 3",
    notes: [/1 unreadable snapshot/],
  },
  {
    name: "[P2] torn last record: cut there, it was never acknowledged",
    found: { records: [...records(1, 1, 3), record(1, 4).subarray(0, 21)] },
    done: "restore from seed, replay [1:1 1:2 1:3], last 3",
    notes: [/1 unreadable record/],
  },
  {
    name: "[P2] last record unreadable with valid data behind it in the log: it was acknowledged, set aside",
    found: { records: [...records(1, 1, 3), flipped(record(1, 4))], damage: [block] },
    done: "recovery/journal-damaged",
  },
  {
    name: "[P7] the same, but it is the record of the snapshot's own tick: covered",
    found: {
      snapshots: [world(1, 4)],
      records: [...records(1, 1, 3), flipped(record(1, 4))],
      damage: [block],
    },
    done: "restore from 4, replay [], last 4",
    notes: [/sequence 17/, /1 unreadable record/],
  },
  {
    name: "[P7] damage in the log that took nothing of this match: a note",
    found: { records: records(1, 1, 2), damage: [block] },
    done: "restore from seed, replay [1:1 1:2], last 2",
    notes: [/sequence 17/],
  },
  {
    name: "[P7] flipped bit in the middle, covered by a later snapshot: a note",
    found: {
      snapshots: [world(1, 4)],
      records: [record(1, 1), flipped(record(1, 2)), ...records(1, 3, 5)],
    },
    done: "restore from 4, replay [1:5], last 5",
    notes: [/1 unreadable record/],
  },
  {
    name: "[P7] flipped bit in the middle, the same tick there again: a note",
    found: { records: [record(1, 1), flipped(record(1, 2)), ...records(1, 2, 3)] },
    done: "restore from seed, replay [1:1 1:2 1:3], last 3",
    notes: [/1 unreadable record/],
  },
  {
    name: "[P7] flipped bit in the middle, not covered: set aside",
    found: {
      snapshots: [world(1, 1)],
      records: [record(1, 1), flipped(record(1, 2)), ...records(1, 3, 5)],
    },
    done: "recovery/journal-damaged",
  },
  {
    name: "[P7] ticks missing, covered",
    found: { snapshots: [world(1, 6)], records: [...records(1, 1, 2), ...records(1, 5, 8)] },
    done: "restore from 6, replay [1:7 1:8], last 8",
  },
  {
    name: "[P7] ticks missing, not covered: set aside",
    found: { snapshots: [world(1, 2)], records: [...records(1, 1, 3), ...records(1, 6, 8)] },
    done: "recovery/journal-gap",
  },
  {
    name: "[P7] ticks missing right behind the snapshot: set aside",
    found: { snapshots: [world(1, 2)], records: records(1, 4, 5) },
    done: "recovery/journal-gap",
  },
  {
    name: "the same tick twice under one epoch: once",
    found: { records: [...records(1, 1, 2), ...records(1, 1, 3)] },
    done: "restore from seed, replay [1:1 1:2 1:3], last 3",
  },
  {
    name: "[P5] a newer epoch that went on behind the older one's last tick",
    found: { records: [...records(1, 1, 2), ...records(3, 3, 4)] },
    done: "restore from seed, replay [1:1 1:2 3:3 3:4], last 4",
  },
  {
    name: "[P3] an older epoch after a newer one: a fenced writer, dropped",
    found: { records: [record(1, 1), record(2, 2), record(1, 2), record(1, 3)] },
    done: "restore from seed, replay [1:1 2:2], last 2",
    notes: [/2 record\(s\) of older epochs/],
  },
  {
    name: "[P3] ticks that a newer epoch wrote again: the newer epoch wins from there on",
    found: { records: [...records(1, 1, 6), ...records(2, 3, 4)] },
    done: "restore from seed, replay [1:1 1:2 2:3 2:4], last 4",
    notes: [/4 record\(s\) of older epochs/],
  },
  {
    name: "[P3] an older epoch's records past the snapshot of a newer one: dropped",
    found: { snapshots: [world(2, 3)], records: records(1, 1, 6) },
    done: "restore from 3, replay [], last 3",
    notes: [/3 record\(s\) of older epochs/],
  },
  {
    name: "[P3] a snapshot past a tick that a newer epoch wrote again: passed over",
    found: {
      snapshots: [world(1, 6), world(1, 2)],
      records: [...records(1, 1, 6), ...records(2, 4, 5)],
    },
    done: "restore from 2, replay [1:3 2:4 2:5], last 5",
    notes: [/tick 6 passed over/, /3 record\(s\) of older epochs/],
  },
  {
    name: "[P7] a snapshot of a newer version: set aside",
    found: { snapshots: [newer(world(1, 20)), world(1, 10)], records: records(1, 1, 22) },
    done: "recovery/newer-version",
  },
  {
    name: "[P7] a record of a newer version: set aside",
    found: { records: [...records(1, 1, 2), newer(record(1, 3))] },
    done: "recovery/newer-version",
  },
  {
    name: "[P7] a snapshot of the version before: restored like any other",
    found: {
      snapshots: [firstSnapshot({ epoch: 1, tick: 20, payload: Buffer.from("world 20") })],
      records: records(1, 1, 22),
    },
    done: "restore from 20, replay [1:21 1:22], last 22",
  },
  {
    name: "[P7] a snapshot of a dropped version, with an older one and the journal behind that: a note",
    found: { snapshots: [dropped(world(1, 4)), world(1, 2)], records: records(1, 1, 5) },
    done: "restore from 2, replay [1:3 1:4 1:5], last 5",
    notes: [/1 snapshot\(s\) in format 0, this server reads from 1 on: start an older version/],
  },
  {
    name: "[P2] a snapshot of a dropped version past all that can be read: not opened",
    found: { snapshots: [dropped(world(1, 9)), world(1, 2)], records: records(1, 1, 5) },
    done: "recovery/dropped-version",
  },
  {
    name: "[P2] last record of a dropped version: it was acknowledged, not opened",
    found: { records: [...records(1, 1, 3), dropped(record(1, 4))] },
    done: "recovery/dropped-version",
  },
  {
    name: "[P7] records of a dropped version before a snapshot: notes",
    found: { snapshots: [world(1, 4)], records: [dropped(record(1, 1)), ...records(1, 2, 5)] },
    done: "restore from 4, replay [1:5], last 5",
    notes: [/1 record\(s\) in format 0/],
  },
  {
    name: "[P3] an epoch above the catalogue's: set aside, or a claim would give it out twice",
    found: { records: [record(1, 1), record(5, 2)] },
    epoch: 4,
    done: "recovery/epoch-ahead",
  },
];

describe("the recovery table", () => {
  test.each(rows)("$name", ({ found, epoch, done, notes = [] }) => {
    const plan = recoveryPlan(stored(found, epoch));
    expect(summary(plan)).toBe(done);
    if (plan.kind !== "restore") return;
    expect(plan.notes).toHaveLength(notes.length);
    for (const [index, note] of notes.entries()) expect(plan.notes[index]).toMatch(note);
  });

  test("[P7] a set-aside says which tick, what it has, and what it has not", () => {
    const plan = recoveryPlan(stored({ snapshots: [world(1, 2)], records: records(1, 5, 8) }));
    expect(plan).toMatchObject({
      reason:
        "tick 3 cannot be read, ticks up to 8 follow, and there is the snapshot at tick 2 to start from",
    });
  });

  test("[P7.11] what was not opened says which side is older, and what to start", () => {
    const newest = recoveryPlan(stored({ snapshots: [newer(world(1, 2))], records: [newer(record(1, 3))] }));
    expect(newest).toMatchObject({
      reason:
        "1 snapshot(s) in format 3, this server reads up to 2: start the newer version that wrote it; " +
        "1 record(s) in format 3, this server reads up to 1: start the newer version that wrote it",
    });
    const oldest = recoveryPlan(stored({ records: [dropped(record(1, 1))] }));
    expect(oldest).toMatchObject({
      reason: "1 record(s) in format 0, this server reads from 1 on: start an older version that reads both",
    });
  });

  test("[P4] a plan that restores has no gap, whatever was dropped, doubled or damaged", () => {
    const frame = fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 3 }), fc.constantFrom("", "flip", "cut"));
    const damaged = (bytes: Buffer, how: string) =>
      how === "flip" ? flipped(bytes) : how === "cut" ? bytes.subarray(0, bytes.length - 3) : bytes;
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), fc.array(frame, { maxLength: 2 }), (some, worlds) => {
        const found = {
          records: some.map(([tick, epoch, how]) => damaged(record(epoch, tick), how)),
          snapshots: worlds.map(([tick, epoch, how]) => damaged(world(epoch, tick), how)),
        };
        const plan = recoveryPlan(stored(found));
        if (plan.kind === "set-aside") return;
        const start = plan.snapshot?.tick ?? 0;
        expect(plan.records.map((one) => one.tick)).toEqual(plan.records.map((_, at) => start + 1 + at));
        expect(plan.lastTick).toBe(start + plan.records.length);
      }),
    );
  });
});
