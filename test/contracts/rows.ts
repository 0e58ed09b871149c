/**
 * What every matchmaking store must do (server/rows/store.ts), written once and run on each implementation
 * by matchmaking-store-*.test.ts. `other` is the same store as another instance sees it; `pass` lets time go by.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { absent, type MatchmakingStore, type Put, type Row } from "../../server/rows/store.ts";

export interface MatchmakingStoreUnderTest {
  readonly store: MatchmakingStore;
  readonly other: MatchmakingStore;
  pass(ms: number): Promise<void>;
  /** Closes it and opens what it left behind; undefined: it leaves nothing. */
  reopen?: () => Promise<MatchmakingStore>;
  dispose(): Promise<void>;
}

const part = "q:duel";
const longMs = 60_000;
/** Long enough for a busy machine, short enough to wait for. */
const shortMs = 60;

const feedRow = (key: string, value = key): Put => ({ key, value, keepMs: longMs, feedMs: longMs });

export function matchmakingStoreContract(name: string, make: () => Promise<MatchmakingStoreUnderTest>): void {
  describe(name, () => {
    let under: MatchmakingStoreUnderTest;
    beforeEach(async () => {
      under = await make();
    });
    afterEach(() => under.dispose());
    const given = () => under;

    commits(given);
    feed(given);
    times(given);
    leaderboards(given);
    buckets(given);
    watching(given);
  });
}

type Given = () => MatchmakingStoreUnderTest;

/** Writes rows without a condition. @returns their versions */
async function write(store: MatchmakingStore, ...put: Put[]): Promise<readonly number[]> {
  const result = await store.commit(part, { expect: [], put });
  if (!result.ok) throw new Error(result.reason);
  return result.versions;
}

const keysOf = (rows: readonly (Row | undefined)[]) => rows.map((row) => row?.key);

function commits(given: Given): void {
  test("a row is read as it was written, by every instance, with the version that its writer was told", async () => {
    const [version] = await write(given().store, { key: "a", value: "größer, {or} not:\n" });
    expect(await given().other.read(part, ["a", "b"])).toEqual([
      { key: "a", version, value: "größer, {or} not:\n" },
      undefined,
    ]);
  });

  test("[P8.9] all of a commit is written or nothing, and it is told which rows were others", async () => {
    const { store, other } = given();
    const [a, b] = await write(store, feedRow("a"), feedRow("b"));
    await write(other, feedRow("b", "b2"));
    const refused = await store.commit(part, {
      expect: [
        { key: "a", version: a! },
        { key: "b", version: b! },
        { key: "c", version: 17 },
      ],
      put: [feedRow("a", "lost"), feedRow("d", "lost")],
      remove: ["e"],
    });
    expect(refused).toEqual({ ok: false, reason: "conflict", keys: ["b", "c"] });
    expect((await store.read(part, ["a", "b", "d"])).map((row) => row?.value)).toEqual([
      "a",
      "b2",
      undefined,
    ]);
  });

  test("[P8.9] of twenty writers that saw the same row, one wins", async () => {
    const { store, other } = given();
    const commit = (by: number) =>
      (by % 2 ? store : other).commit(part, {
        expect: [{ key: "a", version: absent }],
        put: [feedRow("a", `${by}`)],
      });
    const results = await Promise.all(Array.from({ length: 20 }, (_, by) => commit(by)));
    const winners = results.flatMap((result, by) => (result.ok ? [by] : []));
    expect(winners).toHaveLength(1);
    expect((await store.read(part, ["a"]))[0]?.value).toBe(`${winners[0]}`);
  });

  test("a removed row is absent, and its version does not come back with its key", async () => {
    const { store } = given();
    const [first] = await write(store, { key: "a", value: "1" });
    await store.commit(part, { expect: [{ key: "a", version: first! }], put: [], remove: ["a"] });
    expect(await store.read(part, ["a"])).toEqual([undefined]);
    const [second] = await write(store, { key: "a", value: "2" });
    expect(second).toBeGreaterThan(first!);
    const late = await store.commit(part, {
      expect: [{ key: "a", version: first! }],
      put: [feedRow("a", "late")],
    });
    expect(late).toMatchObject({ ok: false, keys: ["a"] });
  });

  test("parts do not see each other", async () => {
    const { store } = given();
    await write(store, feedRow("a"));
    await store.commit("q:other", { expect: [{ key: "a", version: absent }], put: [feedRow("a", "other")] });
    expect((await store.read(part, ["a"]))[0]?.value).toBe("a");
    expect(keysOf((await store.changes("q:other", 0, 10)).rows)).toEqual(["a"]);
  });
}

function feed(given: Given): void {
  test("changes come in the order of their writing, each row once, and only what is new", async () => {
    const { store, other } = given();
    await write(store, feedRow("a"), { key: "not fed", value: "" }, feedRow("b"), feedRow("c"));
    const first = await other.changes(part, 0, 10);
    expect(keysOf(first.rows)).toEqual(["a", "b", "c"]);
    expect(first.more).toBe(false);
    const [version] = await write(store, feedRow("a", "a2"));
    const second = await other.changes(part, first.upTo, 10);
    expect(second).toEqual({ rows: [{ key: "a", version, value: "a2" }], upTo: version, more: false });
    expect(await other.changes(part, second.upTo, 10)).toEqual({ rows: [], upTo: version, more: false });
    expect(keysOf((await other.changes(part, 0, 10)).rows)).toEqual(["b", "c", "a"]);
  });

  test("long keys come back as they are: in the feed, on the leaderboard, and when their time is over", async () => {
    const { store } = given();
    const keys = Array.from({ length: 4 }, (_, at) => `asked:${"größe".repeat(12 * at)}:${at}`);
    await write(
      store,
      ...keys.map((key, at) => ({ ...feedRow(key), keepMs: shortMs, feedMs: shortMs, score: at })),
    );
    expect(keysOf((await store.changes(part, 0, 10)).rows)).toEqual(keys);
    expect(keysOf(await store.leaderboard(part, { from: 0, count: 10 }))).toEqual(keys.toReversed());
    await given().pass(2 * shortMs);
    await write(store, feedRow("next"));
    expect(keysOf((await store.changes(part, 0, 10)).rows)).toEqual(["next"]);
    expect(await store.read(part, keys)).toEqual(keys.map(() => undefined));
  });

  test("[P6] a feed is read in pages", async () => {
    const { store } = given();
    await write(store, ...["a", "b", "c", "d", "e"].map((key) => feedRow(key)));
    const pages: string[][] = [];
    for (let after = 0, more = true; more; ) {
      const page = await store.changes(part, after, 2);
      pages.push(page.rows.map(({ key }) => key));
      ({ upTo: after, more } = page);
    }
    expect(pages.flat()).toEqual(["a", "b", "c", "d", "e"]);
    expect(pages[0]).toEqual(["a", "b"]);
  });

  test("a row leaves the feed when its time there is over or it is written without one; it stays a row", async () => {
    const { store, pass } = given();
    await write(store, { ...feedRow("short"), feedMs: shortMs }, feedRow("quiet"), feedRow("long"));
    await write(store, { key: "quiet", value: "", keepMs: longMs });
    await pass(shortMs + 1);
    await write(store, feedRow("later"));
    expect(keysOf((await store.changes(part, 0, 10)).rows)).toEqual(["long", "later"]);
    expect(keysOf(await store.read(part, ["short", "quiet"]))).toEqual(["short", "quiet"]);
  });

  test("[P8] what was kept is there after a reopen, and versions go on growing", async () => {
    const { store, reopen } = given();
    const [before] = await write(store, { ...feedRow("a"), score: 3 });
    if (!reopen) return;
    const again = await reopen();
    expect(await again.changes(part, 0, 10)).toMatchObject({ rows: [{ key: "a", version: before }] });
    expect(await again.leaderboard(part, { from: 0, count: 1 })).toMatchObject([{ key: "a", score: 3 }]);
    const [after] = await write(again, feedRow("a", "2"));
    expect(after).toBeGreaterThan(before!);
  });
}

function times(given: Given): void {
  test("[P6] a row is gone when its time is over: to readers, to the feed and to expectations", async () => {
    const { store, other, pass } = given();
    const [version] = await write(store, { key: "a", value: "1", keepMs: shortMs, feedMs: shortMs });
    await pass(shortMs + 1);
    expect(await other.read(part, ["a"])).toEqual([undefined]);
    expect((await other.changes(part, 0, 10)).rows).toEqual([]);
    expect(
      await store.commit(part, { expect: [{ key: "a", version: version! }], put: [feedRow("a")] }),
    ).toMatchObject({
      ok: false,
      keys: ["a"],
    });
    expect(
      await store.commit(part, { expect: [{ key: "a", version: absent }], put: [feedRow("a")] }),
    ).toMatchObject({ ok: true });
  });

  test("[P8.5] [P8.9] a time that is no whole number of milliseconds, as a busy director's lease has, is as good as any", async () => {
    const { store } = given();
    const lasting = { ...feedRow("a"), keepMs: longMs + 0.25, feedMs: longMs + 0.5 };
    expect(await store.commit(part, { expect: [], put: [lasting, feedRow("b")] })).toMatchObject({
      ok: true,
    });
    expect((await store.read(part, ["a", "b"])).map((row) => row?.value)).toEqual(["a", "b"]);
  });

  test("a row that is written again is kept from then on", async () => {
    const { store, pass } = given();
    await write(store, { key: "a", value: "1", keepMs: shortMs });
    await write(store, { key: "a", value: "2", keepMs: longMs });
    await write(store, { key: "b", value: "1", keepMs: shortMs });
    await write(store, { key: "b", value: "2" });
    await pass(shortMs + 1);
    expect((await store.read(part, ["a", "b"])).map((row) => row?.value)).toEqual(["2", "2"]);
  });
}

function leaderboards(given: Given): void {
  const scored = (key: string, score: number): Put => ({ key, value: `of ${key}`, score });

  test("the leaderboard has the highest score first, in pages, also below zero and in fractions", async () => {
    const { store, other } = given();
    await write(store, scored("low", -7.25), scored("high", 31.5), scored("middle", 0.125), {
      key: "none",
      value: "",
    });
    const page = await other.leaderboard(part, { from: 0, count: 2 });
    expect(page.map(({ key, score, value }) => [key, score, value])).toEqual([
      ["high", 31.5, "of high"],
      ["middle", 0.125, "of middle"],
    ]);
    expect(keysOf(await other.leaderboard(part, { from: 2, count: 10 }))).toEqual(["low"]);
  });

  test("a new score moves a row, and a write without one leaves it where it is", async () => {
    const { store } = given();
    await write(store, scored("a", 1), scored("b", 2));
    await write(store, scored("a", 3));
    await write(store, { key: "b", value: "new" });
    expect(
      (await store.leaderboard(part, { from: 0, count: 9 })).map(({ key, value }) => [key, value]),
    ).toEqual([
      ["a", "of a"],
      ["b", "new"],
    ]);
  });
}

function buckets(given: Given): void {
  test("[P6] a bucket gives what it holds, then says when there is more, to all instances together", async () => {
    const { store, other, pass } = given();
    const bucket = { burst: 3, refillMs: 2 * shortMs };
    const spends = [];
    for (const each of [store, other, store, other]) spends.push(await each.spend("x", bucket));
    expect(spends.map(({ ok }) => ok)).toEqual([true, true, true, false]);
    const refused = spends[3]!;
    if (refused.ok) throw new Error("not refused");
    expect(refused.retryAfterMs).toBeGreaterThan(0);
    expect(refused.retryAfterMs).toBeLessThanOrEqual(bucket.refillMs);
    expect(await other.spend("another", bucket)).toEqual({ ok: true });
    await pass(refused.retryAfterMs + 1);
    expect(await store.spend("x", bucket)).toEqual({ ok: true });
  });
}

function watching(given: Given): void {
  test("[P8] who watches a row, or its part, hears of a commit by another instance that tells", async () => {
    const { store, other } = given();
    const heard = Promise.withResolvers<void>();
    const heardOfPart = Promise.withResolvers<void>();
    await store.watch(part, "a", heard.resolve);
    await store.watch(part, undefined, heardOfPart.resolve);
    await write(other, { ...feedRow("a"), tell: true });
    await heard.promise;
    await heardOfPart.promise;
  });

  test("nobody hears of other rows, of quiet commits, of refused ones, or after they stopped", async () => {
    const { store, other } = given();
    const heard: string[] = [];
    const last = Promise.withResolvers<void>();
    await store.watch(part, "a", () => heard.push("a"));
    const stop = await store.watch(part, "b", () => heard.push("b"));
    await store.watch(part, "end", last.resolve);
    stop();
    stop();
    await write(other, feedRow("a"), { ...feedRow("b"), tell: true }, { ...feedRow("c"), tell: true });
    await other.commit(part, { expect: [{ key: "a", version: 1 }], put: [{ ...feedRow("a"), tell: true }] });
    await write(other, { ...feedRow("end"), tell: true });
    await last.promise;
    expect(heard).toEqual([]);
  });
}
