/**
 * One connection to Redis that never keeps a caller waiting: while it is away, calls reject at once; an answer
 * that does not come within `answerMsMax` rejects and drops the connection, with all that is queued on it. It
 * comes back by itself. It does not resend anything: whoever asked knows whether that is safe. Every time
 * it is connected, before anything else may use it, `admit` looks at the server.
 */
import { Redis } from "ioredis";
import { StoreError } from "../store-error.ts";
import type { Script } from "./script.ts";

/** Round trips under way at once; more reject. A process has one append and a few writes per match. */
const roundTripsMax = 20_000;
const reconnectMsMin = 20;
const reconnectMsMax = 500;
/** A server that was not admitted is hung up on and tried again after this. */
const refusedMs = 500;
const connectionLost = "the connection was lost";

export type Reply = Buffer | number | null | readonly Reply[];
export type Argument = string | Buffer;
export type Request = readonly [name: string, ...args: Argument[]];

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
  /** @throws StoreError why this server must not be used */
  readonly admit: (ask: (requests: readonly Request[]) => Promise<readonly Reply[]>) => Promise<void>;
}

export class RedisConnection {
  readonly #redis: Redis;
  readonly #options: ConnectionOptions;
  readonly #opened = Promise.withResolvers<void>();
  readonly #underWay = new Set<Promise<unknown>>();
  #admitted = false;
  /** Why it cannot be used, in words, while it cannot. */
  #trouble = "not connected yet";

  private constructor(options: ConnectionOptions) {
    this.#options = options;
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
    });
    this.#redis.on("error", (error: Error) => this.#fail(error.message || String(error)));
  }

  /**
   * @throws StoreError at the first failure: a store that is not there when the server starts is a setting to
   * be corrected, unlike one that goes away later
   */
  static async open(options: ConnectionOptions): Promise<RedisConnection> {
    const connection = new RedisConnection(options);
    try {
      await connection.#opened.promise;
    } catch (error) {
      connection.#redis.disconnect();
      throw error;
    }
    return connection;
  }

  /** Round trips without an answer yet. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /**
   * Requests in one round trip, in order; other connections' may run in between.
   * @param tried what is being done, on which match or range, for the message of an error
   * @throws StoreError `store/full`, `store/unavailable`
   */
  async ask(requests: readonly Request[], tried: () => string): Promise<readonly Reply[]> {
    if (!this.#admitted) throw this.#unavailable(tried, this.#trouble);
    try {
      return await this.#roundTrip(requests);
    } catch (error) {
      throw this.#storeError(error as Error, tried);
    }
  }

  /** Scripts and the requests after them in one round trip; a script that Redis does not know yet is sent. */
  async call(
    calls: readonly Call[],
    after: readonly Request[],
    tried: () => string,
  ): Promise<readonly Reply[]> {
    if (!this.#admitted) throw this.#unavailable(tried, this.#trouble);
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
    this.#redis.disconnect();
  }

  async #admit(): Promise<void> {
    const { stream } = this.#redis;
    try {
      const { admit, name } = this.#options;
      await this.#roundTrip([["CLIENT", "SETNAME", name]]);
      await admit((requests) => this.#roundTrip(requests));
      this.#admitted = true;
      this.#opened.resolve();
    } catch (error) {
      this.#fail((error as Error).message, error);
      setTimeout(() => stream.destroy(), refusedMs).unref();
    }
  }

  async #roundTrip(requests: readonly Request[]): Promise<readonly Reply[]> {
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
    try {
      return ((await answered) ?? []).map(([error, reply]) => {
        if (error === null) return reply as Reply;
        if (late) throw new Error(`no answer within ${this.#options.answerMsMax} ms`);
        throw error.name === "ReplyError" ? error : new Error(connectionLost, { cause: error });
      });
    } finally {
      clearTimeout(deadline);
      this.#underWay.delete(answered);
    }
  }

  #fail(trouble: string, error?: unknown): void {
    this.#trouble = trouble;
    const tried = () => "connecting";
    this.#opened.reject(error instanceof StoreError ? error : this.#unavailable(tried, trouble));
  }

  #storeError(error: Error, tried: () => string): StoreError {
    const { message } = error;
    if (!isFull(message)) return this.#unavailable(tried, message, error);
    const why = `Redis at ${this.#address} has no room: ${message}`;
    return new StoreError("store/full", `${tried()} failed: ${why}`, { cause: error });
  }

  #unavailable(tried: () => string, why: string, cause?: Error): StoreError {
    return new StoreError("store/unavailable", `${tried()} failed: Redis at ${this.#address}: ${why}`, {
      cause,
    });
  }

  /** Without the password. */
  get #address(): string {
    const { path, host, port } = this.#redis.options;
    return path ?? `${host}:${port}`;
  }
}

function scriptRequest(name: string, script: string, { keys, args }: Call): Request {
  return [name, script, String(keys.length), ...keys, ...args];
}

/** maxmemory, or the disk of the append-only file. */
function isFull(message: string): boolean {
  return message.startsWith("OOM ") || (message.startsWith("MISCONF") && message.includes("No space left"));
}
