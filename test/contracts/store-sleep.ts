/**
 * What every store must do about matches that sleep (server/durability/store.ts): a part of the contract in store.ts. It
 * makes no store itself.
 */
import { expect, test } from "vitest";
import type { Asleep, Store } from "../../server/durability/store.ts";
import { accepted, marksOnce, record, snapshot, stale, unknown } from "./records.ts";

export interface GivenStore {
  create(id: string): Promise<unknown>;
  reopen(): Promise<void>;
  store(): Store;
}

export function sleeping({ create, reopen, store }: GivenStore): void {
  const sleep = (id: string, asleep: Partial<Asleep> = {}, epoch = 1) =>
    store().sleep({ id, epoch, asleep: { shown: "{}", ...asleep } });

  test("[P5.18] a match that fell asleep sleeps after a reopen, and what it was appended is there", async () => {
    await create("m1");
    await store().append([record("m1", 1), record("m1", 2)]);
    await store().snapshot(snapshot("m1", 2));
    const asleep = { wakesAtMs: 5000, openAs: "cards", shown: '{"taken":1}' };
    expect(await sleep("m1", asleep)).toEqual(accepted);
    await reopen();
    expect(await store().find("m1")).toMatchObject({ state: "sleeping", epoch: 1, asleep });
    expect(marksOnce((await store().load("m1")).records)).toEqual(["1:1", "1:2"]);
    expect(await store().asleep()).toBe(1);
  });

  test("[P3.2] nobody writes to a sleeping match, and a claim wakes it under the next epoch", async () => {
    await create("m1");
    await sleep("m1", { wakesAtMs: 5000, openAs: "cards" });
    expect(await store().append([record("m1", 1)])).toEqual([stale]);
    expect(await store().snapshot(snapshot("m1", 1))).toEqual(stale);
    expect(await store().finish({ id: "m1", epoch: 1, outcome: "{}" })).toEqual(stale);
    const { asleep, ...woken } = await store().claim("m1", "node-2", { under: 1 });
    expect(woken).toMatchObject({ state: "running", epoch: 2, node: "node-2" });
    expect(asleep).toBeUndefined();
    expect(await store().append([record("m1", 1, { epoch: 2 })])).toEqual([accepted]);
    await reopen();
    expect(await store().find("m1")).toEqual(woken);
    expect([await store().dueFirst(9), await store().openAsleep("cards", 9)]).toEqual([[], []]);
  });

  test("[P3.1] of several that wake a match at once, one gets it", async () => {
    await create("m1");
    await sleep("m1");
    const claims = ["node-2", "node-3", "node-4"].map((node) => store().claim("m1", node, { under: 1 }));
    const results = await Promise.allSettled(claims);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await store().find("m1")).toMatchObject({ state: "running", epoch: 2 });
  });

  test("[P3.2] only its owner lets a match sleep; the same again is accepted", async () => {
    await create("m1");
    await store().claim("m1", "node-2");
    expect(await sleep("m1", {}, 1)).toEqual(stale);
    expect(await sleep("m1", {}, 2)).toEqual(accepted);
    expect(await sleep("m1", {}, 2)).toEqual(accepted);
    expect(await sleep("ghost")).toEqual(unknown);
  });

  test("[P5.18] those that wake by themselves are found by their time, and open ones by their name", async () => {
    for (const id of ["m1", "m2", "m3", "m4"]) await create(id);
    await sleep("m1", { wakesAtMs: 3000, openAs: "cards" });
    await sleep("m2", { openAs: "cards" });
    await sleep("m3", { wakesAtMs: 1000 });
    expect(await store().dueFirst(9)).toEqual([
      { id: "m3", wakesAtMs: 1000 },
      { id: "m1", wakesAtMs: 3000 },
    ]);
    expect(await store().dueFirst(1)).toEqual([{ id: "m3", wakesAtMs: 1000 }]);
    expect([...(await store().openAsleep("cards", 9))].sort()).toEqual(["m1", "m2"]);
    expect(await store().openAsleep("other", 9)).toEqual([]);
    expect((await store().list("awake")).map(({ id }) => id)).toEqual(["m4"]);
    expect((await store().list()).map(({ id }) => id).sort()).toEqual(["m1", "m2", "m3", "m4"]);
    await reopen();
    expect((await store().dueFirst(9)).map(({ id }) => id)).toEqual(["m3", "m1"]);
  });

  test("[P5.18] a match that slept longer the second time is due then, once", async () => {
    await create("m1");
    await sleep("m1", { wakesAtMs: 1000 });
    await store().claim("m1", "node-2");
    await sleep("m1", { wakesAtMs: 1000 }, 2);
    await store().claim("m1", "node-2");
    await sleep("m1", { wakesAtMs: 7000 }, 3);
    expect(await store().dueFirst(9)).toEqual([{ id: "m1", wakesAtMs: 7000 }]);
  });

  test("[P7.3] a sleeping match is not removed; it may be set aside, and then wakes no more", async () => {
    await create("m1");
    await sleep("m1", { wakesAtMs: 1000, openAs: "cards" });
    await expect(store().remove("m1")).rejects.toMatchObject({ code: "store/still-running" });
    await store().setAside("m1", "unreadable");
    expect(await store().find("m1")).toMatchObject({ state: "set-aside", ending: "unreadable" });
    expect([await store().asleep(), await store().dueFirst(9)]).toEqual([0, []]);
    expect((await store().list("awake")).map(({ id }) => id)).toEqual(["m1"]);
  });
}
