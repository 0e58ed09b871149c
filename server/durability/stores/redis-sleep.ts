/**
 * How matches sleep in Redis. A sleeping match leaves the set of ids and is in sorted sets instead: `sleeping`, by the time at
 * which it wakes by itself, and `open:<name>`, by when it fell asleep, if anybody may join it. So nothing reads through what
 * sleeps, however much it is. Each change is one script, with the entry. Keys: redis-keys.ts.
 */
import type { Call } from "../../redis/connection.ts";
import type { RedisReply, RedisRequest } from "../../redis/request.ts";
import { script } from "../../redis/script.ts";
import type { Asleep, MatchEntry, SleepingMatch } from "../store.ts";
import { indexKey, matchKeys, openKey, sleepingKey } from "./redis-keys.ts";
import { verdict } from "./redis-scripts.ts";

/**
 * KEYS: entry, ids, sleeping, open. ARGV: epoch, writer, id, the entry's field, when it wakes, now, 'open' or ''. The same again
 * is accepted: an answer may get lost.
 */
const sleepScript = script(`${verdict}
  local entry, epoch, writer, id = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
  local held = redis.call('HMGET', entry, 'state', 'epoch', 'writer')
  local ours = writer == '' or held[3] == writer
  if ours and held[1] == 'sleeping' and held[2] == epoch then
    touch(entry, epoch)
    return 'ok'
  end
  local answer = verdict(entry, epoch, writer)
  if answer ~= 'ok' then return answer end
  redis.call('HSET', entry, 'state', 'sleeping', 'asleep', ARGV[4])
  redis.call('ZADD', KEYS[3], ARGV[5], id)
  if ARGV[7] == 'open' then redis.call('ZADD', KEYS[4], ARGV[6], id) end
  redis.call('SREM', KEYS[2], id)
  return 'ok'
`);

/** KEYS: entry, ids, sleeping, open. ARGV: epoch as the caller read it, id, then fields and values to set. */
const wakeScript = script(`
  local held = redis.call('HMGET', KEYS[1], 'epoch', 'state')
  if held[1] ~= ARGV[1] or held[2] ~= 'sleeping' then return 'moved' end
  redis.call('SADD', KEYS[2], ARGV[2])
  redis.call('ZREM', KEYS[3], ARGV[2])
  redis.call('ZREM', KEYS[4], ARGV[2])
  redis.call('HDEL', KEYS[1], 'asleep')
  redis.call('HSET', KEYS[1], unpack(ARGV, 3))
  return 'ok'
`);

interface SleepCall {
  readonly prefix: string;
  readonly id: string;
  readonly epoch: number;
  readonly asleep: Asleep;
}

export function sleepCall(
  { prefix, id, epoch, asleep }: SleepCall,
  { writer, nowMs }: { readonly writer: string; readonly nowMs: number },
): Call {
  const { wakesAtMs, openAs } = asleep;
  return {
    script: sleepScript,
    keys: sleepKeys(prefix, id, asleep),
    args: [
      ...[String(epoch), writer, id, JSON.stringify(asleep)],
      ...[
        wakesAtMs === undefined ? "+inf" : String(wakesAtMs),
        String(nowMs),
        openAs === undefined ? "" : "open",
      ],
    ],
  };
}

/** @param fields and values of the entry from now on, alternating */
export function wakeCall(prefix: string, { id, epoch, asleep }: MatchEntry, fields: readonly string[]): Call {
  return { script: wakeScript, keys: sleepKeys(prefix, id, asleep), args: [String(epoch), id, ...fields] };
}

function sleepKeys(prefix: string, id: string, asleep: Asleep | undefined): string[] {
  const open = openKey(prefix, asleep?.openAs ?? "");
  return [matchKeys(prefix, id).entry, indexKey(prefix), sleepingKey(prefix), open];
}

export function dueFirstRequest(prefix: string, max: number): RedisRequest {
  return ["ZRANGEBYSCORE", sleepingKey(prefix), "-inf", "(+inf", "WITHSCORES", "LIMIT", "0", String(max)];
}

export function dueFirstOf(reply: RedisReply): SleepingMatch[] {
  const flat = (reply as readonly Buffer[]).map(String);
  return flat.flatMap((id, at) => (at % 2 === 0 ? [{ id, wakesAtMs: Number(flat[at + 1]) }] : []));
}
