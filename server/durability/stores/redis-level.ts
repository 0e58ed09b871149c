/**
 * What a level needs of a Redis server, and how a write is confirmed under it. What an acknowledged write
 * survives:
 *
 *   level     node dies   Redis dies                    Redis' machine loses power    confirmed by
 *   process   yes         as far as its own             no: up to a second with       the script's answer
 *                         persistence goes              appendfsync everysec
 *   machine   yes         yes                           yes                           fsync of its append-only file
 *   replica   yes         yes, once the replica is      yes, the same                 WAIT: one replica has it in
 *                         made master                                                 memory
 *
 * With `machine`, set `appendfsync always`: under everysec WAITAOF answers only when that second is over.
 */

import type { Reply, Request } from "../../redis/connection.ts";
import { StoreError } from "../../store-error.ts";
import type { DurabilityLevel } from "../store.ts";

export interface ServerFacts {
  /** Of Redis, or that with which Valkey is compatible. */
  readonly version: readonly [major: number, minor: number];
  readonly replica: boolean;
  readonly cluster: boolean;
  /** May throw any key away when it is full. */
  readonly evicts: boolean;
  readonly appendOnly: boolean;
  /** undefined: the server does not tell. */
  readonly fsyncAlways: boolean | undefined;
  readonly replicas: number;
}

/** Sent behind a write, in the same round trip; none when the write's own answer is enough. */
export type Confirmation = { readonly kind: "answer" } | { readonly kind: "fsync" | "replica" };

export type Admission = { ok: true; confirmation: Confirmation } | { ok: false; code: string; why: string };

/** Whether this server can do what the level promises. */
export function admission(level: DurabilityLevel, facts: ServerFacts): Admission {
  const [major, minor] = facts.version;
  const atLeast = (wanted: number, wantedMinor: number) =>
    major > wanted || (major === wanted && minor >= wantedMinor);
  const unusable = (why: string): Admission => ({ ok: false, code: "store/unavailable", why });
  const unsupported = (why: string): Admission => ({ ok: false, code: "store/level-unsupported", why });

  if (!atLeast(6, 2)) return unusable(`it is version ${major}.${minor}, at least 6.2 is needed`);
  if (facts.cluster) return unusable("it is a Redis Cluster, which is not supported");
  if (facts.replica) return unusable("it is a replica, which takes no writes");
  if (facts.evicts) return unusable("it would throw matches away when full: set maxmemory-policy noeviction");
  switch (level) {
    case "process":
      return { ok: true, confirmation: { kind: "answer" } };
    case "machine":
      if (!facts.appendOnly)
        return unsupported("level machine needs its append-only file: set appendonly yes");
      if (atLeast(7, 2)) return { ok: true, confirmation: { kind: "fsync" } };
      if (facts.fsyncAlways) return { ok: true, confirmation: { kind: "answer" } };
      return unsupported(
        `level machine needs appendfsync always on version ${major}.${minor}, or version 7.2, which has WAITAOF`,
      );
    case "replica":
      if (facts.replicas > 0) return { ok: true, confirmation: { kind: "replica" } };
      return unsupported("level replica needs a connected replica, and it has none");
  }
}

/** @param waitMs the server answers by then, so that a missing replica is told from a missing server */
export function confirmationRequests({ kind }: Confirmation, waitMs: number): Request[] {
  switch (kind) {
    case "answer":
      return [];
    case "fsync":
      return [["WAITAOF", "1", "0", String(waitMs)]];
    case "replica":
      return [["WAIT", "1", String(waitMs)]];
  }
}

/** @returns why the write may not be counted on, or undefined when it may */
export function unconfirmed({ kind }: Confirmation, reply: Reply | undefined): string | undefined {
  const count = kind === "fsync" ? (reply as readonly Reply[])[0] : reply;
  if (kind === "answer" || Number(count) >= 1) return undefined;
  return kind === "fsync" ? "it did not reach the disk in time" : "no replica confirmed it in time";
}

/** Asks the server; one that is reading its files fails here, with LOADING. */
export async function serverFacts(
  ask: (requests: readonly Request[]) => Promise<readonly Reply[]>,
): Promise<ServerFacts> {
  const [info] = await ask([["INFO"]]);
  const fields = new Map(String(info).split("\r\n").map(field));
  if (fields.get("loading") === "1") throw new StoreError("store/unavailable", "LOADING: it reads its files");
  const [major = 0, minor = 0] = (fields.get("redis_version") ?? "").split(".").map(Number);
  return {
    version: [major, minor],
    replica: fields.get("role") === "slave",
    cluster: fields.get("cluster_enabled") === "1",
    evicts: fields.get("maxmemory") !== "0" && (fields.get("maxmemory_policy") ?? "").startsWith("allkeys"),
    appendOnly: fields.get("aof_enabled") === "1",
    fsyncAlways: await fsyncAlways(ask),
    replicas: Number(fields.get("connected_slaves") ?? 0),
  };
}

/** Hosted servers often forbid CONFIG. */
async function fsyncAlways(
  ask: (requests: readonly Request[]) => Promise<readonly Reply[]>,
): Promise<boolean | undefined> {
  try {
    const [reply] = await ask([["CONFIG", "GET", "appendfsync"]]);
    return String((reply as readonly Reply[])[1]) === "always";
  } catch (error) {
    if (/NOPERM|unknown command/i.test((error as Error).message)) return undefined;
    throw error;
  }
}

function field(line: string): [string, string] {
  const at = line.indexOf(":");
  return [line.slice(0, at), line.slice(at + 1)];
}
