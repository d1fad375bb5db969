#!/usr/bin/env bash
# Builds the conformance program as one file for linux-x64 that needs no .NET beside it.
#   conformance/single-file.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# = 1 ] || { echo "usage: conformance/single-file.sh FOLDER" >&2; exit 2; }
artifacts=$(mktemp -d)
trap 'rm -rf "$artifacts"' EXIT
dotnet publish "$here/ScimGateway.Conformance" -c Release -r linux-x64 --self-contained -p:PublishSingleFile=true \
  -p:NuGetLockFilePath="$artifacts/packages.lock.json" --artifacts-path "$artifacts" -o "$artifacts/out" -v quiet --nologo
mkdir -p "$1"
cp "$artifacts/out/ScimGateway.Conformance" "$1/scim-conformance"
echo "$1/scim-conformance"
