/** `npm run replay` on a match in a real Redis, beside the server that owns it. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { openRedisStore, type RedisStore } from "../../../server/durability/stores/redis.ts";
import { noRedis, RedisServer } from "../../durability/redis-server.ts";
import { playMatch } from "./played-match.ts";

const run = promisify(execFile);
const prefix = "other:";

let redis: RedisServer | undefined;
let store: RedisStore | undefined;

afterEach(async () => {
  await store?.close();
  await redis?.dispose();
});

describe.skipIf(noRedis)("npm run replay with --redis-url", () => {
  it("[P4] lists, verifies and traces a match of the prefix that it is given, and claims nothing", async () => {
    redis = await RedisServer.start();
    store = await openRedisStore({ url: redis.url, level: "process", prefix });
    const match = await playMatch(store, { id: "played", ticks: 60 });
    const from = ["tools/replay.ts", "--redis-url", redis.url, "--redis-prefix", prefix];

    const { stdout: report } = await run(process.execPath, [...from, "played", "--verify", "--json"]);
    expect(JSON.parse(report)).toMatchObject({ verified: true, lastTick: 60, hash: match.ticks[60]!.hash });
    const { stdout } = await run(process.execPath, [...from, "--list", "--trace"]);
    const [listed, ...trace] = stdout.trimEnd().split("\n");
    expect(JSON.parse(listed!)).toMatchObject({ match: "played", state: "running", epoch: 1 });
    expect(JSON.parse(trace[10]!)).toMatchObject({ tick: 10, epoch: 1 });
    expect((await store.find("played"))?.epoch).toBe(1);
  });
});
