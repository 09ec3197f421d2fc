-- One exchange of WordPress's object cache, carried out by the server as a whole.
--
-- KEYS[1] is the beginning of all keys of a site. ARGV has the deadline in milliseconds of the server's clock, the
-- most bytes of values, the history of the server or nothing, and the commands, each with its arguments.
--
-- The response is a status, the numbers of hits and misses, the first line of the agent's response, and the pieces of
-- its further text, which are not joined here because that takes long; or the status alone: 'late', or 'more' with the
-- bytes that the values have, and then nothing has been carried out. After a command 'changes' the pieces are followed
-- by those after its result, and by the last changes.
--
-- Keys of a site:
--   meta      seq: the number of the last change; flush: of the last flush; g:GROUP: of the last flush of a group;
--             floor: the largest number that was removed from changes; history: of the server that wrote it. Without it,
--             or on a server of another history, which may not have the last changes, all other keys are unreachable.
--   changes   the number of the last change of a key, by its hash, for the latest changes; * for any key of a group
--   tokens    of named flushes
--   e…        a value, behind its number and its time. The number of the flush is part of the key.
--
-- A server that is out of memory refuses the first write of a script, and then none of it is carried out.

local base, LIMIT = KEYS[1], tonumber(ARGV[2])
local meta, changes, tokens = base .. 'meta', base .. 'changes', base .. 'tokens'
local HISTORY, LOST_MICROS = ARGV[3], 60000000
local MAX_ROOM, MAX_VALUE, MAX_TTL = 33554432, 8388608, 2592000000
local SCANNED_KEYS, HEAD_BYTES = 500, 40
local MAX_CHANGES, MAX_TOKENS, MAX_KEYS, MAX_GROUPS, MAX_LATEST, MAX_READ = 100000, 100, 10000, 4096, 2000, 500
local call = redis.call

local time = call('TIME')
local micros = tonumber(time[1]) * 1000000 + tonumber(time[2])
local millis = math.floor(micros / 1000)

local function text(number)
    return string.format('%.0f', number)
end

if millis > tonumber(ARGV[1]) then
    return { 'late' }
end

local stored = call('HMGET', meta, 'seq', 'flush', 'floor', 'history')
local seq, flush, floor = tonumber(stored[1]), tonumber(stored[2]), tonumber(stored[3])
local other = HISTORY ~= '' and stored[4] ~= HISTORY

-- The agent has read the history when it connected. It changes without a fail-over, too: when a first replica attaches,
-- or the last one has been away for long.
if other and stored[4] then
    local server, replication = redis.pcall('INFO', 'server'), redis.pcall('INFO', 'replication')
    if type(server) == 'string' and type(replication) == 'string' then
        local run_id = string.match(server, '\nrun_id:(%w+)')
        local replid = string.match(replication, '\nmaster_replid:(%w+)')
        HISTORY = run_id and replid and run_id .. ':' .. replid or HISTORY
        other = stored[4] ~= HISTORY
    end
end

local function begin()
    call('DEL', meta)
    call('HSET', meta, 'seq', text(seq), 'flush', text(flush), 'floor', text(floor), 'history', HISTORY)
end

if not (seq and flush and floor) or other and stored[4] then
    seq = math.max(seq or 0, micros) + LOST_MICROS -- larger than the numbers that are lost
    flush, floor = seq, seq
    call('DEL', changes)
    begin()
    call('ZADD', changes, 0, '')
    other = false
elseif not call('ZSCORE', changes, '') then -- evicted
    floor = seq
    call('HSET', meta, 'floor', text(floor))
    call('ZADD', changes, 0, '')
end

if other then -- written by an earlier version
    call('HSET', meta, 'history', HISTORY)
end

local flushes, prefixes = {}, {}

local function flush_of(group)
    if not flushes[group] then
        flushes[group] = tonumber(call('HGET', meta, 'g:' .. group) or '0')
    end
    return math.max(flush, flushes[group])
end

local function entry(group, name)
    if not prefixes[group] then
        prefixes[group] = base .. 'e' .. text(flush_of(group)) .. ':' .. #group .. ':' .. group
    end
    return prefixes[group] .. name
end

local before = seq

local function next_number()
    seq = math.max(seq + 1, micros)
    return seq
end

local function member(group, name)
    return redis.sha1hex(#group .. ':' .. group .. name)
end

local function note(group, name, number)
    call('ZADD', changes, text(number), member(group, name))
    if call('ZCARD', changes) > MAX_CHANGES then
        local last = call('ZRANGE', changes, MAX_CHANGES / 10, MAX_CHANGES / 10, 'WITHSCORES')
        floor = math.max(floor, tonumber(last[2]))
        call('HSET', meta, 'floor', text(floor))
        call('ZREMRANGEBYRANK', changes, 1, MAX_CHANGES / 10)
    end
end

-- What has been read at once, by key, until it changes; false for nothing.
local raws = {}

-- The number and the time of what has been read, by key: a long value is not read again for them.
local heads = {}

-- The value, its number, and its time or 0.
local function load(group, name)
    local key = entry(group, name)
    local raw = raws[key]
    if raw == nil then
        raw = call('GET', key)
    end
    if not raw then
        return nil
    end
    local _, stop, number, expires = string.find(raw, '^(%d+) (%d+)\n')
    heads[key] = { tonumber(number), tonumber(expires) }
    if expires ~= '0' and tonumber(expires) <= millis then
        return nil
    end
    return string.sub(raw, stop + 1), tonumber(number), tonumber(expires)
end

local function number_of(group, name)
    local head = heads[entry(group, name)]
    if not head then
        local _, number = load(group, name)
        return number
    end
    return (head[2] == 0 or head[2] > millis) and head[1] or nil
end

local function last_change(group, name, number)
    local score = call('ZSCORE', changes, member(group, name))
    return number or math.max(score and tonumber(score) or floor, flush_of(group))
end

local function left(expires)
    return expires == 0 and 0 or math.max(1, math.ceil((expires - millis) / 1000))
end

local function put(group, name, value, expires)
    local number = next_number()
    local ttl = expires == 0 and MAX_TTL or math.min(MAX_TTL, math.max(1, expires - millis))
    local raw = text(number) .. ' ' .. text(expires) .. '\n' .. value
    call('SET', entry(group, name), raw, 'PX', text(ttl))
    raws[entry(group, name)], heads[entry(group, name)] = nil, { number, expires }
    note(group, name, number)
    return number
end

local function drop(group, name)
    local existed = call('DEL', entry(group, name)) == 1
    raws[entry(group, name)], heads[entry(group, name)] = nil, nil
    note(group, name, next_number())
    return existed
end

-- The list that this exchange recalls: its group, its name and its keys.
local listed

local function flush_all()
    flush = next_number()
    begin()
    flushes, prefixes, listed = {}, {}, nil
end

local function keys_of(group, name)
    local list, keys, at = load(group, name), {}, 1
    while list and at <= #list do
        local _, stop, g, n = string.find(list, '^(%d+) (%d+)\n', at)
        if not stop or #keys == MAX_KEYS or stop + g + n > #list then
            return {}
        end
        keys[#keys + 1] = { string.sub(list, stop + 1, stop + g), string.sub(list, stop + g + 1, stop + g + n) }
        at = stop + g + n + 1
    end
    return keys
end

local ARGUMENTS = { ['until'] = 1, changes = 1, keys = 1, get = 2, recall = 2, store = 6, delete = 2, incr = 3, group = 1, flush = 0, once = 2 }

-- The values that are going to be returned, which are read at once if there is room for them; or those that this exchange
-- stores before.
local needed, at, wanted, written = 0, 4, {}, {}

local function want(group, name)
    local key = entry(group, name)
    wanted[#wanted + 1] = key
    needed = needed + math.max(call('STRLEN', key), written[key] or 0)
end

while at <= #ARGV do
    local verb, a, b, c = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
    if verb == 'get' then
        want(a, b)
    elseif verb == 'incr' then
        want(b, c)
    elseif verb == 'store' then
        written[entry(ARGV[at + 4], ARGV[at + 5])] = #ARGV[at + 6]
    elseif verb == 'recall' and not listed then
        local keys = keys_of(a, b)
        for _, key in ipairs(keys) do
            listed = { a, b, keys }
            want(key[1], key[2])
        end
    end
    at = at + 1 + ARGUMENTS[verb]
end
if needed > LIMIT and LIMIT < MAX_ROOM then
    return { 'more', text(math.min(needed, MAX_ROOM)) }
end
for first = 1, needed <= LIMIT and #wanted or 0, MAX_READ do
    local last = math.min(#wanted, first + MAX_READ - 1)
    for i, raw in ipairs(call('MGET', unpack(wanted, first, last))) do
        raws[wanted[first + i - 1]] = raw
    end
end

local hits, misses, room, recalled, pieces = 0, 0, LIMIT, false, {}

local function line(...)
    pieces[#pieces + 1] = table.concat({ ... }, ' ') .. '\n'
end

local function reply(word, number, expires, value)
    room = room - #value
    pieces[#pieces + 1] = word .. ' ' .. text(number) .. ' ' .. left(expires) .. ' ' .. #value .. '\n'
    pieces[#pieces + 1] = value
end

-- The value as of load. One that is longer than the room is not read.
local function load_if_fits(group, name)
    local key = entry(group, name)
    if raws[key] == nil and call('STRLEN', key) > room + 2 * HEAD_BYTES then
        return nil
    end
    return load(group, name)
end

local function get(group, name)
    local value, number, expires = load_if_fits(group, name)
    if value and #value <= room then
        hits = hits + 1
        reply('hit', number, expires, value)
    else
        misses = misses + 1
        line('miss')
    end
end

local run = {}

run['until'] = function(deadline)
    if millis > tonumber(deadline) then
        line('late')
        return true
    end
    line('ok')
end

local before_table, latest

-- The changes since a number, or any key if they are not known or too many. The agent puts its table in their place.
run.changes = function(known)
    if latest then
        line('miss')
        return
    end
    known = tonumber(known)
    local any, keys = known < math.max(floor, flush) or known > seq, {}
    if not any then
        keys = call('ZRANGE', changes, '(' .. text(known), '+inf', 'BYSCORE', 'LIMIT', 0, MAX_LATEST, 'WITHSCORES')
        any = #keys == 2 * MAX_LATEST
    end
    latest = { text(flush), text(seq), any and 1 or 0, any and {} or keys }
    before_table, pieces = pieces, {}
end

-- A user of an earlier version may not scan.
run.keys = function(cursor)
    local pattern = string.gsub(base, '[%*%?%[%]\\]', '\\%0') .. 'e*'
    local scanned = redis.pcall('SCAN', cursor, 'MATCH', pattern, 'COUNT', SCANNED_KEYS)
    local lines = {}
    for _, key in ipairs(scanned[2] or {}) do
        local number, length, start = string.match(key, '^(%d+):(%d+):()', #base + 2)
        local group = start and string.sub(key, start, start + length - 1)
        local head = group and number == text(flush_of(group)) and redis.pcall('GETRANGE', key, 0, HEAD_BYTES)
        local _, stop, expires = string.find(type(head) == 'string' and head or '', '^%d+ (%d+)\n')
        if stop and (expires == '0' or tonumber(expires) > millis) then
            local name = string.sub(key, start + length)
            lines[#lines + 1] = 'key ' .. #group .. ' ' .. #name .. '\n' .. group .. name
            lines[#lines + 1] = 'entry ' .. text(call('STRLEN', key) - stop) .. ' ' .. left(tonumber(expires)) .. '\n'
        end
    end
    if not scanned[2] then
        line('refused')
        return
    end
    line('list', #lines / 2, scanned[1])
    for _, each in ipairs(lines) do
        pieces[#pieces + 1] = each
    end
end

run.get = get

run.recall = function(group, name)
    local keys = {}
    if listed and listed[1] == group and listed[2] == name and not recalled then
        keys = listed[3]
    end
    recalled = recalled or #keys > 0
    line('list', #keys)
    for _, key in ipairs(keys) do
        pieces[#pieces + 1] = 'key ' .. #key[1] .. ' ' .. #key[2] .. '\n' .. key[1] .. key[2]
        get(key[1], key[2])
    end
end

run.store = function(condition, ttl, known, group, name, value)
    local number = number_of(group, name)
    local changed = false
    if known ~= '-' then
        known = tonumber(known)
        changed = last_change(group, name, number) > known or known > seq
    end
    if number and condition == 'ABSENT' then
        line('exists')
    elseif not number and condition == 'PRESENT' then
        line('miss')
    elseif changed then
        if condition ~= 'ABSENT' then
            drop(group, name)
        end
        line('changed')
    elseif #value > MAX_VALUE then
        drop(group, name)
        line('large')
    else
        ttl = tonumber(ttl)
        line('ok', text(put(group, name, value, ttl == 0 and 0 or millis + 1000 * ttl)))
    end
end

run.delete = function(group, name)
    local number = number_of(group, name)
    local last = last_change(group, name, number)
    line(drop(group, name) and 'ok' or 'miss', text(last))
end

run.incr = function(offset, group, name)
    local value, number, expires = load_if_fits(group, name)
    if not value then
        line('miss')
    elseif not string.find(value, '^-?%d+$') or #value > 15 or #offset > 15 then -- exact in the numbers of Lua
        if #value <= room then
            reply('other', number, expires, value)
        else
            line('miss')
        end
    else
        local sum = math.max(0, tonumber(value) + tonumber(offset))
        line('ok', text(put(group, name, text(sum), expires)), text(sum), text(number))
    end
end

run.group = function(group)
    flushes[group], prefixes[group] = next_number(), nil
    call('HSET', meta, 'g:' .. group, text(seq))
    call('ZADD', changes, text(seq), '*')
    if call('HLEN', meta) > MAX_GROUPS then
        flush_all()
    end
    line('ok')
end

run.flush = function()
    flush_all()
    line('ok')
end

run.once = function(name, token)
    if call('HGET', tokens, name) ~= token then
        flush_all()
        call('HSET', tokens, name, token)
        if call('HLEN', tokens) > MAX_TOKENS then
            call('DEL', tokens)
        end
    end
    line('ok')
end

at = 4
while at <= #ARGV do
    local verb = ARGV[at]
    local count = ARGUMENTS[verb]
    if run[verb](unpack(ARGV, at + 1, at + count)) then
        break
    end
    at = at + 1 + count
end
if seq > before then
    call('HSET', meta, 'seq', text(seq))
end
local first = 'at ' .. text(seq) .. '\n'
if latest then
    return { 'at', hits, misses, first, before_table, pieces, latest }
end
return { 'at', hits, misses, first, pieces }
