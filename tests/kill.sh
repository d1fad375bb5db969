#!/usr/bin/env bash
# Kills a working gateway again and again and checks that every answer stays true; prints the figures of docs/reliability.md.
#   tests/kill.sh [--rounds N] [--seed N] [--lanes N] [--minutes N] [--postgres SERVER] [--keep]
#   tests/kill.sh --instances 2|3 --postgres SERVER [--rolling [--former DLL] | --costs] [...]   several instances on a database
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build -c Release -v quiet --nologo tests/ScimGateway.Kill
exec dotnet tests/ScimGateway.Kill/bin/Release/net10.0/ScimGateway.Kill.dll "$@"
