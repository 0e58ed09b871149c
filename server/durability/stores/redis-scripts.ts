/**
 * Everything that is decided inside Redis: one Lua script per write. Redis runs a script alone and whole, so what it
 * reads at its start is true until its end; it refuses a script at its first write or not at all (maxmemory, a full
 * disk, a read-only replica), so no half of one is ever kept. Every script may run twice, and late: a command that
 * its sender gave up on still runs when a stalled Redis resumes. Keys: redis-keys.ts.
 */
import { script } from "../../redis/script.ts";

/** The verdict of append, snapshot and finish on a write; "ok" or a code of the port. */
export const verdict = `
  -- The holder of a running match's epoch may write. A writer with a name claimed the epoch itself, so if the
  -- store has never heard of that epoch, it lost what it had acknowledged. One that gives no name ('') did not
  -- claim through this store, and the epoch alone counts. The same epoch under another name was given out again
  -- after such a loss.
  local function verdict(entry, epoch, writer)
    local held = redis.call('HMGET', entry, 'state', 'epoch', 'writer')
    local named = writer ~= ''
    if not held[1] then return named and 'store/lost-acknowledged' or 'store/unknown-match' end
    if named and tonumber(held[2]) < tonumber(epoch) then return 'store/lost-acknowledged' end
    if held[1] ~= 'running' or held[2] ~= epoch or (named and held[3] ~= writer) then
      return 'fence/stale-epoch'
    end
    return 'ok'
  end

  -- WAIT and WAITAOF wait for the last write of their connection. A repeat that writes nothing would give them
  -- nothing to wait for on a new connection, and they would confirm what nobody has.
  local function touch(entry, epoch)
    redis.call('HSET', entry, 'epoch', epoch)
  end

  -- The tick of 'epoch-tick' when it is of this epoch, else 0: ticks start at 1.
  local function tickUnder(epoch, id)
    local of, tick = string.match(id or '', '^(%d+)%-(%d+)$')
    return of == epoch and tonumber(tick) or 0
  end
`;

/**
 * KEYS: the writer's count of flushes, then entry and journal per record. ARGV: the number of this flush, of the last
 * flush whose answer the writer got, seconds to keep the count, 'look' or ''; then per record epoch, tick, writer,
 * known, bytes, where `known` is the newest tick that the writer was told is stored. Answers 'trusted' or 'doubt',
 * then one verdict per record.
 *
 * Redis always loses the newest part of its data. So when it has the last answered flush, it has everything before it
 * too, and need not check each match: that took three times as long as the rest.
 */
export const append = script(`${verdict}
  local flushed = tonumber(redis.call('GET', KEYS[1]) or 0)
  local trusted = flushed >= tonumber(ARGV[2])
  -- A doubt is not counted: if this answer is lost, the next one must say it again. Written in any case: WAIT and
  -- WAITAOF have to wait for something also when every record is refused or repeated.
  local count = trusted and math.max(flushed, tonumber(ARGV[1])) or flushed
  redis.call('SET', KEYS[1], string.format('%.0f', count), 'EX', ARGV[3])
  local look = ARGV[4] == 'look' or not trusted
  local answers = { trusted and 'trusted' or 'doubt' }

  local function stored(entry, journal, epoch)
    local last = redis.call('XREVRANGE', journal, '+', '-', 'COUNT', 1)[1]
    return math.max(tickUnder(epoch, last and last[1]), tickUnder(epoch, redis.call('HGET', entry, 'newest')))
  end

  for i = 1, (#KEYS - 1) / 2 do
    local entry, journal = KEYS[2 * i], KEYS[2 * i + 1]
    local at = 5 * i - 1
    local epoch = ARGV[at + 1]
    local answer = verdict(entry, epoch, ARGV[at + 3])
    if answer == 'ok' then
      if look and stored(entry, journal, epoch) < tonumber(ARGV[at + 4]) then
        answer = 'store/lost-acknowledged'
      else
        local added = redis.pcall('XADD', journal, epoch .. '-' .. ARGV[at + 2], 'r', ARGV[at + 5])
        -- Its id is not above the last one: it came again.
        if type(added) == 'table' and not string.find(added.err, 'equal or smaller') then return added end
      end
    end
    answers[i + 1] = answer
  end
  return answers
`);

/** KEYS: entry, journal, snapshots. ARGV: epoch, tick, writer, bytes, how far the journal is kept. */
export const snapshot = script(`${verdict}
  local entry, journal, snapshots = KEYS[1], KEYS[2], KEYS[3]
  local epoch, tick, writer = ARGV[1], tonumber(ARGV[2]), ARGV[3]
  local answer = verdict(entry, epoch, writer)
  if answer ~= 'ok' then return answer end
  local held = redis.call('HMGET', entry, 'newest', 'older')
  local newest, older = held[1], held[2]
  if tickUnder(epoch, newest) > tick then
    touch(entry, epoch)
    return 'ok'
  end
  local id = epoch .. '-' .. ARGV[2]
  redis.call('HSET', snapshots, id, ARGV[4])
  if id ~= newest then
    if older then redis.call('HDEL', snapshots, older) end
    older = newest
    redis.call('HSET', entry, 'newest', id)
    if older then redis.call('HSET', entry, 'older', older) end
  end
  if ARGV[5] == 'snapshot' and older then
    local of, at = string.match(older, '^(%d+)%-(%d+)$')
    redis.call('XTRIM', journal, 'MINID', of .. '-' .. string.format('%.0f', at + 1))
  end
  return 'ok'
`);

/** KEYS: entry. ARGV: epoch, writer, outcome, time. The same end again is accepted: an answer may get lost. */
export const finish = script(`${verdict}
  local entry, epoch, writer = KEYS[1], ARGV[1], ARGV[2]
  local held = redis.call('HMGET', entry, 'state', 'epoch', 'writer', 'ending')
  local ours = writer == '' or held[3] == writer
  if ours and held[1] == 'over' and held[2] == epoch and held[4] == ARGV[3] then
    touch(entry, epoch)
    return 'ok'
  end
  local answer = verdict(entry, epoch, writer)
  if answer == 'ok' then
    redis.call('HSET', entry, 'state', 'over', 'ending', ARGV[3], 'endedAtMs', ARGV[4])
  end
  return answer
`);

/** KEYS: entry. ARGV: fields and values of the new entry. */
export const create = script(`
  if redis.call('EXISTS', KEYS[1]) == 1 then return 'exists' end
  redis.call('HSET', KEYS[1], unpack(ARGV))
  return 'ok'
`);

/**
 * KEYS: entry, journal, snapshots. ARGV: writer, seconds. Undoes what `create` of this writer did or will do, unless
 * the match has another owner by now or holds any data. The deletion comes first: a Redis that is out of memory
 * refuses a script only at its first write, and allows deletes.
 */
export const uncreate = script(`
  local held = redis.call('HMGET', KEYS[1], 'state', 'epoch', 'writer')
  local ours = held[1] == 'running' and held[2] == '1' and held[3] == ARGV[1]
  if held[1] and held[1] ~= 'uncreated' and not ours then return 'kept' end
  if redis.call('EXISTS', KEYS[2], KEYS[3]) > 0 then return 'kept' end
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'state', 'uncreated')
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  return 'ok'
`);

/**
 * KEYS: entry. ARGV: epoch and state as the caller read them, then fields and values to set. A late claim or setting
 * aside, after another node has continued the match, must do nothing: 'moved'.
 */
export const change = script(`
  local held = redis.call('HMGET', KEYS[1], 'epoch', 'state')
  if held[1] ~= ARGV[1] or held[2] ~= ARGV[2] then return 'moved' end
  redis.call('HSET', KEYS[1], unpack(ARGV, 3))
  return 'ok'
`);

/** KEYS: entry, journal, snapshots. */
export const remove = script(`
  local state = redis.call('HGET', KEYS[1], 'state')
  if state == 'running' or state == 'sleeping' then return 'running' end
  redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3])
  return 'ok'
`);
