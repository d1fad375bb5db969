#!/usr/bin/env bash
# This build beside that of another commit, all that docs/performance.md promises in one go: CPU of each request over the other commit's, and
# over a YARP hop's; one member of a large group; importing 100,000 users; PostgreSQL. In the end the figures alone.
#   tests/bench/compare.sh COMMIT [--quick]     # --quick: without the import and PostgreSQL
# Some twenty minutes on a quiet machine, twelve of them with --quick. Builds the other commit, in a folder that it removes again, and not this
# one: run dotnet build -c Release first. Linux only.
set -euo pipefail
cd "$(dirname "$0")/../.."
commit=$(git rev-parse --verify "${1:?the commit to compare with}^{commit}")
case "${2:-}" in "" | --quick) ;; *) sed -n 2,6p "$0" >&2; exit 2 ;; esac
work=$(mktemp -d)
trap 'git worktree remove --force "$work/former" 2>/dev/null; rm -rf "$work"' EXIT
git worktree add -q --detach "$work/former" "$commit"
dotnet build "$work/former/src/ScimGateway.Host" -c Release -v quiet --nologo >"$work/build" || { cat "$work/build" >&2; exit 1; }

part() { # TITLE COMMAND …
  echo "== $1" | tee -a "$work/table"
  shift
  "$@" | tee -a "$work/table"
}

echo "$(git rev-parse --short HEAD) beside $(git rev-parse --short "$commit"), $(date +%F), $(nproc) cores, load $(cut -d' ' -f1 /proc/loadavg)" | tee "$work/table"
part "beside the other commit" tests/bench/versions.sh "$work/former" --starts 3 --cases id,hit,page,create,patch,put
part "beside a YARP hop" tests/bench/gateway.sh --reads id,hit,page --writes create,patch,put --rounds 3
part "a group of all, beside a YARP hop" tests/bench/gateway.sh --reads group,groups --writes member --rounds 3
part "members of groups" tests/bench/groups.sh --seconds 20
if [ -z "${2:-}" ]; then
  part "importing" tests/bench/import.sh
  part "on PostgreSQL" tests/bench/postgres.sh
fi
echo
cat "$work/table"
