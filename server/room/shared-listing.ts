/**
 * Colyseus' listing and messages over Redis, for a fleet, with two rules of ours. A listing belongs to the
 * highest epoch: what a fenced owner still says of its room, or its removal, changes nothing. And a Redis that is
 * away fails no one who does not wait for it: Colyseus leaves many of these calls unawaited, where a rejection
 * would end the process.
 */
import type { IRoomCache } from "@colyseus/core";
import { RedisDriver } from "@colyseus/redis-driver";
import { RedisPresence } from "@colyseus/redis-presence";
import { plainClient } from "../redis/plain-client.ts";

const answerMsMax = 2000;
/** As the driver names it. */
const listingsKey = "roomcaches";

/** KEYS: listings. ARGV: match id, epoch, listing or '' to remove it. */
const writeListing = `
  local held = redis.call('HGET', KEYS[1], ARGV[1])
  if held then
    local metadata = cjson.decode(held).metadata
    local epoch = type(metadata) == 'table' and tonumber(metadata.epoch) or 0
    if epoch > tonumber(ARGV[2]) then return 0 end
  end
  if ARGV[3] == '' then return redis.call('HDEL', KEYS[1], ARGV[1]) end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  return 1
`;

export interface SharedListingOptions {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly log: (message: string, details: object) => void;
}

export interface SharedListing {
  readonly driver: EpochDriver;
  readonly presence: RedisPresence;
  close(): Promise<void>;
}

export function openSharedListing({ redisUrl, prefix, log }: SharedListingOptions): SharedListing {
  let lastTrouble = "";
  const onError = (error: Error) => {
    // ioredis says the same at every attempt to connect.
    if (error.message !== lastTrouble) log("Redis for Colyseus' listing", { error: error.message });
    lastTrouble = error.message;
  };
  const client = () => plainClient({ url: redisUrl, prefix: `${prefix}colyseus:`, answerMsMax, onError });
  const listings = client();
  const driver = new EpochDriver(listings, onError);
  const presence = new CalmPresence(client(), onError);
  return {
    driver,
    presence,
    close: async () => {
      presence.hangUp();
      listings.disconnect();
    },
  };
}

type Client = ReturnType<typeof plainClient>;
type OnError = (error: Error) => void;

export class EpochDriver extends RedisDriver {
  readonly #redis: Client;
  readonly #onError: OnError;
  /** Of the rooms of this process. */
  readonly #epochs = new Map<string, number>();

  constructor(redis: Client, onError: OnError) {
    super(redis);
    this.#redis = redis;
    this.#onError = onError;
  }

  override async persist(room: IRoomCache): Promise<boolean> {
    const epoch = (room.metadata as { epoch?: number } | undefined)?.epoch ?? 0;
    this.#epochs.set(room.roomId, epoch);
    return this.#write(room.roomId, epoch, JSON.stringify(room));
  }

  override async update(
    room: IRoomCache,
    { $set, $inc }: { $set?: Partial<IRoomCache>; $inc?: Partial<IRoomCache> },
  ): Promise<boolean> {
    Object.assign(room, $set);
    const counted = room as unknown as Record<string, number>;
    for (const [field, by] of Object.entries($inc ?? {})) counted[field] = (counted[field] ?? 0) + Number(by);
    return this.persist(room);
  }

  override async remove(roomId: string): Promise<boolean> {
    const epoch = this.#epochs.get(roomId) ?? 0;
    this.#epochs.delete(roomId);
    return this.#write(roomId, epoch, "");
  }

  async #write(roomId: string, epoch: number, listing: string): Promise<boolean> {
    try {
      return (await this.#redis.eval(writeListing, 1, listingsKey, roomId, epoch, listing)) === 1;
    } catch (error) {
      this.#onError(error as Error);
      return false;
    }
  }
}

class CalmPresence extends RedisPresence {
  readonly #onError: OnError;

  constructor(redis: Client, onError: OnError) {
    super(redis);
    this.#onError = onError;
    // Its subscriber is a copy of `redis` without the listener.
    this.sub.on("error", onError);
  }

  override subscribe(topic: string, callback: (...args: unknown[]) => void): Promise<this> {
    return this.#calm(super.subscribe(topic, callback), this);
  }

  override unsubscribe(topic: string, callback?: (...args: unknown[]) => void): Promise<this> {
    return this.#calm(super.unsubscribe(topic, callback), this);
  }

  override publish(topic: string, data: unknown): Promise<void> {
    return this.#calm(super.publish(topic, data), undefined);
  }

  override hset(key: string, field: string, value: string): Promise<boolean> {
    return this.#calm(super.hset(key, field, value), false);
  }

  hangUp(): void {
    this.sub.disconnect();
    this.pub.disconnect();
  }

  async #calm<Answer>(call: Promise<Answer>, otherwise: Answer): Promise<Answer> {
    try {
      return await call;
    } catch (error) {
      this.#onError(error as Error);
      return otherwise;
    }
  }
}
