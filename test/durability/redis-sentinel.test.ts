/**
 * A master that stands still under load, a real Sentinel that promotes a replica, a balancer that is pointed there,
 * and the old master that wakes up. What was acknowledged at level `replica` is there afterwards, once; the old
 * master acknowledges nothing at that level. (At `process` it does, for ten seconds: see docs/operations.md.)
 */
import { afterEach, describe, expect, test } from "vitest";
import type { DurabilityLevel } from "../../server/durability/store.ts";
import { openRedisStore, type RedisStore } from "../../server/durability/stores/redis.ts";
import { marks, record } from "../contracts/records.ts";
import { Balancer } from "./balancer.ts";
import { Owner } from "./redis-owner.ts";
import { noRedis, RedisServer } from "./redis-server.ts";
import { Sentinel } from "./sentinel.ts";

/** Sentinel takes some ten seconds to make a replica of an old master that woke up. */
const patience = { timeout: 60_000, interval: 50 };

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

function owned<Resource extends { dispose(): Promise<void> }>(resource: Resource): Resource {
  open.push({ close: () => resource.dispose() });
  return resource;
}

async function openStore(url: string, level: DurabilityLevel): Promise<RedisStore> {
  const store = await openRedisStore({ url, level, answerMsMax: 1000 });
  open.push(store);
  return store;
}

const create = (store: RedisStore, id: string) => store.create({ id, node: "node-1", about: "{}" });

/** Appends one record after the other until told otherwise. @returns the ticks that were acknowledged */
function appending(store: RedisStore, id: string): () => Promise<number[]> {
  const acknowledged: number[] = [];
  let stopped = false;
  const loop = (async () => {
    for (let tick = 1; !stopped; tick++) {
      const results = await store.append([record(id, tick)]).catch(() => []);
      if (results[0]?.ok) acknowledged.push(tick);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  return async () => {
    stopped = true;
    await loop;
    return acknowledged;
  };
}

const ticksOf = async (store: RedisStore, id: string) =>
  marks((await store.load(id)).records).map((mark) => Number(mark.split(":")[1]));

describe.skipIf(noRedis)("a master that stands still under a real Sentinel", () => {
  test("[P2] at level replica nothing acknowledged is lost by the promotion, nor by the old master that wakes up", {
    timeout: 120_000,
  }, async () => {
    const replication = { "repl-diskless-sync-delay": "0" };
    const old = owned(await RedisServer.start(replication));
    const follows = { ...replication, replicaof: `127.0.0.1 ${old.port}` };
    const replicas = [owned(await RedisServer.start(follows)), owned(await RedisServer.start(follows))];
    const sentinel = owned(await Sentinel.watching(old, 700));
    await expect.poll(() => sentinel.replicas(), patience).toBe(2);

    const balancer = await Balancer.before(old);
    open.push(balancer);
    const store = await openStore(balancer.url, "replica");
    const owner = new Owner(store, await create(store, "m1"));
    // Past the balancer: what a node is that nobody told of the new master.
    const late = await openStore(old.url, "replica");
    await create(late, "m2");
    await owner.play({ from: 1, to: 30 });

    old.signal("SIGSTOP");
    const played = owner.play({ from: 31, to: 90 });
    await expect.poll(() => sentinel.master(), patience).not.toBe(old.port);
    const port = await sentinel.master();
    const next = replicas.find((replica) => replica.port === port)!;
    balancer.point(next, "stay");
    await played;
    expect([owner.durable.length, owner.refusal]).toEqual([90, undefined]);

    const stopLate = appending(late, "m2");
    old.signal("SIGCONT");
    await owner.play({ from: 91, to: 120 });
    const isReplica = async () => String(await old.command("INFO", "replication")).includes("role:slave");
    await expect.poll(isReplica, patience).toBe(true);
    const acknowledged = await stopLate();

    const after = await openStore(next.url, "process");
    expect(await ticksOf(after, "m1")).toEqual(owner.durable);
    expect(owner.durable).toEqual(Array.from({ length: 120 }, (_, at) => at + 1));
    const kept = new Set(await ticksOf(after, "m2"));
    expect(acknowledged.filter((tick) => !kept.has(tick))).toEqual([]);
  });
});
