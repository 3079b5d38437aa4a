-- Calls of the native API: arguments are the key, "create" or "get", a file of ids (for get), whether to send keys, and
-- how many calls a second are offered, evenly spread over all callers (0: as many as are answered).
local ffi = require("ffi")
ffi.cdef("typedef struct { long s; long ns; } moment; int clock_gettime(int clock, moment *now);")
local MONOTONIC = 1
local moment, between_ms, next_ms = ffi.new("moment"), 0, nil

local function now_ms()
  ffi.C.clock_gettime(MONOTONIC, moment)
  return tonumber(moment.s) * 1000 + tonumber(moment.ns) / 1e6
end

local headers, what, ids, repeated, number = {}, "get", {}, false, 0
local stamp = tostring(os.time()) .. "-"

function init(arguments)
  headers["Authorization"] = "Bearer " .. arguments[1]
  headers["Content-Type"] = "application/json"
  what = arguments[2]
  repeated = arguments[4] == "once"
  local rate = tonumber(arguments[5] or 0)
  if rate > 0 then between_ms = 1000 / rate end
  math.randomseed(1)
  if what == "get" then
    for id in io.lines(arguments[3]) do ids[#ids + 1] = id end
  end
end

function delay()
  if between_ms == 0 then return 0 end
  local now = now_ms()
  next_ms = math.max((next_ms or now) + between_ms, now)
  return math.floor(next_ms - now)
end

function request()
  if what == "get" then
    return wrk.format("GET", "/api/v1/qr-codes/" .. ids[math.random(#ids)], headers)
  end
  number = number + 1
  if repeated then headers["Idempotency-Key"] = stamp .. number end
  local body = '{"destination": "https://example.com/products/' .. number .. '", "title": "Product ' .. number .. '", "tags": ["print", "q2"]}'
  return wrk.format("POST", "/api/v1/qr-codes", headers, body)
end
