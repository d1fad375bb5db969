#!/usr/bin/env bash
# Whole requests, sound and spoilt, against a gateway on a socket: FuzzTests and DescribedFuzzTests of ScimGateway.Host.Tests with as many as one likes.
#   tests/fuzz.sh [--requests 1000000] [--seed N]
# In crowds of 20,000 and 25,000, each with a seed of its own, which is printed. Builds nothing: run dotnet build -c Release first.
set -euo pipefail
cd "$(dirname "$0")/.."
requests=1000000 seed=
while [ $# -gt 1 ]; do
  case "$1" in
    --requests) requests=$2 ;;
    --seed) seed=$2 ;;
    *) break ;;
  esac
  shift 2
done
[ $# -eq 0 ] || { sed -n 2,4p "$0" >&2; exit 2; }
SCIM_FUZZ_REQUESTS=$requests SCIM_FUZZ_SEED=$seed \
  dotnet test --project tests/ScimGateway.Host.Tests -c Release --no-build --no-progress --no-ansi --output Detailed \
  --filter-class ScimGateway.Host.Tests.Fuzz.FuzzTests --filter-class ScimGateway.Host.Tests.Fuzz.DescribedFuzzTests
