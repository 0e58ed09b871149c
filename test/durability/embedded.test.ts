/** What the embedded store promises beyond the contract: bounded files, looking in from outside, slow disks. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Store } from "../../server/durability/store.ts";
import {
  type EmbeddedOptions,
  type EmbeddedStore,
  openEmbeddedStore,
} from "../../server/durability/stores/embedded.ts";
import { accepted, marks, record, snapshot, stale } from "../contracts/records.ts";
import { appendTicks, logFiles, recovered, temporaryDirectory } from "./data-directory.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let store: EmbeddedStore | undefined;

beforeEach(() => {
  directory = temporaryDirectory();
});

afterEach(async () => {
  await store?.close();
  directory.remove();
});

async function openStore(options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedStore> {
  store = await openEmbeddedStore({
    path: directory.path,
    level: "machine",
    segmentBytes: 16 << 10,
    ...options,
  });
  return store;
}

test("[P6] the log's files are used again: their number stays small however long matches run", async () => {
  const store = await openStore();
  for (const id of ["m1", "m2"]) await store.create({ id, node: "n", about: "{}" });
  for (let tick = 50; tick <= 1000; tick += 50) {
    await appendTicks(store, ["m1", "m2"], { from: tick - 49, to: tick });
    for (const id of ["m1", "m2"]) await store.snapshot(snapshot(id, tick));
  }
  expect(store.stats().pendingBytes).toBe(0);
  await store.close();
  expect(logFiles(directory.path).length).toBeLessThanOrEqual(4);
  const again = await openStore();
  for (const id of ["m1", "m2"]) expect(await recovered(again, id)).toBe("restored to 1000");
  expect((await again.load("m1")).damage).toEqual([]);
});

test("[P2] a match without snapshots keeps the log's files, and one that ends gives them back", async () => {
  const store = await openStore();
  for (const id of ["quiet", "busy"]) await store.create({ id, node: "n", about: "{}" });
  await store.append([record("quiet", 1)]);
  for (let tick = 100; tick <= 500; tick += 100) {
    await appendTicks(store, ["busy"], { from: tick - 99, to: tick });
    await store.snapshot(snapshot("busy", tick));
  }
  const kept = logFiles(directory.path).length;
  expect(kept).toBeGreaterThan(3);
  await store.finish({ id: "quiet", epoch: 1, outcome: "{}" });
  await store.close();
  expect(logFiles(directory.path).length).toBeLessThanOrEqual(4);
  expect(marks((await (await openStore()).load("quiet")).records)).toEqual(["1:1"]);
});

test("[P6] a log that no snapshot relieves ends at its limit with store/full, and goes on after a snapshot", async () => {
  const store = await openStore({ logBytesMax: 4 * (16 << 10) });
  await store.create({ id: "m1", node: "n", about: "{}" });
  let tick = 1;
  const failure = await (async () => {
    for (; tick < 5000; tick++) await store.append([record("m1", tick)]);
  })().catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: "store/full",
    message: expect.stringContaining("no snapshot covers"),
  });
  await store.snapshot(snapshot("m1", tick - 1));
  expect(await store.append([record("m1", tick)])).toEqual([accepted]);
  expect(await recovered(store, "m1")).toBe(`restored to ${tick}`);
});

test("journalKeep snapshot: the journal goes back to the older kept snapshot and no further", async () => {
  const store = await openStore({ journalKeep: "snapshot" });
  await store.create({ id: "m1", node: "n", about: "{}" });
  for (let tick = 10; tick <= 50; tick += 10) {
    await appendTicks(store, ["m1"], { from: tick - 9, to: tick });
    await store.snapshot(snapshot("m1", tick));
  }
  const stored = await store.load("m1");
  expect(marks(stored.snapshots)).toEqual(["1:50", "1:40"]);
  expect(marks(stored.records)).toEqual(Array.from({ length: 10 }, (_, index) => `1:${41 + index}`));
});

test("read-only looks at a directory beside a running server, sees what it accepts, and changes nothing", async () => {
  const store = await openStore();
  await store.create({ id: "m1", node: "n", about: "{}" });
  const reader: Store = await openEmbeddedStore({ path: directory.path, level: "machine", readOnly: true });
  for (let tick = 1; tick <= 300; tick++) {
    await store.append([record("m1", tick)]);
    if (tick % 60 === 0) await store.snapshot(snapshot("m1", tick));
    if (tick % 25 === 0) {
      expect(await recovered(reader, "m1")).toBe(`restored to ${tick}`);
      expect((await reader.load("m1")).damage).toEqual([]);
    }
  }
  expect(await reader.list()).toEqual(await store.list());
  await expect(reader.claim("m1", "n")).rejects.toMatchObject({ code: "store/not-writable" });
  await reader.close();
  expect(await store.append([record("m1", 301)])).toEqual([accepted]);
});

test("read-only on a directory that no server has used says so", async () => {
  const opening = openEmbeddedStore({ path: directory.path, level: "machine", readOnly: true });
  await expect(opening).rejects.toMatchObject({ code: "store/unavailable" });
});

test("[P2] a slow disk delays the answer: nothing is acknowledged before the write", async () => {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const store = await openStore({
    faults: {
      beforeAppend() {
        reached.resolve();
        return gate.promise;
      },
    },
  });
  await store.create({ id: "m1", node: "n", about: "{}" });
  let answered = false;
  const append = store.append([record("m1", 1)]).finally(() => {
    answered = true;
  });
  await reached.promise;
  expect((await store.load("m1")).records).toEqual([]);
  expect(answered).toBe(false);
  gate.resolve();
  expect(await append).toEqual([accepted]);
});

test("[P3] a claim waits for what the old owner has under way, so that the new owner sees it", async () => {
  const gate = Promise.withResolvers<void>();
  const store = await openStore({ faults: { beforeAppend: () => gate.promise } });
  await store.create({ id: "m1", node: "n", about: "{}" });
  const order: string[] = [];
  const underWay = store.append([record("m1", 1)]).finally(() => order.push("append"));
  const claim = store.claim("m1", "node-2").finally(() => order.push("claim"));
  // Its write to lmdb would go behind that of a claim that did not wait.
  await store.create({ id: "m2", node: "n", about: "{}" });
  expect(order).toEqual([]);
  gate.resolve();
  expect(await claim).toMatchObject({ epoch: 2 });
  expect(await underWay).toEqual([accepted]);
  expect(order).toEqual(["append", "claim"]);
  expect(marks((await store.load("m1")).records)).toEqual(["1:1"]);
  expect(await store.append([record("m1", 2)])).toEqual([stale]);
});

test("[P7] a failed write is not counted on, and the same batch goes through when the disk is back", async () => {
  let failures = 2;
  const store = await openStore({
    faults: {
      async beforeAppend() {
        if (failures-- > 0) throw Object.assign(new Error("I/O error"), { code: "EIO" });
      },
    },
  });
  await store.create({ id: "m1", node: "n", about: "{}" });
  const batch = [record("m1", 1)];
  await expect(store.append(batch)).rejects.toMatchObject({ code: "store/unavailable" });
  await expect(store.append(batch)).rejects.toMatchObject({ code: "store/unavailable" });
  expect((await store.load("m1")).records).toEqual([]);
  expect(await store.append(batch)).toEqual([accepted]);
  expect(marks((await store.load("m1")).records)).toEqual(["1:1"]);
});
