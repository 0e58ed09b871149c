/**
 * Both gate policies on a real redis-server that goes away for long and comes back: what the match does meanwhile,
 * what it holds, and what another node finds afterwards.
 */
import { afterEach, describe, expect, test } from "vitest";
import { openRedisStore } from "../../server/durability/stores/redis.ts";
import type { GatePolicy } from "../../server/match/life/life.ts";
import { whenConnected } from "../durability/redis-owner.ts";
import { noRedis, RedisServer } from "../durability/redis-server.ts";
import { nodeOn } from "./host-setup.ts";
import { tally } from "./tally.ts";

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

/** A match at a tick that is durable, on a Redis that keeps it over a restart. */
async function playing(gate: GatePolicy) {
  const server = await RedisServer.start({ appendonly: "yes", appendfsync: "everysec" });
  open.push({ close: () => server.dispose() });
  const storeOf = async () => {
    const store = await openRedisStore({ url: server.url, level: "process", answerMsMax: 500 });
    open.push(store);
    return store;
  };
  const node = nodeOn(await storeOf(), "n1", [tally], { gate });
  const live = await node.open("m", 10);
  const until = async (reached: () => boolean) => {
    while (!reached()) await node.play(live, 1);
  };
  await until(() => live.durableTick >= 10);
  return { server, storeOf, node, live, until };
}

describe.skipIf(noRedis)("a redis-server that goes away", () => {
  test("[P2.6] strict: the match stands still, and goes on with every tick that it had", async () => {
    const { server, storeOf, node, live, until } = await playing("strict");
    await server.stop("SIGKILL");
    // On a busy machine it may freeze for a moment before the server is known to be gone.
    await until(() => live.frozen && node.committer.trouble !== undefined);
    // Answers that the server gave before it died may still arrive.
    let frozenAt = 0;
    let stood = 0;
    await until(() => {
      stood = live.match.tick === frozenAt && node.committer.trouble !== undefined ? stood + 1 : 0;
      frozenAt = live.match.tick;
      return stood === 100;
    });
    await node.play(live, 500);
    expect([live.match.tick, live.unprotected]).toEqual([frozenAt, false]);
    await server.start();
    await until(() => live.durableTick > frozenAt + 20);
    const other = nodeOn(await storeOf(), "n2");
    expect(await other.restore("m")).toEqual({ kind: "restored" });
    expect(other.live("m").match.tick).toBeGreaterThan(frozenAt + 20);
  });

  test.each([
    ["is killed and comes back", "SIGKILL"],
    ["stands still", "SIGSTOP"],
  ] as const)(
    "[P6] available: one that %s; the match plays on, holds nothing, and is protected again",
    async (_, how) => {
      const { server, storeOf, node, live, until } = await playing("available");
      if (how === "SIGKILL") await server.stop(how);
      else server.signal(how);
      await until(() => live.unprotected);
      const unprotectedAt = live.match.tick;
      await node.play(live, 500);
      expect([live.match.tick, live.frozen, node.committer.waiting]).toEqual([unprotectedAt + 500, false, 0]);
      if (how === "SIGKILL") await server.start();
      else server.signal("SIGCONT");
      await until(() => !live.unprotected);
      expect(live.lifecycle).toBe("running");
      const other = nodeOn(await storeOf(), "n2");
      expect(await whenConnected(() => other.restore("m"))).toEqual({ kind: "restored" });
      expect(other.live("m").match.tick).toBeGreaterThan(unprotectedAt + 500);
      await until(() => live.lifecycle === "stopped");
    },
  );
});
