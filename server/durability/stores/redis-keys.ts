/**
 * The layout in Redis. A match's keys share the hash tag {id}, and every script except `append` uses one match: a
 * Redis Cluster could hold them, with an `append` and a count of flushes per slot. Not tried; the store refuses a
 * cluster.
 *
 *   key                        type    holds
 * <prefix>format             string  version of these keys, in digits; missing: 1 (layout.ts)
 * <prefix>matches            set     the id of every match that does not sleep, also of one whose creation failed
 * <prefix>sleeping           zset    the id of every sleeping match, by the Unix time at which it wakes by itself; inf: never
 * <prefix>open:<name>        zset    those that anybody may join under this name, by when they fell asleep
 * <prefix>flushes:<count>    string  the number of a store object's newest flush; expires an hour after it
 *   <prefix>{<id>}:entry       hash    state, epoch, node, about, createdAtMs, endedAtMs, ending as in MatchEntry,
 *                                      asleep as its JSON;
 *                                      writer: which store object made the last claim; newest, older: the
 *                                      snapshots' names. `uncreated`: a creation that was taken back, for an hour
 *   <prefix>{<id>}:journal     stream  one entry per record, id `<epoch>-<tick>`, field r: the framed record. Redis
 *                                      refuses an id that does not grow, and XTRIM cuts by it
 *   <prefix>{<id>}:snapshots   hash    the two newest: `<epoch>-<tick>` -> the framed snapshot
 *
 * Match ids are used once: a removal and a creation of the same id at one moment could leave it off the list.
 */

import type { RedisReply } from "../../redis/request.ts";
import type { Asleep, MatchEntry, StoredMatch, StoredMatchState } from "../store.ts";

export interface MatchKeys {
  readonly entry: string;
  readonly journal: string;
  readonly snapshots: string;
}

export const indexKey = (prefix: string) => `${prefix}matches`;

export const sleepingKey = (prefix: string) => `${prefix}sleeping`;

export const openKey = (prefix: string, name: string) => `${prefix}open:${name}`;

export const formatKey = (prefix: string) => `${prefix}format`;

export const flushesKey = (prefix: string, count: string) => `${prefix}flushes:${count}`;

export function matchKeys(prefix: string, id: string): MatchKeys {
  const base = `${prefix}{${id}}`;
  return { entry: `${base}:entry`, journal: `${base}:journal`, snapshots: `${base}:snapshots` };
}

/** Fields and values of an entry, alternating. */
export function entryFields(entry: Partial<MatchEntry> & { writer?: string }): string[] {
  return Object.entries(entry).flatMap(([field, value]) => (field === "id" ? [] : [field, String(value)]));
}

/** Reads the reply of HGETALL; undefined when there is no such match. */
export function matchEntry(id: string, reply: RedisReply): MatchEntry | undefined {
  const fields = new Map(pairs(reply).map(([field, value]) => [field.toString(), value.toString()]));
  const state = fields.get("state");
  if (state === undefined || state === "uncreated") return undefined;
  const endedAtMs = fields.get("endedAtMs");
  const ending = fields.get("ending");
  const asleep = fields.get("asleep");
  return {
    id,
    state: state as StoredMatchState,
    epoch: Number(fields.get("epoch")),
    node: fields.get("node") ?? "",
    about: fields.get("about") ?? "",
    createdAtMs: Number(fields.get("createdAtMs")),
    ...(endedAtMs !== undefined && { endedAtMs: Number(endedAtMs) }),
    ...(ending !== undefined && { ending }),
    ...(asleep !== undefined && { asleep: JSON.parse(asleep) as Asleep }),
  };
}

/** Built from XRANGE of the journal, HGETALL of the snapshots and HGETALL of the entry, read in this order. */
export function storedMatch(
  id: string,
  [journal, snapshots, entryReply]: readonly RedisReply[],
): StoredMatch | undefined {
  const entry = matchEntry(id, entryReply ?? []);
  if (entry === undefined) return undefined;
  const newestFirst = pairs(snapshots ?? []).sort(([a], [b]) => compareNames(b.toString(), a.toString()));
  return {
    entry,
    snapshots: newestFirst.map(([, bytes]) => bytes),
    records: ((journal ?? []) as [Buffer, [Buffer, Buffer]][]).map(([, [, bytes]]) => bytes),
    damage: [],
  };
}

/** By epoch, then by tick. */
function compareNames(a: string, b: string): number {
  const [epochA = 0, tickA = 0] = a.split("-").map(Number);
  const [epochB = 0, tickB = 0] = b.split("-").map(Number);
  return epochA - epochB || tickA - tickB;
}

function pairs(reply: RedisReply): [Buffer, Buffer][] {
  const flat = reply as Buffer[];
  return flat.flatMap((field, at) => (at % 2 === 0 ? [[field, flat[at + 1]!] as [Buffer, Buffer]] : []));
}
