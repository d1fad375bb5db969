#!/usr/bin/env bash
# Prints the figures of docs/quality.md.
#   tests/quality.sh coverage            lines and branches of ScimGateway.Protocol that the tests reach
#   tests/quality.sh mutation [FOLDER]   mutation score of a folder of it, such as Filters; some six minutes each
#   tests/quality.sh size                lines of the source and words of the documents
set -euo pipefail
cd "$(dirname "$0")/.."
tests=tests/ScimGateway.Protocol.Tests

source_files() { git ls-files 'src/*.cs' ':!:src/*/Migrations/*'; }
source_lines() { source_files | xargs cat; }
row() { printf '%-62s %7d\n' "$@"; }

case "${1:-}" in
  coverage)
    dotnet tool restore >/dev/null
    out=$(mktemp -d)
    trap 'rm -rf "$out"' EXIT
    dotnet build -v quiet --nologo "$tests"
    dotnet msbuild "$tests" -nologo -v:quiet -t:VSTest -p:VSTestNoBuild=true \
      "-p:VSTestCollect=XPlat Code Coverage" "-p:VSTestResultsDirectory=$out"
    dotnet reportgenerator "-reports:$out/*/coverage.cobertura.xml" "-targetdir:$out/report" \
      "-reporttypes:TextSummary" "-assemblyfilters:+ScimGateway.Protocol" >/dev/null
    cat "$out/report/Summary.txt"
    ;;
  mutation)
    dotnet tool restore >/dev/null
    cd "$tests"
    SCIM_FUZZ="${SCIM_FUZZ:-2000}" dotnet stryker --project ScimGateway.Protocol.csproj --test-runner mtp --skip-version-check \
      --mutate "**/${2:-Filters}/**/*.cs" --reporter cleartext --reporter json --concurrency 2
    ;;
  size)
    lengths=$(source_files | xargs wc -l | awk '$2 != "total" { print $1 }' | sort -n)
    printed=$(git ls-files 'docs/*.md' | xargs grep -l '^Printed' || true)
    row "lines of src, without generated migrations" "$(source_lines | wc -l)"
    row "  of code: neither blank nor a comment nor a using" "$(source_lines | grep -cvE '^\s*($|//|using [A-Za-z.]+;)')"
    row "  of documentation comments" "$(source_lines | grep -cE '^\s*///')"
    row "files" "$(wc -l <<<"$lengths")"
    row "lines of the file that nine in ten are not longer than" "$(awk '{ l[NR] = $1 } END { print l[int(NR * .9 + .5)] }' <<<"$lengths")"
    row "lines of the longest file" "$(tail -1 <<<"$lengths")"
    row "words of docs, without what tests print" "$(git ls-files 'docs/*.md' | grep -vFx "$printed" | xargs cat | wc -w)"
    row "words that tests print: $(wc -w <<<"$printed") pages" "$(xargs cat <<<"$printed" | wc -w)"
    ;;
  *)
    sed -n '2,5p' "$0"
    exit 2
    ;;
esac
