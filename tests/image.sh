#!/usr/bin/env bash
# Builds both images from their Dockerfiles without a container engine, and tries them: who they run as, what was left in
# them, whether they start, are healthy by their own check with a read-only root, stop at SIGTERM, and how large they are.
#   tests/image.sh
# As root, with the .NET SDK; gets buildah and debootstrap where they are missing. Microsoft's base images are stood in for by
# Debian with this machine's SDK and runtime, so their packages and sizes are not what is tried.
set -euo pipefail
cd "$(dirname "$0")/.."

[ "$(id -u)" = 0 ] || { echo "It needs root." >&2; exit 2; }
for tool in buildah debootstrap; do
  command -v "$tool" >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$tool" >/dev/null
done

dotnet_root=$(dirname "$(readlink -f "$(command -v dotnet)")")
work=$(mktemp -d) served="" failed=0
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot TMPDIR=$work
b() { buildah --log-level error --root "$work/store" --runroot "$work/run" --storage-driver vfs "$@"; }
finish() {
  [ -z "$served" ] || kill -KILL -- "-$served" 2>/dev/null || true
  b rm -a >/dev/null 2>&1 || true
  rm -rf --one-file-system "$work"
}
trap finish EXIT
say() { printf '%s\n' "$*"; }
wrong() { say "WRONG: $*"; failed=1; }
echo '{"default":[{"type":"insecureAcceptAnything"}]}' >"$work/policy.json"

# --- what stands in for the base images
rootfs=${XDG_CACHE_HOME:-$HOME/.cache}/scimgateway-image/bookworm
if [ ! -f "$rootfs/.complete" ]; then
  rm -rf "$rootfs" && mkdir -p "$rootfs"
  debootstrap --variant=minbase --include=ca-certificates,libicu72,libssl3,libstdc++6,tzdata,zlib1g bookworm "$rootfs" >"$work/base.log" 2>&1 ||
    { tail -n 3 "$work/base.log" >&2; echo "The base could not be made." >&2; exit 2; }
  rm -rf "$rootfs"/var/cache/apt/archives/*.deb "$rootfs"/var/lib/apt/lists/*
  echo 'app:x:1654:1654::/home/app:/bin/sh' >>"$rootfs/etc/passwd"
  echo 'app:x:1654:' >>"$rootfs/etc/group"
  touch "$rootfs/.complete"
fi
base() { # NAME PART… : Debian with parts of the .NET root, as Microsoft's image of that name has them
  local name=mcr.microsoft.com/dotnet/$1 made folder part
  shift
  made=$(b from scratch) folder=$(b mount "$made")
  cp -a "$rootfs/." "$folder/" && mkdir -p "$folder/usr/share/dotnet"
  for part; do [ ! -e "$dotnet_root/$part" ] || (cd "$dotnet_root" && cp -a --parents "$part" "$folder/usr/share/dotnet/"); done
  ln -sf /usr/share/dotnet/dotnet "$folder/usr/bin/dotnet"
  b umount "$made" >/dev/null
  b config --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --env APP_UID=1654 \
    --env ASPNETCORE_HTTP_PORTS=8080 --env DOTNET_RUNNING_IN_CONTAINER=true "$made" >/dev/null
  b commit -q --format docker --signature-policy "$work/policy.json" "$made" "$name" >/dev/null
  b rm "$made" >/dev/null
}
base sdk:10.0 dotnet host shared packs sdk sdk-manifests templates metadata
base aspnet:10.0 dotnet host shared
base runtime:10.0 dotnet host shared/Microsoft.NETCore.App

# --- build, and what the image says of itself
image() { # NAME DOCKERFILE
  local lent=() own made folder left
  # Packages and trusted certificates are lent to the build as mounts, and are not in the image.
  for own in "${NUGET_PACKAGES:-$HOME/.nuget/packages}:/root/.nuget/packages:rw" "$HOME/.nuget/NuGet:/root/.nuget/NuGet:ro" \
    "$(readlink -f "${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}"):/etc/ssl/certs/ca-certificates.crt:ro"; do
    [ ! -e "${own%%:*}" ] || lent+=(-v "$own")
  done
  # --link changes how layers are kept alone, and this buildah does not know it.
  sed -E '/^(COPY|ADD) /s/ --link / /' "$2" >"$work/Dockerfile"
  b bud --pull=never --format docker --signature-policy "$work/policy.json" --layers=false "${lent[@]}" -t "$1" -f "$work/Dockerfile" . \
    >"$work/build.log" 2>&1 || { grep -E "error|Error" "$work/build.log" | sort -u | head -n 10; wrong "$2 does not build"; return 1; }
  [ "$(b inspect --type image --format '{{.Docker.Config.User}}' "$1")" = 1654 ] || wrong "$1 does not run as user 1654"
  made=$(b from --pull=never --signature-policy "$work/policy.json" "$1") folder=$(b mount "$made")
  left=$(find "$folder" -xdev \( -path "$folder/src" -o -path '*/dotnet/sdk' -o -path "$folder/root/.nuget/packages/*" -o -name '*.csproj' \) | sed "s#^$folder##" | head -n 3)
  [ -z "$left" ] || wrong "$1 has what only its build needs: $left"
  say "$1: $(du -sm "$folder/app" | cut -f1) MiB of our own over the base"
  echo "$made" >"$work/$1"
}

image scimgateway Dockerfile && {
  made=$(cat "$work/scimgateway") folder=$(b mount "$made") port=$((20000 + RANDOM % 20000))
  data=$work/data
  install -d -m 0700 -o 1654 -g 1654 "$data"
  run() { b run --env "ASPNETCORE_HTTP_PORTS=$port" -v "$data:/data:rw" "$made" -- "$@"; }
  # Whatever is written elsewhere than in the volume and in /tmp would show here.
  find "$folder" -xdev -not -path "$folder/tmp*" -not -path "$folder/data*" -not -path "$folder/run*" -printf '%P %T@ %s\n' | sort >"$work/before"
  setsid buildah --log-level error --root "$work/store" --runroot "$work/run" --storage-driver vfs run \
    --env "ASPNETCORE_HTTP_PORTS=$port" -v "$data:/data:rw" "$made" -- dotnet ScimGateway.Host.dll --init >"$work/run.log" 2>&1 &
  served=$!
  healthy=no
  for _ in $(seq 60); do
    ! run dotnet ScimGateway.Host.dll healthcheck >"$work/probe.log" 2>&1 </dev/null || { healthy=yes; break; }
    kill -0 "$served" 2>/dev/null || break
    sleep 1
  done
  [ "$healthy" = yes ] || { tail -n 5 "$work/run.log" "$work/probe.log"; wrong "the gateway is not healthy by the image's own check"; }
  [ "$(awk -v p="$(printf '%04X' "$port")" '$2 ~ ":" p "$" && $4 == "0A" { print $8; exit }' /proc/net/tcp /proc/net/tcp6)" = 1654 ] ||
    wrong "who listens is not user 1654"
  run dotnet ScimGateway.Host.dll tenant list >"$work/cli.log" 2>&1 </dev/null && wrong "the commands let in without a key"
  grep -q "admin key" "$work/cli.log" || { cat "$work/cli.log"; wrong "the commands are not in the image"; }
  kill -TERM -- "-$served" 2>/dev/null || true
  for _ in $(seq 100); do kill -0 -- "-$served" 2>/dev/null || break; sleep 0.1; done
  if kill -0 -- "-$served" 2>/dev/null; then wrong "it still runs 10 s after SIGTERM"; else served=""; fi
  find "$folder" -xdev -not -path "$folder/tmp*" -not -path "$folder/data*" -not -path "$folder/run*" -printf '%P %T@ %s\n' | sort | diff "$work/before" - >"$work/written" ||
    { head -n 5 "$work/written"; wrong "it writes elsewhere than in /data and /tmp"; }
}

image scim-conformance conformance/Dockerfile && {
  b run "$(cat "$work/scim-conformance")" -- dotnet /app/ScimGateway.Conformance.dll --list >"$work/list.log" 2>&1 </dev/null ||
    { tail -n 5 "$work/list.log"; wrong "the conformance program does not start"; }
  grep -q RFC7644 "$work/list.log" || wrong "the conformance program lists no requirement"
}
[ $failed = 0 ] && say "Both images are as they have to be."
exit $failed
