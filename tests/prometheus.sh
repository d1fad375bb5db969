#!/usr/bin/env bash
# Debian's Prometheus, for the tests of the alerts and the dashboard.
#   tests/prometheus.sh DIR   prints the folder of prometheus and promtool: where they are installed, else DIR, into which the
#                             package is unpacked. Nothing of it is installed, so no service starts
set -euo pipefail
if installed=$(command -v prometheus) && command -v promtool >/dev/null; then
  dirname "$installed"
  exit 0
fi
folder=${1:?which folder}
mkdir -p "$folder"
cd "$folder"
if [ ! -x root/usr/bin/prometheus ]; then
  # The list of packages may be too old, or not be there.
  { apt-get download -qq prometheus || { apt-get update -qq && apt-get download -qq prometheus; }; } >/dev/null 2>&1 ||
    { echo "Prometheus is not here and could not be downloaded: install the package prometheus" >&2; exit 1; }
  dpkg -x prometheus_*.deb root
  rm prometheus_*.deb
fi
echo "$PWD/root/usr/bin"
