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

    const { stdout: list } = await run(process.execPath, [...from, "--list"]);
    expect(JSON.parse(list)).toMatchObject({ match: "played", state: "running", epoch: 1 });
    const { stdout: report } = await run(process.execPath, [...from, "played", "--verify", "--json"]);
    expect(JSON.parse(report)).toMatchObject({ verified: true, lastTick: 60, hash: match.ticks[60]!.hash });
    const { stdout: trace } = await run(process.execPath, [...from, "played", "--trace"]);
    const lines = trace.trimEnd().split("\n");
    expect(JSON.parse(lines[10]!)).toMatchObject({ tick: 10, epoch: 1 });
    expect((await store.find("played"))?.epoch).toBe(1);
  });

  it("refuses a data directory and a Redis at once", async () => {
    const both = ["tools/replay.ts", "--list", "--data", "a", "--redis-url", "redis://127.0.0.1:1"];
    await expect(run(process.execPath, both)).rejects.toMatchObject({ code: 2 });
  });
});
