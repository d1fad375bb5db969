#!/usr/bin/env bash
# What letting a request in costs (credential, rate, forwarded headers) beside a read of one user by its id over a socket: CPU a request,
# measured by turns in one run, and the ratio, of which at most 2 % are promised.
#   tests/bench/entry.sh [--rounds N]
# Two minutes. Builds nothing: run dotnet build -c Release first. Linux only, as it reads /proc.
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=5
case "${1-}" in
  "") ;;
  --rounds) rounds=$2 ;;
  *) sed -n 2,6p "$0" >&2; exit 2 ;;
esac
bin=bin/Release/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
gateway=src/ScimGateway.Host/$bin/ScimGateway.Host
load=tests/ScimGateway.Load/$bin/ScimGateway.Load
benchmarks=tests/ScimGateway.Benchmarks/$bin/ScimGateway.Benchmarks
for program in "$emulator" "$gateway" "$load" "$benchmarks"; do
  [ -x "$program" ] || { echo "build first: dotnet build -c Release ($program)" >&2; exit 1; }
done
slack=http://127.0.0.1:5391 url=http://127.0.0.1:5392 token=token-of-the-bench
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$work"' EXIT

echo "commit $(git rev-parse --short HEAD), $(date +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
"$emulator" --urls "$slack" --seed 1000 >"$work/slack.log" 2>&1 &
pids+=($!)
timeout 60 sh -c "until curl -s -o /dev/null '$slack/scim/v1/ServiceProviderConfigs'; do sleep 0.05; done"
"$gateway" demo --urls "$url" --slack "$slack" --token "$token" --data "$work/data" >"$work/gateway.log" 2>&1 &
pids+=($!)
timeout 300 sh -c "until curl -s -o /dev/null '$url/demo/scim/v2/ServiceProviderConfig'; do sleep 0.05; done"
"$load" sample --url "$url" --token "$token" --sample "$work/sample" >"$work/users"

read() { "$load" alone --gateway "$url,${pids[1]}" --token "$token" --sample "$work/sample" --rounds 3 --cases id | awk '{ all += $2 } END { print "read", all / NR }'; }
read >"$work/warm"
for ((i = 0; i < rounds; i++)); do
  read >>"$work/costs"
  "$benchmarks" --letting-in >>"$work/costs"
done
middle() { awk -v name="$1" '$1 == name { print $2 }' "$work/costs" | sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }
printf '%-46s%10s%12s\n' "CPU of a request, middle of $rounds rounds" us "of a read"
line() { awk -v says="$1" -v us="$(middle "$2")" -v of="$(middle read)" 'BEGIN { printf "%-46s%10.3f%11.2f%%\n", says, us, 100 * us / of }'; }
line "a read by id, over a socket" read
line "let in: all of it" all
line "  credential and rate" credentials
line "  public URL and forwarded headers" forwarded
line "the rate by itself" rate
line "the same by ASP.NET's limiter" aspnet
awk -v all="$(middle all)" -v of="$(middle read)" 'BEGIN { kept = all <= 0.02 * of; print (kept ? "kept" : "NOT KEPT") ": at most 2 % of a read"; exit !kept }'
