#!/usr/bin/env bash
# The gateway's figures beside a bare YARP hop and a bare Kestrel that hand out the same bytes: CPU a request, rate, memory, start.
#   tests/bench/gateway.sh [--users N] [--rounds N] [--reads CASES] [--writes CASES]
#   tests/bench/gateway.sh --store CONNECTION …                       # kept elsewhere than in a file: tests/postgres.sh
#   tests/bench/gateway.sh --users 15000 --reads group --writes ""    # reads of a group of all users, 15,000 at most
# Some two minutes. Builds nothing: run dotnet build -c Release first. Linux only, as it reads /proc.
set -euo pipefail
cd "$(dirname "$0")/../.."
store="" users=1000 rounds=5 reads=id,hit,email,miss,page writes=create,patch
while [ $# -gt 1 ]; do
  case "$1" in
    --store) store=$2 ;;
    --users) users=$2 ;;
    --rounds) rounds=$2 ;;
    --reads) reads=$2 ;;
    --writes) writes=$2 ;;
    *) break ;;
  esac
  shift 2
done
[ $# -eq 0 ] || { sed -n 2,5p "$0" >&2; exit 2; }

bin=bin/Release/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
gateway=src/ScimGateway.Host/$bin/ScimGateway.Host
load=tests/ScimGateway.Load/$bin/ScimGateway.Load
for program in "$emulator" "$gateway" "$load"; do
  [ -x "$program" ] || { echo "build first: dotnet build -c Release" >&2; exit 1; }
done
token=token-of-the-bench
work=$(mktemp -d)
keeps=(--data "$work/data")
[ -z "$store" ] || keeps=(--store "$store")
pids=()
trap 'for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done; wait; rm -rf "$work"' EXIT
slack=http://127.0.0.1:5291 gateway_url=http://127.0.0.1:5292 kestrel_url=http://127.0.0.1:5293 hop_url=http://127.0.0.1:5294
base=$gateway_url/demo/scim/v2

answered() { # URL: waits until something answers there, whatever it says, for five minutes at most
  timeout 300 sh -c "until curl -s -o /dev/null '$1'; do sleep 0.01; done" || { echo "nothing answers at $1" >&2; exit 1; }
}

start_gateway() {
  "$gateway" demo --urls "$gateway_url" --slack "$slack" --token "$token" "${keeps[@]}" >>"$work/gateway.log" 2>&1 &
  gateway_pid=$!
  pids+=("$gateway_pid")
}

memory() { # WHEN
  echo "memory $1: $(awk '/^VmRSS/ { rss = $2 } /^VmHWM/ { most = $2 } /^RssAnon|^RssShmem/ { own += $2 }
    END { printf "%d MB resident (%d MB at most), %d MB of it what a container is charged for", rss / 1024, most / 1024, own / 1024 }' "/proc/$gateway_pid/status"), $(awk '/^Pss:/ { printf "%d MB proportional", $2 / 1024 }' "/proc/$gateway_pid/smaps_rollup")"
}

start_emulator() { # SEED
  "$emulator" --urls "$slack" --seed "$1" >"$work/emulator.log" 2>&1 &
  emulator_pid=$!
  pids+=("$emulator_pid")
  answered "$slack/scim/v1/ServiceProviderConfigs"
}

stop() { # PID
  kill "$1"
  wait "$1" || true
}

start_emulator "$users"
start_gateway
answered "$base/ServiceProviderConfig"
"$load" stub --urls "$kestrel_url" --like "$gateway_url" >"$work/stub.log" 2>&1 &
kestrel_pid=$!
pids+=($!)
"$load" hop --urls "$hop_url" --to "$kestrel_url" >"$work/hop.log" 2>&1 &
hop_pid=$!
pids+=($!)
answered "$kestrel_url/demo/scim/v2/ServiceProviderConfig"
answered "$hop_url/demo/scim/v2/ServiceProviderConfig"

# The start reads all accounts of Slack before the first answer; beside an empty Slack it is the start of host and store alone.
start() { # BESIDE
  local began id
  read -r id _ <"$work/sample"
  stop "$gateway_pid"
  [ "$1" = full ] || { stop "$emulator_pid"; start_emulator 0; }
  began=$(date +%s%N)
  start_gateway
  until [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $token" "$base/Users/$id")" = 200 ]; do sleep 0.005; done
  echo "start beside $1 Slack: $((($(date +%s%N) - began) / 1000000)) ms to the first user read, $(awk '{ print ($14 + $15) * 10 }' "/proc/$gateway_pid/stat") ms of CPU, file of $(du -cm "$work"/data/gateway.db 2>/dev/null | tail -n 1 | cut -f1) MB"
}

"$load" sample --url "$gateway_url" --token "$token" --sample "$work/sample"
memory "after importing them"
start full # what is measured is a gateway that found its file, as it mostly does
compare() { # CASES
  "$load" compare --gateway "$gateway_url,$gateway_pid" --hop "$hop_url,$hop_pid" --kestrel "$kestrel_url,$kestrel_pid" \
    --token "$token" --sample "$work/sample" --group "$work/group" --rounds "$rounds" --cases "$1"
}
case ,$reads, in *,group,*) "$load" group --url "$gateway_url" --token "$token" --group "$work/group" ;; esac
if [ -n "$reads" ]; then
  compare "$reads"
  memory "after the reads"
fi
if [ -n "$writes" ]; then
  compare "$writes"
  "$load" pace --url "$gateway_url" --token "$token" --sample "$work/sample"
  memory "after the writes"
fi

start empty
memory "then"
grep -vE '^(SCIM|token|Slack|data) ' "$work/gateway.log" | head -20 || true
