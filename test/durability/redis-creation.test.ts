/** Creations that fail on a real Redis: the client that asked was told so, and nothing stays listed as running. */
import { afterEach, describe, expect, test } from "vitest";
import { openRedisStore, type RedisOptions, type RedisStore } from "../../server/durability/stores/redis.ts";
import { accepted, record } from "../contracts/records.ts";
import { noRedis, RedisServer, type RedisSettings } from "./redis-server.ts";

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function startRedis(settings: RedisSettings = {}): Promise<RedisServer> {
  const server = await RedisServer.start(settings);
  open.push({ close: () => server.dispose() });
  return server;
}

async function openStore(server: RedisServer, options: Partial<RedisOptions> = {}): Promise<RedisStore> {
  const store = await openRedisStore({ url: server.url, level: "process", answerMsMax: 1000, ...options });
  open.push(store);
  return store;
}

const created = (store: RedisStore, id: string) => store.create({ id, node: "node-1", about: "{}" });
const unavailable = { code: "store/unavailable" };
/** The machine may be busy. */
const patience = { timeout: 15_000 };

async function entriesOf(server: RedisServer): Promise<unknown> {
  const listed = (await server.command("SMEMBERS", "holdfast:matches")) as string[];
  const states = listed.map((id) => server.command("HGET", `holdfast:{${id}}:entry`, "state"));
  return Promise.all(states);
}

describe.skipIf(noRedis)("on a real redis-server, a creation", () => {
  test("[P7] that no replica confirmed leaves nothing listed, however many are tried", async () => {
    const master = await startRedis({ "repl-diskless-sync-delay": "0" });
    const replica = await startRedis({ replicaof: `127.0.0.1 ${master.port}` });
    const store = await openStore(master, { level: "replica" });
    await created(store, "before");
    replica.signal("SIGSTOP");
    const tries = ["a", "b", "c", "d"].map((id) => created(store, id));
    expect((await Promise.allSettled(tries)).map(({ status }) => status)).toEqual(
      tries.map(() => "rejected"),
    );
    await expect.poll(async () => (await store.list()).map(({ id }) => id), patience).toEqual(["before"]);
    await expect.poll(() => entriesOf(master), patience).toEqual(["running"]);
    replica.signal("SIGCONT");
    await expect
      .poll(() => created(store, `again-${Math.random()}`).catch(() => false), patience)
      .toBeTruthy();
  });

  test("[P7] whose answer never came is taken back when Redis is awake again, also if it runs after that", async () => {
    const server = await startRedis();
    const store = await openStore(server);
    server.signal("SIGSTOP");
    await expect(created(store, "m1")).rejects.toMatchObject(unavailable);
    server.signal("SIGCONT");
    await expect
      .poll(() => server.command("HGET", "holdfast:{m1}:entry", "state"), patience)
      .toBe("uncreated");
    await expect.poll(() => store.list().catch(() => undefined), patience).toEqual([]);
    // As the late one would be.
    await expect(created(store, "m1")).rejects.toMatchObject({ code: "store/exists" });
    expect(await store.find("m1")).toBeUndefined();
    await expect(store.load("m1")).rejects.toMatchObject({ code: "store/unknown-match" });
    await expect(store.claim("m1", "node-2")).rejects.toMatchObject({ code: "store/unknown-match" });
    expect(await store.append([record("m1", 1)])).toMatchObject([{ ok: false }]);
  });

  test("[P7] in a full Redis leaves nothing, and the next one works when there is room", async () => {
    const server = await startRedis();
    const store = await openStore(server);
    await created(store, "before");
    await server.command("CONFIG", "SET", "maxmemory", "1");
    await expect(created(store, "m1")).rejects.toMatchObject({ code: "store/full" });
    await expect
      .poll(() => server.command("HGET", "holdfast:{m1}:entry", "state"), patience)
      .toBe("uncreated");
    await server.command("CONFIG", "SET", "maxmemory", "0");
    await created(store, "m2");
    expect((await store.list()).map(({ id }) => id)).toEqual(["before", "m2"]);
  });

  test("[P3] is not taken back once another node has the match", async () => {
    const master = await startRedis({ "repl-diskless-sync-delay": "0" });
    const replica = await startRedis({ replicaof: `127.0.0.1 ${master.port}` });
    const store = await openStore(master, { level: "replica", answerMsMax: 3000 });
    const other = await openStore(master);
    replica.signal("SIGSTOP");
    const failed = created(store, "m1");
    await expect.poll(() => other.find("m1"), patience).toBeTruthy();
    const { epoch } = await other.claim("m1", "node-2");
    await expect(failed).rejects.toMatchObject(unavailable);
    // Behind what takes back, on the same connection.
    expect((await store.list()).map(({ node }) => node)).toEqual(["node-2"]);
    expect(await other.append([record("m1", 1, { epoch })])).toEqual([accepted]);
  });
});
