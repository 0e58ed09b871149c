/** The matchmaking store contract on a real Redis, seen through two connections. Each test has a prefix of its own. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openRedisMatchmakingStore } from "../../server/rows/stores/redis.ts";
import { noRedis, RedisServer } from "../durability/redis-server.ts";
import { matchmakingStoreContract } from "./rows.ts";

let prefixes = 0;
const steadyMs = () => performance.now();

describe.skipIf(noRedis)("on a real redis-server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.dispose());

  matchmakingStoreContract("matchmaking store in Redis", async () => {
    const options = { url: server.url, prefix: `test-${prefixes++}:`, answerMsMax: 5000, steadyMs };
    const stores = await Promise.all([
      openRedisMatchmakingStore(options),
      openRedisMatchmakingStore(options),
    ]);
    const [store, other] = stores;
    return {
      store,
      other,
      pass: async (ms) => {
        // Redis' own clock, because it is the one that counts.
        const untilMs = (await redisMs(server)) + ms;
        while ((await redisMs(server)) <= untilMs);
      },
      reopen: async () => {
        const again = await openRedisMatchmakingStore(options);
        stores.push(again);
        return again;
      },
      dispose: async () => {
        await Promise.all(stores.map((each) => each.close()));
      },
    };
  });
});

describe.skipIf(noRedis)("the clock of Redis", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.dispose());

  test("[P6] a bucket that was written before Redis' clock was set back by an hour is one of now", async () => {
    const options = { url: server.url, prefix: "back:", answerMsMax: 5000, steadyMs };
    const store = await openRedisMatchmakingStore(options);
    const bucket = { burst: 5, refillMs: 1000 };
    await server.command("SET", "back:{b:ann}", String((await redisMs(server)) + 3_600_000));
    expect(await store.spend("ann", bucket)).toEqual({ ok: false, retryAfterMs: 1000 });
    expect(Number(await server.command("GET", "back:{b:ann}"))).toBeGreaterThan(0);
    const untilMs = steadyMs() + 20_000;
    let spent = await store.spend("ann", bucket);
    while (!spent.ok && steadyMs() < untilMs) spent = await store.spend("ann", bucket);
    expect(spent).toEqual({ ok: true });
    await store.close();
  });

  test("every instance has it as its own, without asking each time", async () => {
    const options = { url: server.url, prefix: "time:", answerMsMax: 5000, steadyMs };
    const stores = await Promise.all([
      openRedisMatchmakingStore(options),
      openRedisMatchmakingStore(options),
    ]);
    const beforeMs = await redisMs(server);
    const seen = stores.map((store) => store.nowMs());
    const afterMs = await redisMs(server);
    for (const nowMs of seen) {
      expect(nowMs).toBeGreaterThan(beforeMs - 2000);
      expect(nowMs).toBeLessThan(afterMs + 2000);
    }
    await Promise.all(stores.map((store) => store.close()));
  });
});

async function redisMs(server: RedisServer): Promise<number> {
  const [seconds, micros] = (await server.command("TIME")) as [string, string];
  return Number(seconds) * 1000 + Number(micros) / 1000;
}
