/**
 * Channels of Redis that this process listens to, on one connection. It comes back by itself and subscribes
 * again; then, and only then, every listener hears that it may have missed something. Redis keeps no message for
 * who is away: whoever listens reads the truth somewhere else.
 */
import { Redis } from "ioredis";
import { StoreError } from "../store-error.ts";

const reconnectMsMax = 500;

export interface ChannelListener {
  readonly onMessage: (text: string) => void;
  /** Messages may have been missed before this moment. */
  readonly onGap: () => void;
}

export interface SubscriptionsOptions {
  readonly url: string;
  readonly answerMsMax: number;
}

interface Subscribed {
  readonly listener: ChannelListener;
  readonly acknowledged: Promise<unknown>;
}

export class Subscriptions {
  readonly #redis: Redis;
  readonly #channels = new Map<string, Subscribed>();
  #connectedBefore = false;

  constructor({ url, answerMsMax }: SubscriptionsOptions) {
    this.#redis = new Redis(url, {
      commandTimeout: answerMsMax,
      maxRetriesPerRequest: null,
      disableClientInfo: true,
      keepAlive: 5000,
      // Done here, because only here is it known when it was acknowledged.
      autoResubscribe: false,
      retryStrategy: (attempt) => Math.min(20 * 2 ** Math.min(attempt, 10), reconnectMsMax),
    });
    this.#redis.on("message", (channel: string, text: string) =>
      this.#channels.get(channel)?.listener.onMessage(text),
    );
    this.#redis.on("ready", () => void this.#subscribeAgain());
    // Who asks is told; that the connection is away, the others of this process say already.
    this.#redis.on("error", () => {});
  }

  /**
   * Resolves when Redis listens; one listener per channel, further calls share it.
   * @throws StoreError `store/unavailable`; then nobody listens
   */
  async subscribe(channel: string, listener: ChannelListener): Promise<void> {
    let subscribed = this.#channels.get(channel);
    if (!subscribed) {
      subscribed = { listener, acknowledged: this.#redis.subscribe(channel) };
      this.#channels.set(channel, subscribed);
    }
    try {
      await subscribed.acknowledged;
    } catch (error) {
      if (this.#channels.get(channel) === subscribed) this.#channels.delete(channel);
      const why = (error as Error).message;
      throw new StoreError("store/unavailable", `listening to ${channel} failed: ${why}`, { cause: error });
    }
  }

  unsubscribe(channel: string): void {
    if (!this.#channels.delete(channel)) return;
    // A message that comes all the same finds no listener.
    this.#redis.unsubscribe(channel).catch(() => {});
  }

  close(): void {
    this.#channels.clear();
    this.#redis.disconnect();
  }

  async #subscribeAgain(): Promise<void> {
    const before = this.#connectedBefore;
    this.#connectedBefore = true;
    if (!before || this.#channels.size === 0) return;
    const channels = [...this.#channels];
    try {
      await this.#redis.subscribe(...channels.map(([channel]) => channel));
    } catch {
      // The connection went again, or does not answer: start over.
      this.#redis.disconnect(true);
      return;
    }
    for (const [, { listener }] of channels) listener.onGap();
  }
}
