/**
 * Colyseus' presence over Redis: its messages between processes, its counters and locks. Keys and messages are the
 * same as in @colyseus/redis-presence, which is not used because it loses failures: some of its operations resolve
 * with the error as their value, and a failed resubscription of its client library is an unhandled rejection. Here
 * every failure is handled. An operation whose result Colyseus does not await or catch never rejects, and gives the
 * result for "nothing there". Every other operation rejects with a code.
 *
 * Operations are fields, because Colyseus gives a room an object that inherits from this one and calls them on it.
 */
import type { Presence } from "@colyseus/core";
import type { RedisConnection } from "../redis/connection.ts";
import type { RedisReply } from "../redis/request.ts";
import { script } from "../redis/script.ts";
import type { Subscriptions } from "../redis/subscriptions.ts";
import { type Owner, ownedBy } from "./owned-failure.ts";

type Callback = (...args: unknown[]) => void;

/** KEYS: hash. ARGV: field, increment, seconds until the hash expires. */
const countAndExpire = script(`
  local count = redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[3])
  return count
`);

export interface PresenceParts {
  readonly connection: RedisConnection;
  readonly subscriptions: Subscriptions;
  /** Prefix of every key. Channels have none, as Colyseus' names for them are unique. */
  readonly prefix: string;
  readonly onError: (error: Error) => void;
}

export class FleetPresence implements Presence {
  readonly #parts: PresenceParts;
  readonly #topics = new Map<string, Callback[]>();
  readonly #owner: Owner;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#owner = ownedBy(parts.onError);
  }

  /** Subscribes as soon as Redis can be reached. */
  subscribe = (topic: string, callback: Callback): Promise<this> => {
    const callbacks = this.#topics.get(topic) ?? [];
    this.#topics.set(topic, [...callbacks, callback]);
    const listener = { onMessage: (text: string) => this.#heard(topic, text), onGap: () => {} };
    const listening = this.#parts.subscriptions.subscribe(topic, listener, { kept: true });
    return this.#owner.calm(
      listening.then(() => this),
      this,
    );
  };

  unsubscribe = (topic: string, callback?: Callback): Promise<this> => {
    const callbacks = this.#topics.get(topic) ?? [];
    const at = callback === undefined ? -1 : callbacks.indexOf(callback);
    const left = callback === undefined ? [] : callbacks.filter((_, each) => each !== at);
    if (left.length > 0) this.#topics.set(topic, left);
    else {
      this.#topics.delete(topic);
      this.#parts.subscriptions.unsubscribe(topic);
    }
    return Promise.resolve(this);
  };

  publish = (topic: string, data: unknown = false): Promise<void> => {
    return this.#owner.calm(
      this.#ask("PUBLISH", topic, JSON.stringify(data)).then(() => undefined),
      undefined,
    );
  };

  hset = (key: string, field: string, value: string): Promise<boolean> => {
    return this.#owner.calm(this.#isChanged("HSET", key, field, value), false);
  };

  /** A lock of Colyseus. A caller that cannot take it continues alone, and the listing reports that Redis is away. */
  hincrbyex = (key: string, field: string, value: number, expireInSeconds: number): Promise<number> => {
    const { connection, prefix } = this.#parts;
    const args = [field, String(value), String(expireInSeconds)];
    const call = { script: countAndExpire, keys: [prefix + key], args };
    const counted = connection.call([call], [], () => `counting in ${key}`);
    return this.#owner.calm(
      counted.then(([count]) => Number(count)),
      1,
    );
  };

  hdel = (key: string, field: string): Promise<boolean> => {
    return this.#owner.calm(this.#isChanged("HDEL", key, field), false);
  };

  channels = async (pattern = "*"): Promise<string[]> => {
    const tried = () => "looking at the channels";
    const [names] = await this.#owned(this.#parts.connection.ask([["PUBSUB", "CHANNELS", pattern]], tried));
    return texts(names);
  };

  exists = (key: string) => this.#isChanged("EXISTS", key);
  set = (key: string, value: string) => this.#text("SET", key, value);
  setex = (key: string, value: string, seconds: number) => this.#text("SETEX", key, String(seconds), value);
  expire = (key: string, seconds: number) => this.#number("EXPIRE", key, String(seconds));
  get = (key: string) => this.#text("GET", key);
  del = (key: string) => this.#number("DEL", key);
  sadd = (key: string, value: unknown) => this.#number("SADD", key, String(value));
  smembers = (key: string) => this.#texts("SMEMBERS", key);
  sismember = (key: string, field: string) => this.#number("SISMEMBER", key, field);
  srem = (key: string, value: unknown) => this.#number("SREM", key, String(value));
  scard = (key: string) => this.#number("SCARD", key);
  hget = (key: string, field: string) => this.#text("HGET", key, field);
  hlen = (key: string) => this.#number("HLEN", key);
  hincrby = (key: string, field: string, value: number) => this.#number("HINCRBY", key, field, String(value));
  incr = (key: string) => this.#number("INCR", key);
  decr = (key: string) => this.#number("DECR", key);
  llen = (key: string) => this.#number("LLEN", key);
  rpush = (key: string, ...values: string[]) => this.#number("RPUSH", key, ...values);
  lpush = (key: string, ...values: string[]) => this.#number("LPUSH", key, ...values);
  rpop = (key: string) => this.#text("RPOP", key);
  lpop = (key: string) => this.#text("LPOP", key);

  sinter = (...keys: string[]): Promise<string[]> => {
    const [first = "", ...others] = keys;
    return this.#texts("SINTER", first, ...others.map((key) => this.#parts.prefix + key));
  };

  hgetall = (key: string): Promise<{ [field: string]: string }> => {
    const fields = this.#texts("HGETALL", key).then((flat) =>
      Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]!]] : []))),
    );
    return this.#owned(fields);
  };

  /** It would need a connection per call; neither Holdfast nor Colyseus calls it. */
  brpop = (): Promise<[string, string] | null> =>
    this.#owned(Promise.reject(new Error("blocking reads are not supported")));

  setMaxListeners(): void {}

  /** The connections are closed by the code that opened them. */
  shutdown(): void {}

  #heard(topic: string, text: string): void {
    for (const callback of this.#topics.get(topic) ?? []) {
      // An error thrown into the connection's reader would end the process.
      try {
        callback(JSON.parse(text));
      } catch (error) {
        this.#parts.onError(error as Error);
      }
    }
  }

  async #ask(command: string, first: string, ...args: string[]): Promise<RedisReply> {
    const { connection, prefix } = this.#parts;
    const key = command === "PUBLISH" ? first : prefix + first;
    const [reply] = await connection.ask([[command, key, ...args]], () => `${command} of ${first}`);
    return reply!;
  }

  #number(command: string, key: string, ...args: string[]): Promise<number> {
    return this.#owned(this.#ask(command, key, ...args).then(Number));
  }

  #isChanged(command: string, key: string, ...args: string[]): Promise<boolean> {
    return this.#owned(this.#ask(command, key, ...args).then((count) => Number(count) > 0));
  }

  #text(command: string, key: string, ...args: string[]): Promise<string | null> {
    return this.#owned(
      this.#ask(command, key, ...args).then((reply) => (reply === null ? null : String(reply))),
    );
  }

  #texts(command: string, key: string, ...args: string[]): Promise<string[]> {
    return this.#owned(this.#ask(command, key, ...args).then(texts));
  }

  #owned<Answer>(call: Promise<Answer>): Promise<Answer> {
    return this.#owner.own(call);
  }
}

function texts(reply: RedisReply | undefined): string[] {
  return ((reply ?? []) as readonly RedisReply[]).map(String);
}
