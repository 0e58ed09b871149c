/** Colyseus' listing in a real Redis: which owner's word counts. */
import type { IRoomCache } from "@colyseus/core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openSharedListing, type SharedListing } from "../../server/room/shared-listing.ts";
import { noRedis, RedisServer } from "../durability/redis-server.ts";

const listing = (processId: string, epoch: number) =>
  ({ name: "arena", roomId: "m1", processId, clients: 0, metadata: { epoch } }) as unknown as IRoomCache;

describe.skipIf(noRedis)("the shared listing", () => {
  let redis: RedisServer;
  const opened: SharedListing[] = [];
  const troubles: string[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.dispose());
  afterEach(async () => {
    await opened[0]?.driver.clear();
    for (const each of opened.splice(0)) await each.close();
    troubles.length = 0;
  });

  const node = async () => {
    const log = (message: string) => troubles.push(message);
    const shared = await openSharedListing({ redisUrl: redis.url, prefix: "test:", answerMsMax: 2000, log });
    opened.push(shared);
    return shared;
  };
  const ownerOf = async ({ driver }: SharedListing) => (await driver.findOne({ roomId: "m1" }))?.processId;

  test("[P3] what a fenced owner still says of its room changes nothing", async () => {
    const [before, after] = [await node(), await node()];
    await before.driver.persist(listing("old", 1));
    await after.driver.persist(listing("new", 2));

    await before.driver.update(listing("old", 1), { $inc: { clients: 1 } });
    expect(await ownerOf(after)).toBe("new");
    await before.driver.remove("m1");
    expect(await ownerOf(after)).toBe("new");
  });

  test("the present owner's removal leaves nothing behind", async () => {
    const { driver } = await node();
    await driver.persist(listing("a", 3));
    expect(await driver.remove("m1")).toBe(true);
    expect(await driver.has("m1")).toBe(false);
  });

  test("an update counts, and sets, in what the listing says", async () => {
    const { driver } = await node();
    const room = listing("a", 1);
    await driver.persist(room);
    await driver.update(room, { $set: { locked: true }, $inc: { clients: 2 } });
    expect(await driver.findOne({ roomId: "m1" })).toMatchObject({ locked: true, clients: 2 });
  });

  test("[P7] a Redis that hangs up fails no one who does not wait for it", async () => {
    const own = await RedisServer.start();
    const log = (message: string) => troubles.push(message);
    const shared = await openSharedListing({ redisUrl: own.url, prefix: "test:", answerMsMax: 2000, log });
    try {
      await shared.driver.persist(listing("a", 1));
      await own.stop("SIGTERM");
      const gone = await Promise.all([
        shared.driver.persist(listing("a", 2)),
        shared.presence.hset("roomcount", "a", "1,0"),
        shared.presence.publish("$m1", []),
      ]);
      expect(gone.slice(0, 2)).toEqual([false, false]);
      expect(troubles.length).toBeGreaterThan(0);
    } finally {
      await shared.close();
      await own.dispose();
    }
  });
});
