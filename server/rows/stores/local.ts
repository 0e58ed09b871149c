/**
 * The matchmaking store of one process, on a disk in memory or in lmdb. It decides inside the disk's transactions.
 * Buckets are only in memory; a restart fills them. Keys on the disk, with their fields separated by U+0001:
 *
 *   row   part key            JSON: version, value, and until when it is kept and in the feed, and its score
 *   feed  part version        the key of a row in the feed
 * due   time part key       "": the row leaves the feed, or expires, at this time
 *   board part -score key     ""
 *   last  part                the newest version
 * clock                     the clock's last stored time (local-clock.ts)
 *
 * Numbers are 16 digits, so that their order is the order of the keys.
 */
import type { UnixClock, UnixMs } from "../../../shared/clock.ts";
import { StoreError } from "../../store-error.ts";
import {
  absent,
  assertKeys,
  type Changes,
  type Commit,
  type CommitResult,
  feedRowsMax,
  type MatchmakingStore,
  type Put,
  pageRowsMax,
  type Row,
  type Spent,
  type TokenBucket,
  type Version,
} from "../store.ts";
import { spent } from "./bucket.ts";
import type { Disk, Pages, WritablePages } from "./disk.ts";
import { ClockKeeper } from "./local-clock.ts";
import { Watchers } from "./watchers.ts";

/** Due rows that are handled per commit: more than a commit writes, so that they do not accumulate. */
const dueRowsMax = 300;
const bucketsMax = 100_000;
/** Scores are kept to a millionth. */
const scoreAbsMax = 1_000_000;

interface LocalRow {
  readonly version: Version;
  readonly value: string;
  readonly untilMs?: number;
  readonly fedUntilMs?: number;
  readonly score?: number;
}

export class LocalStore implements MatchmakingStore {
  readonly #disk: Disk;
  readonly #nowMs: UnixClock;
  readonly #clockKeeper = new ClockKeeper();
  readonly #watchers = new Watchers();
  readonly #buckets = new Map<string, number>();
  /** Number of rows in the feed of each part, counted once. */
  readonly #feedCounts = new Map<string, number>();
  #closed = false;

  constructor({ disk, nowMs }: { disk: Disk; nowMs: UnixClock }) {
    this.#disk = disk;
    this.#nowMs = nowMs;
  }

  async read(part: string, keys: readonly string[]): Promise<(Row | undefined)[]> {
    this.#assertOpen();
    return keys.map((key) => this.#row(part, key));
  }

  async commit(part: string, commit: Commit): Promise<CommitResult> {
    this.#assertOpen();
    assertKeys(part, commit.put);
    const change = this.#disk.transaction((pages) => this.#change(pages, part, commit));
    // A failed change was counted too: count again.
    change.catch(() => this.#feedCounts.clear());
    const result = await change;
    if (result.ok)
      this.#watchers.tell(
        part,
        commit.put.flatMap(({ key, tell }) => (tell ? [key] : [])),
      );
    return result;
  }

  async changes(part: string, after: Version, rowsMax: number): Promise<Changes> {
    this.#assertOpen();
    const pages = this.#disk.committed;
    const countMax = Math.min(rowsMax, pageRowsMax);
    const from = path("feed", part, digits(after + 1));
    const keys = pages.keys(path("feed", part, ""), { from, countMax });
    const rows = keys.flatMap((key) => this.#row(part, pages.get(key)!) ?? []);
    return { rows, upTo: Number(keys.at(-1)?.slice(-16) ?? after), more: keys.length === countMax };
  }

  async leaderboard(part: string, { from, count }: { from: number; count: number }) {
    this.#assertOpen();
    const prefix = path("board", part, "");
    const keys = this.#disk.committed.keys(prefix, {
      from: prefix,
      countMax: from + Math.min(count, pageRowsMax),
    });
    return keys.slice(from).flatMap((key) => {
      const row = this.#row(part, key.split("\u0001")[3]!);
      return row ? [{ ...row, score: row.score ?? 0 }] : [];
    });
  }

  async spend(bucketName: string, bucket: TokenBucket): Promise<Spent> {
    this.#assertOpen();
    const nowMs = this.#nowMs();
    const { result, fullAtMs } = spent(bucket, this.#buckets.get(bucketName), nowMs);
    // Inserted at the end, so that the least recently used ones come first.
    this.#buckets.delete(bucketName);
    this.#buckets.set(bucketName, fullAtMs);
    if (this.#buckets.size > bucketsMax) this.#buckets.delete(this.#buckets.keys().next().value!);
    return result;
  }

  async watch(part: string, key: string | undefined, listener: () => void): Promise<() => void> {
    this.#assertOpen();
    if (this.#watchers.isFull) throw new StoreError("store/full", `watching ${part}: too many watchers`);
    return this.#watchers.add(part, key, listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#disk.close();
  }

  #change(pages: WritablePages, part: string, { expect, put, remove = [] }: Commit): CommitResult {
    const nowMs = this.#nowMs();
    const version = (key: string) => kept(pages, part, key, nowMs)?.version ?? absent;
    const keys = expect.flatMap((each) => (version(each.key) === each.version ? [] : [each.key]));
    if (keys.length > 0) return { ok: false, reason: "conflict", keys };

    this.#clockKeeper.keep(pages, nowMs);
    this.#removeDue(pages, nowMs);
    const newInFeed = put.filter(
      ({ key, feedMs }) => feedMs !== undefined && !isInFeed(kept(pages, part, key, nowMs), nowMs),
    );
    if (this.#feedCount(pages, part) + newInFeed.length > feedRowsMax)
      return { ok: false, reason: "feed-full" };

    // A store that lost data continues from the time, which is ahead of any version that it may have given before.
    let last = Number(pages.get(path("last", part)) ?? nowMs * 1000);
    const versions = put.map((each) => {
      last += 1;
      this.#put(pages, part, each, { version: last, nowMs });
      return last;
    });
    for (const key of remove) this.#drop(pages, part, key);
    pages.put(path("last", part), String(last));
    return { ok: true, versions };
  }

  #put(
    pages: WritablePages,
    part: string,
    put: Put,
    { version, nowMs }: { version: Version; nowMs: UnixMs },
  ): void {
    const score = put.score ?? kept(pages, part, put.key, nowMs)?.score;
    this.#drop(pages, part, put.key);
    const { keepMs, feedMs } = put;
    const row: LocalRow = {
      version,
      value: put.value,
      ...(keepMs !== undefined && { untilMs: nowMs + keepMs }),
      ...(feedMs !== undefined && { fedUntilMs: nowMs + feedMs }),
      ...(score !== undefined && { score }),
    };
    pages.put(path("row", part, put.key), JSON.stringify(row));
    if (feedMs !== undefined) {
      pages.put(path("feed", part, digits(version)), put.key);
      this.#feedCounts.set(part, this.#feedCount(pages, part) + 1);
    }
    if (score !== undefined) pages.put(leaderboardPath(part, put.key, score), "");
    for (const untilMs of [row.untilMs, row.fedUntilMs])
      if (untilMs !== undefined) pages.put(path("due", digits(untilMs), part, put.key), "");
  }

  /** Removes the row with its places in the feed and on the leaderboard. */
  #drop(pages: WritablePages, part: string, key: string): void {
    const row = keptAt(pages, part, key);
    if (!row) return;
    pages.remove(path("row", part, key));
    this.#unfeed(pages, part, row);
    if (row.score !== undefined) pages.remove(leaderboardPath(part, key, row.score));
    for (const untilMs of [row.untilMs, row.fedUntilMs])
      if (untilMs !== undefined) pages.remove(path("due", digits(untilMs), part, key));
  }

  #unfeed(pages: WritablePages, part: string, row: LocalRow): void {
    if (row.fedUntilMs === undefined || pages.get(path("feed", part, digits(row.version))) === undefined)
      return;
    this.#feedCounts.set(part, this.#feedCount(pages, part) - 1);
    pages.remove(path("feed", part, digits(row.version)));
  }

  #removeDue(pages: WritablePages, nowMs: UnixMs): void {
    for (const due of pages.keys(path("due", ""), { from: path("due", ""), countMax: dueRowsMax })) {
      const [, untilMs, part, key] = due.split("\u0001") as [string, string, string, string];
      if (Number(untilMs) > nowMs) return;
      pages.remove(due);
      const row = keptAt(pages, part, key);
      if (row && (row.untilMs ?? Number.POSITIVE_INFINITY) <= nowMs) this.#drop(pages, part, key);
      else if (row) this.#unfeed(pages, part, row);
    }
  }

  #feedCount(pages: Pages, part: string): number {
    const known = this.#feedCounts.get(part);
    if (known !== undefined) return known;
    const prefix = path("feed", part, "");
    const count = pages.keys(prefix, { from: prefix, countMax: feedRowsMax + 1 }).length;
    this.#feedCounts.set(part, count);
    return count;
  }

  #row(part: string, key: string): (Row & { score?: number }) | undefined {
    const row = kept(this.#disk.committed, part, key, this.#nowMs());
    return (
      row && {
        key,
        version: row.version,
        value: row.value,
        ...(row.score !== undefined && { score: row.score }),
      }
    );
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError("store/unavailable", "the matchmaking store is closed");
  }
}

const path = (...fields: readonly string[]) => fields.join("\u0001");

const digits = (number: number) => String(Math.floor(number)).padStart(16, "0");

function leaderboardPath(part: string, key: string, score: number): string {
  return path("board", part, digits((scoreAbsMax - score) * 1_000_000), key);
}

function keptAt(pages: Pages, part: string, key: string): LocalRow | undefined {
  const text = pages.get(path("row", part, key));
  return text === undefined ? undefined : JSON.parse(text);
}

function kept(pages: Pages, part: string, key: string, nowMs: UnixMs): LocalRow | undefined {
  const row = keptAt(pages, part, key);
  return row && (row.untilMs ?? Number.POSITIVE_INFINITY) > nowMs ? row : undefined;
}

function isInFeed(row: LocalRow | undefined, nowMs: UnixMs): boolean {
  return (row?.fedUntilMs ?? 0) > nowMs;
}
