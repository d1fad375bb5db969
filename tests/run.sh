#!/usr/bin/env bash
# The one test command: restores, builds, checks the format, runs every test project and closes with the totals.
#   tests/run.sh           everything, on both stores; gets Chromium, PostgreSQL, Prometheus, systemd-analyze and Go where
#                          they are missing (tests/chromium.sh, tests/postgres.sh, tests/prometheus.sh, tests/systemd.sh,
#                          tests/helm.sh)
#   tests/run.sh --quick   without the tests marked slow, on SQLite alone; gets Chromium
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

quick=()
for argument in "$@"; do
  case "$argument" in
    --quick) quick=(--filter-not-trait "speed=slow") ;;
    *) echo "usage: tests/run.sh [--quick]" >&2; exit 2 ;;
  esac
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
unset SCIMGATEWAY_TEST_STORE SCIMGATEWAY_TEST_POSTGRES

log=$(mktemp) failures=$(mktemp) server="" memory=""
trap 'rm -f "$log" "$failures"; [ -z "$server" ] || tests/postgres.sh stop "$server"; [ -z "$memory" ] || rm -rf "$memory"' EXIT
passed=0 failed=0

fail() {
  echo "$1"
  echo "0 passed, 1 failed"
  exit 1
}

# A project that ends without its summary, or ran nothing, is a failure of its own.
run() { # PROJECT ARGUMENT…
  local project=$1 rc p f
  shift
  dotnet test --project "$project" -c Release --no-build --no-progress --no-ansi "$@" 2>&1 | tee "$log"
  rc=${PIPESTATUS[0]}
  read -r p f < <(awk -v rc="$rc" '
    /^Test run summary:/    { seen = 1 }
    seen && $1 == "succeeded:" { p = $2 }
    seen && $1 == "failed:"    { f = $2 }
    seen && $1 == "error:"     { f += $2 }
    END { if (!seen || p + f == 0 || (rc != 0 && f == 0)) f += 1; print p + 0, f + 0 }' "$log")
  passed=$((passed + p)) failed=$((failed + f))
  # Each failed test up to where what the whole project printed begins, which is long.
  awk '/^failed / { inside = 1 } /^(Test run summary|Exit code|  Standard output|[^ ]*\.dll )/ { inside = 0 } inside' "$log" >>"$failures"
}

dotnet tool restore >/dev/null || fail "the tools could not be restored"
dotnet restore --locked-mode -v quiet --nologo || fail "the packages are not those of packages.lock.json: run 'dotnet restore' and commit what it changes"
dotnet build -c Release --no-restore -v quiet --nologo || fail "the build failed"
dotnet csharpier check . || fail "the format is not csharpier's: run 'dotnet csharpier format .'"
# Stores that nobody keeps are in memory where there is room: on a disk the tests would wait for its writes.
if [ -z "${TMPDIR:-}" ] && [ "$(df --output=avail --block-size=1M /dev/shm 2>/dev/null | tail -n 1)" -gt 4096 ] 2>/dev/null; then
  memory=$(mktemp -d -p /dev/shm)
  chmod 755 "$memory" # PostgreSQL runs as another user
  export TMPDIR=$memory
fi
if [ ${#quick[@]} = 0 ]; then
  server=$(tests/postgres.sh start) || fail "PostgreSQL could not be started"
  SCIMGATEWAY_TEST_POSTGRES=$(tests/postgres.sh url "$server")
  export SCIMGATEWAY_TEST_POSTGRES
fi

for project in tests/*.Tests conformance/*.Tests; do
  [ -d "$project" ] || continue
  echo "== $project"
  run "$project" "${quick[@]}"
done
if [ -n "$server" ]; then
  # What the store may answer otherwise: each step at which a process may die, what providers send, what is searched, and the
  # kill program.
  echo "== tests/ScimGateway.Host.Tests on PostgreSQL"
  on_both=()
  for class in ContractTests TraceTests EngineTests RecoveryTests GroupRecoveryTests UserTests GroupTests UserFilterTests GroupFilterTests TenantLifeTests TwoTenantsTests EndedHomeTests ImportTests GroupImportTests DriftTests KeyRingTests SlackTokenTests SetUpTests PolicyTests RuleTests KillTests DeletionTests BackupTests LaneTests LaneEngineTests HoldTests HomelessTests OperationTests LinkTests ErasureTests ProtectionTests LinkedGroupTests; do
    on_both+=(--filter-class "*.$class")
  done
  SCIMGATEWAY_TEST_STORE=postgres run tests/ScimGateway.Host.Tests "${on_both[@]}"
  # The RFCs and every provider, asked of the gateway.
  echo "== conformance/ScimGateway.Conformance.Tests on PostgreSQL"
  SCIMGATEWAY_TEST_STORE=postgres run conformance/ScimGateway.Conformance.Tests --filter-class "*.GatewayTests"
fi

# Said once more at the end, which is what is seen of a long run.
cut -c 1-2000 "$failures"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
