#!/usr/bin/env bash
# Debian's systemd-analyze, for the test of the unit.
#   tests/systemd.sh   prints where it is; it is installed where it is missing (apt)
set -euo pipefail
command -v systemd-analyze && exit 0
{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends systemd; } >/dev/null 2>&1 ||
  { echo "systemd-analyze is not here and could not be installed: install the package systemd" >&2; exit 1; }
command -v systemd-analyze
