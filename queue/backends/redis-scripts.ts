/**
 * The ledger's atomic steps in Redis, as Lua. Keys, all below `understudy:ledger:`:
 *
 *     batch:<id>            hash: createdAt, jobs, settings, priority, key (of idempotency), enqueued, toldAt, a count per
 *                           state, and how often it was cancelled, `era`, with the time of each, `cancelledAt:<era>`
 *     batches               sorted set of ids by number
 *     having:<state>        sorted set of the batches with a job in this state, by number
 *     totals                hash: jobs per state of all batches
 *     submissions           set of ids whose jobs are not all in the queue
 *     idempotency:<key>     hash: batch, digest
 *     job:<id>              hash: the fields of a job, objects as JSON; `era` of its batch when it last changed its state
 *     in:<batch>:<state>    sorted set of a batch's jobs by rank
 *     events:<batch>        stream; an event of the whole batch has the job ''
 *     forgotten             hash: batches that are forgotten, and how many of their jobs are not gone
 *
 * A job whose hash says queued or running in an earlier era than its batch's is cancelled: a batch is cancelled without
 * touching its jobs.
 */

import { MAX_JOBS } from '../ids.ts';
import { EVENTS_KEPT } from '../ledger.ts';
import { JOB_STATES } from '../types.ts';

/** Events of a batch are forgotten this long after its last one, s. */
const EVENTS_TTL_S = 7 * 24 * 3600;

const COUNT = `
local function count(prefix, batch, number, state, change)
  local now = redis.call('HINCRBY', prefix .. 'batch:' .. batch, state, change)
  redis.call('HINCRBY', prefix .. 'totals', state, change)
  if now == 0 then redis.call('ZREM', prefix .. 'having:' .. state, batch)
  elseif now == change then redis.call('ZADD', prefix .. 'having:' .. state, number, batch) end
end
`;

const TELL = `
local function tell(prefix, batch, job, body)
  local key = prefix .. 'events:' .. batch
  redis.call('XADD', key, 'MAXLEN', '~', ${EVENTS_KEPT}, '*', 'job', job, 'body', body)
  redis.call('EXPIRE', key, ${EVENTS_TTL_S})
  redis.call('HSET', prefix .. 'batch:' .. batch, 'toldAt', cjson.decode(body).at)
end
`;

/** The state of a job, and the era of its batch; nil: no such job or batch. */
const STATE = `
local function state_of(prefix, batch, job)
  local of = redis.call('HMGET', prefix .. 'batch:' .. batch, 'createdAt', 'era')
  if not of[1] then return nil end
  local era = tonumber(of[2] or 0)
  local found = redis.call('HMGET', prefix .. 'job:' .. job, 'state', 'era')
  local state = found[1]
  if (state == 'queued' or state == 'running') and tonumber(found[2] or 0) < era then state = 'cancelled' end
  return state, era
end
`;

/** ARGV: prefix, idempotency key or '', digest, id, number, then fields and values. Returns {id, digest or ''}. */
export const CREATE_BATCH = `
local prefix, key, digest, id, number = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
if key ~= '' then
  local known = redis.call('HMGET', prefix .. 'idempotency:' .. key, 'batch', 'digest')
  -- One that was made before batches kept their key stays when its batch is forgotten.
  if known[1] and redis.call('EXISTS', prefix .. 'batch:' .. known[1]) == 1 then return known end
  redis.call('HSET', prefix .. 'idempotency:' .. key, 'batch', id, 'digest', digest)
end
redis.call('HSET', prefix .. 'batch:' .. id, 'key', key, unpack(ARGV, 6))
redis.call('ZADD', prefix .. 'batches', number, id)
redis.call('SADD', prefix .. 'submissions', id)
return {id, ''}
`;

/** ARGV: prefix, batch, number, time, then id, rank and item of each job. Of a cancelled batch they are cancelled. */
export const ADD_JOBS = `${COUNT}
local prefix, batch, number, at = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local cancelled = redis.call('HEXISTS', prefix .. 'batch:' .. batch, 'era') == 1
local state = cancelled and 'cancelled' or 'queued'
local added = 0
for i = 5, #ARGV, 3 do
  local id, rank = ARGV[i], ARGV[i + 1]
  if redis.call('HSETNX', prefix .. 'job:' .. id, 'state', state) == 1 then
    redis.call('HSET', prefix .. 'job:' .. id, 'item', ARGV[i + 2], 'createdAt', at)
    if cancelled then redis.call('HSET', prefix .. 'job:' .. id, 'finishedAt', at) end
    redis.call('ZADD', prefix .. 'in:' .. batch .. ':' .. state, rank, id)
    added = added + 1
  end
end
if added > 0 then count(prefix, batch, number, state, added) end
return added
`;

/** ARGV: prefix, job, batch, rank, 'from,from', to, event or '', added attempts, then fields and values. */
export const MOVE = `${COUNT}${TELL}${STATE}
local prefix, job, batch, rank, from, to, event = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]
local key = prefix .. 'job:' .. job
local state, era = state_of(prefix, batch, job)
if not state or not string.find(',' .. from .. ',', ',' .. state .. ',', 1, true) then return 0 end
if state ~= to then
  local number = math.floor(tonumber(rank) / ${MAX_JOBS})
  redis.call('ZREM', prefix .. 'in:' .. batch .. ':' .. state, job)
  redis.call('ZADD', prefix .. 'in:' .. batch .. ':' .. to, rank, job)
  count(prefix, batch, number, state, -1)
  count(prefix, batch, number, to, 1)
end
redis.call('HSET', key, 'state', to, unpack(ARGV, 9))
if era > 0 then redis.call('HSET', key, 'era', era) end
if ARGV[8] ~= '0' then redis.call('HINCRBY', key, 'attempts', ARGV[8]) end
if event ~= '' then tell(prefix, batch, job, event) end
return 1
`;

/** ARGV: prefix, job, batch, episode, event. */
export const ADD_EPISODE = `${TELL}${STATE}
local prefix, job, batch, episode = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local key = prefix .. 'job:' .. job
if state_of(prefix, batch, job) ~= 'running' then return 0 end
local list = redis.call('HGET', key, 'episodes') or '[]'
if string.find(list, '"' .. episode .. '"', 1, true) then return 0 end
local rest = string.sub(list, 2)
if list ~= '[]' then rest = ',' .. rest end
redis.call('HSET', key, 'episodes', '["' .. episode .. '"' .. rest)
tell(prefix, batch, job, ARGV[5])
return 1
`;

/**
 * ARGV: prefix, batch, number, time, event. Returns whether there is such a batch. The set of the queued becomes that of
 * the cancelled by its name; only where both have members the smaller one is poured into the larger.
 */
export const CANCEL_BATCH = `${COUNT}${TELL}
local prefix, batch, number, at, event = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local key = prefix .. 'batch:' .. batch
local found = redis.call('HMGET', key, 'createdAt', 'queued', 'running', 'enqueued')
if not found[1] then return 0 end
local counts = {queued = tonumber(found[2] or 0), running = tonumber(found[3] or 0)}
if counts.queued + counts.running == 0 and found[4] then return 1 end
redis.call('HSET', key, 'cancelledAt:' .. redis.call('HINCRBY', key, 'era', 1), at, 'enqueued', 1)
redis.call('SREM', prefix .. 'submissions', batch)
for state, jobs in pairs(counts) do
  if jobs > 0 then
    local cancelled, other = prefix .. 'in:' .. batch .. ':cancelled', prefix .. 'in:' .. batch .. ':' .. state
    local small, large = cancelled, other
    if redis.call('ZCARD', cancelled) > jobs then small, large = other, cancelled end
    for first = 0, redis.call('ZCARD', small) - 1, 1000 do
      local some, ranked = redis.call('ZRANGE', small, first, first + 999, 'WITHSCORES'), {}
      for i = 1, #some, 2 do
        ranked[i], ranked[i + 1] = some[i + 1], some[i]
      end
      redis.call('ZADD', large, unpack(ranked))
    end
    redis.call('DEL', small)
    if large ~= cancelled then redis.call('RENAME', large, cancelled) end
    count(prefix, batch, number, state, -jobs)
    count(prefix, batch, number, 'cancelled', jobs)
  end
end
tell(prefix, batch, '', event)
return 1
`;

/** ARGV: prefix, time, limit. Returns how many records are gone. Batches are looked at from the oldest on. */
export const FORGET = `${COUNT}
local prefix, before, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
local forgotten = prefix .. 'forgotten'
local function ended()
  for first = 0, redis.call('ZCARD', prefix .. 'batches') - 1, 100 do
    local some = redis.call('ZRANGE', prefix .. 'batches', first, first + 99, 'WITHSCORES')
    for i = 1, #some, 2 do
      local found = redis.call('HMGET', prefix .. 'batch:' .. some[i], 'createdAt', 'toldAt', 'enqueued', 'queued', 'running')
      if found[1] >= before then return nil end
      local told = found[2]
      if not told then
        -- Of a batch of before it was written down.
        local last = redis.call('XREVRANGE', prefix .. 'events:' .. some[i], '+', '-', 'COUNT', 1)[1]
        told = last and cjson.decode(last[2][4]).at or found[1]
      end
      if told < before and found[3] and tonumber(found[4] or 0) + tonumber(found[5] or 0) == 0 then
        return some[i], some[i + 1]
      end
    end
  end
end
local id = redis.call('HRANDFIELD', forgotten)
if not id then
  local number
  id, number = ended()
  if not id then return 0 end
  local key = prefix .. 'batch:' .. id
  local known = redis.call('HMGET', key, 'jobs', 'key')
  for _, state in ipairs({${JOB_STATES.map(state => `'${state}'`)}}) do
    local jobs = tonumber(redis.call('HGET', key, state) or 0)
    if jobs > 0 then count(prefix, id, number, state, -jobs) end
    redis.call('UNLINK', prefix .. 'in:' .. id .. ':' .. state)
  end
  if known[2] and known[2] ~= '' then redis.call('DEL', prefix .. 'idempotency:' .. known[2]) end
  redis.call('DEL', key)
  redis.call('UNLINK', prefix .. 'events:' .. id)
  redis.call('ZREM', prefix .. 'batches', id)
  redis.call('HSET', forgotten, id, known[1])
end
local left = tonumber(redis.call('HGET', forgotten, id))
local gone = math.min(left, limit)
for i = left - gone, left - 1 do redis.call('UNLINK', prefix .. 'job:' .. id .. '-' .. i) end
if gone == left then redis.call('HDEL', forgotten, id) else redis.call('HSET', forgotten, id, left - gone) end
return gone + 1
`;
