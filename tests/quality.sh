#!/usr/bin/env bash
# Prints the figures of docs/quality.md.
#   tests/quality.sh coverage            lines and branches of ScimGateway.Protocol that the tests reach
#   tests/quality.sh mutation [FOLDER]   mutation score of a folder of it, such as Filters; some six minutes each
set -euo pipefail
cd "$(dirname "$0")/.."
tests=tests/ScimGateway.Protocol.Tests
dotnet tool restore >/dev/null

case "${1:-}" in
  coverage)
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
    cd "$tests"
    SCIM_FUZZ="${SCIM_FUZZ:-2000}" dotnet stryker --project ScimGateway.Protocol.csproj --test-runner mtp --skip-version-check \
      --mutate "**/${2:-Filters}/**/*.cs" --reporter cleartext --reporter json --concurrency 2
    ;;
  *)
    sed -n '2,4p' "$0"
    exit 2
    ;;
esac
