/**
 * Whether a server at the end of a connection may be used at all: what every use of Redis needs, whatever is kept
 * there. Looked at each time a connection is made, because an address leads to another server after a failover.
 */
import { StoreError } from "../store-error.ts";
import type { RedisReply, RedisRequest } from "./request.ts";

export type Ask = (requests: readonly RedisRequest[]) => Promise<readonly RedisReply[]>;

export interface Suitability {
  /** Of Redis, or that with which Valkey is compatible. */
  readonly version: readonly [major: number, minor: number];
  readonly replica: boolean;
  readonly cluster: boolean;
  /** May throw any key away when it is full. */
  readonly evicts: boolean;
}

/** @returns why it cannot be used; `momentary` may be over soon: a replica that is about to be made master */
export function unsuitable(facts: Suitability): { why: string; momentary: boolean } | undefined {
  const [major, minor] = facts.version;
  const no = (why: string, momentary = false) => ({ why, momentary });
  if (major < 6 || (major === 6 && minor < 2))
    return no(`it is version ${major}.${minor}, at least 6.2 is needed`);
  if (facts.cluster) return no("it is a Redis Cluster, which is not supported");
  if (facts.evicts) return no("it would throw matches away when full: set maxmemory-policy noeviction");
  if (facts.replica) return no("it is a replica, which takes no writes", true);
  return undefined;
}

/** The fields of INFO. @throws StoreError while it reads its files */
export async function serverInfo(ask: Ask): Promise<ReadonlyMap<string, string>> {
  const [info] = await ask([["INFO"]]);
  const fields = new Map(String(info).split("\r\n").map(field));
  if (fields.get("loading") === "1")
    throw new StoreError("store/unavailable", "LOADING: it reads its files", { momentary: true });
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
export async function admitSuitable(ask: Ask): Promise<void> {
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
