#!/usr/bin/env bash
# Builds a release twice, from clones in different folders, and looks at it: some five minutes, so tests/run.sh does not.
#   tests/release.sh
# It is told apart by a version of its own, starts the program, and says what differs.
set -euo pipefail
cd "$(dirname "$0")/.."
version=0.0.1-tried
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for one in first second/further; do
  git clone -q . "$work/$one"
  (cd "$work/$one" && deploy/release.sh "$version" "$work/$one.out" >/dev/null)
done
for out in "$work/first.out" "$work/second/further.out"; do
  (cd "$out" && sha256sum --check --quiet SHA256SUMS && tar -xzf "scimgateway-$version.tar.gz" && rm ./*.tar.gz SHA256SUMS)
done
differs=$(diff -rq "$work/first.out" "$work/second/further.out" || true)
[ -z "$differs" ] || { echo "$differs" >&2; exit 1; }
cd "$work/first.out"
said=$(dotnet "scimgateway-$version/ScimGateway.Host.dll" --version)
[[ $said == *"$version"* ]] || { echo "The program says it is $said." >&2; exit 1; }
# Each file of others that is in it belongs to a package that the list and the notices name.
jq -r '.components[] | "\(.name) \(.version)"' "scimgateway-$version.cdx.json" | while read -r package; do
  grep -qxF "$package" THIRD-PARTY-NOTICES.txt || { echo "The notices lack $package." >&2; exit 1; }
done
echo "Twice the same, with $(jq '.components | length' "scimgateway-$version.cdx.json") packages of others."
