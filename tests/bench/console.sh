#!/usr/bin/env bash
# How long each page of the console takes with many people in Slack, and how long it is.
#   tests/bench/console.sh [USERS] [LOOKS] [CLAIMED]
# 100,000 users in Slack, each page asked for 10 times, and 300 more users that a provider makes, unless told; some two
# minutes, and five more for each 100,000 that the provider makes.
# Builds nothing: run dotnet build -c Release first. Needs curl.
set -euo pipefail
cd "$(dirname "$0")/../.."
users=${1:-100000} looks=${2:-10} claimed=${3:-300}
bin=bin/Release/net10.0
emulator=src/ScimGateway.SlackEmulator/$bin/ScimGateway.SlackEmulator
gateway=src/ScimGateway.Host/$bin/ScimGateway.Host
for program in "$emulator" "$gateway"; do
  [ -x "$program" ] || { echo "build first: dotnet build -c Release" >&2; exit 1; }
done
slack=http://127.0.0.1:15390 own=http://127.0.0.1:15380 scim=http://127.0.0.1:15380/demo/scim/v2
work=$(mktemp -d)
pids=()
trap 'for one in "${pids[@]}"; do kill "$one" 2>/dev/null || true; done; rm -rf "$work"' EXIT
answers() { # URL PID: waits until it answers anything at all
  until curl -s -o /dev/null "$1"; do
    kill -0 "$2" 2>/dev/null || { cat "$work"/*.log >&2; exit 1; }
    sleep 0.2
  done
}

"$emulator" --urls "$slack" --seed "$users" >"$work/slack.log" 2>&1 &
pids+=($!)
answers "$slack" "${pids[0]}"
"$gateway" demo --urls "$own" --slack "$slack" --data "$work/data" --token t --admin-key sga_bench-of-the-console-0123456789abcdef >"$work/own.log" 2>&1 &
pids+=($!)
answers "$own" "${pids[1]}"
for i in $(seq 300); do
  printf 'url = "%s/Users"\nheader = "Authorization: Bearer t"\nheader = "Content-Type: application/scim+json"\noutput = /dev/null\ndata = "{\\"schemas\\":[\\"urn:ietf:params:scim:schemas:core:2.0:User\\"],\\"userName\\":\\"bench%d\\",\\"emails\\":[{\\"value\\":\\"bench%d@corp.example\\",\\"primary\\":true}]}"\nnext\n' "$scim" "$i" "$i"
done | sed '$d' | curl -sf --config -
if [ "$claimed" -gt 300 ]; then
  # In a shadow run nobody waits for Slack's limits. 200 in each request, four requests at once.
  curl -sf -o /dev/null -X POST -H "Authorization: Bearer sga_bench-of-the-console-0123456789abcdef" "$own/admin/api/v1/tenants/demo/shadow"
  seq 301 "$claimed" | awk -v work="$work" '
    function op(i) { return sprintf("{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"b%d\",\"data\":{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"bench%d\",\"emails\":[{\"value\":\"bench%d@corp.example\",\"primary\":true}]}}", i, i, i) }
    { if (n % 200 == 0) { file = sprintf("%s/bulk%06d.json", work, ++files); printf "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[%s", op($1) > file }
      else printf ",%s", op($1) > file
      if (++n % 200 == 0) { print "]}" > file; close(file) } }
    END { if (n % 200) print "]}" > file }'
  find "$work" -name 'bulk*.json' -print0 | xargs -0 -P 4 -I '{}' curl -sf -o /dev/null -H 'Authorization: Bearer t' -H 'Content-Type: application/scim+json' --data-binary '@{}' "$scim/Bulk"
fi
curl -s -o /dev/null -c "$work/jar" --data-urlencode key=sga_bench-of-the-console-0123456789abcdef "$own/console/sign-in"
read_api() { curl -sf -H "Authorization: Bearer sga_bench-of-the-console-0123456789abcdef" "$own/admin/api/v1/tenants/demo/$1"; }
first_id() { read_api "$1" | grep -o "\"id\":\"\?[0-9a-f-]*" | head -1 | sed 's/.*://; s/"//'; }
person=$(first_id "links?kind=user&limit=1") group=$(first_id "links?kind=group&limit=1") operation=$(first_id "operations?limit=1")

echo "commit $(git rev-parse --short HEAD), $(date +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg), $users people in Slack, $claimed made by a provider"
printf '%-52s %10s %10s %10s\n' "page" "median ms" "longest" "bytes"
for page in "" session keys audit cluster tenants/demo tenants/demo/holds tenants/demo/people \
  "tenants/demo/people?search=bench299" "tenants/demo/people?search=nobody-has-this" "tenants/demo/people?state=failed" "tenants/demo/people?changed=true" \
  "tenants/demo/people/$person" "tenants/demo/people/$group" "tenants/demo/people/$group/memberships" "tenants/demo/people/$group/memberships?differing=true" \
  tenants/demo/user-names "tenants/demo/user-names?differing=true" tenants/demo/operations "tenants/demo/operations?search=bench299" \
  "tenants/demo/operations/$operation" tenants/demo/setup tenants/demo/connection tenants/demo/preferences tenants/demo/rules \
  tenants/demo/notifications tenants/demo/budget tenants/demo/sources tenants/demo/sources/1 tenants/demo/jobs tenants/demo/jobs/1; do
  for _ in $(seq "$looks"); do
    curl -s -o /dev/null -b "$work/jar" -w '%{http_code} %{time_total} %{size_download}\n' "$own/console${page:+/}$page"
  done | sort -k2 -n | awk -v page="/console/$page" '
    $1 != 200 { wrong = $1 }
    { ms[NR] = $2 * 1000; bytes = $3 }
    END { printf "%-52s %10.0f %10.0f %10d%s\n", page, ms[int((NR + 1) / 2)], ms[NR], bytes, wrong ? "  answered " wrong : "" }'
done
