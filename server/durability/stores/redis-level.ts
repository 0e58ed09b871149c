/**
 * What a durability level requires of a Redis server, and how a write is confirmed under it. What an acknowledged
 * write survives:
 *
 *   level     node dies   Redis dies                    Redis' machine loses power    confirmed by
 *   process   yes         as far as its own             no: up to a second with       the script's answer
 *                         persistence goes              appendfsync everysec
 *   machine   yes         yes                           yes                           fsync of its append-only file
 *   replica   yes         yes, once the replica is      yes, the same                 WAIT: one replica has it in
 *                         made master                                                 memory
 *
 * With `machine`, set `appendfsync always`: under everysec WAITAOF only answers when that second is over.
 */

import type { RedisReply, RedisRequest } from "../../redis/request.ts";
import {
  type AskRedis,
  type Suitability,
  serverInfo,
  suitability,
  unsuitable,
} from "../../redis/suitable.ts";
import type { DurabilityLevel } from "../store.ts";

export interface ServerFacts extends Suitability {
  readonly appendOnly: boolean;
  /** `always`, `everysec` or `no`; undefined when the server does not tell. */
  readonly fsync: string | undefined;
  readonly replicas: number;
}

/** Sent after a write, in the same round trip; nothing when the write's own answer is enough. */
export type Confirmation = { readonly kind: "answer" } | { readonly kind: "fsync" | "replica" };

export type LevelAdmission =
  | { ok: true; confirmation: Confirmation }
  | { ok: false; code: string; why: string; momentary: boolean };

/** Whether this server can provide what the level promises. */
export function admission(level: DurabilityLevel, facts: ServerFacts): LevelAdmission {
  const no = unsuitable(facts);
  if (no !== undefined) return { ok: false, code: "store/unsuitable", ...no };
  const unsupported = (why: string, momentary = false): LevelAdmission => ({
    ...{ ok: false, code: "store/level-unsupported", why, momentary },
  });
  switch (level) {
    case "process":
      return { ok: true, confirmation: { kind: "answer" } };
    case "machine":
      return machineAdmission(facts, unsupported);
    case "replica":
      if (facts.replicas > 0) return { ok: true, confirmation: { kind: "replica" } };
      return unsupported("level replica needs a connected replica, and it has none", true);
  }
}

function machineAdmission(
  { version: [major, minor], appendOnly, fsync }: ServerFacts,
  unsupported: (why: string) => LevelAdmission,
): LevelAdmission {
  if (!appendOnly) return unsupported("level machine needs its append-only file: set appendonly yes");
  // WAITAOF would wait for a flush that nothing triggers.
  if (fsync === "no")
    return unsupported("level machine needs appendfsync always or everysec, and it has appendfsync no");
  if (major > 7 || (major === 7 && minor >= 2)) return { ok: true, confirmation: { kind: "fsync" } };
  if (fsync === "always") return { ok: true, confirmation: { kind: "answer" } };
  return unsupported(
    `level machine needs appendfsync always on version ${major}.${minor}, or version 7.2, which has WAITAOF`,
  );
}

export function confirmationRequests({ kind }: Confirmation, waitMs: number): RedisRequest[] {
  switch (kind) {
    case "answer":
      return [];
    case "fsync":
      return [["WAITAOF", "1", "0", String(waitMs)]];
    case "replica":
      return [["WAIT", "1", String(waitMs)]];
  }
}

/** @returns why the write must not be relied on; undefined when it may be */
export function unconfirmed({ kind }: Confirmation, reply: RedisReply | undefined): string | undefined {
  const count = kind === "fsync" ? (reply as readonly RedisReply[])[0] : reply;
  if (kind === "answer" || Number(count) >= 1) return undefined;
  return kind === "fsync" ? "it did not reach the disk in time" : "no replica confirmed it in time";
}

/** Asks the server; a server that is still loading its data fails here, with LOADING. */
export async function serverFacts(ask: AskRedis): Promise<ServerFacts> {
  const info = await serverInfo(ask);
  return {
    ...suitability(info),
    appendOnly: info.get("aof_enabled") === "1",
    fsync: await appendFsync(ask),
    replicas: Number(info.get("connected_slaves") ?? 0),
  };
}

/** Hosted servers often forbid CONFIG. */
async function appendFsync(ask: AskRedis): Promise<string | undefined> {
  try {
    const [reply] = await ask([["CONFIG", "GET", "appendfsync"]]);
    return String((reply as readonly RedisReply[])[1]);
  } catch (error) {
    if (/NOPERM|unknown command/i.test((error as Error).message)) return undefined;
    throw error;
  }
}
