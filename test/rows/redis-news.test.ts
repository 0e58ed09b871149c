/** A real Redis that goes away and comes back, empty, under the matchmaking store: who watches misses nothing. */
import { afterEach, describe, expect, test } from "vitest";
import type { MatchmakingStore } from "../../server/rows/store.ts";
import { openRedisMatchmakingStore } from "../../server/rows/stores/redis.ts";
import { noRedis, RedisServer } from "../durability/redis-server.ts";

const part = "q:duel";
const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function started(): Promise<{ server: RedisServer; store: MatchmakingStore }> {
  const server = await RedisServer.start();
  open.push({ close: () => server.dispose() });
  const store = await openRedisMatchmakingStore({
    ...{ url: server.url, prefix: "news:", answerMsMax: 2000 },
    steadyMs: () => performance.now(),
  });
  open.push(store);
  return { server, store };
}

/** Asks until the store is back. */
async function whenBack<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((error as { code?: string }).code !== "store/unavailable") throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

const put = (value: string) => ({ key: "a", value, keepMs: 60_000, feedMs: 60_000, tell: true });

describe.skipIf(noRedis)("a redis-server that restarts", () => {
  test("[P8] who watches is called when Redis is back, and hears of commits again", async () => {
    const { server, store } = await started();
    let heard = Promise.withResolvers<void>();
    await store.watch(part, "a", () => heard.resolve());
    await server.stop("SIGKILL");
    await expect(store.read(part, ["a"])).rejects.toMatchObject({ code: "store/unavailable" });
    await server.start();
    await heard.promise;
    heard = Promise.withResolvers();
    await whenBack(() => store.commit(part, { expect: [], put: [put("1")] }));
    await heard.promise;
  });

  test("[P8] a Redis that forgot everything gives no version twice: who saw the old row is refused", async () => {
    const { server, store } = await started();
    const before = await store.commit(part, { expect: [], put: [put("old")] });
    await server.stop("SIGKILL");
    await server.start();
    const after = await whenBack(() => store.commit(part, { expect: [], put: [put("new")] }));
    if (!before.ok || !after.ok) throw new Error("refused");
    expect(after.versions[0]).toBeGreaterThan(before.versions[0]!);
    const late = { expect: [{ key: "a", version: before.versions[0]! }], put: [put("late")] };
    expect(await store.commit(part, late)).toMatchObject({ ok: false, reason: "conflict" });
    const { rows } = await store.changes(part, before.versions[0]!, 10);
    expect(rows.map(({ value }) => value)).toEqual(["new"]);
  });

  test("[P7] a watch that cannot begin says so, and nothing is left of it", async () => {
    const { server, store } = await started();
    await server.stop("SIGKILL");
    await expect(store.watch(part, "a", () => {})).rejects.toMatchObject({ code: "store/unavailable" });
  });
});
