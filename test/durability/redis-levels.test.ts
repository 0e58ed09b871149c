/**
 * What a Redis server must be for each level, as a table; what the store says of one that is not; and that a
 * level's confirmation really waits, with a replica that stands still.
 */
import { afterEach, describe, expect, test } from "vitest";
import type { DurabilityLevel } from "../../server/durability/store.ts";
import { openRedisStore, type RedisOptions, type RedisStore } from "../../server/durability/stores/redis.ts";
import {
  admission,
  confirmationRequests,
  type ServerFacts,
  unconfirmed,
} from "../../server/durability/stores/redis-level.ts";
import { accepted, marks, record } from "../contracts/records.ts";
import { noRedis, RedisServer, type RedisSettings } from "./redis-server.ts";

const plain: ServerFacts = {
  version: [7, 0],
  replica: false,
  cluster: false,
  evicts: false,
  appendOnly: false,
  fsync: "everysec",
  replicas: 0,
};

test.each<[string, DurabilityLevel, Partial<ServerFacts>, string]>([
  ["any server", "process", {}, "answer"],
  ["6.2", "process", { version: [6, 2] }, "answer"],
  ["6.0", "process", { version: [6, 0] }, "at least 6.2"],
  ["10.0", "process", { version: [10, 0] }, "answer"],
  ["a cluster", "process", { cluster: true }, "Redis Cluster"],
  ["a replica", "process", { replica: true }, "a replica"],
  ["one that evicts", "process", { evicts: true }, "noeviction"],
  ["no append-only file", "machine", {}, "appendonly yes"],
  ["no append-only file, 7.2", "machine", { version: [7, 2], fsync: "always" }, "appendonly yes"],
  ["7.0, everysec", "machine", { appendOnly: true }, "appendfsync always"],
  ["7.0, which does not tell", "machine", { appendOnly: true, fsync: undefined }, "appendfsync always"],
  ["7.0, always", "machine", { appendOnly: true, fsync: "always" }, "answer"],
  ["7.2, everysec", "machine", { version: [7, 2], appendOnly: true }, "fsync"],
  ["7.2, which does not tell", "machine", { version: [7, 2], appendOnly: true, fsync: undefined }, "fsync"],
  ["7.2, never", "machine", { version: [7, 2], appendOnly: true, fsync: "no" }, "appendfsync no"],
  ["7.0, never", "machine", { version: [7, 0], appendOnly: true, fsync: "no" }, "appendfsync no"],
  ["8.0, always", "machine", { version: [8, 0], appendOnly: true, fsync: "always" }, "fsync"],
  ["no replica", "replica", {}, "connected replica"],
  ["two replicas", "replica", { replicas: 2 }, "replica"],
])("%s at level %s", (_, level, facts, expected) => {
  const result = admission(level, { ...plain, ...facts });
  if (result.ok) expect(result.confirmation.kind).toBe(expected);
  else expect(result.why).toContain(expected);
});

test("the confirmation of a level: what is asked, and which answers count", () => {
  expect(confirmationRequests({ kind: "answer" }, 500)).toEqual([]);
  expect(confirmationRequests({ kind: "fsync" }, 500)).toEqual([["WAITAOF", "1", "0", "500"]]);
  expect(confirmationRequests({ kind: "replica" }, 500)).toEqual([["WAIT", "1", "500"]]);
  expect(unconfirmed({ kind: "answer" }, undefined)).toBeUndefined();
  expect([unconfirmed({ kind: "fsync" }, [1, 0]), unconfirmed({ kind: "replica" }, 2)]).toEqual([
    undefined,
    undefined,
  ]);
  expect(unconfirmed({ kind: "fsync" }, [0, 2])).toContain("disk");
  expect(unconfirmed({ kind: "replica" }, 0)).toContain("replica");
});

describe.skipIf(noRedis)("on a real redis-server", () => {
  const servers: RedisServer[] = [];
  const stores: RedisStore[] = [];
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const server of servers.splice(0)) await server.dispose();
  });

  async function start(settings: RedisSettings): Promise<RedisServer> {
    const server = await RedisServer.start(settings);
    servers.push(server);
    return server;
  }

  async function open(options: RedisOptions): Promise<RedisStore> {
    const store = await openRedisStore(options);
    stores.push(store);
    return store;
  }

  test.each<[string, DurabilityLevel, RedisSettings, string, RegExp]>([
    ["everysec", "machine", { appendonly: "yes" }, "store/level-unsupported", /appendfsync always|WAITAOF/],
    ["no file", "machine", {}, "store/level-unsupported", /set appendonly yes/],
    ["alone", "replica", {}, "store/level-unsupported", /needs a connected replica/],
    [
      "evicting",
      "process",
      { maxmemory: "100mb", "maxmemory-policy": "allkeys-lru" },
      "store/unsuitable",
      /noeviction/,
    ],
    ["a cluster", "process", { "cluster-enabled": "yes" }, "store/unsuitable", /Redis Cluster/],
    [
      "never flushed",
      "machine",
      { appendonly: "yes", appendfsync: "no" },
      "store/level-unsupported",
      /appendfsync no/,
    ],
    ["locked", "process", { requirepass: "secret" }, "store/unavailable", /NOAUTH/],
  ])("[P7] a server that cannot keep the promise is refused at the start: %s at level %s", async (...row) => {
    const [, level, settings, code, message] = row;
    const { url, version } = await start(settings);
    if (level === "machine" && settings.appendfsync === undefined && version >= 7.2) return;
    await expect(open({ url, level, patienceMs: 600 })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("[P7] a replica is refused after a while, and used when it is made master meanwhile", async () => {
    const master = await start({ "repl-diskless-sync-delay": "0" });
    const replica = await start({ replicaof: `127.0.0.1 ${master.port}` });
    const refused = open({ url: replica.url, level: "process", patienceMs: 600 });
    await expect(refused).rejects.toMatchObject({
      code: "store/unsuitable",
      message: expect.stringMatching(/a replica/),
      where: `Redis at 127.0.0.1:${replica.port}`,
    });
    const waited = open({ url: replica.url, level: "process" });
    await expect.poll(async () => replica.command("CLIENT", "LIST")).toContain("name=holdfast-journal");
    await replica.command("REPLICAOF", "NO", "ONE");
    expect(await (await waited).list()).toEqual([]);
  });

  test("[P7] no Redis there, or another password: said at once, without the password", async () => {
    const server = await start({ requirepass: "secret" });
    const wrong = open({ url: server.url.replace("redis://", "redis://:wrongpass@"), level: "process" });
    await expect(wrong).rejects.toMatchObject({
      code: "store/unavailable",
      message: expect.stringMatching(/WRONGPASS/),
    });
    await expect(wrong).rejects.not.toMatchObject({ message: expect.stringMatching(/wrongpass/) });
    await server.stop("SIGKILL");
    const gone = open({ url: server.url, level: "process" });
    await expect(gone).rejects.toMatchObject({
      code: "store/unavailable",
      message: expect.stringMatching(/ECONNREFUSED/),
    });
    await expect(gone).rejects.not.toMatchObject({ message: expect.stringContaining("127.0.0.1") });
  });

  test("a URL with a password and a database number is used", async () => {
    const server = await start({ requirepass: "s/e:c@ret" });
    const url = `redis://:${encodeURIComponent("s/e:c@ret")}@127.0.0.1:${server.port}/3`;
    const store = await open({ url, level: "process" });
    await store.create({ id: "m1", node: "node-1", about: "{}" });
    expect(await store.append([record("m1", 1)])).toEqual([accepted]);
    const other = await open({ url: url.replace("/3", "/4"), level: "process" });
    expect([(await store.list()).length, await other.list()]).toEqual([1, []]);
  });

  test("[P2.11] level replica: no answer counts that the replica did not confirm, also on a new connection", async () => {
    const master = await start({ "repl-diskless-sync-delay": "0" });
    const replica = await start({ replicaof: `127.0.0.1 ${master.port}` });
    const store = await open({ url: master.url, level: "replica", answerMsMax: 1000 });
    await store.create({ id: "m1", node: "node-1", about: "{}" });
    expect(await store.append([record("m1", 1)])).toEqual([accepted]);
    replica.signal("SIGSTOP");
    const unsure = { code: "store/unavailable", message: expect.stringMatching(/no replica confirmed/) };
    await expect(store.append([record("m1", 2)])).rejects.toMatchObject(unsure);
    const again = await open({ url: master.url, level: "replica", answerMsMax: 1000 });
    await expect(again.append([record("m1", 2)])).rejects.toMatchObject(unsure);
    replica.signal("SIGCONT");
    await expect.poll(() => store.append([record("m1", 2)]).catch(() => undefined)).toEqual([accepted]);
    await replica.command("REPLICAOF", "NO", "ONE");
    await master.stop("SIGKILL");
    const promoted = await open({ url: replica.url, level: "process" });
    expect(marks((await promoted.load("m1")).records)).toEqual(["1:1", "1:2"]);
  });
});
