/** How much of a stored match is read to go on with it: its tail, and all of it when the tail is not enough. */
import { beforeEach, expect, test } from "vitest";
import { loadPlan } from "../../server/durability/load-plan.ts";
import type { LoadedPart, StoredMatch } from "../../server/durability/store.ts";
import { MemoryStore } from "../../server/durability/stores/memory.ts";
import { record, snapshot } from "../contracts/records.ts";

/** Counts what is read, and spoils the newest snapshots on their way. */
class ReadStore extends MemoryStore {
  readonly reads: (LoadedPart | undefined)[] = [];
  unreadable = 0;

  override async load(id: string, part?: LoadedPart): Promise<StoredMatch> {
    this.reads.push(part);
    const stored = await super.load(id, part);
    const snapshots = stored.snapshots.map((bytes, at) => (at < this.unreadable ? bytes.slice(1) : bytes));
    return { ...stored, snapshots };
  }
}

let store: ReadStore;

beforeEach(async () => {
  store = new ReadStore();
  await store.create({ id: "m1", node: "a", about: "{}" });
});

async function play(ticks: number): Promise<void> {
  for (let tick = 1; tick <= ticks; tick++) {
    await store.append([record("m1", tick)]);
    if (tick % 10 === 0) await store.snapshot(snapshot("m1", tick));
  }
}

test("a match without a snapshot is read once", async () => {
  await play(5);
  expect(await loadPlan(store, "m1")).toMatchObject({ kind: "restore", lastTick: 5 });
  expect(store.reads).toEqual(["tail"]);
});

test("[P2] from the newest snapshot on, whatever is before it", async () => {
  await play(35);
  const plan = await loadPlan(store, "m1");
  expect(plan).toMatchObject({ kind: "restore", snapshot: { tick: 30 }, lastTick: 35 });
  expect(store.reads).toEqual(["tail"]);
});

test("[P2] an unreadable newest snapshot costs nothing but a longer replay", async () => {
  await play(30);
  store.unreadable = 1;
  const plan = await loadPlan(store, "m1");
  expect(plan).toMatchObject({ kind: "restore", snapshot: { tick: 20 }, lastTick: 30 });
  expect(store.reads).toEqual(["tail"]);
});

test("[P2] when no snapshot can be read, the whole journal is", async () => {
  await play(35);
  store.unreadable = 2;
  expect(await loadPlan(store, "m1")).toMatchObject({ kind: "restore", lastTick: 35 });
  expect(store.reads).toEqual(["tail", undefined]);
});

test("[P2] a newer owner that wrote the snapshots' ticks again is read from where it began", async () => {
  await play(30);
  await store.claim("m1", "b");
  for (let tick = 15; tick <= 18; tick++) await store.append([record("m1", tick, { epoch: 2 })]);
  expect(await loadPlan(store, "m1")).toMatchObject({ kind: "restore", lastTick: 18 });
  expect(store.reads).toEqual(["tail", undefined]);
});
