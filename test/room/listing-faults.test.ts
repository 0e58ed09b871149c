/**
 * Colyseus' listing and messages over a Redis that is silent, refuses, is full or comes back: nothing that Colyseus
 * leaves unawaited may reject, and all of it works again by itself. Behind a proxy, because an address that accepts
 * and says nothing does other things to a client than one that refuses.
 */
import type { IRoomCache } from "@colyseus/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openSharedListing, type SharedListing } from "../../server/room/shared-listing.ts";
import { Balancer } from "../durability/balancer.ts";
import { noRedis, RedisServer } from "../durability/redis-server.ts";

const answerMsMax = 1000;
const room = (roomId: string, epoch = 1) =>
  ({ name: "arena", roomId, processId: "p1", clients: 0, metadata: { epoch } }) as unknown as IRoomCache;
/** The machine may be busy. */
const patience = { timeout: 15_000 };

describe.skipIf(noRedis)("Colyseus' listing behind a balancer", () => {
  let redis: RedisServer;
  let balancer: Balancer;
  const opened: SharedListing[] = [];
  const unowned: unknown[] = [];
  const onUnowned = (error: unknown) => void unowned.push(error);

  beforeEach(async () => {
    redis = await RedisServer.start();
    balancer = await Balancer.before(redis);
    process.on("unhandledRejection", onUnowned);
  });
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
    balancer.close();
    await redis.dispose();
    process.off("unhandledRejection", onUnowned);
    expect(unowned.splice(0)).toEqual([]);
  });

  async function open(url = balancer.url): Promise<SharedListing> {
    const listing = await openSharedListing({ redisUrl: url, prefix: "test:", answerMsMax, log: () => {} });
    opened.push(listing);
    return listing;
  }

  /** Resolves when a message to the channel arrives: messages to who does not listen are gone. */
  async function heard(sender: SharedListing, channel: string, heardSoFar: () => number): Promise<void> {
    const before = heardSoFar();
    await expect
      .poll(async () => {
        await sender.presence.publish(channel, ["hello"]);
        return heardSoFar() > before;
      }, patience)
      .toBe(true);
  }

  test("[P5] an address that accepts and says nothing ends nobody, and every channel is heard again afterwards", async () => {
    const node = await open();
    const other = await open(redis.url);
    let messages = 0;
    await node.presence.subscribe("$m1", () => {
      messages += 1;
    });
    await heard(other, "$m1", () => messages);
    balancer.fallSilent();
    balancer.cut();
    // Each of the two connections comes again, and again when it got no answer.
    const before = balancer.accepted;
    await expect.poll(() => balancer.accepted - before, patience).toBeGreaterThan(6);
    expect(await node.presence.hset("roomcount", "p1", "1,0")).toBe(false);
    await balancer.heal();
    await heard(other, "$m1", () => messages);
    await expect.poll(() => node.presence.hset("roomcount", "p1", "1,0"), patience).toBe(true);
  });

  test("[P5] a connection that leads to nobody any more is noticed without a word being sent on it", async () => {
    const node = await open();
    const other = await open(redis.url);
    let messages = 0;
    await node.presence.subscribe("$m1", () => {
      messages += 1;
    });
    // What is open goes silent for good; new connections are carried.
    balancer.fallSilent();
    balancer.forget();
    await balancer.heal();
    await heard(other, "$m1", () => messages);
  });

  test("[P5] a channel that was asked for while Redis is silent is heard when it is back", async () => {
    const node = await open();
    const other = await open(redis.url);
    balancer.fallSilent();
    let messages = 0;
    await node.presence.subscribe("$m2", () => {
      messages += 1;
    });
    await balancer.heal();
    await heard(other, "$m2", () => messages);
  });

  test("[P5] one failed reading of the listing is not the answer for ever", async () => {
    const node = await open();
    await node.driver.persist(room("m1"));
    balancer.fallSilent();
    const during = await Promise.allSettled([
      node.driver.findOne({ name: "arena" }),
      node.driver.query({ name: "arena" }),
    ]);
    expect(during.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await balancer.heal();
    await expect
      .poll(async () => {
        const found = await Promise.resolve(node.driver.findOne({ name: "arena" })).catch(() => undefined);
        return found?.roomId;
      }, patience)
      .toBe("m1");
  });

  test("[P7] what a client is told of it is a code without an address", async () => {
    const node = await open();
    balancer.refuse();
    for (const asked of [
      Promise.resolve(node.driver.findOne({ roomId: "m1" })),
      Promise.resolve(node.driver.findOne({ name: "arena" })),
      node.presence.hgetall("roomcount"),
    ]) {
      const error = (await asked.then(
        () => undefined,
        (thrown: unknown) => thrown,
      )) as Error;
      expect(error.message).toMatch(/^store\/unavailable/);
      expect(error.message).not.toMatch(/127\.0\.0\.1|\d{4,}/);
    }
  });

  test("[P5] the lock of a match that is being made never rejects: Colyseus waits for it where nobody catches", async () => {
    const { presence } = await open();
    expect(await presence.hincrbyex("ch:arena", "key", 1, 1)).toBe(1);
    balancer.refuse();
    expect(await presence.hincrbyex("ch:arena", "key", 1, 1)).toBe(1);
    await presence.hincrbyex("ch:arena", "key", -1, 1);
    await presence.unsubscribe("nothing");
    // Not awaited, as Colyseus does.
    void presence.hdel("roomcount", "p1");
    void presence.set("a", "b");
    expect(await presence.hset("roomcount", "p1", "1,0")).toBe(false);
  });

  test("[P7] a write that Redis refused is a failure, not a value", async () => {
    const { presence } = await open();
    await redis.command("CONFIG", "SET", "maxmemory", "1");
    for (const write of [
      () => presence.set("key", "value"),
      () => presence.setex("key", "value", 10),
      () => presence.sadd("set", "value"),
    ])
      await expect(write()).rejects.toThrow(/^store\/full/);
    await redis.command("CONFIG", "SET", "maxmemory", "0");
    await presence.set("key", "value");
    expect(await presence.get("key")).toBe("value");
  });

  test("[P5] a match that was listed while Redis was away is found when it is back, one that ended is not", async () => {
    const node = await open();
    const other = await open(redis.url);
    await node.driver.persist(room("ends"), true);
    balancer.refuse();
    await node.driver.persist(room("begins"), true);
    await node.driver.remove("ends");
    await balancer.heal();
    const listed = async () => {
      const rooms = await other.driver.query({ name: "arena" });
      return rooms.map(({ roomId }) => roomId).sort();
    };
    await expect.poll(listed, patience).toEqual(["begins"]);
  });

  test("[P5] a Redis that came back empty is told of the matches that run", async () => {
    const node = await open();
    await node.driver.persist(room("m1"), true);
    await redis.stop("SIGKILL");
    await redis.start();
    const other = await open(redis.url);
    await expect.poll(async () => (await other.driver.query({ name: "arena" })).length, patience).toBe(1);
  });
});
