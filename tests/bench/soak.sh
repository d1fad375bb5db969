#!/usr/bin/env bash
# An ordinary client for hours, 20 requests a second: memory, handles and threads have to stay as they are, and each request be done.
#   tests/bench/soak.sh [--minutes N] [--users N]      # 120 minutes and 1,000 users unless told
# Ends with 1 where something grows or was not done. Builds nothing: run dotnet build -c Release first. Linux only, as it reads /proc.
set -euo pipefail
cd "$(dirname "$0")/../.."
minutes=120 users=1000
while [ $# -gt 0 ]; do
  case "$1" in
    --minutes) minutes=$2; shift 2 ;;
    --users) users=$2; shift 2 ;;
    *) sed -n 2,4p "$0" >&2; exit 2 ;;
  esac
done
bin=bin/Release/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
gateway=src/ScimGateway.Host/$bin/ScimGateway.Host
load=tests/ScimGateway.Load/$bin/ScimGateway.Load
for program in "$emulator" "$gateway" "$load"; do
  [ -x "$program" ] || { echo "build first: dotnet build -c Release" >&2; exit 1; }
done
slack=http://127.0.0.1:5691 url=http://127.0.0.1:5692 token=token-of-the-bench
work=$(mktemp -d)
pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
answered() { # URL
  timeout 300 sh -c "until curl -s -o /dev/null '$1'; do sleep 0.05; done" || { echo "nothing answers at $1" >&2; exit 1; }
}

echo "commit $(git rev-parse --short HEAD), $(date +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
"$emulator" --urls "$slack" --seed "$users" >"$work/emulator.log" 2>&1 &
pids+=($!)
disown
answered "$slack/scim/v1/ServiceProviderConfigs"
"$gateway" demo --urls "$url" --slack "$slack" --token "$token" --data "$work/data" >"$work/gateway.log" 2>&1 &
pids+=($!)
disown
answered "$url/demo/scim/v2/ServiceProviderConfig"
"$load" soak --gateway "$url,${pids[1]}" --token "$token" --data "$work/data" --parts 12 --seconds $((minutes * 5))
