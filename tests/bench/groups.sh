#!/usr/bin/env bash
# Members of groups, one at a time: the CPU of one into a group of 14,900 over that of one into a group of 10, side by side; and 25 a second
# into one group for a minute, within Slack's limits as the emulator keeps them.
#   tests/bench/groups.sh [--seconds N] [--configuration Release]
# Some two minutes. Builds nothing: run dotnet build -c Release first. Linux only, as it reads /proc.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=60 configuration=Release
while [ $# -gt 1 ]; do
  case "$1" in
    --seconds) seconds=$2 ;;
    --configuration) configuration=$2 ;;
    *) break ;;
  esac
  shift 2
done
[ $# -eq 0 ] || { sed -n 2,5p "$0" >&2; exit 2; }

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
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$work"' EXIT
slack=http://127.0.0.1:5391 url=http://127.0.0.1:5392

answered() { # URL
  timeout 300 sh -c "until curl -s -o /dev/null '$1'; do sleep 0.05; done" || { echo "nothing answers at $1" >&2; exit 1; }
}

start() { # USERS KNOBS: a Slack with so many accounts, and a gateway that has imported them
  "$emulator" --urls "$slack" --seed "$1" >"$work/emulator.log" 2>&1 &
  emulator_pid=$!
  pids+=("$emulator_pid")
  answered "$slack/scim/v1/ServiceProviderConfigs"
  curl -sf -o /dev/null -X PUT -H 'Content-Type: application/json' -d "$2" "$slack/_emulator/knobs"
  "$gateway" demo --urls "$url" --slack "$slack" --token "$token" --data "$work/$1" >>"$work/gateway.log" 2>&1 &
  gateway_pid=$!
  pids+=("$gateway_pid")
  answered "$url/demo/scim/v2/ServiceProviderConfig"
}

stop() {
  for pid in "$gateway_pid" "$emulator_pid"; do
    kill "$pid"
    wait "$pid" || true
  done
}

start 16000 '{"group.max_members":15000}'
"$load" groups --gateway "$url,$gateway_pid" --token "$token"
stop
start 2000 '{"ratelimit.mode":"bucket"}'
"$load" members --url "$url" --slack "$slack" --token "$token" --seconds "$seconds"
stop
grep -vE '^(SCIM|token|Slack|data) ' "$work/gateway.log" | head -20 || true
