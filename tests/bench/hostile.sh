#!/usr/bin/env bash
# What one client with a credential costs another: one attack after the other beside an ordinary client, as the table of docs/reliability.md.
#   tests/bench/hostile.sh [--seconds N] [--configuration Release] [ATTACK…]      the attacks: tests/ScimGateway.Load, Attack.cs
# Some eight minutes. Builds nothing: run dotnet build -c Release first. Linux only, as it reads /proc.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=20 configuration=Release
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) seconds=$2; shift 2 ;;
    --configuration) configuration=$2; shift 2 ;;
    -*) sed -n 2,4p "$0" >&2; exit 2 ;;
    *) break ;;
  esac
done

bin=bin/$configuration/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
gateway=src/ScimGateway.Host/$bin/ScimGateway.Host
load=tests/ScimGateway.Load/$bin/ScimGateway.Load
for program in "$emulator" "$gateway" "$load"; do
  [ -x "$program" ] || { echo "build first: dotnet build -c $configuration" >&2; exit 1; }
done
token=token-of-the-bench
work=$(mktemp -d)
pids=()
trap 'kill -9 "${pids[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT
slack=http://127.0.0.1:5491 url=http://127.0.0.1:5492

answered() { # URL
  timeout 300 sh -c "until curl -s -o /dev/null '$1'; do sleep 0.05; done" || { echo "nothing answers at $1" >&2; exit 1; }
}

# Each attack has a gateway of its own, or the memory of one would be counted with the next.
attack() { # NAME PEOPLE
  "$emulator" --urls "$slack" --seed "$2" >"$work/emulator.log" 2>&1 &
  local emulator_pid=$!
  disown # of its end the shell would tell
  pids=("$emulator_pid")
  answered "$slack/scim/v1/ServiceProviderConfigs"
  "$gateway" demo --urls "$url" --slack "$slack" --token "$token" --data "$work/$1" >>"$work/gateway.log" 2>&1 &
  local gateway_pid=$!
  disown
  pids+=("$gateway_pid")
  answered "$url/demo/scim/v2/ServiceProviderConfig"
  "$load" hostile --gateway "$url,$gateway_pid" --token "$token" --attack "$1" --seconds "$seconds" || echo "| $1 | not measured |"
  kill -0 "$gateway_pid" 2>/dev/null || echo "the gateway died of $1"
  kill -9 "${pids[@]}" 2>/dev/null || true # what it still works on is of no interest
  while kill -0 "${pids[@]}" 2>/dev/null; do sleep 0.05; done
  rm -rf "${work:?}/$1"
}

echo "commit $(git rev-parse --short HEAD), $(date +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)"
"$load" hostile
"$load" attacks >"$work/attacks"
while read -r name people <&3; do
  if [ $# -eq 0 ] || [[ " $* " == *" $name "* ]]; then attack "$name" "$people"; fi
done 3<"$work/attacks"
grep -vE '^(SCIM|token|Slack|data) ' "$work/gateway.log" | cut -c1-300 | sort | uniq -c | sort -rn | head -20 || true
