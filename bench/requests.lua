-- Requests are made before the load starts, so that making them is not what is measured.
local agents = {
  "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Linux; Android 14; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (Linux; Android 13; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.0.0 Mobile Safari/537.36",
  "Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
}
local languages = { "de-DE,de;q=0.9,en;q=0.8", "en-US,en;q=0.9", "fr-FR,fr;q=0.9", "es-ES" }

local prepared, at = {}, 0

function init(arguments)
  math.randomseed(tonumber(arguments[2]))
  local slugs = {}
  for slug in io.lines(arguments[1]) do slugs[#slugs + 1] = slug end
  local how_many = tonumber(arguments[3])
  for index = 1, how_many do
    prepared[index] = wrk.format("GET", "/r/" .. slugs[math.random(#slugs)], {
      ["User-Agent"] = agents[math.random(#agents)],
      ["Accept-Language"] = languages[math.random(#languages)],
      ["Accept"] = "text/html,application/xhtml+xml",
    })
  end
end

function request()
  at = at % #prepared + 1
  return prepared[at]
end
