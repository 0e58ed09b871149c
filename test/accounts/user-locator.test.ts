/** Where users play, as the handlers of any node hear it. */
import { describe, expect, it } from "vitest";
import { locationKeptMs, UserLocator, usersAskedMax } from "../../server/accounts/user-locator.ts";
import { openRedisMatchmakingStore } from "../../server/rows/stores/redis.ts";
import type { UserLocation } from "../../shared/game/locate.ts";
import { noRedis, RedisServer } from "../durability/redis-server.ts";
import { world } from "../matchmaking/world.ts";

function nodes() {
  const rows = world();
  const node = () => {
    const here = new Map<string, UserLocation>();
    return { here, locator: new UserLocator({ ...rows, here: () => here }) };
  };
  return { rows, a: node(), b: node() };
}

const at = (matchId: string): UserLocation => ({ matchId, game: "lounge" });
const found = async (locator: UserLocator, ...users: string[]) =>
  Object.fromEntries(await locator.locate(users));

describe("a user locator", () => {
  it("knows the users of its own node at once, and those of others when they were announced", async () => {
    const { a, b } = nodes();
    a.here.set("ada", at("m1"));
    b.here.set("ben", at("m2"));
    expect(await found(a.locator, "ada", "ben", "cy")).toEqual({ ada: at("m1") });
    await b.locator.announce();
    expect(await found(a.locator, "ada", "ben", "cy")).toEqual({ ada: at("m1"), ben: at("m2") });
    b.here.set("ben", at("m3"));
    await b.locator.announce();
    expect(await found(a.locator, "ben")).toEqual({ ben: at("m3") });
  });

  it("forgets who went, but not who is on another node since", async () => {
    const { a, b } = nodes();
    a.here.set("ada", at("m1")).set("ben", at("m1"));
    await a.locator.announce();
    a.here.clear();
    b.here.set("ben", at("m2"));
    await b.locator.announce();
    await a.locator.announce();
    b.here.clear();
    expect(await found(a.locator, "ada", "ben")).toEqual({ ben: at("m2") });
    await b.locator.announce();
    expect(await found(a.locator, "ada", "ben")).toEqual({});
  });

  it("[P6] forgets many users who went in few commits, without those who are elsewhere since", async () => {
    const { rows, a, b } = nodes();
    for (let user = 0; user < 450; user++) a.here.set(`u${user}`, at("m1"));
    await a.locator.announce();
    a.here.clear();
    b.here.set("u7", at("m2")).set("u300", at("m2"));
    await b.locator.announce();
    b.here.clear();
    const { commit } = rows.store;
    let commits = 0;
    rows.store.commit = (...given) => {
      commits += 1;
      return commit.call(rows.store, ...given);
    };
    await a.locator.announce();
    // Three portions, and two of them once more without the one that moved.
    expect(commits).toBe(5);
    expect(await found(b.locator, "u0", "u7", "u199", "u300", "u449")).toEqual({
      u7: at("m2"),
      u300: at("m2"),
    });
    await a.locator.announce();
    expect(commits).toBe(5);
  });

  it("[P7] a node that died is forgotten, and one that lives is not", async () => {
    const { rows, a, b } = nodes();
    a.here.set("ada", at("m1"));
    b.here.set("ben", at("m2"));
    await a.locator.announce();
    for (let passedMs = 0; passedMs <= 2 * locationKeptMs; passedMs += 5000) {
      await b.locator.announce();
      await rows.pass(5000);
    }
    expect(await found(a.locator, "ben")).toEqual({ ben: at("m2") });
    a.here.clear();
    expect(await found(b.locator, "ada")).toEqual({});
  });

  it("[P6] is asked for some users at a time", async () => {
    const { a } = nodes();
    const many = Array.from({ length: usersAskedMax + 1 }, (_, user) => `u${user}`);
    await expect(a.locator.locate(many)).rejects.toThrow("at most 100 users at once");
    await a.locator.locate(many.slice(1));
  });

  it("announces more users than one commit holds, and goes on after a store that was away", async () => {
    const { rows, a, b } = nodes();
    for (let user = 0; user < 450; user++) a.here.set(`u${user}`, at("m1"));
    const { commit } = rows.store;
    rows.store.commit = async () => Promise.reject(new Error("away"));
    await expect(a.locator.announce()).rejects.toThrow("away");
    rows.store.commit = commit;
    await a.locator.announce();
    expect(await found(b.locator, "u0", "u449")).toEqual({ u0: at("m1"), u449: at("m1") });
  });

  it.skipIf(noRedis)("knows the users of other nodes over a real redis-server", async () => {
    const server = await RedisServer.start();
    const options = {
      url: server.url,
      prefix: "located:",
      answerMsMax: 5000,
      steadyMs: () => performance.now(),
    };
    const stores = await Promise.all([
      openRedisMatchmakingStore(options),
      openRedisMatchmakingStore(options),
    ]);
    try {
      const here = new Map([["ben", at("m2")]]);
      const { steadyMs } = options;
      const other = new UserLocator({ steadyMs, store: stores[0], here: () => here });
      const asked = new UserLocator({ steadyMs, store: stores[1], here: () => new Map() });
      await other.announce();
      expect(await found(asked, "ada", "ben")).toEqual({ ben: at("m2") });
      here.clear();
      await other.announce();
      expect(await found(asked, "ben")).toEqual({});
    } finally {
      await Promise.all(stores.map((store) => store.close()));
      await server.dispose();
    }
  });

  it("of a node alone looks at its own matches and keeps nothing", async () => {
    const here = new Map([["ada", at("m1")]]);
    const locator = new UserLocator({ here: () => here, steadyMs: world().steadyMs });
    await locator.announce();
    expect(await found(locator, "ada", "ben")).toEqual({ ada: at("m1") });
  });
});
