/**
 * Commands that run after their sender gave up on them, or in another order than they were sent: a Redis that
 * stood still runs them when it wakes. None may undo what was written since; and what the journal's limits keep.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RecordWrite } from "../../server/durability/store.ts";
import { openRedisStore, type RedisStore } from "../../server/durability/stores/redis.ts";
import { type Flush, Flushes } from "../../server/durability/stores/redis-flushes.ts";
import { Holdings } from "../../server/durability/stores/redis-holdings.ts";
import { entryFields } from "../../server/durability/stores/redis-keys.ts";
import { RedisConnection } from "../../server/redis/connection.ts";
import { accepted, marks, marksOnce, record, snapshot } from "../contracts/records.ts";
import { ticks } from "./redis-owner.ts";
import { noRedis, RedisServer } from "./redis-server.ts";

let server: RedisServer;
beforeAll(async () => {
  if (!noRedis) server = await RedisServer.start();
});
afterAll(async () => {
  if (!noRedis) await server.dispose();
});

let prefixes = 0;

async function withStore(
  play: (store: RedisStore, prefix: string) => Promise<void>,
  journalKeep: "match" | "snapshot" = "match",
): Promise<void> {
  const prefix = `late-${prefixes++}:`;
  const store = await openRedisStore({ url: server.url, level: "process", prefix, journalKeep });
  try {
    await store.create({ id: "m1", node: "node-1", about: "{}" });
    await play(store, prefix);
  } finally {
    await store.close();
  }
}

const lost = { ok: false, code: "store/lost-acknowledged" } as const;
const running = { state: "running", epoch: 1, node: "node-1", about: "{}", createdAtMs: 1 } as const;

const underEpoch1 = (from: number, to: number) => ticks(from, to).map((tick) => `1:${tick}`);

describe.skipIf(noRedis)("late and repeated commands", () => {
  test("a record that comes again is answered ok and kept once, also in one batch with its followers", () =>
    withStore(async (store) => {
      await store.append(ticks(1, 5).map((tick) => record("m1", tick)));
      const again = ticks(3, 7).map((tick) => record("m1", tick));
      expect(await store.append(again)).toEqual(again.map(() => accepted));
      expect(marks((await store.load("m1")).records)).toEqual(underEpoch1(1, 7));
    }));

  test("[P7] a loss is told again when the answer that told it was itself lost", () =>
    withStore(async (_, prefix) => {
      const holdings = new Holdings("writer");
      const flushes = new Flushes({ prefix, writer: "writer", holdings });
      const connection = await RedisConnection.open({
        ...{ url: server.url, name: "test", answerMsMax: 10_000 },
        admit: async () => undefined,
      });
      const send = (flush: Flush) => connection.call(flush.calls, [], () => "sending");
      const append = async (...batch: RecordWrite[]) => {
        const flush = flushes.flush(batch);
        return flushes.answered(flush, await send(flush));
      };
      for (const id of ["m1", "m2"]) {
        await server.command(
          "HSET",
          `${prefix}{${id}}:entry`,
          ...entryFields({ ...running, writer: "writer" }),
        );
        holdings.take(id, 1);
      }
      for (const tick of [1, 2]) await append(record("m1", tick), record("m2", tick));
      // What Redis forgets: the newest record of each, and that it ever answered the second flush.
      for (const id of ["m1", "m2"]) await server.command("XDEL", `${prefix}{${id}}:journal`, "1-2");
      await server.command("SET", `${prefix}flushes:writer-0`, 1);
      await send(flushes.flush([record("m1", 3)]));
      expect(await append(record("m1", 3))).toEqual([lost]);
      expect(await append(record("m1", 3), record("m2", 3))).toEqual([lost, lost]);
      await connection.close();
    }));

  test("an older snapshot that comes late is dropped; the same one again replaces itself", () =>
    withStore(async (store) => {
      for (const tick of [10, 20, 5, 20]) {
        expect(await store.snapshot(snapshot("m1", tick))).toEqual(accepted);
      }
      expect(marks((await store.load("m1")).snapshots)).toEqual(["1:20", "1:10"]);
    }));

  test("[P3] a new owner's snapshot counts although its tick is lower than the old owner's", () =>
    withStore(async (store) => {
      for (const tick of [10, 20]) await store.snapshot(snapshot("m1", tick));
      await store.claim("m1", "node-2");
      expect(await store.snapshot(snapshot("m1", 15, { epoch: 2 }))).toEqual(accepted);
      expect(marks((await store.load("m1")).snapshots)).toEqual(["2:15", "1:20"]);
    }));

  test("[P3] a setting aside and claims at the same moment happen one after the other", () =>
    withStore(async (store) => {
      const claims = ticks(1, 8).map((node) => store.claim("m1", `node-${node}`));
      const [aside, ...claimed] = await Promise.allSettled([store.setAside("m1", "why"), ...claims]);
      const epochs = claimed.flatMap((claim) => (claim.status === "fulfilled" ? [claim.value.epoch] : []));
      expect(aside?.status).toBe("fulfilled");
      expect(epochs.sort((a, b) => a - b)).toEqual(ticks(2, epochs.length + 1));
      expect((await store.load("m1")).entry).toMatchObject({ state: "set-aside", epoch: epochs.length + 1 });
    }));

  test("[P6] a journal kept for recovery only goes back to the older of the two snapshots", () =>
    withStore(async (store) => {
      for (const tick of ticks(1, 35)) {
        await store.append([record("m1", tick)]);
        if (tick % 10 === 0) await store.snapshot(snapshot("m1", tick));
      }
      const stored = await store.load("m1");
      expect([marks(stored.records), marks(stored.snapshots)]).toEqual([
        underEpoch1(21, 35),
        ["1:30", "1:20"],
      ]);
    }, "snapshot"));

  test("a batch of more records than one script takes is answered record by record", () =>
    withStore(async (store) => {
      const batch = ticks(1, 2500).map((tick) => record(tick % 100 === 0 ? "ghost" : "m1", tick));
      const answers = await store.append(batch);
      expect(answers.map((answer) => answer.ok)).toEqual(batch.map(({ id }) => id === "m1"));
      expect(marksOnce((await store.load("m1")).records)).toHaveLength(2475);
    }));
});
