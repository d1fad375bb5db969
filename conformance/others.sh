#!/usr/bin/env bash
# Asks SCIM servers that others wrote, installed from npm into a temporary folder, and prints what was found.
#   conformance/others.sh [option of the suite ...]     such as --report FILE or --only RFC7644-3.5.2
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
server=""
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT

cp "$here/others/scimmy.mjs" "$folder"
(
  cd "$folder"
  npm init -y
  npm install --silent --no-fund --no-audit scimmy@1.3.5 scimmy-routers@1.3.2 express@5
) >/dev/null
dotnet build "$here/ScimGateway.Conformance" -c Release -v quiet --nologo >/dev/null

port=$((20000 + RANDOM % 10000)) token=a-token-of-this-run
node "$folder/scimmy.mjs" "$port" "$token" >"$folder/log" 2>&1 &
server=$!
for _ in $(seq 100); do grep -qs ready "$folder/log" && break; sleep 0.1; done

echo "== scimmy 1.3.5 with scimmy-routers 1.3.2"
dotnet "$here/ScimGateway.Conformance/bin/Release/net10.0/ScimGateway.Conformance.dll" \
  --url "http://127.0.0.1:$port/scim/v2" --token "$token" "$@" || [ $? = 1 ]
