/**
 * A Redis that comes back without the newest of what it acknowledged, as after a power failure under `appendfsync
 * everysec`: its append-only file is cut where it stood at an earlier moment. The owner must hear of it before
 * it writes on, and two owners of one epoch must never both be heard.
 */
import fs from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openRedisStore, type RedisStore } from "../../server/durability/stores/redis.ts";
import { accepted, marks, record, snapshot, stale } from "../contracts/records.ts";
import { recovered } from "./data-directory.ts";
import { Owner, ticks, whenConnected } from "./redis-owner.ts";
import { noRedis, RedisServer } from "./redis-server.ts";

/** Asks the connection for appends without changing anything. */
const nobodys = record("nobody", 1);
const lost = { ok: false, code: "store/lost-acknowledged" } as const;

let server: RedisServer;
let stores: RedisStore[];

beforeEach(async () => {
  stores = [];
  if (!noRedis) server = await RedisServer.start({ appendonly: "yes", appendfsync: "always" });
});

afterEach(async () => {
  for (const store of stores) await store.close();
  if (!noRedis) await server.dispose();
});

async function openStore(): Promise<RedisStore> {
  const store = await openRedisStore({ url: server.url, level: "process" });
  stores.push(store);
  return store;
}

const now = () => fs.statSync(server.appendOnlyFile).size;

/** Redis dies, and what it wrote after `moment` is not on its disk. Resolves when every store is back. */
async function forgetSince(moment: number): Promise<void> {
  await server.stop("SIGKILL");
  fs.truncateSync(server.appendOnlyFile, moment);
  await server.start();
  for (const store of stores) await whenConnected(() => Promise.all([store.list(), store.append([nobodys])]));
}

async function createAndPlay(store: RedisStore, to: number): Promise<Owner> {
  const owner = new Owner(store, await store.create({ id: "m1", node: "node-1", about: "{}" }));
  await owner.play({ from: 1, to });
  return owner;
}

describe.skipIf(noRedis)("a redis-server that forgets", () => {
  test("[P7.6] the owner is told that acknowledged records are lost, and no hole is written", async () => {
    const store = await openStore();
    const owner = await createAndPlay(store, 10);
    const moment = now();
    await owner.play({ from: 11, to: 20 });
    await forgetSince(moment);
    await owner.play({ from: 21, to: 21 });
    expect([owner.durable, owner.refusal]).toEqual([ticks(1, 20), "store/lost-acknowledged"]);
    expect(await store.append([record("m1", 22)])).toEqual([lost]);
    expect(await recovered(store, "m1")).toBe("restored to 10");
  });

  test("a snapshot of what the owner still has makes the match whole again", async () => {
    const store = await openStore();
    const owner = await createAndPlay(store, 10);
    const moment = now();
    await owner.play({ from: 11, to: 20 });
    await forgetSince(moment);
    await owner.play({ from: 21, to: 21 });
    expect(await store.snapshot(snapshot("m1", 21))).toEqual(accepted);
    expect(await store.append([record("m1", 22), record("m1", 23)])).toEqual([accepted, accepted]);
    expect(await recovered(store, "m1")).toBe("restored to 23");
  });

  test("what is lost and was not acknowledged is just sent again", async () => {
    const store = await openStore();
    const owner = await createAndPlay(store, 10);
    const moment = now();
    const other = await openStore();
    // Stored for the same owner, whose store did not hear of it: like an answer that was lost.
    expect(await other.append([record("m1", 11)])).toEqual([accepted]);
    await forgetSince(moment);
    await owner.play({ from: 11, to: 12 });
    expect(owner.durable).toEqual(ticks(1, 12));
    expect(await recovered(store, "m1")).toBe("restored to 12");
  });

  test("[P7] a match that Redis no longer knows at all is lost, not unknown, for its owner", async () => {
    const moment = now();
    const store = await openStore();
    await createAndPlay(store, 3);
    await forgetSince(moment);
    expect(await store.append([record("m1", 4)])).toEqual([lost]);
    expect(await store.list()).toEqual([]);
  });

  test("[P3.8] an epoch given out twice, because Redis forgot the first claim, has one writer", async () => {
    const [first, second, third] = [await openStore(), await openStore(), await openStore()];
    await createAndPlay(first, 5);
    const moment = now();
    expect(await second.claim("m1", "node-2")).toMatchObject({ epoch: 2 });
    expect(await second.append([record("m1", 6, { epoch: 2 })])).toEqual([accepted]);
    await forgetSince(moment);
    expect(await second.append([record("m1", 7, { epoch: 2 })])).toEqual([lost]);
    expect(await third.claim("m1", "node-3")).toMatchObject({ epoch: 2 });
    expect(await second.append([record("m1", 7, { epoch: 2 })])).toEqual([stale]);
    expect(await second.snapshot(snapshot("m1", 6, { epoch: 2 }))).toEqual(stale);
    expect(await second.finish({ id: "m1", epoch: 2, outcome: "{}" })).toEqual(stale);
    expect(await third.append([record("m1", 6, { epoch: 2 })])).toEqual([accepted]);
    expect(await first.append([record("m1", 6)])).toEqual([stale]);
    expect(marks((await third.load("m1")).records)).toEqual(["1:1", "1:2", "1:3", "1:4", "1:5", "2:6"]);
  });
});
