/** The matchmaking store contract on a real Redis, seen through two connections. Each test has a prefix of its own. */
import { afterAll, beforeAll, describe } from "vitest";
import { openRedisMatchmakingStore } from "../../server/matchmaking/stores/redis.ts";
import { noRedis, RedisServer } from "../durability/redis-server.ts";
import { matchmakingStoreContract } from "./matchmaking-store.ts";

let prefixes = 0;

describe.skipIf(noRedis)("on a real redis-server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.dispose());

  matchmakingStoreContract("matchmaking store in Redis", async () => {
    const options = { url: server.url, prefix: `test-${prefixes++}:`, answerMsMax: 5000 };
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

async function redisMs(server: RedisServer): Promise<number> {
  const [seconds, micros] = (await server.command("TIME")) as [string, string];
  return Number(seconds) * 1000 + Number(micros) / 1000;
}
