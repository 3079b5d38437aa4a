-- Calls of the native API: arguments are the key, "create" or "get", a file of ids (for get), and whether to send keys.
local headers, what, ids, repeated, number = {}, "get", {}, false, 0
local stamp = tostring(os.time()) .. "-"

function init(arguments)
  headers["Authorization"] = "Bearer " .. arguments[1]
  headers["Content-Type"] = "application/json"
  what = arguments[2]
  repeated = arguments[4] == "once"
  math.randomseed(1)
  if what == "get" then
    for id in io.lines(arguments[3]) do ids[#ids + 1] = id end
  end
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
