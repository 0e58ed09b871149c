/**
 * Colyseus' listing of rooms in Redis, with three rules. A listing belongs to the highest epoch: a fenced owner can
 * neither change nor remove it. No writer fails while Redis is away: the missing writes follow when it is back, and
 * all rooms of this process are written again when Redis may have lost them. A failed read fails only the callers
 * that waited for it.
 */

import { type IRoomCache, initializeRoomCache, LocalDriver, type MatchMakerDriver } from "@colyseus/core";
import type { Later } from "../../shared/clock.ts";
import type { RedisConnection } from "../redis/connection.ts";
import type { RedisReply } from "../redis/request.ts";
import { script } from "../redis/script.ts";
import { type Owner, ownedBy } from "./owned-failure.ts";

/** As @colyseus/redis-driver names it. */
const listingsKey = "roomcaches";
const repairAfterMs = 500;
/** Listings in one round trip. */
const repairedAtOnce = 200;
/**
 * Rooms that ended while Redis was away. Beyond the limit the oldest stays listed, and a client sent there is
 * refused.
 */
const owedMax = 10_000;

/** KEYS: listings. ARGV: match id, epoch, listing or '' to remove it. */
const writeListing = script(`
  local held = redis.call('HGET', KEYS[1], ARGV[1])
  if held then
    local metadata = cjson.decode(held).metadata
    local epoch = type(metadata) == 'table' and tonumber(metadata.epoch) or 0
    if epoch > tonumber(ARGV[2]) then return 0 end
  end
  if ARGV[3] == '' then return redis.call('HDEL', KEYS[1], ARGV[1]) end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
  return 1
`);

type Conditions = Parameters<MatchMakerDriver["findOne"]>[0];
type Sorting = Parameters<MatchMakerDriver["findOne"]>[1];

export interface EpochDriverParts {
  readonly connection: RedisConnection;
  readonly prefix: string;
  readonly onError: (error: Error) => void;
  readonly later: Later;
}

export class EpochDriver implements MatchMakerDriver {
  readonly #parts: EpochDriverParts;
  readonly #owner: Owner;
  /** The rooms of this process, as Colyseus holds them. */
  readonly #own = new Map<string, { readonly room: IRoomCache; readonly epoch: number }>();
  /** Match ids and epochs of the changes that Redis has not received. */
  readonly #owed = new Map<string, number>();
  /** Which rooms clients may be sent to; set by who knows more about them than the listing. */
  isThere: (room: IRoomCache) => boolean = () => true;
  #repairing = false;
  #reading: Promise<IRoomCache[]> | undefined;

  constructor(parts: EpochDriverParts) {
    this.#parts = parts;
    this.#owner = ownedBy(parts.onError);
  }

  async has(roomId: string): Promise<boolean> {
    return this.#owner.own(this.#ask("HEXISTS", roomId).then((found) => found === 1));
  }

  query(conditions: Conditions, sorting?: Sorting): Promise<IRoomCache[]> {
    return this.#owner.own(this.#rooms().then((rooms) => localOf(rooms).query(conditions, sorting)));
  }

  /** @returns undefined when there is none, although Colyseus' type does not say so */
  findOne(conditions: Conditions, sorting?: Sorting): Promise<IRoomCache> {
    const { roomId } = conditions;
    const found =
      roomId === undefined
        ? this.#rooms().then(async (rooms) =>
            localOf(rooms.filter((room) => this.isThere(room))).findOne(conditions, sorting),
          )
        : this.#ask("HGET", roomId).then((text) => (text === null ? undefined : roomOf(text)));
    return this.#owner.own(found as Promise<IRoomCache>);
  }

  async findByIds(roomIds: string[]): Promise<Map<string, IRoomCache>> {
    if (roomIds.length === 0) return new Map();
    const read = this.#ask("HMGET", ...roomIds).then((texts) =>
      (texts as readonly RedisReply[]).flatMap((text, at) =>
        text === null ? [] : [[roomIds[at]!, roomOf(text)] as const],
      ),
    );
    return new Map(await this.#owner.own(read));
  }

  persist(room: IRoomCache, _isNew?: boolean): Promise<boolean> {
    const epoch = (room.metadata as { epoch?: number } | undefined)?.epoch ?? 0;
    this.#own.set(room.roomId, { room, epoch });
    return this.#write(room.roomId, epoch);
  }

  update(
    room: IRoomCache,
    { $set, $inc }: { $set?: Partial<IRoomCache>; $inc?: Partial<IRoomCache> },
  ): Promise<boolean> {
    Object.assign(room, $set);
    const counted = room as unknown as Record<string, number>;
    for (const [field, by] of Object.entries($inc ?? {})) counted[field] = (counted[field] ?? 0) + Number(by);
    return this.persist(room);
  }

  remove(roomId: string): Promise<boolean> {
    const epoch = this.#own.get(roomId)?.epoch ?? 0;
    this.#own.delete(roomId);
    return this.#write(roomId, epoch);
  }

  /** Redis has been reached again. It may be another instance, or have lost its data. */
  admitted(): void {
    for (const [roomId, { epoch }] of this.#own) this.#owe(roomId, epoch);
    if (this.#owed.size > 0) this.#repairLater();
  }

  async clear(): Promise<void> {
    await this.#parts.connection.ask([["DEL", this.#key]], () => "emptying the listing");
  }

  /** The connection is closed by the code that opened it. */
  shutdown(): void {}

  async #write(roomId: string, epoch: number): Promise<boolean> {
    try {
      const [written] = await this.#send([[roomId, epoch]]);
      this.#owed.delete(roomId);
      return written === 1;
    } catch (error) {
      this.#parts.onError(error as Error);
      this.#owe(roomId, epoch);
      this.#repairLater();
      return false;
    }
  }

  /** Writes the rooms as they are now, including changes made after the call was requested. */
  #send(rooms: readonly (readonly [roomId: string, epoch: number])[]): Promise<readonly RedisReply[]> {
    const calls = rooms.map(([roomId, epoch]) => {
      const room = this.#own.get(roomId)?.room;
      const args = [roomId, String(epoch), room === undefined ? "" : JSON.stringify(room)];
      return { script: writeListing, keys: [this.#key], args };
    });
    return this.#parts.connection.call(calls, [], () => `listing ${rooms.length} matches`);
  }

  #owe(roomId: string, epoch: number): void {
    this.#owed.set(roomId, epoch);
    const oldest = this.#owed.size > owedMax ? this.#owed.keys().next().value : undefined;
    if (oldest !== undefined) this.#owed.delete(oldest);
  }

  #repairLater(): void {
    if (this.#repairing) return;
    this.#repairing = true;
    this.#parts.later(repairAfterMs, () => void this.#repair());
  }

  async #repair(): Promise<void> {
    const some = [...this.#owed].slice(0, repairedAtOnce);
    try {
      await this.#send(some);
      // A room that changed meanwhile was written by that change, or is owed again under its newer epoch.
      for (const [roomId, epoch] of some) if (this.#owed.get(roomId) === epoch) this.#owed.delete(roomId);
    } catch {
      // The failure was logged when it first occurred.
    }
    this.#repairing = false;
    if (this.#owed.size > 0) this.#repairLater();
  }

  /** Callers that ask at the same moment share one read. */
  #rooms(): Promise<IRoomCache[]> {
    this.#reading ??= this.#ask("HVALS")
      .then((texts) => (texts as readonly RedisReply[]).map(roomOf))
      .finally(() => {
        this.#reading = undefined;
      });
    return this.#reading;
  }

  async #ask(command: string, ...args: string[]): Promise<RedisReply> {
    const request = [command, this.#key, ...args] as const;
    const [reply] = await this.#parts.connection.ask([request], () => "reading the listing");
    return reply!;
  }

  get #key(): string {
    return this.#parts.prefix + listingsKey;
  }
}

function roomOf(text: RedisReply): IRoomCache {
  return initializeRoomCache(JSON.parse(String(text)) as IRoomCache);
}

/** Colyseus' own driver for one process, used for its rules of filtering and order. */
function localOf(rooms: readonly IRoomCache[]): LocalDriver {
  const local = new LocalDriver();
  for (const room of rooms) local.persist(room, true);
  return local;
}
