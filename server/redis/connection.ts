/**
 * One connection to Redis that never keeps a caller waiting: while it is away, calls reject at once; an answer
 * that does not come within `answerMsMax` rejects and drops the connection, with all that is queued on it. It
 * comes back by itself. It does not resend anything: whoever asked knows whether that is safe. Every time
 * it is connected, before anything else may use it, `admit` looks at the server.
 */
import { Redis } from "ioredis";
import { type StoreAway, StoreError } from "../store-error.ts";
import { noConnectionMetrics, type RedisConnectionMetrics } from "./redis-metrics.ts";
import type { Argument, RedisReply, RedisRequest } from "./request.ts";
import type { Script } from "./script.ts";
import { type Ask, admitSuitable } from "./suitable.ts";
import { isFull, troubleWords } from "./trouble.ts";

/** Round trips under way at once; more reject. A process has one append and a few writes per match. */
const roundTripsMax = 20_000;
const reconnectMsMin = 20;
const reconnectMsMax = 500;
/** A server that was not admitted is hung up on and tried again after this. */
const refusedMs = 500;
/** At the start: this long for what may pass by itself, as a replica that is being made master. */
const patienceMsDefault = 10_000;
/** A connection on which nothing happens for this long is asked for a sign of life. */
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
  /** Default: whether it can be used at all. @throws StoreError why this server must not be used */
  readonly admit?: (ask: Ask) => Promise<void>;
  /** It may be used, from the start or again; since `sinceMs` (performance.now) it may lead to another server. */
  readonly onAdmitted?: (sinceMs: number) => void;
  readonly patienceMs?: number;
  /** Left out: nothing is measured. */
  readonly metrics?: RedisConnectionMetrics;
}

export class RedisConnection {
  readonly #redis: Redis;
  readonly #options: ConnectionOptions;
  readonly #opened = Promise.withResolvers<void>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #metrics: RedisConnectionMetrics;
  #admitted = false;
  /** Before this connection, another one of the same was admitted. */
  #wasAdmitted = false;
  /** Why it cannot be used, in words, while it cannot. */
  #trouble = "not connected yet";
  readonly #openedAtMs = performance.now();
  readonly #heartbeat: NodeJS.Timeout;
  /** Since when nothing has been answered; undefined while it is, or while nothing was asked. */
  #awaySinceMs: number | undefined = performance.now();

  private constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#metrics = options.metrics ?? noConnectionMetrics;
    this.#redis = new Redis(options.url, {
      connectTimeout: options.answerMsMax,
      disconnectTimeout: options.answerMsMax,
      // Nothing waits inside ioredis, and nothing is sent twice behind the caller's back.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      // `admit` does both, under a deadline.
      enableReadyCheck: false,
      disableClientInfo: true,
      retryStrategy: (attempt) => Math.min(reconnectMsMin * 2 ** Math.min(attempt, 10), reconnectMsMax),
      // An old master that became a replica: its name may lead to the new one by now.
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
   * @throws StoreError at the first failure that does not pass by itself: a store that is not there when the
   * server starts is a setting to be corrected, unlike one that goes away later
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

  /** Round trips without an answer yet. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** For how long it has answered nothing, and why; undefined while it answers. */
  get away(): StoreAway | undefined {
    if (this.#awaySinceMs === undefined) return undefined;
    return { ms: performance.now() - this.#awaySinceMs, why: this.#trouble };
  }

  /**
   * Requests in one round trip, in order; other connections' may run in between.
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

  /** Scripts and the requests after them in one round trip; a script that Redis does not know yet is sent. */
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

  /** Waits for the answers under way, then hangs up. */
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

  /** What leads to nobody any more would be found out by the next who needs it, and cost them the whole wait. */
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
      // It closed while its last answer was on the way: the next connection is looked at anew.
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

  /** ioredis goes on in database 0 when it may not use the one of the URL. */
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
      // Whoever is hung up on gets an answer for each request too, but none is Redis' own.
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

  /** Without the password. */
  get #where(): string {
    const { path, host, port } = this.#redis.options;
    return `Redis at ${path ?? `${host}:${port}`}`;
  }
}

function scriptRequest(name: string, script: string, { keys, args }: Call): RedisRequest {
  return [name, script, String(keys.length), ...keys, ...args];
}
