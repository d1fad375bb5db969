#!/usr/bin/env bash
# Tells random stories in virtual time and checks after each that all is as it has to be; docs/stories.md says what that is.
#   tests/stories.sh [--stories N] [--seed S]   N stories from seed S on, a process for each core
#   tests/stories.sh --one S                    one, with every step and request
#   tests/stories.sh --file FILE                one that was printed
#   tests/stories.sh --without STEP,STEP        without steps of these kinds
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build -c Release -v quiet --nologo tests/ScimGateway.Stories
exec dotnet tests/ScimGateway.Stories/bin/Release/net10.0/ScimGateway.Stories.dll "$@"
