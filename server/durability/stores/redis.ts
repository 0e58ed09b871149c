/**
 * The fleet's store: matches live in one Redis (6.2 or newer, or Valkey), from which any node may claim them.
 * Redis decides, in scripts (redis-scripts.ts). Layout: redis-keys.ts. What each level survives: redis-level.ts.
 * TLS: a rediss:// URL; the certificate of a private authority goes into NODE_EXTRA_CA_CERTS.
 *
 * All records of a flush share one script, although one script per match would suit a Redis Cluster: for 100 matches
 * 2.5 / 10 ms (p50 / p99) against 4.7 / 14 ms for 100 scripts in a pipeline, on two busy cores.
 *
 * When Redis returns without the newest of what it acknowledged (everysec, a failover), the match's owner gets
 * `store/lost-acknowledged` at its next record, and nothing is written behind the hole. A snapshot of the owner's
 * World closes it. If no node runs the match at that time, the loss is not noticed. A creation that failed, or whose
 * answer was lost, is undone (redis-undo.ts).
 */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { UnixClock } from "../../../shared/clock.ts";
import { type Call, RedisConnection } from "../../redis/connection.ts";
import { noRedisMetrics, type RedisMetrics } from "../../redis/redis-metrics.ts";
import type { RedisReply, RedisRequest } from "../../redis/request.ts";
import { type StoreAway, StoreError } from "../../store-error.ts";
import { claimed } from "../claim.ts";
import type {
  ClaimOptions,
  DurabilityLevel,
  LoadedPart,
  MatchEntry,
  RecordWrite,
  SleepingMatch,
  SnapshotWrite,
  Store,
  StoredMatch,
  WriteResult,
} from "../store.ts";
import { assertLayout, redisLayouts } from "./layout.ts";
import { bufferOf, Flushes, resultOf } from "./redis-flushes.ts";
import { Holdings } from "./redis-holdings.ts";
import {
  entryFields,
  formatKey,
  indexKey,
  matchEntry,
  matchKeys,
  openKey,
  sleepingKey,
  storedMatch,
} from "./redis-keys.ts";
import {
  admission,
  type Confirmation,
  confirmationRequests,
  serverFacts,
  unconfirmed,
} from "./redis-level.ts";
import * as scripts from "./redis-scripts.ts";
import { dueFirstOf, dueFirstRequest, sleepCall, wakeCall } from "./redis-sleep.ts";
import { Undo } from "./redis-undo.ts";

const redisPrefixDefault = "holdfast:";
const answerMsMaxDefault = 2000;
/** Other nodes may claim the same match at the same moment. */
const claimTriesMax = 32;

export interface RedisOptions {
  /** redis://user:password@host:port/database, or rediss:// for TLS. */
  readonly url: string;
  readonly level: DurabilityLevel;
  /** Prefix of every key; without braces, which mark what Redis Cluster hashes. Default `holdfast:`. */
  readonly prefix?: string;
  /** A write without an answer after this time rejects, and its connection is dropped. Default 2000. */
  readonly answerMsMax?: number;
  /** How long a start waits for a trouble that may end by itself. */
  readonly patienceMs?: number;
  /** match: until `remove`, for replay, all of it in Redis' memory. snapshot: as far back as the older kept one. */
  readonly journalKeep?: "match" | "snapshot";
  readonly now?: UnixClock;
  /** Without it, nothing is measured. */
  readonly metrics?: RedisMetrics;
}

/**
 * @throws StoreError `store/unavailable`, `store/level-unsupported`, `store/newer-version`, `store/dropped-version`
 */
export function openRedisStore(options: RedisOptions): Promise<RedisStore> {
  return RedisStore.open(options);
}

export class RedisStore implements Store {
  readonly level: DurabilityLevel;
  readonly #prefix: string;
  readonly #journalKeep: "match" | "snapshot";
  readonly #confirmMs: number;
  readonly #now: UnixClock;
  /** Distinguishes this store's claims from another's with the same epoch, which a Redis that lost data may give. */
  readonly #writer = randomUUID();
  readonly #holdings = new Holdings(this.#writer);
  readonly #flushes: Flushes;
  readonly #undo: Undo;
  /** Appends have their own connection: a large snapshot, or a WAIT behind it, must not delay them. */
  #journal!: RedisConnection;
  #catalogue!: RedisConnection;
  #confirmation: Confirmation = { kind: "answer" };
  #closed = false;

  private constructor(options: RedisOptions) {
    this.level = options.level;
    this.#prefix = options.prefix ?? redisPrefixDefault;
    assert(!/[{}]/.test(this.#prefix), `braces in the prefix ${this.#prefix}`);
    this.#flushes = new Flushes({ prefix: this.#prefix, writer: this.#writer, holdings: this.#holdings });
    const catalogue = () => this.#catalogue;
    this.#undo = new Undo({ prefix: this.#prefix, writer: this.#writer, connection: catalogue });
    this.#journalKeep = options.journalKeep ?? "match";
    this.#confirmMs = Math.ceil((options.answerMsMax ?? answerMsMaxDefault) / 2);
    this.#now = options.now ?? Date.now;
  }

  static async open(options: RedisOptions): Promise<RedisStore> {
    const store = new RedisStore(options);
    const { metrics = noRedisMetrics } = options;
    const connect = (use: "journal" | "catalogue") =>
      RedisConnection.open({
        url: options.url,
        name: `holdfast-${use}`,
        answerMsMax: options.answerMsMax ?? answerMsMaxDefault,
        ...(options.patienceMs !== undefined && { patienceMs: options.patienceMs }),
        admit: (ask) => store.#admit(ask),
        metrics: metrics(use),
      });
    store.#journal = await connect("journal");
    try {
      store.#catalogue = await connect("catalogue");
    } catch (error) {
      await store.#journal.close();
      throw error;
    }
    return store;
  }

  async create({ id, node, about }: { id: string; node: string; about: string }): Promise<MatchEntry> {
    this.#assertOpen();
    assert(id.length > 0, "a match id is not empty");
    const entry: MatchEntry = { id, state: "running", epoch: 1, node, about, createdAtMs: this.#now() };
    const call: Call = {
      script: scripts.create,
      keys: [this.#keys(id).entry],
      args: entryFields({ ...entry, writer: this.#writer }),
    };
    // Listed first: a listed id without a match does no harm, but an unlisted match is lost.
    const tried = () => `creating match ${id}`;
    const answer = await this.#catalogue
      .ask([["SADD", indexKey(this.#prefix), id]], tried)
      .then(() => this.#change(call, tried))
      .catch((error) => {
        this.#undo.creation(id);
        throw error;
      });
    if (answer !== "ok") throw new StoreError("store/exists", `match ${id} is already in the store`);
    this.#holdings.take(id, 1);
    return entry;
  }

  async claim(id: string, node: string, options: ClaimOptions = {}): Promise<MatchEntry> {
    const tried = () => `claiming match ${id} for ${node}`;
    const taken = await this.#changeEntry(id, tried, (entry) => {
      const { epoch, about, state } = claimed(entry, node, options);
      return { state, epoch, node, about, writer: this.#writer };
    });
    this.#holdings.take(id, taken.epoch);
    return taken;
  }

  async append(batch: readonly RecordWrite[]): Promise<readonly WriteResult[]> {
    this.#assertOpen();
    if (batch.length === 0) return [];
    const flush = this.#flushes.flush(batch);
    const answers = await this.#write(this.#journal, flush.calls, () => appending(batch));
    return this.#flushes.answered(flush, answers);
  }

  async snapshot(write: SnapshotWrite): Promise<WriteResult> {
    this.#assertOpen();
    const { id, epoch, tick } = write;
    const { entry, journal, snapshots } = this.#keys(id);
    const call: Call = {
      script: scripts.snapshot,
      keys: [entry, journal, snapshots],
      args: [
        String(epoch),
        String(tick),
        this.#holdings.writerOf(write),
        bufferOf(write.bytes),
        this.#journalKeep,
      ],
    };
    const tried = () => `the snapshot at tick ${tick} of match ${id}`;
    const result = resultOf(await this.#change(call, tried));
    if (result.ok) this.#holdings.acknowledgeSnapshot(write);
    return result;
  }

  async sleep({ id, epoch, asleep }: Parameters<Store["sleep"]>[0]): Promise<WriteResult> {
    this.#assertOpen();
    const writer = this.#holdings.writerOf({ id, epoch });
    const call = sleepCall({ prefix: this.#prefix, id, epoch, asleep }, { writer, nowMs: this.#now() });
    const result = resultOf(await this.#change(call, () => `that match ${id} sleeps`));
    if (result.ok) this.#holdings.drop(id);
    return result;
  }

  async dueFirst(max: number): Promise<readonly SleepingMatch[]> {
    return dueFirstOf(await this.#read(dueFirstRequest(this.#prefix, max), "which matches wake next"));
  }

  async openAsleep(name: string, max: number): Promise<readonly string[]> {
    const request: RedisRequest = ["ZREVRANGE", openKey(this.#prefix, name), "0", String(max - 1)];
    return ((await this.#read(request, "which matches sleep")) as readonly Buffer[]).map(String);
  }

  async asleep(): Promise<number> {
    return Number(await this.#read(["ZCARD", sleepingKey(this.#prefix)], "how many matches sleep"));
  }

  async list(which: "all" | "awake" = "all"): Promise<readonly MatchEntry[]> {
    this.#assertOpen();
    const tried = () => "listing the matches";
    const requests: RedisRequest[] = [["SMEMBERS", indexKey(this.#prefix)]];
    if (which === "all") requests.push(["ZRANGE", sleepingKey(this.#prefix), "0", "-1"]);
    const ids = [...new Set((await this.#catalogue.ask(requests, tried)).flat().map(String))].sort();
    const reads = ids.map((id): RedisRequest => ["HGETALL", this.#keys(id).entry]);
    const replies = reads.length === 0 ? [] : await this.#catalogue.ask(reads, tried);
    const found = ids.flatMap((id, at) => matchEntry(id, replies[at] ?? []) ?? []);
    const entries = which === "all" ? found : found.filter(({ state }) => state !== "sleeping");
    for (const { id, state } of entries) if (state !== "running") this.#holdings.drop(id);
    return entries;
  }

  async find(id: string): Promise<MatchEntry | undefined> {
    this.#assertOpen();
    const requests: RedisRequest[] = [["HGETALL", this.#keys(id).entry]];
    const [reply] = await this.#catalogue.ask(requests, () => `reading the entry of match ${id}`);
    return matchEntry(id, reply ?? []);
  }

  async load(id: string, part: LoadedPart = "all"): Promise<StoredMatch> {
    this.#assertOpen();
    const { entry, journal, snapshots } = this.#keys(id);
    const tried = () => `loading match ${id}`;
    // Read first: a snapshot written in between only makes the tail longer than necessary.
    const [older] = part === "all" ? [] : await this.#catalogue.ask([["HGET", entry, "older"]], tried);
    // In this order nothing is missing that a snapshot or the entry relies on, whatever the owner writes between two
    // reads. A transaction would do too, but a full Redis refuses to read in one.
    const reads: RedisRequest[] = [
      ["XRANGE", journal, older ? `(${older}` : "-", "+"],
      ["HGETALL", snapshots],
      ["HGETALL", entry],
    ];
    const replies = await this.#catalogue.ask(reads, tried);
    return storedMatch(id, replies) ?? unknownMatch(id);
  }

  async finish({ id, epoch, outcome }: { id: string; epoch: number; outcome: string }): Promise<WriteResult> {
    this.#assertOpen();
    const call: Call = {
      script: scripts.finish,
      keys: [this.#keys(id).entry],
      args: [String(epoch), this.#holdings.writerOf({ id, epoch }), outcome, String(this.#now())],
    };
    const result = resultOf(await this.#change(call, () => `the end of match ${id}`));
    // Not earlier: when the answer is lost, the same end is sent again, and must be recognised as ours.
    if (result.ok) this.#holdings.drop(id);
    return result;
  }

  async setAside(id: string, reason: string): Promise<void> {
    const ended = { state: "set-aside", ending: reason, endedAtMs: this.#now() } as const;
    await this.#changeEntry(
      id,
      () => `setting match ${id} aside`,
      () => ended,
    );
    this.#holdings.drop(id);
  }

  /** Removing an unknown match does nothing. @throws StoreError `store/still-running` */
  async remove(id: string): Promise<void> {
    this.#assertOpen();
    const { entry, journal, snapshots } = this.#keys(id);
    const tried = () => `the removal of match ${id}`;
    const answer = await this.#change(
      { script: scripts.remove, keys: [entry, journal, snapshots], args: [] },
      tried,
    );
    if (answer === "running") {
      throw new StoreError("store/still-running", `match ${id} is running and cannot be removed`);
    }
    await this.#catalogue.ask([["SREM", indexKey(this.#prefix), id]], tried);
    this.#holdings.drop(id);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#undo.close();
    await Promise.all([this.#journal.close(), this.#catalogue.close()]);
  }

  /** The connection that has been away longer. */
  get away(): StoreAway | undefined {
    const [journal, catalogue] = [this.#journal.away, this.#catalogue.away];
    return (journal?.ms ?? 0) > (catalogue?.ms ?? 0) ? journal : catalogue;
  }

  /** Round trips that are not answered yet. */
  get underWay(): number {
    return this.#journal.underWay + this.#catalogue.underWay;
  }

  async #admit(ask: (requests: readonly RedisRequest[]) => Promise<readonly RedisReply[]>): Promise<void> {
    const admitted = admission(this.level, await serverFacts(ask));
    if (!admitted.ok) {
      const { code, why, momentary } = admitted;
      throw new StoreError(code, `this Redis cannot be used: ${why}`, { momentary });
    }
    const [format] = await ask([["GET", formatKey(this.#prefix)]]);
    assertLayout("what this Redis holds", format === null ? undefined : String(format), redisLayouts);
    this.#confirmation = admitted.confirmation;
  }

  /**
   * Reads the entry, decides, and changes it only if it is still what was read. After a race it runs again. A change
   * whose answer was lost may still be made, but never after another caller's.
   */
  async #changeEntry(
    id: string,
    tried: () => string,
    decide: (entry: MatchEntry) => Partial<MatchEntry> & { writer?: string },
  ): Promise<MatchEntry> {
    this.#assertOpen();
    const key = this.#keys(id).entry;
    for (let tries = 0; tries < claimTriesMax; tries++) {
      const [reply] = await this.#catalogue.ask([["HGETALL", key]], tried);
      const entry = matchEntry(id, reply ?? []) ?? unknownMatch(id);
      const { writer, ...changes } = decide(entry);
      const fields = entryFields({ ...changes, ...(writer !== undefined && { writer }) });
      const args = [String(entry.epoch), entry.state, ...fields];
      const call =
        entry.state === "sleeping"
          ? wakeCall(this.#prefix, entry, fields)
          : { script: scripts.change, keys: [key], args };
      if ((await this.#change(call, tried)) === "ok") {
        const { asleep: _, ...awake } = entry;
        return { ...awake, ...changes };
      }
    }
    throw new StoreError("store/unavailable", `${tried()} failed: others changed it ${claimTriesMax} times`);
  }

  async #read(request: RedisRequest, what: string): Promise<RedisReply> {
    this.#assertOpen();
    const [reply] = await this.#catalogue.ask([request], () => `reading ${what}`);
    return reply!;
  }

  /** One script on the catalogue's connection, durable when it resolves. */
  async #change(call: Call, tried: () => string): Promise<string> {
    const [answer] = await this.#write(this.#catalogue, [call], tried);
    return String(answer);
  }

  /** Runs scripts and their confirmation in one round trip. Resolves with the scripts' answers. */
  async #write(connection: RedisConnection, calls: readonly Call[], tried: () => string) {
    const confirmation = this.#confirmation;
    const replies = await connection.call(calls, confirmationRequests(confirmation, this.#confirmMs), tried);
    const why = unconfirmed(confirmation, replies[calls.length]);
    if (why !== undefined) throw new StoreError("store/unavailable", `${tried()} failed: ${why}`);
    return replies.slice(0, calls.length);
  }

  #keys(id: string) {
    return matchKeys(this.#prefix, id);
  }

  #assertOpen(): void {
    if (this.#closed) throw new StoreError("store/unavailable", "the store is closed");
  }
}

function unknownMatch(id: string): never {
  throw new StoreError("store/unknown-match", `no match ${id} in the store`);
}

function appending(batch: readonly RecordWrite[]): string {
  const first = batch[0]!;
  const others = batch.length === 1 ? "" : ` and ${batch.length - 1} more records`;
  return `appending tick ${first.tick} of match ${first.id}${others}`;
}
