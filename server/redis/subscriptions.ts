/**
 * Redis channels that this process listens to, on one connection. It reconnects and resubscribes by itself; then
 * every listener is told that it may have missed messages. Redis keeps no message for an absent subscriber, so
 * listeners read the truth elsewhere. A connection whose other end is gone would stay silent forever, so it is
 * pinged.
 */
import { Redis } from "ioredis";
import { StoreError } from "../store-error.ts";
import { noConnectionMetrics, type RedisConnectionMetrics } from "./redis-metrics.ts";
import type { RedisReply, RedisRequest } from "./request.ts";
import { admitSuitable } from "./suitable.ts";
import { troubleWords } from "./trouble.ts";

const reconnectMsMin = 20;
const reconnectMsMax = 500;
const pingEveryMs = 1000;
/** A connection to a refused server is closed after this time. */
const refusedMs = 500;

export interface ChannelListener {
  readonly onMessage: (text: string) => void;
  /** Messages may have been missed before this moment. */
  readonly onGap: () => void;
}

export interface SubscriptionsOptions {
  readonly url: string;
  readonly answerMsMax: number;
  /** Counts reconnects together with another connection's. Left out: they are not counted. */
  readonly metrics?: RedisConnectionMetrics;
}

/** A channel with a listener. */
interface WantedChannel {
  readonly listener: ChannelListener;
  readonly acknowledged: PromiseWithResolvers<void>;
  isAcknowledged: boolean;
}

export class Subscriptions {
  readonly #redis: Redis;
  readonly #answerMsMax: number;
  readonly #channels = new Map<string, WantedChannel>();
  readonly #pinging: NodeJS.Timeout;
  #trouble = "not connected yet";
  /** Whether this connection was checked and may be used. */
  #admitted = false;
  #connectedAtMs = 0;
  readonly #metrics: RedisConnectionMetrics;
  #wasAdmitted = false;

  constructor({ url, answerMsMax, metrics = noConnectionMetrics }: SubscriptionsOptions) {
    this.#answerMsMax = answerMsMax;
    this.#metrics = metrics;
    this.#redis = new Redis(url, {
      connectTimeout: answerMsMax,
      disconnectTimeout: answerMsMax,
      // Nothing waits inside ioredis, nothing is resent, and nothing is sent whose failure would go unhandled, such
      // as its own resubscribing.
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      autoResubscribe: false,
      maxRetriesPerRequest: 0,
      enableReadyCheck: false,
      disableClientInfo: true,
      retryStrategy: (attempt) => Math.min(reconnectMsMin * 2 ** Math.min(attempt, 10), reconnectMsMax),
    });
    this.#redis.on("message", (channel: string, text: string) =>
      this.#channels.get(channel)?.listener.onMessage(text),
    );
    this.#redis.on("ready", () => void this.#begin());
    this.#redis.on("close", () => {
      this.#admitted = false;
    });
    // Callers get the error; other connections of this process already log the outage.
    this.#redis.on("error", (error: Error) => {
      this.#trouble = troubleWords(error);
    });
    this.#pinging = setInterval(() => void this.#ping(), pingEveryMs).unref();
  }

  /**
   * Resolves when Redis delivers messages; one listener per channel, further calls share it.
   * @throws StoreError `store/unavailable` when that takes too long; then there is no subscription, unless it is
   * `kept`: then the listener stays, and gets messages once Redis is back
   */
  async subscribe(channel: string, listener: ChannelListener, { kept = false } = {}): Promise<void> {
    let wanted = this.#channels.get(channel);
    if (!wanted) {
      wanted = { listener, acknowledged: Promise.withResolvers(), isAcknowledged: false };
      this.#channels.set(channel, wanted);
      if (this.#admitted) void this.#send([[channel, wanted]]);
    }
    const late = Promise.withResolvers<void>();
    const deadline = setTimeout(late.resolve, this.#answerMsMax);
    await Promise.race([wanted.acknowledged.promise, late.promise]);
    clearTimeout(deadline);
    if (wanted.isAcknowledged) return;
    if (!kept && this.#channels.get(channel) === wanted) this.#channels.delete(channel);
    const why = `listening to ${channel} failed: Redis: ${this.#trouble}`;
    throw new StoreError("store/unavailable", why);
  }

  unsubscribe(channel: string): void {
    if (!this.#channels.delete(channel) || !this.#admitted) return;
    // A message that still arrives finds no listener.
    this.#redis.unsubscribe(channel).catch(() => {});
  }

  /** Since that moment the address may lead to another server: an older connection checks where it leads. */
  renew(sinceMs: number): void {
    if (this.#admitted && this.#connectedAtMs < sinceMs) this.#redis.stream.destroy();
  }

  close(): void {
    clearInterval(this.#pinging);
    this.#channels.clear();
    this.#redis.disconnect();
  }

  async #begin(): Promise<void> {
    const { stream } = this.#redis;
    const connectedAtMs = performance.now();
    const ask = (requests: readonly RedisRequest[]) =>
      Promise.all(
        requests.map(
          ([name, ...args]) => this.#redis.callBuffer(name, args) as Promise<unknown> as Promise<RedisReply>,
        ),
      );
    let why: Error | undefined;
    const look = () =>
      admitSuitable(ask).catch((error) => {
        // The server is refused, not the connection: it is closed, but not immediately again and again.
        if (!(error instanceof StoreError)) throw error;
        why = error;
      });
    if (!(await this.#answered(look)) || stream.destroyed) return;
    if (why !== undefined) {
      this.#trouble = why.message;
      setTimeout(() => stream.destroy(), refusedMs).unref();
      return;
    }
    this.#admitted = true;
    this.#connectedAtMs = connectedAtMs;
    if (this.#wasAdmitted) this.#metrics.reconnected();
    this.#wasAdmitted = true;
    await this.#subscribeAll();
  }

  async #subscribeAll(): Promise<void> {
    const all = [...this.#channels];
    const again = all.filter(([, { isAcknowledged }]) => isAcknowledged);
    if (all.length === 0 || !(await this.#send(all))) return;
    for (const [, { listener }] of again) listener.onGap();
  }

  async #send(wanted: readonly (readonly [string, WantedChannel])[]): Promise<boolean> {
    const channels = wanted.map(([channel]) => channel);
    if (!(await this.#answered(() => this.#redis.subscribe(...channels)))) return false;
    for (const [, each] of wanted) {
      each.isAcknowledged = true;
      each.acknowledged.resolve();
    }
    return true;
  }

  async #ping(): Promise<void> {
    if (this.#admitted) await this.#answered(() => this.#redis.ping());
  }

  /** Without an answer in time the connection is closed: the next one subscribes to everything. */
  async #answered(ask: () => Promise<unknown>): Promise<boolean> {
    const { stream } = this.#redis;
    const deadline = setTimeout(() => {
      this.#trouble = `no answer within ${this.#answerMsMax} ms`;
      stream.destroy();
    }, this.#answerMsMax);
    try {
      await ask();
      return true;
    } catch (error) {
      if (!stream.destroyed) this.#trouble = troubleWords(error as Error);
      stream.destroy();
      return false;
    } finally {
      clearTimeout(deadline);
    }
  }
}
