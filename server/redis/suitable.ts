/**
 * Whether a Redis server may be used at all: the requirements of every use, whatever is stored there. Checked for
 * each new connection, because after a failover an address leads to another server.
 */
import { StoreError } from "../store-error.ts";
import type { RedisReply, RedisRequest } from "./request.ts";

export type AskRedis = (requests: readonly RedisRequest[]) => Promise<readonly RedisReply[]>;

export interface Suitability {
  /** The version of Redis, or the one that Valkey is compatible with. */
  readonly version: readonly [major: number, minor: number];
  readonly replica: boolean;
  readonly cluster: boolean;
  /** Whether it may evict any key when it is full. */
  readonly evicts: boolean;
}

/** @returns why it cannot be used; `momentary` when that may soon change: a replica that is about to be promoted */
export function unsuitable(facts: Suitability): { why: string; momentary: boolean } | undefined {
  const [major, minor] = facts.version;
  const no = (why: string, momentary = false) => ({ why, momentary });
  if (major < 6 || (major === 6 && minor < 2))
    return no(`it is version ${major}.${minor}, at least 6.2 is needed`);
  if (facts.cluster) return no("it is a Redis Cluster, which is not supported");
  if (facts.evicts) return no("it would evict matches when full: set maxmemory-policy noeviction");
  if (facts.replica) return no("it is a replica, which takes no writes", true);
  return undefined;
}

/** The fields of INFO. @throws StoreError while Redis loads its data */
export async function serverInfo(ask: AskRedis): Promise<ReadonlyMap<string, string>> {
  const [info] = await ask([["INFO"]]);
  const fields = new Map(String(info).split("\r\n").map(field));
  if (fields.get("loading") === "1")
    throw new StoreError("store/unavailable", "LOADING: it is loading its data", { momentary: true });
  return fields;
}

export function suitability(info: ReadonlyMap<string, string>): Suitability {
  const [major = 0, minor = 0] = (info.get("redis_version") ?? "").split(".").map(Number);
  return {
    version: [major, minor],
    replica: info.get("role") === "slave",
    cluster: info.get("cluster_enabled") === "1",
    evicts: info.get("maxmemory") !== "0" && (info.get("maxmemory_policy") ?? "").startsWith("allkeys"),
  };
}

/** @throws StoreError `store/unsuitable` */
export async function admitSuitable(ask: AskRedis): Promise<void> {
  refuseUnsuitable(suitability(await serverInfo(ask)));
}

/** @throws StoreError `store/unsuitable` */
function refuseUnsuitable(facts: Suitability): void {
  const no = unsuitable(facts);
  if (no === undefined) return;
  const { why, momentary } = no;
  throw new StoreError("store/unsuitable", `this Redis cannot be used: ${why}`, { momentary });
}

function field(line: string): [string, string] {
  const at = line.indexOf(":");
  return [line.slice(0, at), line.slice(at + 1)];
}
