#!/usr/bin/env bash
# What a size needs: disk for each user, change and membership; memory, start and CPU by how many users there are.
#   tests/bench/scale.sh [--postgres] [USERS] [WRITES]     # 100,000 users and 5,000 of each write unless told; some four minutes, six on PostgreSQL
# --postgres: on a throwaway server, with its own CPU beside. Builds nothing: run dotnet build -c Release first. Linux only, as it
# reads /proc; needs curl, and psql and openssl.
set -euo pipefail
cd "$(dirname "$0")/../.."
server=""
if [ "${1:-}" = --postgres ]; then
  server=$(POSTGRES_OPTIONS="-c fsync=on -c full_page_writes=on" tests/postgres.sh start)
  shift
fi
users=${1:-100000} writes=${2:-5000}
bin=bin/Release/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
gateway=src/ScimGateway.Host/$bin/ScimGateway.Host
for program in "$emulator" "$gateway"; do
  [ -x "$program" ] || { echo "build first: dotnet build -c Release" >&2; exit 1; }
done
slack=http://127.0.0.1:15290 own=http://127.0.0.1:15280 scim=http://127.0.0.1:15280/demo/scim/v2
work=$(mktemp -d)
pids=()
trap 'for one in "${pids[@]}"; do kill "$one" 2>/dev/null || true; done; rm -rf "$work"; [ -z "$server" ] || tests/postgres.sh stop "$server"' EXIT
psql() { command psql -qAt "host=127.0.0.1 port=$(cat "$server/port") user=gateway dbname=$1" -c "$2"; }

answers() { # URL PID: waits until it answers anything at all
  until curl -s -o /dev/null "$1"; do
    kill -0 "$2" 2>/dev/null || { cat "$work"/*.log >&2; exit 1; }
    sleep 0.05
  done
}
ticks() { awk '{ print $14 + $15 }' "/proc/$pid/stat"; }
served() { # ticks of the server and its processes, also of those that have ended
  [ -n "$server" ] || { echo 0; return; }
  local head
  head=$(head -n 1 "$server/data/postmaster.pid")
  cat "/proc/$head/stat" $(sed "s,^,/proc/,; s,$,/stat," < <(ps -o pid= --ppid "$head" | tr -d ' ')) 2>/dev/null |
    awk -v head="$head" '{ all += $14 + $15; if ($1 == head) all += $16 + $17 } END { print all }'
}
rest() { # until a second passes with next to no work, five minutes at most
  local before after
  for _ in $(seq 300); do
    before=$(ticks); sleep 1; after=$(ticks)
    [ $((after - before)) -gt 2 ] || return 0
  done
}
slack_of() { # USERS
  "$emulator" --urls "$slack" --seed "$1" >"$work/slack.log" 2>&1 &
  slack_pid=$!
  pids+=("$slack_pid")
  answers "$slack" "$slack_pid"
}
start() { # DATA; sets pid and first, the milliseconds until the first answer
  local began
  began=$(date +%s%N)
  local store=(--data "$work/$1")
  if [ -n "$server" ]; then
    [ -d "$work/$1" ] || psql postgres "create database $1"
    store+=(--store "Host=$server/data;Port=$(cat "$server/port");Username=gateway;Database=$1")
  fi
  "$gateway" demo --urls "$own" --slack "$slack" "${store[@]}" --token t >"$work/$1.log" 2>&1 &
  pid=$!
  pids+=("$pid")
  answers "$own" "$pid"
  first=$((($(date +%s%N) - began) / 1000000))
}
stop() { kill "$1"; wait "$1" 2>/dev/null || true; }
bytes() { # after the server has written all of it, and has put away what is not used any more
  if [ -n "$server" ]; then psql "$1" "vacuum" && psql "$1" "checkpoint" && psql "$1" "select pg_database_size('$1')"; else size "$1"; fi
}
size() { du -cb "$work/$1"/gateway.db* | awk 'END { print $1 }'; } # without a log of what is not in the file yet, once it has stopped
each() { awk -v what="$1" -v a="$2" -v b="$3" -v n="$4" 'BEGIN { printf "%-64s %8.0f bytes\n", what, (b - a) / n }'; }
row() { awk -v what="$1" -v first="$first" -v memory="$(awk '$1 == "VmRSS:" { printf "%d", $2 / 1024 }' "/proc/$pid/status")" \
  'BEGIN { printf "%-64s %8d ms until the first answer, %d MB resident at rest\n", what, first, memory }'; }
send() { # METHOD BODY [IDS]: one for each number, # in the body, to Users or to each of the ids; sets each_us to the CPU of one
  local before after of_server
  awk -v n="$writes" -v url="$scim/Users" -v method="$1" -v body="$2" -v ids="${3:-}" 'BEGIN {
    gsub(/"/, "\\\"", body)
    for (i = 1; i <= n; i++) {
      if (ids != "") getline id < ids
      one = body; gsub(/#/, i, one)
      printf "%surl = \"%s%s\"\nrequest = %s\nheader = \"Authorization: Bearer t\"\nheader = \"Content-Type: application/scim+json\"\nwrite-out = \"\\n\"\ndata = \"%s\"\n", (i > 1 ? "next\n" : ""), url, (ids == "" ? "" : "/" id), method, one
    }
  }' >"$work/requests"
  before=$(ticks) of_server=$(served)
  curl -sf --config "$work/requests" >"$work/replies"
  rest
  after=$(ticks)
  each_us=$(micros $((after - before)))
  server_us=$(micros $(($(served) - of_server)))
}

micros() { awk -v t="$1" -v n="$writes" -v s="$(getconf CLK_TCK)" 'BEGIN { printf "%d", t / s / n * 1000000 }'; }

echo "commit $(git rev-parse --short HEAD), $(date +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
slack_of 0
start few; rest; row "an empty Slack"; stop "$pid"; empty=$(bytes few)
start few; rest
send POST '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bench#","externalId":"bench-#","title":"Engineer","name":{"givenName":"Ada","familyName":"Lovelace"},"emails":[{"value":"bench#@corp.example","type":"work","primary":true}]}'
creates=$each_us at_create=$server_us
stop "$pid"; created=$(bytes few)
grep -o '^{"id":"[^"]*"\|"id":"[0-9a-f-]\{36\}"' "$work/replies" | sed 's/.*"id":"\([^"]*\)"/\1/' | awk '!seen[$0]++' >"$work/ids"
[ "$(wc -l <"$work/ids")" = "$writes" ] || { echo "not all were made" >&2; exit 1; }
start few; rest
send PATCH '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"title","value":"Engineer #"}]}' "$work/ids"
patches=$each_us at_patch=$server_us
stop "$pid"; patched=$(bytes few)
start few; rest
awk -v url="$scim/Groups" '{ all = all (all == "" ? "" : ",") "{\\\"value\\\":\\\"" $1 "\\\"}" } NR % 100 == 0 {
  printf "%surl = \"%s\"\nheader = \"Authorization: Bearer t\"\nheader = \"Content-Type: application/scim+json\"\nwrite-out = \"\\n\"\ndata = \"{\\\"displayName\\\":\\\"Group %d\\\",\\\"members\\\":[%s]}\"\n", (NR > 100 ? "next\n" : ""), url, NR, all; all = "" }' "$work/ids" >"$work/requests"
curl -sf --config "$work/requests" >"$work/replies"; rest
stop "$pid"; grouped=$(bytes few)
stop "$slack_pid"

slack_of "$users"
start many; rest; row "$users users and $((users / 100)) groups of 100, imported"; stop "$pid"
start many; rest; row "$users users, started again"; stop "$pid"; many=$(bytes many)

each "disk: a user that a provider makes, with its line of the journal" "$empty" "$created" "$writes"
each "disk: a change of a user: a line of the journal" "$created" "$patched" "$writes"
each "disk: a membership that a provider makes, in groups of 100" "$patched" "$grouped" "$writes"
each "disk: a user and a membership that an import shows" "$empty" "$many" "$users"
printf '%-64s %6d µs\n' "CPU: a create, with the call to Slack" "$creates" "CPU: a PATCH, with the call to Slack" "$patches"
[ -z "$server" ] || printf '%-64s %6d µs\n' "CPU of the server: a create" "$at_create" "CPU of the server: a PATCH" "$at_patch"
[ -n "$server" ] || exit 0

# What an instance costs that has nothing to do: two of them, after a minute, for a minute.
psql postgres "create database resting"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=scale -keyout "$work/key" -out "$work/certificate" 2>/dev/null
cat "$work/certificate" "$work/key" >"$work/pem"
openssl rand -base64 32 >"$work/master.key"
chmod 400 "$work/pem" "$work/master.key"
instance() { # NUMBER MORE...; sets pid
  Gateway__Cluster__Name=scale Gateway__Cluster__Address="127.0.0.1:1530$1" Gateway__Cluster__Certificate="$work/pem" \
    Gateway__Secrets__MasterKeyFile="$work/master.key" "$gateway" serve --urls "http://127.0.0.1:1529$1" --data "$work/rest$1" \
    --store "Host=$server/data;Port=$(cat "$server/port");Username=gateway;Database=resting" "${@:2}" >"$work/rest$1.log" 2>&1 &
  pid=$!
  pids+=("$pid")
  answers "http://127.0.0.1:1529$1/health/ready" "$pid"
}
instance 2 --init; instance 4
sleep 60; before=$(ticks) of_server=$(served)
sleep 60; after=$(ticks)
awk -v own=$((after - before)) -v of_server=$(($(served) - of_server)) -v hertz="$(getconf CLK_TCK)" -v memory="$(awk '$1 == "VmRSS:" { printf "%d", $2 / 1024 }' "/proc/$pid/status")" \
  'BEGIN { printf "%-64s %8d MB, %.1f %% of a core, of the server %.1f %% for both\n", "an instance of a cluster of two that has nothing to do", memory, own / hertz / 0.6, of_server / hertz / 0.6 }'
