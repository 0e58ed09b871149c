/**
 * A real redis-server that restarts, dies, stands still, is slow or full, under the store and the committer as
 * a server has them. What was acknowledged is there afterwards, once and in order; what was not says so.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { DurabilityLevel, Store } from "../../server/durability/store.ts";
import { openRedisStore, type RedisStore } from "../../server/durability/stores/redis.ts";
import { accepted, marks, record, snapshot, stale } from "../contracts/records.ts";
import { Owner, ticks, whenConnected } from "./redis-owner.ts";
import { noRedis, RedisServer, type RedisSettings } from "./redis-server.ts";

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

const everySecond = { appendonly: "yes", appendfsync: "everysec" };
const always = { appendonly: "yes", appendfsync: "always" };

async function startRedis(settings: RedisSettings = {}): Promise<RedisServer> {
  const server = await RedisServer.start(settings);
  open.push({ close: () => server.dispose() });
  return server;
}

async function openStore(
  server: RedisServer,
  options: { level?: DurabilityLevel; answerMsMax?: number } = {},
): Promise<RedisStore> {
  const store = await openRedisStore({ url: server.url, level: "process", ...options });
  open.push(store);
  return store;
}

async function ownerOf(store: Store, id: string): Promise<Owner> {
  return new Owner(store, await store.create({ id, node: "node-1", about: "{}" }));
}

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => "stored",
    (error) => error.code,
  );

/** The connection for reads may come back later than the one for appends. */
const marksOf = async (store: Store, id: string) =>
  marks((await whenConnected(() => store.load(id))).records);
const underEpoch1 = (from: number, to: number) => ticks(from, to).map((tick) => `1:${tick}`);

describe.skipIf(noRedis)("a redis-server that fails", () => {
  test.each([
    ["ends and comes back", "SIGTERM", everySecond, "process"],
    ["is killed and comes back", "SIGKILL", always, "machine"],
  ] as const)(
    "[P2] that %s: every acknowledged record is there, once",
    async (_, signal, settings, level) => {
      const server = await startRedis(settings);
      const store = await openStore(server, { level });
      const owner = await ownerOf(store, "m1");
      await owner.play({ from: 1, to: 50 });
      await store.snapshot(snapshot("m1", 50));
      await server.stop(signal);
      const played = owner.play({ from: 51, to: 80 });
      expect((await owner.trouble).code).toBe("store/unavailable");
      await server.start();
      await played;
      expect([owner.durable, owner.refusal]).toEqual([ticks(1, 80), undefined]);
      expect(await marksOf(store, "m1")).toEqual(underEpoch1(1, 80));
      expect(marks((await store.load("m1")).snapshots)).toEqual(["1:50"]);
    },
  );

  test("[P6] while Redis is gone every call rejects at once, and nothing of it waits inside", async () => {
    const server = await startRedis(everySecond);
    const store = await openStore(server);
    const owner = await ownerOf(store, "m1");
    await owner.play({ from: 1, to: 3 });
    await server.stop("SIGTERM");
    const answers = await Promise.all(
      ticks(4, 1003).map((tick) => code(store.append([record("m1", tick, { bytes: 10_000 })]))),
    );
    expect(new Set(answers)).toEqual(new Set(["store/unavailable"]));
    expect(await code(store.claim("m1", "node-2"))).toBe("store/unavailable");
    expect(await code(store.load("m1"))).toBe("store/unavailable");
    expect(store.underWay).toBe(0);
    await server.start();
    await owner.play({ from: 4, to: 5 });
    expect(await marksOf(store, "m1")).toEqual(underEpoch1(1, 5));
  });

  test("[P6] a Redis that stands still: appends reject within their time, and harm nothing when they arrive late", async () => {
    const server = await startRedis();
    const store = await openStore(server, { answerMsMax: 300 });
    const owner = await ownerOf(store, "m1");
    await owner.play({ from: 1, to: 3 });
    server.signal("SIGSTOP");
    const played = owner.play({ from: 4, to: 9 });
    const trouble = await owner.trouble;
    expect([trouble.code, trouble.message]).toEqual([
      "store/unavailable",
      expect.stringMatching(/^appending tick 4 of match m1.* no answer within 300 ms$/),
    ]);
    expect(store.underWay).toBeLessThanOrEqual(2);
    server.signal("SIGCONT");
    await played;
    expect(owner.durable).toEqual(ticks(1, 9));
    expect(await marksOf(await openStore(server), "m1")).toEqual(underEpoch1(1, 9));
  });

  test("a Redis that stands still for less than the limit, or answers slowly, only delays", async () => {
    const server = await startRedis();
    const store = await openStore(server, { answerMsMax: 60_000 });
    const owner = await ownerOf(store, "m1");
    await server.command("CLIENT", "PAUSE", 300, "ALL");
    await owner.play({ from: 1, to: 3 });
    server.signal("SIGSTOP");
    const played = owner.play({ from: 4, to: 6 });
    setTimeout(() => server.signal("SIGCONT"), 300);
    await played;
    expect([owner.durable, owner.refusal]).toEqual([ticks(1, 6), undefined]);
  });

  test("[P7] a full Redis refuses with its reason, keeps what it has, and goes on when there is room", async () => {
    const server = await startRedis();
    const store = await openStore(server);
    const owner = await ownerOf(store, "m1");
    await owner.play({ from: 1, to: 3 });
    await server.command("CONFIG", "SET", "maxmemory", "1mb");
    const batch = [record("m1", 4), record("ghost", 1)];
    await expect(store.append(batch)).rejects.toMatchObject({
      code: "store/full",
      message: expect.stringMatching(/^appending tick 4 of match m1 and 1 more .* has no room: OOM/),
    });
    expect(await code(store.snapshot(snapshot("m1", 3)))).toBe("store/full");
    expect(await code(store.create({ id: "m2", node: "n", about: "" }))).toBe("store/full");
    const played = owner.play({ from: 4, to: 5 });
    expect((await owner.trouble).code).toBe("store/full");
    expect(await marksOf(store, "m1")).toEqual(underEpoch1(1, 3));
    await server.command("CONFIG", "SET", "maxmemory", "0");
    await played;
    expect(await marksOf(store, "m1")).toEqual(underEpoch1(1, 5));
    expect((await store.list()).map((entry) => entry.id)).toEqual(["m1"]);
  });

  test("[P3] a match that is claimed while its owner's append hangs in a still Redis has one writer", async () => {
    const server = await startRedis();
    const first = await openStore(server, { answerMsMax: 60_000 });
    const second = await openStore(server, { answerMsMax: 60_000 });
    const owner = await ownerOf(first, "m1");
    await owner.play({ from: 1, to: 5 });
    server.signal("SIGSTOP");
    const played = owner.play({ from: 6, to: 20 });
    const claimed = second.claim("m1", "node-2");
    server.signal("SIGCONT");
    const { epoch } = await claimed;
    const seen = await marksOf(second, "m1");
    await played;
    // What it was told is stored is what the new owner found.
    expect(seen.slice(0, owner.durable.length)).toEqual(owner.durable.map((tick) => `1:${tick}`));
    expect(await first.append([record("m1", 21)])).toEqual([stale]);
    expect(await first.snapshot(snapshot("m1", 20))).toEqual(stale);
    expect(await second.append([record("m1", 21, { epoch })])).toEqual([accepted]);
    expect((await marksOf(second, "m1")).at(-1)).toBe("2:21");
  });

  test("[P5] an end whose answer was lost is said again and is the end", async () => {
    const server = await startRedis();
    const store = await openStore(server, { answerMsMax: 300 });
    const other = await openStore(server);
    await ownerOf(store, "m1");
    await ownerOf(store, "m2");
    // So that Redis knows the script: a late EVALSHA of an unknown one does nothing.
    await store.finish({ id: "m2", epoch: 1, outcome: "{}" });
    server.signal("SIGSTOP");
    const finish = (outcome: string) => store.finish({ id: "m1", epoch: 1, outcome });
    expect(await code(finish("{}"))).toBe("store/unavailable");
    server.signal("SIGCONT");
    while ((await other.load("m1")).entry.state === "running");
    expect(await whenConnected(() => finish("other"))).toEqual(stale);
    expect(await finish("{}")).toEqual(accepted);
    expect(await store.append([record("m1", 1)])).toEqual([stale]);
  });
});
