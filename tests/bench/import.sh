#!/usr/bin/env bash
# What it costs to import an organization, with a group for each hundred users: time until the first answer and until the last page, CPU,
# memory, size of the store. And to start again on what is there, which asks Slack for none of it: the next import is due later.
#   tests/bench/import.sh [USERS]     # 100,000 unless told
# Builds nothing: run dotnet build -c Release first. Linux only, as it reads /proc; needs curl.
set -euo pipefail
cd "$(dirname "$0")/../.."
users=${1:-100000}
bin=bin/Release/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
gateway=src/ScimGateway.Host/$bin/ScimGateway.Host
for program in "$emulator" "$gateway"; do
  [ -x "$program" ] || { echo "build first: dotnet build -c Release" >&2; exit 1; }
done
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; rm -rf "$work"' EXIT

answers() { # URL PID: waits until it answers anything at all
  until curl -s -o /dev/null "$1"; do
    kill -0 "$2" 2>/dev/null || { cat "$work"/*.log >&2; exit 1; }
    sleep 0.05
  done
}

# The list of groups ends with an empty page.
pages=$(((users / 100 + 199) / 200 + 1))
most=600 # seconds that an import may take
listed() { # how many pages of groups Slack was asked for
  curl -s http://127.0.0.1:15090/_emulator/calls | grep -o '"GET /Groups":[0-9]*' | grep -o '[0-9]*$' || echo 0
}

"$emulator" --urls http://127.0.0.1:15090 --seed "$users" >"$work/slack.log" 2>&1 &
pids+=($!)
answers http://127.0.0.1:15090/ $!

for start in import again; do
  curl -s -o /dev/null -X DELETE http://127.0.0.1:15090/_emulator/calls
  began=$(date +%s%N)
  "$gateway" demo --urls http://127.0.0.1:15080 --slack http://127.0.0.1:15090 --data "$work/data" --token t >"$work/$start.log" 2>&1 &
  pid=$!
  pids+=($pid)
  answers http://127.0.0.1:15080/ "$pid"
  answered=$(date +%s%N)
  if [ $start = import ]; then
    until [ "$(listed)" -ge "$pages" ]; do
      [ $(($(date +%s%N) - began)) -lt $((most * 1000000000)) ] || { echo "not all groups are read after $most s" >&2; exit 1; }
      sleep 0.2
    done
    sleep 1 # what the last page brought
  fi
  ended=$(date +%s%N)
  awk -v start="$start" -v users="$users" -v groups="$((users / 100))" -v first=$(((answered - began) / 1000000)) \
    -v ms=$(((ended - began) / 1000000)) -v ticks="$(getconf CLK_TCK)" \
    -v peak="$(awk '$1 == "VmHWM:" { print int($2 / 1024) }' "/proc/$pid/status")" \
    '{ printf "%-7s %d users, %d groups: %.1f s until the first answer, %.1f s until all is read, %.1f s CPU, %d MB at most\n", start, users, groups, first / 1000, ms / 1000, ($14 + $15) / ticks, peak }' \
    "/proc/$pid/stat"
  kill "$pid"
  wait "$pid" || true
done
du -m "$work/data/gateway.db" | awk '{ print "store:", $1, "MB" }'
