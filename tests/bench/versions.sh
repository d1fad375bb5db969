#!/usr/bin/env bash
# Two builds of the gateway side by side, each with a pretend Slack of its own, asked the same turn by turn: CPU a request of this one
# over that of the former, the median of the rounds, and CPU of a start up to its first answer. What disturbs one disturbs the other;
# a change is slower if it is so here.
#   tests/bench/versions.sh FORMER [--users N] [--starts N] [--rounds N] [--cases CASES]
# FORMER is a checkout of the former commit with a Release build of src/ScimGateway.Host:
#   git worktree add ../former COMMIT && dotnet build ../former/src/ScimGateway.Host -c Release
# Some ten minutes; with --cases "" the starts alone. Builds nothing. Linux only, as it reads /proc.
set -euo pipefail
former=$(cd "${1:?a checkout of the former commit}" && pwd)
shift
cd "$(dirname "$0")/../.."
users=1000 starts=6 rounds=4 cases=id,hit,email,miss,page,create,patch
while [ $# -gt 1 ]; do
  case "$1" in
    --users) users=$2 ;;
    --starts) starts=$2 ;;
    --rounds) rounds=$2 ;;
    --cases) cases=$2 ;;
    *) break ;;
  esac
  shift 2
done
[ $# -eq 0 ] || { sed -n 2,10p "$0" >&2; exit 2; }

bin=bin/Release/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
load=tests/ScimGateway.Load/$bin/ScimGateway.Load
for program in "$emulator" "$load" {"$former",.}/src/ScimGateway.Host/$bin/ScimGateway.Host; do
  [ -x "$program" ] || { echo "build first: dotnet build -c Release ($program)" >&2; exit 1; }
done
token=token-of-the-bench
work=$(mktemp -d)
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait
  pids=()
}
trap 'stop; rm -rf "$work"' EXIT

declare -A asked
start() { # NAME CHECKOUT PORT
  rm -rf "${work:?}/$1"
  local slack=http://127.0.0.1:$3 url=http://127.0.0.1:$(($3 + 1))
  "$emulator" --urls "$slack" --seed "$users" >"$work/$1.slack.log" 2>&1 &
  pids+=($!)
  timeout 60 sh -c "until curl -s -o /dev/null '$slack/scim/v1/ServiceProviderConfigs'; do sleep 0.01; done"
  "$2/src/ScimGateway.Host/$bin/ScimGateway.Host" demo --urls "$url" --slack "$slack" --token "$token" --data "$work/$1" >"$work/$1.log" 2>&1 &
  pids+=($!)
  asked[$1]=$url,$!
  timeout 300 sh -c "until curl -s -o /dev/null '$url/demo/scim/v2/ServiceProviderConfig'; do sleep 0.01; done"
  awk '{ print ($14 + $15) * 10000 }' "/proc/${asked[$1]#*,}/stat" >"$work/start.$1"
  "$load" sample --url "$url" --token "$token" --sample "$work/$1.sample" >"$work/$1.users"
}

# CPU is counted in hundredths of a second, so that a turn is three of the usual ones.
turn() { # NAME CASE: CPU of a request in microseconds
  "$load" alone --gateway "${asked[$1]}" --token "$token" --sample "$work/$1.sample" --rounds 3 --cases "$2" | awk '{ all += $2 } END { print all / NR }'
}

# Each start compiles, and lays itself out, a little differently: that is why there are several.
for ((s = 0; s < starts; s++)); do
  # Who comes first finds another machine than who comes second, at the start as in each round.
  if ((s % 2)); then
    start now . 5291 && start former "$former" 5295
  else
    start former "$former" 5291 && start now . 5295
  fi
  echo "$(cat "$work/start.former") $(cat "$work/start.now")" | awk '{ print $1, $2, $2 / $1 }' >>"$work/turns.start"
  for case in ${cases//,/ }; do
    turn former "$case" >"$work/warm" && turn now "$case" >"$work/warm"
    for ((i = 0; i < rounds; i++)); do
      if (((i + s) % 2)); then
        a=$(turn former "$case") b=$(turn now "$case")
      else
        b=$(turn now "$case") a=$(turn former "$case")
      fi
      echo "$a $b $(awk "BEGIN { print $b / $a }")" >>"$work/turns.$case"
    done
  done
  stop
done
printf '%-8s%12s%12s%10s%22s\n' case "former us" "now us" ratio "middle half"
for case in start ${cases//,/ }; do
  middle() { sort -n -k"$1" "$work/turns.$case" | awk -v column="$1" -v at="$2" '{ value[NR] = $column } END { print value[int((NR - 1) * at + 1.5)] }'; }
  printf '%-8s%12.1f%12.1f%10.3f%15.3f to %.3f\n' "$case" "$(middle 1 0.5)" "$(middle 2 0.5)" "$(middle 3 0.5)" "$(middle 3 0.25)" "$(middle 3 0.75)"
done
