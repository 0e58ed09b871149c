/**
 * One connection to Redis that never blocks a caller: while it is away, calls reject at once. An answer that does not
 * arrive within `answerMsMax` rejects and drops the connection, with everything queued on it. It reconnects by
 * itself, and resends nothing: the caller knows whether that is safe. After every connect `admit` checks the server
 * before anything else may use it.
 */
import { Redis } from "ioredis";
import { type StoreAway, StoreError } from "../store-error.ts";
import { noConnectionMetrics, type RedisConnectionMetrics } from "./redis-metrics.ts";
import type { Argument, RedisReply, RedisRequest } from "./request.ts";
import type { Script } from "./script.ts";
import { type AskRedis, admitSuitable } from "./suitable.ts";
import { isFull, troubleWords } from "./trouble.ts";

/** Round trips in flight; further ones reject. A process has one append and a few writes per match. */
const roundTripsMax = 20_000;
const reconnectMsMin = 20;
const reconnectMsMax = 500;
/** A connection to a refused server is closed and tried again after this time. */
const refusedMs = 500;
/** At the start, the waiting time for a temporary trouble, such as a replica that is being promoted. */
const patienceMsDefault = 10_000;
/** A connection without traffic for this long is pinged. */
const idleMs = 1000;
const connectionLost = "the connection was lost";

export interface Call {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly Argument[];
}

export interface ConnectionOptions {
  /** redis:// or rediss://, with user, password and database as needed. */
  readonly url: string;
  /** Shown by CLIENT LIST. No spaces. */
  readonly name: string;
  readonly answerMsMax: number;
  /** Default: checks that the server is usable. @throws StoreError why this server must not be used */
  readonly admit?: (ask: AskRedis) => Promise<void>;
  /**
   * The connection may be used, for the first time or again; since `sinceMs` (performance.now) the server may be
   * another.
   */
  readonly onAdmitted?: (sinceMs: number) => void;
  readonly patienceMs?: number;
  /** Without it, nothing is measured. */
  readonly metrics?: RedisConnectionMetrics;
}

export class RedisConnection {
  readonly #redis: Redis;
  readonly #options: ConnectionOptions;
  readonly #opened = Promise.withResolvers<void>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #metrics: RedisConnectionMetrics;
  #admitted = false;
  /** Whether an earlier connection of this object was admitted. */
  #wasAdmitted = false;
  /** Why the connection cannot be used, for messages. */
  #trouble = "not connected yet";
  readonly #openedAtMs = performance.now();
  readonly #heartbeat: NodeJS.Timeout;
  /** Since when there has been no answer; undefined while Redis answers, or nothing was asked. */
  #awaySinceMs: number | undefined = performance.now();

  private constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#metrics = options.metrics ?? noConnectionMetrics;
    this.#redis = new Redis(options.url, {
      connectTimeout: options.answerMsMax,
      disconnectTimeout: options.answerMsMax,
      // Nothing waits inside ioredis, and nothing is resent without the caller's knowledge.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      // `admit` does both, with a deadline.
      enableReadyCheck: false,
      disableClientInfo: true,
      retryStrategy: (attempt) => Math.min(reconnectMsMin * 2 ** Math.min(attempt, 10), reconnectMsMax),
      // The server is an old master that became a replica: its name may lead to the new master by now.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
    });
    this.#redis.on("ready", () => void this.#admit());
    this.#redis.on("close", () => {
      if (this.#admitted) this.#trouble = connectionLost;
      this.#admitted = false;
      this.#away();
    });
    this.#redis.on("error", (error: Error) => this.#fail(troubleWords(error), error));
    this.#heartbeat = setInterval(() => this.#beat(), idleMs).unref();
  }

  /**
   * @throws StoreError at the first failure that is not temporary: a store that is missing when the server starts is
   * a wrong setting, unlike a later outage
   */
  static async open(options: ConnectionOptions): Promise<RedisConnection> {
    const connection = new RedisConnection(options);
    try {
      await connection.#opened.promise;
    } catch (error) {
      connection.#hangUp();
      throw error;
    }
    return connection;
  }

  /** Round trips that are not answered yet. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** How long Redis has not answered, and why; undefined while it answers. */
  get away(): StoreAway | undefined {
    if (this.#awaySinceMs === undefined) return undefined;
    return { ms: performance.now() - this.#awaySinceMs, why: this.#trouble };
  }

  /**
   * Sends requests in one round trip, in order; other connections' requests may run in between.
   * @param tried what is being done, on which match or range, for the message of an error
   * @throws StoreError `store/full`, `store/unavailable`
   */
  async ask(requests: readonly RedisRequest[], tried: () => string): Promise<readonly RedisReply[]> {
    if (!this.#admitted) throw this.#inVain(tried);
    try {
      return await this.#roundTrip(requests);
    } catch (error) {
      throw this.#storeError(error as Error, tried);
    }
  }

  /** Runs scripts and the requests after them in one round trip; a script that Redis does not know is sent first. */
  async call(
    calls: readonly Call[],
    after: readonly RedisRequest[],
    tried: () => string,
  ): Promise<readonly RedisReply[]> {
    if (!this.#admitted) throw this.#inVain(tried);
    try {
      const known = calls.map((call) => scriptRequest("EVALSHA", call.script.sha, call));
      return await this.#roundTrip([...known, ...after]).catch((error: Error) => {
        if (!error.message.startsWith("NOSCRIPT")) throw error;
        const whole = calls.map((call) => scriptRequest("EVAL", call.script.source, call));
        return this.#roundTrip([...whole, ...after]);
      });
    } catch (error) {
      throw this.#storeError(error as Error, tried);
    }
  }

  /** Waits for pending answers, then disconnects. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    this.#fail("the store is closed");
    this.#admitted = false;
    this.#hangUp();
  }

  #hangUp(): void {
    clearInterval(this.#heartbeat);
    this.#redis.disconnect();
  }

  /** Pings an idle connection. Otherwise the next caller would detect a dead one, after the whole waiting time. */
  #beat(): void {
    if (!this.#admitted || this.#underWay.size > 0) return;
    this.#roundTrip([["PING"]]).catch(() => {});
  }

  async #admit(): Promise<void> {
    const { stream } = this.#redis;
    try {
      const { admit = admitSuitable, name, onAdmitted } = this.#options;
      await this.#roundTrip([["CLIENT", "SETNAME", name], ...this.#database()]);
      await admit((requests) => this.#roundTrip(requests));
      // The connection closed while its last answer was on the way: the next connection is checked again.
      if (this.#redis.stream !== stream || stream.destroyed) return;
      const sinceMs = this.#awaySinceMs ?? performance.now();
      this.#admitted = true;
      this.#awaySinceMs = undefined;
      if (this.#wasAdmitted) this.#metrics.reconnected();
      this.#wasAdmitted = true;
      this.#opened.resolve();
      onAdmitted?.(sinceMs);
    } catch (error) {
      this.#fail(troubleWords(error as Error), error as Error);
      setTimeout(() => stream.destroy(), refusedMs).unref();
    }
  }

  /** ioredis continues in database 0 when it may not use the one of the URL, so it is selected here. */
  #database(): RedisRequest[] {
    const { db = 0 } = this.#redis.options;
    return db === 0 ? [] : [["SELECT", String(db)]];
  }

  async #roundTrip(requests: readonly RedisRequest[]): Promise<readonly RedisReply[]> {
    if (this.#underWay.size >= roundTripsMax) throw new Error(`${roundTripsMax} requests wait for an answer`);
    const pipeline = this.#redis.pipeline();
    for (const [name, ...args] of requests) pipeline.callBuffer(name, args);
    const { stream } = this.#redis;
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      stream?.destroy();
    }, this.#options.answerMsMax);
    const answered = pipeline.exec();
    this.#underWay.add(answered);
    const askedAtMs = performance.now();
    try {
      const answers = (await answered) ?? [];
      // When a connection is dropped, each request gets an answer too, but none from Redis itself.
      if (answers.some(([error]) => error === null || error.name === "ReplyError"))
        this.#metrics.roundTrip((performance.now() - askedAtMs) / 1000);
      return answers.map(([error, reply]) => {
        if (error === null) return reply as RedisReply;
        if (late) throw new Error(`no answer within ${this.#options.answerMsMax} ms`);
        throw error.name === "ReplyError" ? error : new Error(connectionLost, { cause: error });
      });
    } finally {
      clearTimeout(deadline);
      this.#underWay.delete(answered);
    }
  }

  #away(): void {
    this.#awaySinceMs ??= performance.now();
  }

  #fail(trouble: string, error?: Error): void {
    this.#trouble = trouble;
    this.#away();
    const refusal =
      error instanceof StoreError ? error : this.#unavailable(() => "connecting", trouble, error);
    const { patienceMs = patienceMsDefault } = this.#options;
    if (refusal.momentary && performance.now() - this.#openedAtMs < patienceMs) return;
    const { code, message, cause } = refusal;
    this.#opened.reject(new StoreError(code, message, { cause, where: this.#where }));
  }

  #inVain(tried: () => string): StoreError {
    this.#metrics.failed();
    return this.#unavailable(tried, this.#trouble);
  }

  #storeError(error: Error, tried: () => string): StoreError {
    this.#metrics.failed();
    const why = troubleWords(error);
    if (!isFull(error.message)) return this.#unavailable(tried, why, error);
    const message = `${tried()} failed: Redis has no room: ${why}`;
    return new StoreError("store/full", message, { cause: error, where: this.#where });
  }

  #unavailable(tried: () => string, why: string, cause?: Error): StoreError {
    const message = `${tried()} failed: Redis: ${why}`;
    return new StoreError("store/unavailable", message, { cause, where: this.#where });
  }

  /** The address without the password. */
  get #where(): string {
    const { path, host, port } = this.#redis.options;
    return `Redis at ${path ?? `${host}:${port}`}`;
  }
}

function scriptRequest(name: string, script: string, { keys, args }: Call): RedisRequest {
  return [name, script, String(keys.length), ...keys, ...args];
}
