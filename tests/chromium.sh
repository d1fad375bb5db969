#!/usr/bin/env bash
# Debian's Chromium, for the tests of the console: prints its path, and installs it where it is missing.
set -euo pipefail
find_it() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
if [ -n "${CHROMIUM:-}" ]; then
  echo "$CHROMIUM"
  exit 0
fi
if ! find_it >/dev/null; then
  install() { DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; }
  # The list of packages may be too old, or not be there.
  { install || { apt-get update -qq && install; }; } >/dev/null 2>&1 ||
    { echo "Chromium is not here and could not be installed: install the package chromium, or name a browser by CHROMIUM" >&2; exit 1; }
fi
find_it
