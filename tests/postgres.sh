#!/usr/bin/env bash
# A throwaway PostgreSQL on a loopback port, for tests and benchmarks.
#   tests/postgres.sh start [DIR]   installs it where it is missing (apt), starts it in DIR or a new folder, and prints that folder
#   tests/postgres.sh url DIR       how the gateway is to be told of it, without a database
#   tests/postgres.sh crash DIR      ends it as a loss of power would, and leaves the folder: it can be started again there
#   tests/postgres.sh copy DIR [standby]   starts another one beside it with what it has by now, and prints that folder; it goes on
#                                   itself at another port. As a standby it can only be read
#   tests/postgres.sh promote DIR   has a standby take over
#   tests/postgres.sh stop DIR      ends it and takes the folder away
# It keeps nothing over a crash of the machine (fsync is off), which is what makes it fast; everything else is as in earnest.
set -euo pipefail

binaries() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
# The server does not run as root.
as_owner() {
  if [ "$(id -u)" = 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"); else "$@"; fi
}

case "${1:-}" in
  start)
    if [ -z "$(binaries)" ]; then
      { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1 ||
        { echo "PostgreSQL is not here and could not be installed: install the package postgresql" >&2; exit 1; }
    fi
    folder=${2:-$(mktemp -d)}
    mkdir -p "$folder/data"
    chmod 755 "$folder"
    [ "$(id -u)" != 0 ] || chown postgres "$folder/data"
    for _ in 1 2 3 4 5; do # somebody else may have taken the port meanwhile
      port=$((20000 + RANDOM % 10000))
      [ -e "$folder/data/PG_VERSION" ] ||
        as_owner "$(binaries)/initdb" -D "$folder/data" -U gateway -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions >/dev/null
      # Its output goes to nowhere: the server would keep a pipe open for ever.
      if as_owner "$(binaries)/pg_ctl" -D "$folder/data" -w -t 60 -l "$folder/data/server.log" -o \
        "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$folder/data -c fsync=off -c full_page_writes=off -c max_connections=400 -c shared_buffers=64MB ${POSTGRES_OPTIONS:-}" \
        start >/dev/null 2>&1; then
        echo "$port" >"$folder/port"
        echo "$folder"
        exit 0
      fi
    done
    tail -n 20 "$folder/data/server.log" >&2
    exit 1
    ;;
  url) echo "Host=127.0.0.1;Port=$(cat "${2:?which folder}/port");Username=gateway" ;;
  crash) as_owner "$(binaries)/pg_ctl" -D "${2:?which folder}/data" -m immediate -w stop >/dev/null 2>&1 ;;
  copy)
    copy=$(mktemp -d)
    as_owner "$(binaries)/pg_ctl" -D "${2:?which folder}/data" -m fast -w stop >/dev/null 2>&1
    cp -a "$2/data" "$copy/data"
    [ -z "${3:-}" ] || cp -p "$copy/data/PG_VERSION" "$copy/data/standby.signal" # whatever is in it
    "$0" start "$2" >/dev/null
    "$0" start "$copy"
    ;;
  promote) as_owner "$(binaries)/pg_ctl" -D "${2:?which folder}/data" -w -t 60 promote >/dev/null ;;
  stop)
    as_owner "$(binaries)/pg_ctl" -D "${2:?which folder}/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$2"
    ;;
  *) sed -n 2,10p "$0" >&2; exit 2 ;;
esac
