/**
 * What every store must do (server/durability/store.ts), written once and run on each implementation by
 * store-*.test.ts. `reopen` closes the store and opens what it left behind.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../server/durability/store.ts";
import { accepted, marks, marksOnce, record, snapshot, stale, unknown } from "./records.ts";
import { type GivenStore, sleeping } from "./store-sleep.ts";

export interface StoreUnderTest {
  readonly store: Store;
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

export function storeContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let under: StoreUnderTest;
    let store: Store;
    beforeEach(async () => {
      under = await make();
      store = under.store;
    });
    afterEach(() => under.dispose());
    const create = (id: string) => store.create({ id, node: "node-1", about: `{"of":"${id}"}` });
    const reopen = async () => {
      store = await under.reopen();
    };

    entries({ create, reopen, store: () => store });
    fencing({ create, reopen, store: () => store });
    journal({ create, reopen, store: () => store });
    endings({ create, reopen, store: () => store });
    sleeping({ create, reopen, store: () => store });
  });
}

function entries({ create, reopen, store }: GivenStore): void {
  test("[P2] a created match is in the list, with its node and what it is about, also after a reopen", async () => {
    await create("m1");
    await reopen();
    expect(await store().list()).toEqual([
      {
        id: "m1",
        state: "running",
        epoch: 1,
        node: "node-1",
        about: '{"of":"m1"}',
        createdAtMs: expect.any(Number),
      },
    ]);
  });

  test("a second match with the same id is refused, also while the first is being written", async () => {
    const both = await Promise.allSettled([create("m1"), create("m1")]);
    expect(both.map((result) => result.status)).toEqual(["fulfilled", "rejected"]);
    await expect(create("m1")).rejects.toMatchObject({ code: "store/exists" });
    expect(await store().list()).toHaveLength(1);
  });

  test("[P7] unknown matches are named as such, by every call", async () => {
    await expect(store().claim("ghost", "node-2")).rejects.toMatchObject({ code: "store/unknown-match" });
    await expect(store().load("ghost")).rejects.toMatchObject({ code: "store/unknown-match" });
    await expect(store().setAside("ghost", "why")).rejects.toMatchObject({ code: "store/unknown-match" });
    expect(await store().append([record("ghost", 1)])).toEqual([unknown]);
    expect(await store().snapshot(snapshot("ghost", 1))).toEqual(unknown);
    expect(await store().finish({ id: "ghost", epoch: 1, outcome: "{}" })).toEqual(unknown);
  });

  test("writes after a close are rejected", async () => {
    await create("m1");
    const closed = store();
    await closed.close();
    await expect(closed.append([record("m1", 1)])).rejects.toMatchObject({ code: "store/unavailable" });
    await expect(closed.create({ id: "m2", node: "n", about: "" })).rejects.toMatchObject({
      code: "store/unavailable",
    });
  });
}

function fencing({ create, reopen, store }: GivenStore): void {
  test("[P3.1] every claim grows the epoch by one and names the new node, also after a reopen", async () => {
    await create("m1");
    expect(await store().claim("m1", "node-2")).toMatchObject({ epoch: 2, node: "node-2" });
    await reopen();
    const both = await Promise.all([store().claim("m1", "node-3"), store().claim("m1", "node-4")]);
    expect(both.map((entry) => entry.epoch)).toEqual([3, 4]);
    expect((await store().load("m1")).entry).toMatchObject({ epoch: 4, node: "node-4", state: "running" });
  });

  test("[P3.1] of several that claim under one epoch, one gets the match", async () => {
    await create("m1");
    const claims = ["node-2", "node-3", "node-4"].map((node) => store().claim("m1", node, { under: 1 }));
    const results = await Promise.allSettled(claims);
    const taken = results.filter((result) => result.status === "fulfilled");
    expect(taken.map(({ value }) => value.epoch)).toEqual([2]);
    const lost = results.filter((result) => result.status === "rejected");
    expect(lost.map(({ reason }) => reason.code)).toEqual([
      "store/claimed-meanwhile",
      "store/claimed-meanwhile",
    ]);
    expect((await store().load("m1")).entry).toMatchObject({ epoch: 2, node: taken[0]!.value.node });
    // The one that lost holds nothing.
    expect(await store().append([record("m1", 1), record("m1", 1, { epoch: 2 })])).toEqual([stale, accepted]);
  });

  test("a claim may say anew what the match is about, also after a reopen", async () => {
    await create("m1");
    await store().claim("m1", "node-2", { about: '{"of":"m1","version":2}' });
    await reopen();
    expect(await store().find("m1")).toMatchObject({ epoch: 2, about: '{"of":"m1","version":2}' });
    expect(await store().find("ghost")).toBeUndefined();
  });

  test("[P3.2] a writer with an old epoch is refused and nothing of its batch is kept", async () => {
    await create("m1");
    await store().claim("m1", "node-2");
    expect(await store().append([record("m1", 1), record("m1", 2)])).toEqual([stale, stale]);
    expect(await store().snapshot(snapshot("m1", 2))).toEqual(stale);
    expect(await store().finish({ id: "m1", epoch: 1, outcome: "{}" })).toEqual(stale);
    await reopen();
    const stored = await store().load("m1");
    expect([stored.records, stored.snapshots, stored.entry.state]).toEqual([[], [], "running"]);
  });

  test("[P3] in a mixed batch the refused records leave nothing behind and hinder no other", async () => {
    await create("m1");
    await create("m2");
    await store().claim("m1", "node-2");
    const batch = [record("m1", 1), record("m2", 1), record("ghost", 1), record("m1", 1, { epoch: 2 })];
    expect(await store().append(batch)).toEqual([stale, accepted, unknown, accepted]);
    await reopen();
    expect(marks((await store().load("m1")).records)).toEqual(["2:1"]);
    expect(marks((await store().load("m2")).records)).toEqual(["1:1"]);
  });

  test("[P3.2] an epoch that was never given out is refused", async () => {
    await create("m1");
    expect(await store().append([record("m1", 1, { epoch: 7 })])).toEqual([stale]);
    expect((await store().load("m1")).records).toEqual([]);
  });

  test("[P3.3] what an owner had under way when it was fenced is seen by the claimer or refused, never later", async () => {
    await create("m1");
    const underWay = Array.from({ length: 20 }, (_, index) => store().append([record("m1", index + 1)]));
    await store().claim("m1", "node-2");
    const seen = marksOnce((await store().load("m1")).records);
    const answers = (await Promise.all(underWay)).flat();
    const kept = answers.flatMap((answer, index) => (answer.ok ? [`1:${index + 1}`] : []));
    expect(kept.every((mark) => seen.includes(mark))).toBe(true);
    expect(await store().append([record("m1", 21)])).toEqual([stale]);
  });
}

function journal({ create, reopen, store }: GivenStore): void {
  test("[P2] acknowledged records of many matches, interleaved, are there in order after a reopen", async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `match-${index}`);
    for (const id of ids) await create(id);
    for (let tick = 1; tick <= 40; tick++) {
      const due = ids.filter((_, index) => (tick + index) % 3 !== 0);
      const answers = await store().append(due.map((id) => record(id, tick)));
      expect(answers.every((answer) => answer.ok)).toBe(true);
    }
    await reopen();
    for (const [index, id] of ids.entries()) {
      const expected = Array.from({ length: 40 }, (_, at) => at + 1).filter(
        (tick) => (tick + index) % 3 !== 0,
      );
      expect(marks((await store().load(id)).records)).toEqual(expected.map((tick) => `1:${tick}`));
    }
  });

  test("[P2] bytes come back as they were written, from 0 to 100,000 of them", async () => {
    await create("m1");
    const writes = [0, 1, 4096, 65_536, 100_000].map((bytes, index) => record("m1", index + 1, { bytes }));
    await store().append(writes);
    await store().snapshot(snapshot("m1", 5, { bytes: 100_000 }));
    await reopen();
    const stored = await store().load("m1");
    expect(
      stored.records.map((bytes) =>
        Buffer.from(bytes).equals(writes[marks([bytes]).map(tickOf)[0]! - 1]!.bytes),
      ),
    ).toEqual([true, true, true, true, true]);
    expect(stored.snapshots).toHaveLength(1);
    expect(Buffer.from(stored.snapshots[0]!).equals(snapshot("m1", 5, { bytes: 100_000 }).bytes)).toBe(true);
  });

  test("a batch sent again does no harm: every record is there, in order", async () => {
    await create("m1");
    const batch = [record("m1", 1), record("m1", 2)];
    await store().append(batch);
    await store().append(batch);
    await store().append([record("m1", 3)]);
    await reopen();
    expect(marksOnce((await store().load("m1")).records)).toEqual(["1:1", "1:2", "1:3"]);
  });

  test("an empty batch is accepted", async () => {
    expect(await store().append([])).toEqual([]);
  });

  test("[P2] records before, around and after snapshots are all there, and snapshots come newest first", async () => {
    await create("m1");
    for (let tick = 1; tick <= 30; tick++) {
      await store().append([record("m1", tick)]);
      if (tick % 10 === 0) expect(await store().snapshot(snapshot("m1", tick))).toEqual(accepted);
      if (tick === 15) await reopen();
    }
    await store().append([record("m1", 31)]);
    await reopen();
    const stored = await store().load("m1");
    expect(marksOnce(stored.records)).toEqual(Array.from({ length: 31 }, (_, index) => `1:${index + 1}`));
    expect(marks(stored.snapshots)).toEqual(["1:30", "1:20"]);
    expect(stored.damage).toEqual([]);
  });

  test("[P2] the tail of a journal has all that the older snapshot does not cover", async () => {
    await create("m1");
    for (let tick = 1; tick <= 35; tick++) {
      await store().append([record("m1", tick)]);
      if (tick % 10 === 0) await store().snapshot(snapshot("m1", tick));
      if (tick === 3) expect(marksOnce((await store().load("m1", "tail")).records)).toHaveLength(3);
    }
    await store().claim("m1", "node-2");
    await store().append([record("m1", 36, { epoch: 2 })]);
    const stored = await store().load("m1", "tail");
    expect(marks(stored.snapshots)).toEqual(["1:30", "1:20"]);
    const behind = Array.from({ length: 15 }, (_, index) => `1:${index + 21}`);
    expect(marksOnce(stored.records)).toEqual(expect.arrayContaining([...behind, "2:36"]));
  });

  test("[P2] an older snapshot that comes late is accepted, and is not taken for the newest", async () => {
    await create("m1");
    for (let tick = 1; tick <= 20; tick++) await store().append([record("m1", tick)]);
    for (const tick of [10, 20, 5]) expect(await store().snapshot(snapshot("m1", tick))).toEqual(accepted);
    await reopen();
    const stored = await store().load("m1");
    expect(marks(stored.snapshots)[0]).toBe("1:20");
    expect(marksOnce(stored.records)).toEqual(Array.from({ length: 20 }, (_, index) => `1:${index + 1}`));
  });

  test("[P2] snapshots of many matches at once do not disturb appends", async () => {
    const ids = ["a", "b", "c", "d"];
    for (const id of ids) await create(id);
    const work: Promise<unknown>[] = [];
    for (let tick = 1; tick <= 50; tick++) {
      await store().append(ids.map((id) => record(id, tick)));
      work.push(store().snapshot(snapshot(ids[tick % 4]!, tick)));
    }
    await Promise.all(work);
    await reopen();
    const all = Array.from({ length: 50 }, (_, index) => `1:${index + 1}`);
    for (const id of ids) expect(marksOnce((await store().load(id)).records)).toEqual(all);
  });
}

function endings({ create, reopen, store }: GivenStore): void {
  test("[P5] a finished match keeps outcome, journal and snapshots, and takes no more writes or claims", async () => {
    await create("m1");
    await store().append([record("m1", 1)]);
    await store().snapshot(snapshot("m1", 1));
    await store().append([record("m1", 2)]);
    expect(await store().finish({ id: "m1", epoch: 1, outcome: '{"won":0}' })).toEqual(accepted);
    expect(await store().append([record("m1", 3)])).toEqual([stale]);
    await reopen();
    const stored = await store().load("m1");
    expect(stored.entry).toMatchObject({ state: "over", ending: '{"won":0}', endedAtMs: expect.any(Number) });
    expect(marksOnce(stored.records)).toEqual(["1:1", "1:2"]);
    expect(marks(stored.snapshots)).toEqual(["1:1"]);
    expect(await store().append([record("m1", 3)])).toEqual([stale]);
    await expect(store().claim("m1", "node-2")).rejects.toMatchObject({ code: "store/not-running" });
  });

  test("[P5] an end that is said again is accepted; another end, or another epoch's, is not", async () => {
    await create("m1");
    const finish = (epoch: number, outcome: string) => store().finish({ id: "m1", epoch, outcome });
    await store().claim("m1", "node-2");
    expect(await finish(2, "{}")).toEqual(accepted);
    expect(await finish(2, "{}")).toEqual(accepted);
    expect(await finish(1, "{}")).toEqual(stale);
    expect(await finish(2, '{"won":1}')).toEqual(stale);
    expect(await store().append([record("m1", 1, { epoch: 2 })])).toEqual([stale]);
    expect((await store().load("m1")).entry).toMatchObject({ state: "over", ending: "{}" });
  });

  test("[P7.3] a match that was set aside is named with its reason, kept, and no longer claimed", async () => {
    await create("m1");
    await store().append([record("m1", 1)]);
    await store().setAside("m1", "tick 2 cannot be read");
    await reopen();
    const stored = await store().load("m1");
    expect(stored.entry).toMatchObject({ state: "set-aside", ending: "tick 2 cannot be read" });
    expect(marksOnce(stored.records)).toEqual(["1:1"]);
    await expect(store().claim("m1", "node-2")).rejects.toMatchObject({ code: "store/not-running" });
  });

  test("a running match is not removed; one that is over is, with everything, and its id may be used again", async () => {
    await create("m1");
    await store().append([record("m1", 1), record("m1", 2)]);
    await expect(store().remove("m1")).rejects.toMatchObject({ code: "store/still-running" });
    await store().finish({ id: "m1", epoch: 1, outcome: "{}" });
    await store().remove("m1");
    await store().remove("m1");
    expect(await store().list()).toEqual([]);
    await expect(store().load("m1")).rejects.toMatchObject({ code: "store/unknown-match" });
    await create("m1");
    await store().append([record("m1", 1)]);
    await reopen();
    expect(marks((await store().load("m1")).records)).toEqual(["1:1"]);
  });
}

function tickOf(mark: string): number {
  return Number(mark.split(":")[1]);
}
