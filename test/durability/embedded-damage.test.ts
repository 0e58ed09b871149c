/** Damage in the files of the embedded store: what is restored, what is set aside, and what is said about it. */
import fs from "node:fs";
import path from "node:path";
import { open } from "lmdb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type EmbeddedStore, openEmbeddedStore } from "../../server/durability/stores/embedded.ts";
import { marks, record, snapshot } from "../contracts/records.ts";
import { appendTicks, logFiles, planOf, recovered, tamper, temporaryDirectory } from "./data-directory.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let store: EmbeddedStore;
const segmentBytes = 64 << 10;
const openStore = () => openEmbeddedStore({ path: directory.path, level: "machine", segmentBytes });

beforeEach(async () => {
  directory = temporaryDirectory();
  store = await openStore();
  await store.create({ id: "m1", node: "n", about: "{}" });
  await store.create({ id: "m2", node: "n", about: "{}" });
});

afterEach(async () => {
  await store.close();
  directory.remove();
});

/** Closes, does something to the files, opens again. */
async function reopenAfter(change: () => void | Promise<void>): Promise<void> {
  await store.close();
  await change();
  store = await openStore();
}

const log = () => logFiles(directory.path)[0]!;

/** Where the record of this match and tick has its payload (test/contracts/records.ts). */
function payloadOf(bytes: Buffer, id: string, tick: number): number {
  const at = bytes.indexOf(`${id}/1/${tick};`);
  expect(at).toBeGreaterThan(0);
  return at;
}

function flipRecord(id: string, tick: number): void {
  tamper(log(), (bytes) => {
    bytes[payloadOf(bytes, id, tick)]! ^= 1;
  });
}

async function flipInLmdb(key: (string | number)[], at: (bytes: Buffer) => number): Promise<void> {
  const db = open<Buffer, (string | number)[]>({
    path: path.join(directory.path, "catalogue"),
    encoding: "binary",
  });
  const value = Buffer.from(db.get(key)!);
  value[at(value)]! ^= 1;
  await db.put(key, value);
  await db.close();
}

test("[P2.10] a torn last block is cut without a word, and the match goes on from there", async () => {
  await appendTicks(store, ["m1", "m2"], { from: 1, to: 5 });
  await reopenAfter(() => tamper(log(), (bytes) => void bytes.fill(0, payloadOf(bytes, "m2", 5) + 3)));
  const stored = await store.load("m1");
  expect(marks(stored.records)).toEqual(["1:1", "1:2", "1:3", "1:4"]);
  expect(stored.damage).toEqual([]);

  await appendTicks(store, ["m1", "m2"], { from: 5, to: 7 });
  await reopenAfter(() => undefined);
  expect(await recovered(store, "m1")).toBe("restored to 7");
  expect((await store.load("m1")).damage).toEqual([]);
});

test("[P2] a log file cut short is cut at its last whole block, and appends go on in the next file", async () => {
  await appendTicks(store, ["m1"], { from: 1, to: 5 });
  await reopenAfter(() => fs.truncateSync(log(), payloadOf(fs.readFileSync(log()), "m1", 5) + 3));
  expect(await recovered(store, "m1")).toBe("restored to 4");
  await appendTicks(store, ["m1"], { from: 5, to: 6 });
  await reopenAfter(() => undefined);
  expect(await recovered(store, "m1")).toBe("restored to 6");
});

test("[P7.2] a flipped bit in a record costs that match; the others of its block are restored", async () => {
  await appendTicks(store, ["m1", "m2"], { from: 1, to: 6 });
  await reopenAfter(() => flipRecord("m1", 3));
  expect(await recovered(store, "m1")).toBe("recovery/journal-damaged");
  expect(await recovered(store, "m2")).toBe("restored to 6");
  expect((await store.load("m1")).damage[0]).toMatch(/log segment 1: .* 2 record\(s\) of it were saved/);
});

test("[P7.2] a flipped bit in a record that a snapshot covers costs nothing", async () => {
  await appendTicks(store, ["m1"], { from: 1, to: 6 });
  await store.snapshot(snapshot("m1", 4));
  await appendTicks(store, ["m1"], { from: 7, to: 8 });
  await reopenAfter(() => flipRecord("m1", 3));
  expect(await recovered(store, "m1")).toBe("restored to 8");
});

test("[P2.10] an acknowledged last record of a match that is damaged is not taken for a torn one", async () => {
  await appendTicks(store, ["m1", "m2"], { from: 1, to: 3 });
  await store.append([record("m2", 4)]);
  await reopenAfter(() => flipRecord("m1", 3));
  expect(await recovered(store, "m1")).toBe("recovery/journal-damaged");
  expect(await recovered(store, "m2")).toBe("restored to 4");
});

test("[P7] a block wiped out in the middle is noticed, and what follows is still read", async () => {
  await appendTicks(store, ["m1", "m2"], { from: 1, to: 2 });
  await store.append([record("m1", 3)]);
  await appendTicks(store, ["m1"], { from: 4, to: 5 });
  await store.append([record("m2", 3)]);
  await reopenAfter(() =>
    tamper(log(), (bytes) => {
      const at = payloadOf(bytes, "m1", 3);
      bytes.fill(0, at - 60, at + 24);
    }),
  );
  expect(await recovered(store, "m1")).toBe("recovery/journal-damaged");
  expect(await recovered(store, "m2")).toBe("restored to 3");
});

test("[P7] damage between two log files is noticed: the end of the first one is lost", async () => {
  await appendTicks(store, ["m1"], { from: 1, to: 2 });
  for (let tick = 3; logFiles(directory.path).length < 4; tick++) {
    await store.append([record("m1", tick, { bytes: 30_000 })]);
  }
  await reopenAfter(() => {
    // The last block of the first file ends where its zeros begin.
    tamper(log(), (bytes) => {
      let end = bytes.length;
      while (bytes[end - 1] === 0) end--;
      bytes.fill(0, end - 30_000);
    });
  });
  expect(await recovered(store, "m1")).toBe("recovery/journal-damaged");
});

test("[P7] a flipped bit in the newest snapshot: the older one and the whole tail", async () => {
  for (const tick of [10, 20]) {
    await appendTicks(store, ["m1"], { from: tick - 9, to: tick });
    await store.snapshot(snapshot("m1", tick));
  }
  await appendTicks(store, ["m1"], { from: 21, to: 22 });
  await reopenAfter(() => flipInLmdb(["snapshot", "m1", 20], (bytes) => bytes.length - 1));
  const plan = await planOf(store, "m1");
  expect(plan).toMatchObject({ kind: "restore", snapshot: { tick: 10 }, lastTick: 22 });
  expect(plan).toMatchObject({ notes: ["1 unreadable snapshot(s) passed over"] });
});

test("[P7] both snapshots damaged: from the seed, with the whole journal", async () => {
  for (const tick of [2, 4]) {
    await appendTicks(store, ["m1"], { from: tick - 1, to: tick });
    await store.snapshot(snapshot("m1", tick));
  }
  await reopenAfter(async () => {
    for (const tick of [2, 4]) await flipInLmdb(["snapshot", "m1", tick], (bytes) => bytes.length - 1);
  });
  const plan = await planOf(store, "m1");
  expect(plan.kind === "restore" && [plan.snapshot, plan.lastTick]).toEqual([undefined, 4]);
});

test("[P7] a flipped bit in a journal chunk: covered it is a note, needed it sets the match aside", async () => {
  for (const tick of [10, 20]) {
    await appendTicks(store, ["m1"], { from: tick - 9, to: tick });
    await store.snapshot(snapshot("m1", tick));
  }
  const chunk = ["chunk", "m1", 1, 1, 20];
  await reopenAfter(() => flipInLmdb(chunk, (bytes) => payloadOf(bytes, "m1", 15)));
  const plan = await planOf(store, "m1");
  expect(plan).toMatchObject({ kind: "restore", snapshot: { tick: 20 }, notes: ["1 unreadable record(s)"] });

  await reopenAfter(() => flipInLmdb(["snapshot", "m1", 20], (bytes) => bytes.length - 1));
  expect(await recovered(store, "m1")).toBe("recovery/journal-damaged");
});

test("[P7] a chunk that cannot be read to its end says so", async () => {
  await appendTicks(store, ["m1"], { from: 1, to: 4 });
  await store.snapshot(snapshot("m1", 4));
  // The length in the head of the second entry.
  await reopenAfter(() => flipInLmdb(["chunk", "m1", 0, 1, 4], (bytes) => bytes.length / 4 + 12));
  const stored = await store.load("m1");
  expect(marks(stored.records)).toEqual(["1:1"]);
  expect(stored.damage).toEqual([expect.stringMatching(/journal chunk 0: \d+ bytes cannot be read/)]);
  expect(await recovered(store, "m1")).toBe("restored to 4");
});
