#!/usr/bin/env bash
# Builds a release of what is committed. The same commit gives the same files in whatever folder and whenever.
#   deploy/release.sh 1.2.3 FOLDER
# FOLDER gets the program (it needs the runtime of ASP.NET Core 10), what is in it as CycloneDX has it, the licenses of others,
# what has changed, and the checksums of all.
# Needs git, jq and the SDK; the tool that lists the packages comes from NuGet.
set -euo pipefail

usage() { echo "usage: deploy/release.sh VERSION FOLDER, such as deploy/release.sh 1.2.3 artifacts/release" >&2; exit 2; }
[ $# = 2 ] || usage
[[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$ ]] || usage
version=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "$0")/.."
[ -z "$(git status --porcelain)" ] || { echo "There are changes that are not committed: commit them first." >&2; exit 1; }
# A released schema is kept, so that each later build is tried on it (KeptStoreTests). What is only tried has a suffix.
[[ $1 == *-* ]] || { [ -f "tests/stores/$version.sqlite.sql" ] && [ -f "tests/stores/$version.postgres.sql" ]; } || {
  echo "The stores of $version are not kept: run KeptStoreTests on both stores with KEEP_STORE=$version, and commit tests/stores." >&2
  exit 1
}
command -v jq >/dev/null || { echo "jq is not here: install it." >&2; exit 1; }

name=scimgateway-$version
at=$(git log -1 --format=%cI)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q . "$work/source"
cd "$work/source"

dotnet restore src/ScimGateway.Host --locked-mode -v quiet
# The commit stands in the program already, by the SDK. As a build elsewhere it has no path of this machine in it.
dotnet publish src/ScimGateway.Host -c Release --no-restore -v quiet --nologo -o "$work/$name" \
  -p:Version="$version" -p:ContinuousIntegrationBuild=true -p:UseAppHost=false
cp deploy/systemd/scimgateway.service CHANGELOG.md "$work/$name/"

dotnet tool install CycloneDX --version 6.3.1 --tool-path "$work/tool" >/dev/null
"$work/tool/dotnet-CycloneDX" src/ScimGateway.Host/ScimGateway.Host.csproj --output "$work" --filename all.json \
  --output-format Json --disable-package-restore --no-serial-number --set-name scimgateway --set-version "$version" >/dev/null
# What the program brings, by its own list; what only its build needs is left out.
jq -r '.targets[] | to_entries[] | select([.value.runtime, .value.native, .value.runtimeTargets] | map(select(. != null) | keys[])
  | any(endswith("_._") | not)) | .key' "$work/$name/ScimGateway.Host.deps.json" | sort > "$work/brought"
jq --arg at "$at" --rawfile brought "$work/brought" '($brought | split("\n")) as $brought
  | .metadata.timestamp = $at
  | .components |= map(select("\(.name)/\(.version)" as $one | $brought | index($one)))
  | ([.components[]."bom-ref"] + [.metadata.component."bom-ref"]) as $kept
  | .dependencies |= map(select(.ref as $ref | $kept | index($ref))
    | if .dependsOn then .dependsOn |= map(select(. as $on | $kept | index($on))) else . end)' \
  "$work/all.json" > "$out/$name.cdx.json"
missing=$(jq -r '.libraries | to_entries[] | select(.value.type == "package") | .key' "$work/$name/ScimGateway.Host.deps.json" |
  sort | comm -12 - "$work/brought" | comm -23 - <(jq -r '.components[] | "\(.name)/\(.version)"' "$out/$name.cdx.json" | sort))
[ -z "$missing" ] || { echo "The program brings packages that the list lacks: $missing" >&2; exit 1; }

{
  echo "ScimGateway $version has these packages of others in it, under the licenses that are named."
  jq -r '.components[] | "\n\(.name) \(.version)\n  \([.licenses[]?.license | .id // .name // .url] | join(", "))"
    + (if .copyright then "\n  \(.copyright)" else "" end)' "$out/$name.cdx.json"
} > "$work/$name/THIRD-PARTY-NOTICES.txt"
cp "$work/$name/THIRD-PARTY-NOTICES.txt" "$out/"
sed -n "/^## \(\[\?$version\]\?\|Unreleased\)/,/^## /p" CHANGELOG.md | sed '1d;/^## /d' > "$out/CHANGES.md"

tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="$at" --mode='u=rwX,go=rX' -C "$work" -cf - "$name" | gzip -n > "$out/$name.tar.gz"
cd "$out"
sha256sum "$name.tar.gz" "$name.cdx.json" THIRD-PARTY-NOTICES.txt CHANGES.md > SHA256SUMS
cat SHA256SUMS
