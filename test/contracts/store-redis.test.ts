/**
 * The store contract on a real Redis, at each level: without persistence, with every write flushed to its disk,
 * and with a replica that confirms. One server per level; each test has a prefix of its own.
 */
import { afterAll, describe } from "vitest";
import type { DurabilityLevel } from "../../server/durability/store.ts";
import { openRedisStore } from "../../server/durability/stores/redis.ts";
import { noRedis, RedisServer } from "../durability/redis-server.ts";
import { storeContract } from "./store.ts";

const servers: RedisServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.dispose()));
});

const started: Record<DurabilityLevel, () => Promise<RedisServer>> = {
  process: once(() => serverWith({})),
  machine: once(() => serverWith({ appendonly: "yes", appendfsync: "always" })),
  replica: once(async () => {
    const master = await serverWith({ "repl-diskless-sync-delay": "0" });
    await serverWith({ replicaof: `127.0.0.1 ${master.port}` });
    return master;
  }),
};

let prefixes = 0;

describe.skipIf(noRedis)("on a real redis-server", () => {
  for (const level of ["process", "machine", "replica"] as const) {
    storeContract(`redis store, level ${level}`, async () => {
      const server = await started[level]();
      const options = { url: server.url, level, prefix: `test-${prefixes++}:` };
      let store = await openRedisStore(options);
      return {
        store,
        async reopen() {
          await store.close();
          store = await openRedisStore(options);
          return store;
        },
        dispose: () => store.close(),
      };
    });
  }
});

async function serverWith(settings: Readonly<Record<string, string>>): Promise<RedisServer> {
  const server = await RedisServer.start(settings);
  servers.push(server);
  return server;
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
