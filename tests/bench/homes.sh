#!/usr/bin/env bash
# What many tenants in one process cost: how soon they are ready, memory and CPU while nobody asks, a write beside that of one tenant alone.
#   tests/bench/homes.sh [--tenants N] [--configuration Release]
# Some five minutes. Builds nothing: run dotnet build -c Release first. Linux only, as it reads /proc.
set -euo pipefail
cd "$(dirname "$0")/../.."
tenants=1000 configuration=Release
while [ $# -gt 0 ]; do
  case "$1" in
    --tenants) tenants=$2; shift 2 ;;
    --configuration) configuration=$2; shift 2 ;;
    *) sed -n 2,4p "$0" >&2; exit 2 ;;
  esac
done
bin=bin/$configuration/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
gateway=src/ScimGateway.Host/$bin/ScimGateway.Host
for program in "$emulator" "$gateway"; do
  [ -x "$program" ] || { echo "build first: dotnet build -c $configuration" >&2; exit 1; }
done
slack=http://127.0.0.1:5591 many=http://127.0.0.1:5592 one=http://127.0.0.1:5593
token=token-of-the-bench
work=$(mktemp -d)
pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
seconds=$(getconf CLK_TCK)

now() { date +%s%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.2f", (b - a) / 1e9 }'; }
ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
resident() { awk '/^VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }
ended() { while kill -0 "$1" 2>/dev/null; do sleep 0.05; done; }
answered() { # URL TOKEN
  timeout 600 sh -c "until curl -sf -o /dev/null -H 'Authorization: Bearer $2' '$1'; do sleep 0.02; done" || { echo "nothing answers at $1" >&2; exit 1; }
}
start() { # URL DATA TENANTS; sets pid, ready to the seconds until the last of them answers, and spent to those of CPU
  local begun last=demo secret=$token
  [ "$3" = 1 ] || { last=demo$3 secret=$token-$3; }
  begun=$(now)
  "$gateway" demo --urls "$1" --slack "$slack" --token "$token" --data "$work/$2" --tenants "$3" >>"$work/$2.log" 2>&1 &
  pid=$!
  disown
  pids+=("$pid")
  answered "$1/$last/scim/v2/Users?count=0" "$secret"
  ready=$(since "$begun")
  spent=$(awk -v t="$(ticks "$pid")" -v s="$seconds" 'BEGIN { printf "%.2f", t / s }')
}
rest() { # PID; until a second passes with next to no work, five minutes at most
  local before after
  for _ in $(seq 300); do
    before=$(ticks "$1"); sleep 1; after=$(ticks "$1")
    [ $((after - before)) -gt 2 ] || return 0
  done
}

echo "commit $(git rev-parse --short HEAD), $(date +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
"$emulator" --urls "$slack" --seed 100 >"$work/emulator.log" 2>&1 &
pids+=($!)
disown
timeout 60 sh -c "until curl -s -o /dev/null '$slack/scim/v1/ServiceProviderConfigs'; do sleep 0.05; done"

start "$many" many "$tenants"
echo "first start, with $tenants imports of 100 users: $ready s, of which $spent s of CPU"
kill "$pid"; ended "$pid"
start "$many" many "$tenants"
echo "start with $tenants tenants: ready in $ready s, of which $spent s of CPU"
crowd=$pid crowded=$ready
begun=$(now)
rest "$crowd"
echo "at rest after $(since "$begun") s, when each token was tested"
before=$(ticks "$crowd"); sleep 20; after=$(ticks "$crowd")
echo "idle for 20 s: $(awk -v t=$((after - before)) -v s="$seconds" 'BEGIN { printf "%.2f", t / s / 20 * 100 }') % of a core, $(resident "$crowd") MB"

start "$one" one 1
alone=$pid
awk -v m="$crowded" -v o="$ready" -v n="$tenants" 'BEGIN { if (n > 1) printf "each home more: %.1f ms until all are ready\n", (m - o) / (n - 1) * 1000 }'
rest "$alone"
echo "one tenant: ready in $ready s, of which $spent s of CPU, $(resident "$alone") MB"
# The same user at both, written 200 times by turns; CPU of the process, which is what the number of tenants may cost.
user() { # URL
  curl -sf -H "Authorization: Bearer $token" -H 'Content-Type: application/scim+json' "$1/demo/scim/v2/Users" \
    -d '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bench","emails":[{"value":"bench@corp.example","primary":true}]}' |
    sed 's/.*"id":"\([^"]*\)".*/\1/'
}
writes() { # URL ID PID; prints the ticks that 200 writes cost
  local before after
  for i in $(seq 200); do
    printf 'next\nurl = "%s/demo/scim/v2/Users/%s"\nrequest = PATCH\nheader = "Authorization: Bearer %s"\nheader = "Content-Type: application/scim+json"\noutput = /dev/null\ndata = "{\\"schemas\\":[\\"urn:ietf:params:scim:api:messages:2.0:PatchOp\\"],\\"Operations\\":[{\\"op\\":\\"replace\\",\\"path\\":\\"title\\",\\"value\\":\\"%s\\"}]}"\n' \
      "$1" "$2" "$token" "$RANDOM$i"
  done | tail -n +2 >"$work/writes"
  before=$(ticks "$3")
  curl -sf --config "$work/writes"
  after=$(ticks "$3")
  echo $((after - before))
}
a=$(user "$many") b=$(user "$one")
writes "$many" "$a" "$crowd" >/dev/null; writes "$one" "$b" "$alone" >/dev/null
sum_many=0 sum_one=0
for round in 1 2 3 4 5; do
  x=$(writes "$many" "$a" "$crowd") y=$(writes "$one" "$b" "$alone")
  sum_many=$((sum_many + x)) sum_one=$((sum_one + y))
done
awk -v m="$sum_many" -v o="$sum_one" -v s="$seconds" 'BEGIN { printf "a write: %.2f ms of CPU among many, %.2f alone: %.2f times\n", m / s, o / s, m / o }'
