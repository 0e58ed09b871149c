/** The registry contract on a real redis-server; each test has a prefix of its own. Redis' clock is the real one. */
import { afterAll, beforeAll, describe } from "vitest";
import { openRedisNodeRegistry } from "../../server/fleet/redis-node-registry.ts";
import { noRedis, RedisServer } from "../durability/redis-server.ts";
import { nodeRegistryContract, until } from "./node-registry.ts";

let server: RedisServer;
let prefixes = 0;

describe.skipIf(noRedis)("on a real redis-server", () => {
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.dispose());

  nodeRegistryContract("redis registry", async () => {
    const prefix = `test-${prefixes++}:`;
    return {
      open: (node) => openRedisNodeRegistry({ url: server.url, prefix, answerMsMax: 2000, node }),
      pass: async (ms) => {
        const endMs = (await redisMs()) + ms;
        await until(async () => (await redisMs()) > endMs);
      },
    };
  });
});

async function redisMs(): Promise<number> {
  const [seconds, micros] = (await server.command("TIME")) as string[];
  return Number(seconds) * 1000 + Number(micros) / 1000;
}
