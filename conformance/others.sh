#!/usr/bin/env bash
# Asks SCIM servers that others wrote, installed from npm into a temporary folder, and prints what was found.
#   conformance/others.sh [--server scimmy|jackson|better-auth] [option of the suite ...]
#     such as --only RFC7644-3.5.2, or --report FILE with one server
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
only=""
if [ "${1-}" = --server ]; then only=$2; shift 2; fi
options=("$@")
[ -z "$only" ] || [ -f "$here/others/$only.mjs" ] || { echo "There is no server $only." >&2; exit 2; }
folder=$(mktemp -d)
server=""
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT

# Installs packages, starts others/NAME.mjs with a port, which prints "ready", its base URL and a token, and asks it.
ask() {
  local name=$1 base="" token="" of="$folder/$1"
  shift
  [ -z "$only" ] || [ "$only" = "$name" ] || return 0
  echo "== $*"
  mkdir "$of"
  cp "$here/others/$name.mjs" "$of"
  (cd "$of" && npm init -y && npm install --silent --no-fund --no-audit "$@") >/dev/null
  (cd "$of" && exec env DO_NOT_TRACK=1 node "$name.mjs" $((20000 + RANDOM % 10000))) >"$of/log" 2>&1 &
  server=$!
  for _ in $(seq 300); do
    read -r base token < <(sed -n 's/^ready //p' "$of/log") && break
    sleep 0.1
  done
  [ -n "$token" ] || { cat "$of/log" >&2; return 1; }
  SCIM_TOKEN=$token dotnet "$here/ScimGateway.Conformance/bin/Release/net10.0/ScimGateway.Conformance.dll" \
    --url "$base" "${options[@]}" || [ $? = 1 ]
  kill "$server"
  server=""
}

dotnet build "$here/ScimGateway.Conformance" -c Release -v quiet --nologo >/dev/null
ask scimmy scimmy@1.3.5 scimmy-routers@1.3.2 express@5.3.0
ask jackson @boxyhq/saml-jackson@26.2.0
# The versions that the plugin names; npm by itself takes later ones of these, and finds that they do not fit.
ask better-auth better-auth@1.7.5 @better-auth/scim@1.7.5 @better-auth/core@1.7.5 better-call@1.4.0 @better-auth/utils@0.4.2
