/**
 * The matchmaking store in Redis: its keys, and the scripts that decide. All keys of a part share the hash tag
 * {part}, and every script uses one part, so a Redis Cluster could hold them (not tried; scripts derive keys from the
 * one they are given, which a cluster allows within a slot).
 *
 *   key                         type    holds
 *   <prefix>{<part>}:r:<key>    string  a row: its version in 16 digits, then its value; expires with the row
 *   <prefix>{<part>}:version    string  the newest version
 *   <prefix>{<part>}:feed       zset    key of a row in the feed -> its version
 *   <prefix>{<part>}:due        zset    key of a row in the feed -> Redis' time in ms at which it leaves the feed
 *   <prefix>{<part>}:board      zset    key -> score
 * <prefix>{<part>}:told       channel keys of rows whose watchers are notified, separated by line feeds
 *   <prefix>{b:<bucket>}        string  when the bucket will be full, in Redis' ms
 *
 * A version starts at Redis' time in microseconds, so that a Redis that returns empty gives none out twice.
 */
import { script } from "../../redis/script.ts";

const time = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * KEYS: <prefix>{<part>}. ARGV: the maximum length of the feed, then counted lists: of expectations (key, version or
 * ''), of puts (key, value, keepMs or '', feedMs or '', score or '', 1 to notify or ''), of keys to remove. Answers
 * 'ok' and the last version, 'conflict' and the keys, or 'feed-full'. Everything that can refuse comes before the
 * first write.
 */
export const commit = script(`
  local base, at = KEYS[1], 2
  local function take()
    at = at + 1
    return ARGV[at - 1]
  end
  local function row(key) return base .. ':r:' .. key end

  local conflicts = { 'conflict' }
  for _ = 1, tonumber(take()) do
    local key, version = take(), take()
    if redis.call('GETRANGE', row(key), 0, 15) ~= version then conflicts[#conflicts + 1] = key end
  end
  if #conflicts > 1 then return conflicts end

  ${time}
  local feed, due = base .. ':feed', base .. ':due'
  local puts, firstPut = tonumber(take()), at
  if redis.call('ZCARD', feed) + puts > tonumber(ARGV[1]) then
    local room = tonumber(ARGV[1]) - redis.call('ZCARD', feed)
    for i = 0, puts - 1 do
      local put = firstPut + 6 * i
      if ARGV[put + 3] ~= '' and not redis.call('ZSCORE', feed, ARGV[put]) then room = room - 1 end
    end
    if room < 0 then return { 'feed-full' } end
  end

  local gone = redis.call('ZRANGEBYSCORE', due, '-inf', now, 'LIMIT', 0, 300)
  if #gone > 0 then
    redis.call('ZREM', feed, unpack(gone))
    redis.call('ZREM', due, unpack(gone))
  end

  local last = redis.call('INCRBY', base .. ':version', puts)
  if last == puts then
    last = now * 1000 + puts
    redis.call('SET', base .. ':version', string.format('%.0f', last))
  end
  local told = {}
  for i = 1, puts do
    local key, value, keepMs, feedMs, score, tell = take(), take(), take(), take(), take(), take()
    local version = string.format('%016.0f', last - puts + i)
    if keepMs == '' then
      redis.call('SET', row(key), version .. value)
    else
      redis.call('SET', row(key), version .. value, 'PX', keepMs)
    end
    if feedMs ~= '' then
      redis.call('ZADD', feed, version, key)
      redis.call('ZADD', due, string.format('%.0f', now + feedMs), key)
    else
      redis.call('ZREM', feed, key)
    end
    if score ~= '' then redis.call('ZADD', base .. ':board', score, key) end
    if tell ~= '' then told[#told + 1] = key end
  end
  for _ = 1, tonumber(take()) do redis.call('DEL', row(take())) end
  if #told > 0 then redis.call('PUBLISH', base .. ':told', table.concat(told, '\\n')) end
  return { 'ok', string.format('%.0f', last) }
`);

/**
 * KEYS: <prefix>{<part>}. ARGV: after which version, how many rows at most. Answers the version of the last row
 * looked at, how many were looked at, then each one's key and row (or nil).
 */
export const changes = script(`
  local base = KEYS[1]
  local feed = redis.call(
    'ZRANGEBYSCORE', base .. ':feed', '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[2])
  if #feed == 0 then return { ARGV[1], '0' } end
  local rows = {}
  for i = 1, #feed, 2 do rows[#rows + 1] = base .. ':r:' .. feed[i] end
  local values = redis.call('MGET', unpack(rows))
  local answer = { string.format('%.0f', feed[#feed]), tostring(#rows) }
  for i = 1, #rows do
    answer[#answer + 1] = feed[2 * i - 1]
    answer[#answer + 1] = values[i]
  end
  return answer
`);

/** KEYS: <prefix>{<part>}. ARGV: first and last place, from 0. Answers each one's key, score and row (or nil). */
export const leaderboard = script(`
  local base = KEYS[1]
  local placed = redis.call('ZREVRANGE', base .. ':board', ARGV[1], ARGV[2], 'WITHSCORES')
  if #placed == 0 then return {} end
  local rows = {}
  for i = 1, #placed, 2 do rows[#rows + 1] = base .. ':r:' .. placed[i] end
  local values = redis.call('MGET', unpack(rows))
  local answer = {}
  for i = 1, #rows do
    answer[#answer + 1] = placed[2 * i - 1]
    answer[#answer + 1] = placed[2 * i]
    answer[#answer + 1] = values[i]
  end
  return answer
`);

/** KEYS: the bucket. ARGV: burst, refillMs. Answers 0, or in how many ms there will be a token. See bucket.ts. */
export const spend = script(`
  ${time}
  local burst, refillMs = tonumber(ARGV[1]), tonumber(ARGV[2])
  local full = tonumber(redis.call('GET', KEYS[1]) or now)
  local fullMax = now + burst * refillMs
  if full > fullMax then
    full = fullMax
    redis.call('SET', KEYS[1], string.format('%.3f', full), 'PX', math.ceil(full - now))
  end
  local after = math.max(full, now) + refillMs
  local retryAfterMs = math.ceil(after - now - burst * refillMs)
  if retryAfterMs > 0 then return retryAfterMs end
  redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil(after - now))
  return 0
`);
