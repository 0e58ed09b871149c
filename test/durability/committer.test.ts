/** Group commit against a store that a test answers by hand. */
import { describe, expect, it } from "vitest";
import { Committer } from "../../server/durability/committer.ts";
import type { RecordWrite, WriteResult } from "../../server/durability/store.ts";

/** A store whose writes wait for the test. */
class HandStore {
  readonly batches: RecordWrite[][] = [];
  readonly #answers: PromiseWithResolvers<readonly WriteResult[]>[] = [];

  append(batch: readonly RecordWrite[]): Promise<readonly WriteResult[]> {
    this.batches.push([...batch]);
    const answer = Promise.withResolvers<readonly WriteResult[]>();
    this.#answers.push(answer);
    return answer.promise;
  }

  async accept(refused: readonly string[] = []): Promise<void> {
    const batch = this.batches[this.batches.length - this.#answers.length]!;
    const results = batch.map(
      (write): WriteResult =>
        refused.includes(write.id) ? { ok: false, code: "fence/stale-epoch" } : { ok: true },
    );
    this.#answers.shift()!.resolve(results);
    await settled();
  }

  async fail(message: string): Promise<void> {
    this.#answers.shift()!.reject(new Error(message));
    await settled();
  }
}

const settled = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

function setUp() {
  const store = new HandStore();
  const troubles: (string | undefined)[] = [];
  const waiting: (() => void)[] = [];
  const committer = new Committer({
    store,
    later: (_, task) => waiting.push(task),
    onTrouble: (trouble) => troubles.push(trouble?.message),
  });
  const told: string[] = [];
  const owner = (name: string) => ({
    onDurable: (tick: number) => told.push(`${name} durable ${tick}`),
    onRefused: (code: string) => told.push(`${name} ${code}`),
  });
  const write = (id: string, tick: number, urgent = true) =>
    committer.append({ id, epoch: 1, tick, bytes: new Uint8Array([tick]) }, owner(id), urgent);
  const retry = async () => {
    waiting.shift()!();
    await settled();
  };
  return { store, committer, troubles, told, write, retry };
}

describe("committer", () => {
  it("sends the records of all matches in one write and tells each owner in order", async () => {
    const { store, committer, told, write } = setUp();
    write("a", 1);
    write("b", 1);
    write("a", 2);
    committer.flush();
    expect(store.batches.map((batch) => batch.length)).toEqual([3]);
    expect(told).toEqual([]);
    await store.accept();
    expect(told).toEqual(["a durable 1", "b durable 1", "a durable 2"]);
  });

  it("[P6.1] one write is in flight; what comes meanwhile gathers into the next one", async () => {
    const { store, committer, write } = setUp();
    write("a", 1);
    committer.flush();
    write("a", 2);
    committer.flush();
    write("a", 3);
    committer.flush();
    expect(store.batches).toHaveLength(1);
    await store.accept();
    expect(store.batches.map((batch) => batch.map((each) => each.tick))).toEqual([[1], [2, 3]]);
  });

  it.each(Array.from({ length: 12 }, (_, steps) => steps))(
    "a record that comes %i steps after the last answer is not forgotten",
    async (steps) => {
      const { store, committer, write } = setUp();
      write("a", 1);
      committer.flush();
      const answered = store.accept();
      for (let step = 0; step < steps; step++) await Promise.resolve();
      write("b", 1);
      committer.flushUrgent();
      await answered;
      await settled();
      expect(store.batches.map((batch) => batch.map(({ id }) => id))).toEqual([["a"], ["b"]]);
    },
  );

  it("records that nobody waits for ride with the next one that somebody does", async () => {
    const { store, committer, write, told } = setUp();
    write("a", 1, false);
    committer.flushUrgent();
    expect(store.batches).toEqual([]);
    write("b", 1, true);
    committer.flushUrgent();
    await store.accept();
    expect(told).toEqual(["a durable 1", "b durable 1"]);
    write("a", 2, false);
    committer.flushUrgent();
    expect(store.batches).toHaveLength(1);
    committer.flush();
    expect(store.batches).toHaveLength(2);
  });

  it("[P3] a refused record stops its owner and no other", async () => {
    const { store, committer, told, write } = setUp();
    write("a", 1);
    write("b", 1);
    committer.flush();
    await store.accept(["a"]);
    expect(told).toEqual(["a fence/stale-epoch", "b durable 1"]);
  });

  it("[P7.5] a failed write is sent again unchanged until the store takes it, and says so once", async () => {
    const { store, committer, troubles, told, write, retry } = setUp();
    write("a", 1);
    committer.flush();
    await store.fail("disk full");
    write("a", 2);
    committer.flush();
    await retry();
    await store.fail("disk full");
    await retry();
    await store.accept();
    expect(store.batches.map((batch) => batch.map((each) => each.tick))).toEqual([[1], [1], [1], [2]]);
    expect(troubles).toEqual(["disk full", undefined]);
    expect(told).toEqual(["a durable 1"]);
    await store.accept();
    expect(told).toEqual(["a durable 1", "a durable 2"]);
  });

  it("close waits for what was queued, but not for a store in trouble", async () => {
    const { store, committer, write } = setUp();
    write("a", 1);
    const closed = committer.close();
    await store.accept();
    await closed;
    write("a", 2);
    committer.flush();
    expect(store.batches).toHaveLength(1);
  });
});
