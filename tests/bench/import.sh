#!/usr/bin/env bash
# What it costs to import an organization, and to start again on what is there: time until the first answer, CPU, memory, size of the store.
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

"$emulator" --urls http://127.0.0.1:15090 --seed "$users" >"$work/slack.log" 2>&1 &
pids+=($!)
answers http://127.0.0.1:15090/ $!

for start in import again; do
  began=$(date +%s%N)
  "$gateway" demo --urls http://127.0.0.1:15080 --slack http://127.0.0.1:15090 --data "$work/data" --token t >"$work/$start.log" 2>&1 &
  pid=$!
  pids+=($pid)
  answers http://127.0.0.1:15080/ "$pid"
  ended=$(date +%s%N)
  awk -v start="$start" -v users="$users" -v ms=$(((ended - began) / 1000000)) -v ticks="$(getconf CLK_TCK)" \
    -v peak="$(awk '$1 == "VmHWM:" { print int($2 / 1024) }' "/proc/$pid/status")" \
    '{ printf "%-7s %d users: %.1f s until the first answer, %.1f s CPU, %d MB at most\n", start, users, ms / 1000, ($14 + $15) / ticks, peak }' \
    "/proc/$pid/stat"
  kill "$pid"
  wait "$pid" || true
done
du -m "$work/data/gateway.db" | awk '{ print "store:", $1, "MB" }'
