/**
 * The matchmaking store of a fleet, in one Redis that every instance uses. Redis decides, in scripts
 * (redis-scripts.ts, with the layout). What it acknowledged is as durable as that Redis: with everysec a power loss
 * takes up to a second of tickets with it, and their players ask again.
 */

import assert from "node:assert/strict";
import type { SteadyClock, UnixClock } from "../../../shared/clock.ts";
import { type Call, RedisConnection } from "../../redis/connection.ts";
import { noRedisMetrics, type RedisMetrics } from "../../redis/redis-metrics.ts";
import type { Argument, RedisReply } from "../../redis/request.ts";
import type { Script } from "../../redis/script.ts";
import { Subscriptions } from "../../redis/subscriptions.ts";
import { admitSuitable } from "../../redis/suitable.ts";
import { type StoreAway, StoreError } from "../../store-error.ts";
import {
  assertKeys,
  type Changes,
  type Commit,
  type CommitResult,
  feedRowsMax,
  type MatchmakingStore,
  pageRowsMax,
  type Row,
  type Spent,
  type TokenBucket,
  type Version,
} from "../store.ts";
import { FollowedClock } from "./followed-clock.ts";
import { GatheredCalls } from "./gathered-calls.ts";
import * as scripts from "./redis-scripts.ts";
import { Watchers } from "./watchers.ts";

export interface RedisStoreOptions {
  /** redis://user:password@host:port/database, or rediss:// for TLS. */
  readonly url: string;
  /** Prefix of every key; no braces. */
  readonly prefix: string;
  /** A commit without an answer after this time rejects. */
  readonly answerMsMax: number;
  /** Monotonic, of this process. */
  readonly steadyMs: SteadyClock;
  /** Without it, nothing is measured. */
  readonly metrics?: RedisMetrics;
}

/** Clocks of machines drift by less than a millisecond in this time. */
const lookEveryMs = 5000;

/** @throws StoreError `store/unavailable` */
export async function openRedisMatchmakingStore(options: RedisStoreOptions): Promise<RedisMatchmakingStore> {
  assert(!/[{}]/.test(options.prefix), `braces in the prefix ${options.prefix}`);
  const clock = new FollowedClock(options);
  const connection = await RedisConnection.open({
    url: options.url,
    name: "holdfast-matchmaking",
    answerMsMax: options.answerMsMax,
    metrics: (options.metrics ?? noRedisMetrics)("matchmaking"),
    admit: async (ask) => {
      await admitSuitable(ask);
      // It may be another machine than before, with another clock.
      await clock.look(async () => timeOf(await ask([["TIME"]])));
    },
  });
  return new RedisMatchmakingStore(connection, clock, options);
}

function timeOf([time]: readonly RedisReply[]): number {
  const [seconds, microseconds] = time as readonly Buffer[];
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

export class RedisMatchmakingStore implements MatchmakingStore {
  readonly #connection: RedisConnection;
  readonly #subscriptions: Subscriptions;
  readonly #prefix: string;
  readonly #watchers = new Watchers();
  /** Every request takes one or two tokens: all requests of this process together are one round trip. */
  readonly #spending: GatheredCalls;

  readonly #looking: NodeJS.Timeout;
  /** Redis' clock, which stamps everything that instances compare with each other. */
  readonly nowMs: UnixClock;

  constructor(
    connection: RedisConnection,
    clock: FollowedClock,
    { url, prefix, answerMsMax, metrics = noRedisMetrics }: RedisStoreOptions,
  ) {
    this.#connection = connection;
    this.nowMs = clock.nowMs;
    const ask = async () => timeOf(await connection.ask([["TIME"]], () => "asking for the time"));
    // After a failure the clock is read again soon enough, and when the connection is back.
    this.#looking = setInterval(() => void clock.look(ask).catch(() => {}), lookEveryMs).unref();
    this.#prefix = prefix;
    this.#subscriptions = new Subscriptions({ url, answerMsMax, metrics: metrics("matchmaking") });
    this.#spending = new GatheredCalls((calls) =>
      connection.call(calls, [], () => `taking from ${calls.length} buckets`),
    );
  }

  async read(part: string, keys: readonly string[]): Promise<(Row | undefined)[]> {
    if (keys.length === 0) return [];
    const base = this.#base(part);
    const request = ["MGET", ...keys.map((key) => `${base}:r:${key}`)] as const;
    const [values] = await this.#connection.ask([request], () => `reading ${keys.length} rows of ${part}`);
    return (values as readonly (Buffer | null)[]).map((value, at) => row(keys[at]!, value));
  }

  async commit(part: string, commit: Commit): Promise<CommitResult> {
    assertKeys(part, commit.put);
    const tried = () => `writing ${commit.put.map(({ key }) => key).join(", ")} of ${part}`;
    const answer = (await this.#run(
      scripts.commit,
      this.#base(part),
      commitArguments(commit),
      tried,
    )) as Buffer[];
    const [verdict, ...rest] = answer.map(String);
    switch (verdict) {
      case "ok":
        return {
          ok: true,
          versions: commit.put.map((_, at) => Number(rest[0]) - commit.put.length + at + 1),
        };
      case "conflict":
        return { ok: false, reason: "conflict", keys: rest };
      default:
        return { ok: false, reason: "feed-full" };
    }
  }

  async changes(part: string, after: Version, rowsMax: number): Promise<Changes> {
    const args = [String(after), String(Math.min(rowsMax, pageRowsMax))];
    const tried = () => `reading what changed in ${part} after ${after}`;
    const answer = await this.#run(scripts.changes, this.#base(part), args, tried);
    const [upTo, count, ...flat] = answer as readonly (Buffer | null)[];
    const rows: Row[] = [];
    for (let at = 0; at < flat.length; at += 2) {
      const each = row(String(flat[at]), flat[at + 1] ?? null);
      if (each) rows.push(each);
    }
    return { rows, upTo: Number(upTo), more: Number(count) === Math.min(rowsMax, pageRowsMax) };
  }

  async leaderboard(part: string, { from, count }: { from: number; count: number }) {
    const args = [String(from), String(from + Math.min(count, pageRowsMax) - 1)];
    const answer = await this.#run(
      scripts.leaderboard,
      this.#base(part),
      args,
      () => `reading the leaderboard of ${part}`,
    );
    const flat = answer as readonly (Buffer | null)[];
    const rows: (Row & { score: number })[] = [];
    for (let at = 0; at < flat.length; at += 3) {
      const each = row(String(flat[at]), flat[at + 2] ?? null);
      if (each) rows.push({ ...each, score: Number(flat[at + 1]) });
    }
    return rows;
  }

  async spend(bucketName: string, { burst, refillMs }: TokenBucket): Promise<Spent> {
    const keys = [`${this.#prefix}{b:${bucketName}}`];
    const call = { script: scripts.spend, keys, args: [String(burst), String(refillMs)] };
    const retryAfterMs = Number(await this.#spending.add(call));
    return retryAfterMs > 0 ? { ok: false, retryAfterMs } : { ok: true };
  }

  async watch(part: string, key: string | undefined, listener: () => void): Promise<() => void> {
    if (this.#watchers.isFull) throw new StoreError("store/full", `watching ${part}: too many watchers`);
    const stop = this.#watchers.add(part, key, listener);
    const channel = `${this.#base(part)}:told`;
    try {
      await this.#subscriptions.subscribe(channel, {
        onMessage: (text) => this.#watchers.tell(part, text.split("\n")),
        onGap: () => this.#watchers.tellAll(part),
      });
    } catch (error) {
      stop();
      throw error;
    }
    return () => {
      stop();
      if (!this.#watchers.isWatched(part)) this.#subscriptions.unsubscribe(channel);
    };
  }

  get away(): StoreAway | undefined {
    return this.#connection.away;
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    this.#subscriptions.close();
    await this.#connection.close();
  }

  async #run(
    script: Script,
    key: string,
    args: readonly Argument[],
    tried: () => string,
  ): Promise<RedisReply> {
    const call: Call = { script, keys: [key], args };
    const [answer] = await this.#connection.call([call], [], tried);
    return answer!;
  }

  #base(part: string): string {
    return `${this.#prefix}{${part}}`;
  }
}

function commitArguments({ expect, put, remove = [] }: Commit): string[] {
  const optional = (number: number | undefined) => (number === undefined ? "" : String(number));
  // Redis takes no parts of a millisecond, and would say so when half of the commit is written.
  const whole = (ms: number | undefined) => optional(ms === undefined ? undefined : Math.ceil(ms));
  return [
    String(feedRowsMax),
    String(expect.length),
    ...expect.flatMap(({ key, version }) => [key, version === 0 ? "" : String(version).padStart(16, "0")]),
    String(put.length),
    ...put.flatMap(({ key, value, keepMs, feedMs, score, tell }) => [
      key,
      value,
      whole(keepMs),
      whole(feedMs),
      optional(score),
      tell ? "1" : "",
    ]),
    String(remove.length),
    ...remove,
  ];
}

function row(key: string, value: Buffer | null): Row | undefined {
  if (value === null) return undefined;
  const text = value.toString();
  return { key, version: Number(text.slice(0, 16)), value: text.slice(16) };
}
