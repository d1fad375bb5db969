#!/usr/bin/env bash
# The one test command: restores, builds, checks the format, runs every test project and closes with the totals.
#   tests/run.sh           everything
#   tests/run.sh --quick   without the tests marked slow
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

fail() {
  echo "$1"
  echo "0 passed, 1 failed"
  exit 1
}

dotnet tool restore >/dev/null || fail "the tools could not be restored"
dotnet build -c Release -v quiet --nologo || fail "the build failed"
dotnet csharpier check . || fail "the format is not csharpier's: run 'dotnet csharpier format .'"

log=$(mktemp) failures=$(mktemp)
trap 'rm -f "$log" "$failures"' EXIT
passed=0 failed=0
for project in tests/*.Tests conformance/*.Tests; do
  [ -d "$project" ] || continue
  echo "== $project"
  dotnet test --project "$project" -c Release --no-build --no-progress --no-ansi "${quick[@]}" 2>&1 | tee "$log"
  rc=${PIPESTATUS[0]}
  # A project that ends without its summary, or ran nothing, is a failure of its own.
  read -r p f < <(awk -v rc="$rc" '
    /^Test run summary:/    { seen = 1 }
    seen && $1 == "succeeded:" { p = $2 }
    seen && $1 == "failed:"    { f = $2 }
    seen && $1 == "error:"     { f += $2 }
    END { if (!seen || p + f == 0 || (rc != 0 && f == 0)) f += 1; print p + 0, f + 0 }' "$log")
  passed=$((passed + p)) failed=$((failed + f))
  # Each failed test up to where what the whole project printed begins, which is long.
  awk '/^failed / { inside = 1 } /^(Test run summary|Exit code|  Standard output|[^ ]*\.dll )/ { inside = 0 } inside' "$log" >>"$failures"
done

# Said once more at the end, which is what is seen of a long run.
cut -c 1-2000 "$failures"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
