#!/usr/bin/env bash
# What one tenant's work costs another: its group of 15,000, its Bulk, 2,000 requests a second, 500 slow connections, its import, each beside an ordinary client of another tenant and without.
#   tests/bench/neighbours.sh [--seconds N] [--postgres] [--overload] [--configuration Release]
# Some six minutes; --overload: the requests and the slow connections alone; --postgres: on a throwaway server, whose
# commits are on the disk. Builds nothing: run dotnet build -c Release first; wants sqlite3, or psql.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=20 configuration=Release server="" all=yes
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) seconds=$2; shift 2 ;;
    --postgres) server=$(POSTGRES_OPTIONS="-c fsync=on -c full_page_writes=on" tests/postgres.sh start); shift ;;
    --overload) all=""; shift ;;
    --configuration) configuration=$2; shift 2 ;;
    *) sed -n 2,5p "$0" >&2; exit 2 ;;
  esac
done
bin=bin/$configuration/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
gateway=src/ScimGateway.Host/$bin/ScimGateway.Host
load=tests/ScimGateway.Load/$bin/ScimGateway.Load
for program in "$emulator" "$gateway" "$load"; do
  [ -x "$program" ] || { echo "build first: dotnet build -c $configuration" >&2; exit 1; }
done
slack=http://127.0.0.1:5595 url=http://127.0.0.1:5596 token=token-of-the-bench
work=$(mktemp -d)
pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null || true; rm -rf "$work"; [ -z "$server" ] || tests/postgres.sh stop "$server"' EXIT
store=(--data "$work/data")
if [ -n "$server" ]; then
  psql=(psql -q "host=127.0.0.1 port=$(cat "$server/port") user=gateway dbname=postgres")
  "${psql[@]}" -c "create database neighbours"
  store+=(--store "Host=$server/data;Port=$(cat "$server/port");Username=gateway;Database=neighbours")
fi

answered() { # URL TOKEN
  timeout 300 sh -c "until curl -sf -o /dev/null -H 'Authorization: Bearer $2' '$1'; do sleep 0.05; done" || { echo "nothing answers at $1" >&2; exit 1; }
}
start() { # COMMAND..., sets pid
  "$gateway" "$@" --urls "$url" --slack "$slack" "${store[@]}" >>"$work/gateway.log" 2>&1 &
  pid=$!
  disown
  pids+=("$pid")
  answered "$url/demo2/scim/v2/Users?count=0" "$token-2"
}
stop() { kill "$pid"; while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done; }

echo "commit $(git rev-parse --short HEAD), $(date +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
"$emulator" --urls "$slack" --seed 20000 >"$work/emulator.log" 2>&1 &
pids+=($!)
disown
timeout 60 sh -c "until curl -s -o /dev/null '$slack/scim/v1/ServiceProviderConfigs'; do sleep 0.05; done"
"$load" neighbour
beside() { # WRITE_EACH WORK...
  for work_of in "${@:2}"; do
    "$load" neighbour --url "$url" --token "$token" --work "$work_of" --seconds "$seconds" --write-each "$1" || echo "| $work_of | not measured |"
  done
  stop
}
demo=(demo --token "$token" --tenants 2)
start "${demo[@]}"
if [ -n "$all" ]; then beside 4 group bulk; else stop; fi
# Within Slack's limits, which 'demo' has not.
start serve
beside 10 flood slow
[ -n "$all" ] || exit 0
# The other one's last import was seven hours ago, so that it is time for the next.
ago="update jobs set finished = finished - 25200000 where tenant_id = 2"
if [ -n "$server" ]; then "${psql[@]/dbname=postgres/dbname=neighbours}" -c "$ago"; else sqlite3 "$work/data/gateway.db" "$ago"; fi
start "${demo[@]}"
beside 4 import
