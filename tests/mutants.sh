#!/usr/bin/env bash
# Switches the safety mechanisms of the engine off, one at a time in a copy, and has the tests find it.
#   tests/mutants.sh [NAME...]               each by the test that is meant to find it
#   tests/mutants.sh --kill N [NAME...]      those marked 'kill' by N rounds of the kill program instead
#   tests/mutants.sh --stories N [NAME...]   each by N random stories instead
#   tests/mutants.sh --postgres [NAME...]    each by its test, with the gateway on PostgreSQL; not those of SQLite's own files
# A mutant is a file of tests/mutants: what it does; the file it is made in; the test; and texts with what replaces them, each of
# which must be there exactly once.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en

rounds=0 stories=0
case "${1:-}" in
  --kill) rounds=${2:?how many rounds}; shift 2 ;;
  --stories) stories=${2:?how many stories}; shift 2 ;;
  --postgres) export SCIMGATEWAY_TEST_STORE=postgres; shift ;;
esac

copy=$(mktemp -d) pristine=$(mktemp) whole=$(mktemp -d) server=""
trap 'rm -rf "$copy" "$pristine" "$whole"; [ -z "$server" ] || tests/postgres.sh stop "$server"' EXIT
if [ -z "${SCIMGATEWAY_TEST_POSTGRES:-}" ]; then
  server=$(tests/postgres.sh start) || exit 1
  SCIMGATEWAY_TEST_POSTGRES=$(tests/postgres.sh url "$server")
  export SCIMGATEWAY_TEST_POSTGRES
fi
git ls-files -z | xargs -0 cp --parents -t "$copy"
project=tests/ScimGateway.Host.Tests
[ "$rounds" -gt 0 ] && project=tests/ScimGateway.Kill
[ "$stories" -gt 0 ] && project=tests/ScimGateway.Stories

build() {
  (cd "$copy" && dotnet build -c Release -v quiet --nologo "$@" -p:TreatWarningsAsErrors=false -p:RunAnalyzers=false) 2>&1
}

# The project of the mutated file alone; what uses it takes its assembly as it is.
rebuild() {
  local mutated=${file%%/ScimGateway.*}/$(cut -d/ -f2 <<<"$file")
  build --no-restore --no-dependencies "$mutated" &&
    cp "$copy/$mutated/bin/Release/net10.0/$(basename "$mutated").dll" "$copy/$project/bin/Release/net10.0/"
}

# Sets file, test, says and what is in $copy; fails where a text is not there, or is there twice.
mutate() {
  local line from="" to="" part=head kill=no text
  file="" test="" says=""
  while IFS= read -r line || [ -n "$line" ]; do
    case "$part:$line" in
      head:"file "*) file=${line#file } text=$(<"$copy/$file") ;;
      head:"test "*) test=${line#test } ;;
      head:kill) kill=yes ;;
      head:"<<<<") part=from from="" ;;
      head:*) says=$line ;;
      from:"====") part=to to="" ;;
      to:">>>>")
        part=head
        from=${from%$'\n'} to=${to%$'\n'}
        local rest=${text#*"$from"}
        [ "$rest" != "$text" ] || { echo "$1: its text is not in $file"; return 1; }
        [ "${rest#*"$from"}" = "$rest" ] || { echo "$1: its text is in $file twice"; return 1; }
        text=${text%%"$from"*}$to$rest
        ;;
      from:*) from+=$line$'\n' ;;
      to:*) to+=$line$'\n' ;;
    esac
  done <"$1"
  [ "$rounds" -eq 0 ] || [ "$kill" = yes ] || return 2
  [[ ${SCIMGATEWAY_TEST_STORE:-} != postgres || $file != */Sqlite/* ]] || return 2
  cp "$copy/$file" "$pristine"
  printf '%s\n' "$text" >"$copy/$file"
}

out=$(build "$project") || { grep -w error <<<"$out" | head -3; echo "the copy does not build"; exit 1; }
cp "$copy/$project"/bin/Release/net10.0/ScimGateway.*.dll "$whole/"

survived=0 killed=0
for path in "$copy"/tests/mutants/*.txt; do
  name=$(basename "$path" .txt)
  [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
  mutate "$path"
  case $? in
    1) survived=$((survived + 1)); continue ;;
    2) continue ;;
  esac
  if ! out=$(rebuild); then
    verdict="DOES NOT BUILD" survived=$((survived + 1))
    printf '%s\n' "$out" | grep error | head -3
  elif [ "$rounds" -gt 0 ]; then
    out=$(timeout -k 5 3600 dotnet "$copy/$project/bin/Release/net10.0/ScimGateway.Kill.dll" --rounds "$rounds" --seed 1)
    # What is wrong is said after the figures; without that it was no finding.
    if grep -q '^WRONG' <<<"$out"; then
      verdict="found after $(awk '$1 == "rounds" { print $2 }' <<<"$out") rounds" killed=$((killed + 1))
    else
      verdict="SURVIVED $rounds rounds" survived=$((survived + 1))
    fi
  elif [ "$stories" -gt 0 ]; then
    out=$(timeout -k 5 600 dotnet "$copy/$project/bin/Release/net10.0/ScimGateway.Stories.dll" --stories "$stories" --seed 1 --stop --no-shrink)
    if grep -q '^WRONG' <<<"$out"; then
      verdict="found after $(awk '$1 == "told" { print $2 }' <<<"$out") stories: $(grep -m 1 '^WRONG' <<<"$out" | cut -c 1-120)" killed=$((killed + 1))
    else
      verdict="SURVIVED $stories stories" survived=$((survived + 1))
    fi
  else
    out=$(timeout -k 5 600 "$copy/$project/bin/Release/net10.0/ScimGateway.Host.Tests" --filter-method "*.$test" --no-progress --no-ansi 2>&1)
    read -r total failed < <(awk '$1 == "total:" { t = $2 } $1 == "failed:" { f = $2 } END { print t + 0, f + 0 }' <<<"$out")
    if [ "$total" -eq 0 ]; then
      verdict="NO TEST RAN: $test" survived=$((survived + 1))
    elif [ "$failed" -gt 0 ]; then
      verdict="found by $test" killed=$((killed + 1))
    else
      verdict="SURVIVED $test" survived=$((survived + 1))
    fi
  fi
  printf '%-34s %s\n%-34s %s\n' "$name" "$says" "" "$verdict"
  # The next one may be made in another project.
  cp "$pristine" "$copy/$file"
  cp "$whole"/* "$copy/$project/bin/Release/net10.0/"
done
echo "$killed found, $survived not found"
[ "$survived" -eq 0 ] && [ "$killed" -gt 0 ]
