#!/usr/bin/env bash
# The emulator's figures: time to seed, memory, cost of a call at 100 and at 100,000 users in one run, requests a second;
# what a thousand organizations of 100 users need.
# Some 40 seconds, of which 36 under load. Needs curl and wrk (apt-get install wrk); builds nothing: run dotnet build -c Release first.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=src/ScimGateway.SlackEmulator/bin/Release/net10.0/ScimGateway.SlackEmulator
[ -x "$program" ] || { echo "build first: dotnet build -c Release src/ScimGateway.SlackEmulator" >&2; exit 1; }
command -v wrk >/dev/null || { echo "wrk is missing: apt-get install wrk" >&2; exit 1; }
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; rm -rf "$work"' EXIT

start() { # PORT SEED: starts one and prints how long it took to answer
  local began ended
  began=$(date +%s%N)
  "$program" --urls "http://127.0.0.1:$1" --seed "$2" >"$work/$1.log" &
  pids+=($!)
  until curl -sf "http://127.0.0.1:$1/scim/v1/ServiceProviderConfigs" >/dev/null; do sleep 0.02; done
  ended=$(date +%s%N)
  echo "seed $2: $(((ended - began) / 1000000)) ms from start to first answer"
}

cat >"$work/call.lua" <<'LUA'
-- One script for all: wrk.path is the mode, ids and names come from a file of the port.
local lines, mode, n, thread_no = {}, nil, 0, 0
function setup(thread) thread:set("id", thread_no); thread_no = thread_no + 1 end
function init(args)
  mode = args[1]
  for line in io.lines(args[2]) do lines[#lines + 1] = line end
  math.randomseed(7 + id)
  headers = { ["Authorization"] = "Bearer xoxp-emulator", ["Content-Type"] = "application/json" }
end
function request()
  n = n + 1
  local uid, name = lines[math.random(#lines)]:match("(%S+) (%S+)")
  if mode == "id" then return wrk.format("GET", "/scim/v1/Users/" .. uid, headers) end
  if mode == "name" then return wrk.format("GET", "/scim/v1/Users?filter=username%20eq%20%22" .. name .. "%22", headers) end
  if mode == "email" then return wrk.format("GET", "/scim/v1/Users?filter=email%20eq%20%22" .. name .. "%40example.com%22", headers) end
  if mode == "patch" then
    return wrk.format("PATCH", "/scim/v1/Users/" .. uid, headers, '{"schemas":["urn:scim:schemas:core:1.0"],"title":"T' .. n .. '"}')
  end
  local unique = mode .. id .. "x" .. n
  return wrk.format("POST", "/scim/v1/Users", headers,
    '{"schemas":["urn:scim:schemas:core:1.0"],"userName":"' .. unique .. '","emails":[{"value":"' .. unique .. '@b.example","primary":true}]}')
end
LUA

names() { # PORT: "id userName" of up to 1000 users, spread over all
  curl -s "http://127.0.0.1:$1/_emulator/users" |
    grep -o '"id":"[^"]*","created":"[^"]*","userName":"[^"]*"' |
    sed 's/"id":"\([^"]*\)".*"userName":"\([^"]*\)"/\1 \2/' |
    awk -v all="$2" 'NR % (int(all / 1000) + 1) == 0' >"$work/$1.names"
}

rate() { # PORT MODE CONNECTIONS
  wrk -t1 -c"$3" -d"${seconds}s" -s "$work/call.lua" "http://127.0.0.1:$1" -- "$2" "$work/$1.names" |
    tee "$work/last" | awk '/^Requests\/sec/ { print int($2) }'
}

resident() { awk '/VmRSS/ { print int($2 / 1024) " MB" }' "/proc/$1/status"; }

start 5191 100
small=${pids[-1]}
start 5192 100000
large=${pids[-1]}
echo "resident after seeding: $(resident "$small") at 100 users, $(resident "$large") at 100,000"
start 5193 100
many=${pids[-1]}
began=$(date +%s%N)
curl -sf -o /dev/null "http://127.0.0.1:5193/_emulator/organizations/[1-1000]/calls"
echo "1,000 organizations of 100 users: $((($(date +%s%N) - began) / 1000000)) ms, $(resident "$many")"
kill "$many"
names 5191 100
names 5192 100000

# The cost is the emulator's own processor time for a request: what else runs on the machine does not count. Turn by turn, so that what
# disturbs one disturbs the other.
spent() { awk -v hz="$(getconf CLK_TCK)" '{ print ($14 + $15) * 1000000 / hz }' "/proc/$1/stat"; }
cost() { # PID PORT MODE: requests and microseconds of this turn
  local before after
  before=$(spent "$1")
  rate "$2" "$3" 8 >/dev/null
  after=$(spent "$1")
  awk -v us="$(awk -v a="$before" -v b="$after" 'BEGIN { print b - a }')" '/requests in/ { print $1, us }' "$work/last"
}

seconds=1
for mode in id name email patch w; do
  rate 5191 "$mode" 8 >/dev/null
  rate 5192 "$mode" 8 >/dev/null
done
printf '%-12s %16s %16s %8s\n' "us a request" "at 100" "at 100,000" "ratio"
for mode in id name email patch post; do
  : >"$work/a"
  : >"$work/b"
  for turn in 1 2; do
    cost "$small" 5191 "$([ "$mode" = post ] && echo "p$turn" || echo "$mode")" >>"$work/a"
    cost "$large" 5192 "$([ "$mode" = post ] && echo "p$turn" || echo "$mode")" >>"$work/b"
  done
  first=$(awk '{ n += $1; us += $2 } END { printf "%.1f", us / n }' "$work/a")
  second=$(awk '{ n += $1; us += $2 } END { printf "%.1f", us / n }' "$work/b")
  printf '%-12s %16s %16s %8s\n' "$mode" "$first" "$second" "$(awk -v a="$first" -v b="$second" 'BEGIN { printf "%.2f", b / a }')"
done
seconds=2
for mode in id name patch; do
  echo "$mode, 32 connections, at 100,000 users: $(rate 5192 "$mode" 32) requests/s, beside one thread of wrk"
done
echo "resident at the end: $(resident "$small"), $(resident "$large")"
