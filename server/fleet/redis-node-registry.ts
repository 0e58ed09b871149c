/**
 * The node registry in Redis. All times are Redis' own, so node clocks do not matter. Keys, all with the hash tag
 * {fleet}:
 *
 *   <prefix>{fleet}:cards         hash     node -> its entry, JSON
 * <prefix>{fleet}:leases        zset     node -> when its lease expires, Redis time in ms
 *   <prefix>{fleet}:lost:<node>   string   why; set when it is declared lost, gone an hour later
 *   <prefix>{fleet}:alive:<node>  channel  the node itself listens: nobody there means its connection is gone
 *   <prefix>{fleet}:changed       channel  an entry changed in its routing fields, or went
 */
import { type Call, RedisConnection } from "../redis/connection.ts";
import { noRedisMetrics, type RedisMetrics } from "../redis/redis-metrics.ts";
import { script } from "../redis/script.ts";
import { Subscriptions } from "../redis/subscriptions.ts";
import type { StoreAway } from "../store-error.ts";
import type { AnnounceResult, NodeEntry, NodeRegistry, RegisteredNode } from "./node-registry.ts";
import { routingFieldsOf } from "./routing-fields.ts";

const lostKeptSeconds = 3600;

export interface RedisNodeRegistryOptions {
  readonly url: string;
  readonly prefix: string;
  readonly answerMsMax: number;
  /** The name of the node that uses it. */
  readonly node: string;
  /** Without it, nothing is measured. */
  readonly metrics?: RedisMetrics;
}

const now = `
  local time = redis.call('TIME')
  local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * KEYS: entries, leases, lost. ARGV: node, entry, lease in ms, channel, 'changed' or ''. A Redis that is out of
 * memory refuses a script only at its first write, and allows deletes: without the ZREM, a full Redis would let every
 * lease expire.
 */
const announce = script(`${now}
  if redis.call('EXISTS', KEYS[3]) == 1 then return 'lost' end
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('ZADD', KEYS[2], string.format('%.0f', nowMs + ARGV[3]), ARGV[1])
  local isNew = redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) == 1
  if isNew or ARGV[5] == 'changed' then redis.call('PUBLISH', ARGV[4], ARGV[1]) end
  return 'ok'
`);

/** KEYS: entries, leases. ARGV: prefix of the nodes' channels. Gives for each node: entry, lease left, listeners. */
const read = script(`${now}
  local cards = redis.call('HGETALL', KEYS[1])
  local found = {}
  for i = 1, #cards, 2 do
    local node = cards[i]
    local ends = redis.call('ZSCORE', KEYS[2], node)
    found[#found + 1] = cards[i + 1]
    found[#found + 1] = ends and string.format('%.0f', ends - nowMs) or '0'
    found[#found + 1] = tostring(redis.call('PUBSUB', 'NUMSUB', ARGV[1] .. node)[2])
  end
  return found
`);

/** KEYS: entries, leases, lost. ARGV: node, reason ('' when it left by itself), seconds to remember, channel. */
const takeOff = script(`
  redis.call('ZREM', KEYS[2], ARGV[1])
  if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then return 0 end
  if ARGV[2] ~= '' then redis.call('SET', KEYS[3], ARGV[2], 'EX', ARGV[3]) end
  redis.call('PUBLISH', ARGV[4], ARGV[1])
  return 1
`);

/** @throws StoreError `store/unavailable` */
export async function openRedisNodeRegistry(options: RedisNodeRegistryOptions): Promise<NodeRegistry> {
  const { url, answerMsMax, prefix, node } = options;
  const metrics = (options.metrics ?? noRedisMetrics)("registry");
  const subscriptions = new Subscriptions({ url, answerMsMax, metrics });
  const connection = await RedisConnection.open({
    ...{ url, answerMsMax, metrics, name: "holdfast-directory" },
    // A node counts as connected while it listens: after a Redis failover both connections must use the same server.
    onAdmitted: (sinceMs) => subscriptions.renew(sinceMs),
  }).catch((error) => {
    subscriptions.close();
    throw error;
  });
  const registry = new RedisNodeRegistry({ connection, subscriptions, base: `${prefix}{fleet}:`, node });
  try {
    await registry.listen();
  } catch (error) {
    await registry.close();
    throw error;
  }
  return registry;
}

interface RedisNodeRegistryParts {
  readonly connection: RedisConnection;
  readonly subscriptions: Subscriptions;
  /** The prefix of every key and channel. */
  readonly base: string;
  readonly node: string;
}

class RedisNodeRegistry implements NodeRegistry {
  readonly #connection: RedisConnection;
  readonly #subscriptions: Subscriptions;
  readonly #base: string;
  readonly #node: string;
  readonly #listeners = new Set<() => void>();
  /** The routing fields that were announced last. */
  #routingFields = "";
  /** Whether the connection broke since the last read, even for less than the time between two reads. */
  #interrupted = false;

  constructor({ connection, subscriptions, base, node }: RedisNodeRegistryParts) {
    this.#connection = connection;
    this.#subscriptions = subscriptions;
    this.#base = base;
    this.#node = node;
  }

  async listen(): Promise<void> {
    const tell = () => {
      for (const listener of [...this.#listeners]) listener();
    };
    await this.#subscriptions.subscribe(this.#changed, { onMessage: tell, onGap: tell });
    await this.#subscriptions.subscribe(`${this.#base}alive:${this.#node}`, {
      onMessage: () => {},
      onGap: () => {
        this.#interrupted = true;
      },
    });
  }

  async announce(entry: NodeEntry, leaseMs: number): Promise<AnnounceResult> {
    const routingFields = routingFieldsOf(entry);
    const changed = routingFields === this.#routingFields ? "" : "changed";
    const args = [entry.node, JSON.stringify(entry), String(leaseMs), this.#changed, changed];
    const answer = await this.#call(announce, entry.node, args, () => `announcing ${entry.node}`);
    if (String(answer) === "lost") return { ok: false, code: "fleet/declared-lost" };
    this.#routingFields = routingFields;
    return { ok: true };
  }

  async read(): Promise<readonly RegisteredNode[]> {
    const args = [`${this.#base}alive:`];
    const flat = (await this.#call(read, "", args, () => "reading the registry")) as Buffer[];
    const registered: RegisteredNode[] = [];
    for (let at = 0; at < flat.length; at += 3) {
      const entry = JSON.parse(String(flat[at])) as NodeEntry;
      const stood = entry.node !== this.#node || !this.#interrupted;
      const connected = String(flat[at + 2]) !== "0" && stood;
      registered.push({ entry, leaseLeftMs: Number(flat[at + 1]), connected });
    }
    this.#interrupted = false;
    return registered.sort((a, b) => (a.entry.node < b.entry.node ? -1 : 1));
  }

  async declareLost(node: string, why: string): Promise<boolean> {
    const args = [node, why, String(lostKeptSeconds), this.#changed];
    return (await this.#call(takeOff, node, args, () => `declaring ${node} lost`)) === 1;
  }

  async leave(node: string): Promise<void> {
    const args = [node, "", String(lostKeptSeconds), this.#changed];
    await this.#call(takeOff, node, args, () => `taking ${node} out of the registry`);
  }

  get away(): StoreAway | undefined {
    return this.#connection.away;
  }

  onChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    this.#subscriptions.close();
    await this.#connection.close();
  }

  get #changed(): string {
    return `${this.#base}changed`;
  }

  async #call(what: Call["script"], node: string, args: readonly string[], tried: () => string) {
    const keys = [`${this.#base}cards`, `${this.#base}leases`, `${this.#base}lost:${node}`];
    const [answer] = await this.#connection.call([{ script: what, keys, args }], [], tried);
    return answer;
  }
}
