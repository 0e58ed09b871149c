/** A connection to a real Redis behind a balancer that goes wrong: what it says, when it notices, how it comes back. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Metrics } from "../../server/ops/metrics.ts";
import { RedisConnection } from "../../server/redis/connection.ts";
import { Subscriptions } from "../../server/redis/subscriptions.ts";
import { troubleWords } from "../../server/redis/trouble.ts";
import { samplesOf } from "../docs/described-metrics.ts";
import { Balancer } from "../durability/balancer.ts";
import { noRedis, RedisServer, type RedisSettings } from "../durability/redis-server.ts";

/** The machine may be busy. */
const patience = { timeout: 15_000 };
const tried = () => "asking";
const ping = [["PING"]] as const;

test.each([
  [
    Object.assign(new Error("connect ECONNREFUSED 10.1.2.3:6379"), {
      code: "ECONNREFUSED",
      syscall: "connect",
    }),
  ],
  [
    Object.assign(new Error("getaddrinfo ENOTFOUND redis.example"), {
      code: "ENOTFOUND",
      syscall: "getaddrinfo",
    }),
  ],
  [Object.assign(new Error(""), { code: "ECONNREFUSED" })],
  [new Error("MOVED 3999 10.1.2.3:6381")],
  [new Error("MOVED 3999 redis-2.example:6381")],
  [new Error("ASK 3999 [fe80::1]:6381")],
  [
    Object.assign(new Error("Host: redis.example. is not in the cert's altnames"), {
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    }),
  ],
])("[P7] %s is told without an address", (error) => {
  const words = troubleWords(error);
  expect(words.length).toBeGreaterThan(8);
  expect(words).not.toMatch(/example|10\.1|fe80|63\d\d/);
});

describe.skipIf(noRedis)("behind a balancer", () => {
  const open: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const each of open.splice(0).reverse()) await each.close();
  });

  async function start(settings: RedisSettings = {}): Promise<RedisServer> {
    const redis = await RedisServer.start(settings);
    open.push({ close: () => redis.dispose() });
    return redis;
  }

  async function before(redis: RedisServer): Promise<Balancer> {
    const balancer = await Balancer.before(redis);
    open.push(balancer);
    return balancer;
  }

  async function connect(url: string, onAdmitted = () => {}): Promise<RedisConnection> {
    const connection = await RedisConnection.open({ url, name: "test", answerMsMax: 1000, onAdmitted });
    open.push(connection);
    return connection;
  }

  describe("one Redis", () => {
    let redis: RedisServer;
    let balancer: Balancer;
    beforeEach(async () => {
      redis = await start();
      balancer = await before(redis);
    });

    test("[P7] silence is noticed although nobody asks anything, and is over when it is over", async () => {
      const connection = await connect(balancer.url);
      expect(connection.away).toBeUndefined();
      balancer.fallSilent();
      await expect.poll(() => connection.away?.ms ?? 0, patience).toBeGreaterThan(1500);
      expect(connection.away?.why).toMatch(/no answer within 1000 ms|connection was lost/);
      await expect(connection.ask(ping, tried)).rejects.toMatchObject({ code: "store/unavailable" });
      await balancer.heal();
      await expect.poll(() => connection.away, patience).toBeUndefined();
      expect(String(await connection.ask(ping, tried))).toBe("PONG");
    });

    test("[P7] what was asked in vain is counted, what was answered is timed, and every return is counted", async () => {
      const metrics = new Metrics({ process: false });
      const read = async (name: string) =>
        samplesOf((await metrics.text()).text).get(`holdfast_redis_${name}{connection="journal"}`);
      const options = { url: balancer.url, answerMsMax: 1000, metrics: metrics.redis.of("journal") };
      const connection = await RedisConnection.open({ ...options, name: "test" });
      const subscriptions = new Subscriptions(options);
      open.push(connection, subscriptions);
      await subscriptions.subscribe("news", { onMessage: () => {}, onGap: () => {} });
      expect(await read("failures_total")).toBe(0);
      const before = (await read("round_trip_seconds_count"))!;
      balancer.slowDown(100);
      for (let count = 0; count < 3; count++) await connection.ask(ping, tried);
      await expect(connection.ask([["NONSENSE"]], tried)).rejects.toThrow("NONSENSE");
      expect((await read("round_trip_seconds_count"))! - before).toBeGreaterThanOrEqual(4);
      expect(await read("round_trip_seconds_sum")).toBeGreaterThan(0.39);
      expect([await read("failures_total"), await read("reconnects_total")]).toEqual([1, 0]);
      balancer.fallSilent();
      await expect(connection.ask(ping, tried)).rejects.toMatchObject({ code: "store/unavailable" });
      await expect(connection.ask(ping, tried)).rejects.toMatchObject({ code: "store/unavailable" });
      const answered = await read("round_trip_seconds_count");
      expect(await read("failures_total")).toBe(3);
      // The subscriptions may not have noticed the silence yet.
      balancer.cut();
      await balancer.heal();
      // On a busy machine one of the two may be cut once more.
      await expect.poll(() => read("reconnects_total"), patience).toBeGreaterThanOrEqual(2);
      expect(await read("round_trip_seconds_count")).toBeGreaterThan(answered!);
      expect(await read("failures_total")).toBe(3);
    });

    test("[P6] slow answers only delay", async () => {
      const connection = await connect(balancer.url);
      balancer.slowDown(100);
      expect(String(await connection.ask(ping, tried))).toBe("PONG");
    });

    test("a database that is not there is refused, not replaced by the first", async () => {
      await expect(connect(`${balancer.url}/99`)).rejects.toMatchObject({
        code: "store/unavailable",
        message: expect.stringMatching(/DB index/),
      });
    });

    test("[P5] channels are heard again when a silent address speaks, and each listener hears of the gap", async () => {
      const subscriptions = new Subscriptions({ url: balancer.url, answerMsMax: 1000 });
      open.push(subscriptions);
      const heard: string[] = [];
      const listener = { onMessage: (text: string) => heard.push(text), onGap: () => heard.push("gap") };
      await subscriptions.subscribe("news", listener);
      balancer.fallSilent();
      const late = subscriptions.subscribe("other", listener);
      await expect(late).rejects.toMatchObject({ code: "store/unavailable" });
      await balancer.heal();
      await expect.poll(() => heard, patience).toContain("gap");
      await redis.command("PUBLISH", "news", "hello");
      await redis.command("PUBLISH", "other", "unheard");
      await expect.poll(() => heard.at(-1), patience).toBe("hello");
    });
  });

  test("[P3] when its address leads to another master it goes there, also from one that only became a replica", async () => {
    const old = await start({ "repl-diskless-sync-delay": "0" });
    const balancer = await before(old);
    let admitted = 0;
    const connection = await connect(balancer.url, () => {
      admitted += 1;
    });
    await connection.ask([["SET", "who", "old"]], tried);
    const next = await start({ replicaof: `127.0.0.1 ${old.port}` });
    await next.command("REPLICAOF", "NO", "ONE");
    await old.command("REPLICAOF", "127.0.0.1", next.port);
    // The open connection stays with the old one, which refuses the next write; that is the sign to look again.
    balancer.point(next, "stay");
    const write = () => connection.ask([["SET", "who", "next"]], tried).catch(() => undefined);
    await expect.poll(write, patience).toBeDefined();
    expect(await next.command("GET", "who")).toBe("next");
    expect(admitted).toBe(2);
  });

  test("[P7] while its address leads to a replica it is away, with the reason", async () => {
    const master = await start({ "repl-diskless-sync-delay": "0" });
    const replica = await start({ replicaof: `127.0.0.1 ${master.port}` });
    const balancer = await before(master);
    const connection = await connect(balancer.url);
    balancer.point(replica, "cut");
    await expect.poll(() => connection.away?.why, patience).toMatch(/it is a replica/);
    balancer.point(master, "cut");
    await expect.poll(() => connection.away, patience).toBeUndefined();
  });
});
