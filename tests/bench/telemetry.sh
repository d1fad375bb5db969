#!/usr/bin/env bash
# What metrics and traces cost: one gateway without and one with them, asked the same turn by turn; CPU of a request of the second over
# that of the first, the median of the rounds.
#   tests/bench/telemetry.sh [--users N] [--starts N] [--rounds N] [--cases CASES]
# "metrics" has a Prometheus that asks each five seconds, "traces" has that and a collector that takes each request's trace, which the
# sampler may make fewer (docs/deploy.md). Some ten minutes. Builds nothing. Linux only, as it reads /proc; the collector wants python3.
set -euo pipefail
cd "$(dirname "$0")/../.."
users=1000 starts=4 rounds=4 cases=id,page
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
[ $# -eq 0 ] || { sed -n 2,7p "$0" >&2; exit 2; }

bin=bin/Release/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
gateway=src/ScimGateway.Host/$bin/ScimGateway.Host
load=tests/ScimGateway.Load/$bin/ScimGateway.Load
for program in "$emulator" "$gateway" "$load"; do
  [ -x "$program" ] || { echo "build first: dotnet build -c Release ($program)" >&2; exit 1; }
done
token=token-of-the-bench
work=$(mktemp -d)
pids=()
stop() {
  for pid in "$@"; do kill "$pid" 2>/dev/null || true; done
  wait "$@" 2>/dev/null || true
}
trap 'stop "${pids[@]}"; rm -rf "$work"' EXIT
slack=http://127.0.0.1:5291 collector=http://127.0.0.1:5292
answered() { timeout 300 sh -c "until curl -s -o /dev/null '$1'; do sleep 0.05; done"; }

"$emulator" --urls "$slack" --seed "$users" >"$work/slack.log" 2>&1 &
pids+=($!)
answered "$slack/scim/v1/ServiceProviderConfigs"
python3 - "${collector##*:}" >"$work/collector.log" 2>&1 <<'P' &
import http.server, sys
class Taken(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
    def log_message(self, *_): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Taken).serve_forever()
P
pids+=($!)

# One store, which the demo fills, and a copy of it for each.
"$gateway" demo --urls http://127.0.0.1:5293 --slack "$slack" --token "$token" --data "$work/store" >"$work/demo.log" 2>&1 &
demo=$!
answered http://127.0.0.1:5293/demo/scim/v2/ServiceProviderConfig
"$load" sample --url http://127.0.0.1:5293 --token "$token" --sample "$work/sample" >"$work/users"
stop "$demo"

declare -A asked
start() { # NAME PORT [SETTING VALUE ...]
  local url=http://127.0.0.1:$2
  rm -rf "${work:?}/$1" && cp -r "$work/store" "$work/$1"
  "$gateway" serve --urls "$url" --slack "$slack" --data "$work/$1" --tenant-requests 100000 "${@:3}" >"$work/$1.log" 2>&1 &
  pids+=($!)
  asked[$1]=$url,$!
  answered "$url/demo/scim/v2/ServiceProviderConfig"
}
turn() { # NAME CASE: CPU of a request in microseconds
  "$load" alone --gateway "${asked[$1]}" --token "$token" --sample "$work/sample" --rounds 3 --cases "$2" | awk '{ all += $2 } END { print all / NR }'
}

for ((s = 0; s < starts; s++)); do
  start bare 5294
  start metrics 5295 --metrics-url http://127.0.0.1:5297
  start traces 5296 --metrics-url http://127.0.0.1:5298 --otlp-url "$collector"
  running=("${pids[@]: -3}")
  (while sleep 5; do curl -s -o /dev/null http://127.0.0.1:5297/metrics -o /dev/null http://127.0.0.1:5298/metrics; done) &
  running+=($!) && pids+=($!)
  for case in ${cases//,/ }; do
    for name in bare metrics traces; do turn "$name" "$case" >"$work/warm"; done
    for ((i = 0; i < rounds; i++)); do
      # Who comes first finds another machine than who comes last.
      order=(bare metrics traces)
      (((i + s) % 2)) && order=(traces metrics bare)
      for name in "${order[@]}"; do turn "$name" "$case" >"$work/of.$name"; done
      paste "$work"/of.{bare,metrics,traces} | awk '{ print $1, $2 / $1, $3 / $1 }' >>"$work/turns.$case"
    done
  done
  stop "${running[@]}"
done
printf '%-8s%12s%12s%12s\n' case "bare us" metrics traces
for case in ${cases//,/ }; do
  middle() { sort -n -k"$1" "$work/turns.$case" | awk -v column="$1" '{ value[NR] = $column } END { print value[int((NR + 1) / 2)] }'; }
  printf '%-8s%12.1f%12.3f%12.3f\n' "$case" "$(middle 1)" "$(middle 2)" "$(middle 3)"
done
