#!/usr/bin/env bash
# Two builds of the gateway side by side, each with a pretend Slack of its own, asked the same turn by turn: CPU a request of this one
# over that of the former, the median of the rounds. What disturbs one disturbs the other; a change is slower if it is so here.
#   tests/bench/versions.sh FORMER [--users N] [--rounds N] [--cases CASES]
# FORMER is a checkout of the former commit with a Release build of src/ScimGateway.Host:
#   git worktree add ../former COMMIT && dotnet build ../former/src/ScimGateway.Host -c Release
# Some four minutes. Builds nothing. Linux only, as it reads /proc.
set -euo pipefail
former=$(cd "${1:?a checkout of the former commit}" && pwd)
shift
cd "$(dirname "$0")/../.."
users=1000 rounds=9 cases=id,hit,email,miss,page,create,patch
while [ $# -gt 1 ]; do
  case "$1" in
    --users) users=$2 ;;
    --rounds) rounds=$2 ;;
    --cases) cases=$2 ;;
    *) break ;;
  esac
  shift 2
done
[ $# -eq 0 ] || { sed -n 2,8p "$0" >&2; exit 2; }

bin=bin/Release/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
load=tests/ScimGateway.Load/$bin/ScimGateway.Load
for program in "$emulator" "$load" {"$former",.}/src/ScimGateway.Host/$bin/ScimGateway.Host; do
  [ -x "$program" ] || { echo "build first: dotnet build -c Release ($program)" >&2; exit 1; }
done
token=token-of-the-bench
work=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$work"' EXIT

declare -A asked
start() { # NAME CHECKOUT PORT
  local slack=http://127.0.0.1:$3 url=http://127.0.0.1:$(($3 + 1))
  "$emulator" --urls "$slack" --seed "$users" >"$work/$1.slack.log" 2>&1 &
  pids+=($!)
  timeout 60 sh -c "until curl -s -o /dev/null '$slack/scim/v1/ServiceProviderConfigs'; do sleep 0.01; done"
  "$2/src/ScimGateway.Host/$bin/ScimGateway.Host" demo --urls "$url" --slack "$slack" --token "$token" --data "$work/$1" >"$work/$1.log" 2>&1 &
  pids+=($!)
  asked[$1]=$url,$!
  timeout 300 sh -c "until curl -s -o /dev/null '$url/demo/scim/v2/ServiceProviderConfig'; do sleep 0.01; done"
  "$load" sample --url "$url" --token "$token" --sample "$work/$1.sample" >"$work/$1.users"
}

turn() { # NAME CASE: CPU of a request in microseconds
  "$load" alone --gateway "${asked[$1]}" --token "$token" --sample "$work/$1.sample" --rounds 1 --cases "$2" | awk '{ print $2 }'
}

start former "$former" 5291
start now . 5295
printf '%-8s%12s%12s%10s%22s\n' case "former us" "now us" ratio "middle half"
for case in ${cases//,/ }; do
  for i in 1 2 3; do turn former "$case" && turn now "$case"; done >"$work/warm"
  for ((i = 0; i < rounds; i++)); do
    # Who goes first changes: the second finds the machine as the first has left it.
    if ((i % 2)); then
      a=$(turn former "$case") b=$(turn now "$case")
    else
      b=$(turn now "$case") a=$(turn former "$case")
    fi
    echo "$a $b $(awk "BEGIN { print $b / $a }")"
  done >"$work/turns"
  middle() { sort -n -k"$1" "$work/turns" | awk -v column="$1" -v at="$2" '{ value[NR] = $column } END { print value[int((NR - 1) * at + 1.5)] }'; }
  printf '%-8s%12.1f%12.1f%10.3f%15.3f to %.3f\n' "$case" "$(middle 1 0.5)" "$(middle 2 0.5)" "$(middle 3 0.5)" "$(middle 3 0.25)" "$(middle 3 0.75)"
done
