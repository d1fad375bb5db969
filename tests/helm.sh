#!/usr/bin/env bash
# What renders the Helm chart in the tests: tests/helm/render.go, built with Debian's Go and the libraries that Helm is made of.
#   tests/helm.sh FILE   builds it as FILE; Go and the libraries are installed where they are missing (apt)
set -euo pipefail
file=${1:?which file}
packages=(golang-go golang-github-masterminds-sprig-dev golang-github-masterminds-semver-dev
  golang-github-xeipuuv-gojsonschema-dev golang-k8s-sigs-yaml-dev)
if ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
  # The list of packages may be too old, or not be there.
  install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"; }
  { install || { apt-get update -qq && install; }; } >/dev/null 2>&1 ||
    { echo "Go or its libraries are not here and could not be installed: install ${packages[*]}" >&2; exit 1; }
fi
# Debian's libraries lie in a GOPATH and have no modules; nothing is fetched.
GOPATH=/usr/share/gocode GO111MODULE=off GOFLAGS='' go build -o "$file" "$(dirname "$0")/helm/render.go"
