#!/usr/bin/env bash
# The gateway on PostgreSQL: reads and writes beside a bare YARP hop, and how long a change takes at 50 a second over five tenants. The server
# is a throwaway one on this machine, over its local socket, and what is committed is on the disk.
#   tests/bench/postgres.sh [--seconds N]
# Some four minutes. Builds nothing: run dotnet build -c Release first. Linux only, as it reads /proc.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=20
[ "${1:-}" != --seconds ] || { seconds=$2; shift 2; }
[ $# -eq 0 ] || { sed -n 2,5p "$0" >&2; exit 2; }

bin=bin/Release/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
gateway=src/ScimGateway.Host/$bin/ScimGateway.Host
load=tests/ScimGateway.Load/$bin/ScimGateway.Load
token=token-of-the-bench
slack=http://127.0.0.1:5691 url=http://127.0.0.1:5692
pids=() server=""
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; [ -z "$server" ] || tests/postgres.sh stop "$server"' EXIT
server=$(POSTGRES_OPTIONS="-c fsync=on -c full_page_writes=on" tests/postgres.sh start)
store="Host=$server/data;Port=$(cat "$server/port");Username=gateway"
make() { psql -q "host=127.0.0.1 port=$(cat "$server/port") user=gateway dbname=postgres" -c "create database $1"; }
echo "commit $(git rev-parse --short HEAD), $(date +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"

make one
tests/bench/gateway.sh --store "$store;Database=one" --reads id,hit,page --writes create,patch --rounds 3

make five
"$emulator" --urls "$slack" --seed 100 >/dev/null 2>&1 &
pids+=($!)
timeout 60 sh -c "until curl -s -o /dev/null '$slack/scim/v1/ServiceProviderConfigs'; do sleep 0.05; done"
"$gateway" demo --urls "$url" --slack "$slack" --token "$token" --tenants 5 --store "$store;Database=five" >/dev/null 2>&1 &
pids+=($!)
timeout 60 sh -c "until curl -sf -o /dev/null -H 'Authorization: Bearer $token-5' '$url/demo5/scim/v2/Users?count=0'; do sleep 0.05; done"
"$load" pace --url "$url" --token "$token" --tenants 5 --rate 50 --seconds 5 >/dev/null # code gets compiled
echo "five tenants: $("$load" pace --url "$url" --token "$token" --tenants 5 --rate 50 --seconds "$seconds")"
