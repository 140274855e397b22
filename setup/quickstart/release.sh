# shellcheck shell=bash disable=SC2034,SC2154 # quickstart's parts share their variables
# Builds the checkout and installs it as a release of its own beside the one that runs, then switches over in one step.
# Sourced by quickstart, after report.sh.
#
#   /usr/local/lib/insula/releases/<digest of the sources>/   node, insulad.mjs, insula.mjs and all they need
#   /usr/local/lib/insula/current -> releases/…               what commands, unit and supervisor start
#   /usr/local/lib/insula/criu/                                see criu.sh

# digest of everything that a release is made of: the same sources are the same release
release_id() {
  find packages web man completions tools/build.ts tools/build-web.ts setup package.json package-lock.json \
    \( -name node_modules -o -name test \) -prune -o -type f ! -name '*.test.ts' -print0 2>/dev/null |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16
}

installed_release() { basename "$(readlink "$lib/current" 2>/dev/null)" 2>/dev/null || true; }

# Installs into the checkout what the build needs of the lockfile; all of it, as ./test installs it, will do too.
install_libraries() {
  local mark=node_modules/.built-from-lockfile
  cmp -s package-lock.json node_modules/.installed-lockfile || cmp -s package-lock.json "$mark" || {
    quietly npm ci --omit=dev --loglevel=error || failed 'npm ci failed' 'is the npm registry reachable? npm ping'
    cp package-lock.json "$mark"
  }
}

# build_release ID: makes releases/ID, whole or not at all
build_release() {
  local fresh
  mkdir -p "$lib/releases"
  rm -rf --one-file-system "$lib"/releases/.new.*
  fresh=$(mktemp -d "$lib/releases/.new.XXXXXX")
  quietly node tools/build.ts "$fresh" || failed 'the build failed'
  # the binary is 120 MB: shared with the tools where they are on the same file system
  cp -lL "$(command -v node)" "$fresh/node" 2>>"$log" || cp -L "$(command -v node)" "$fresh/node"
  install -m 755 setup/installed/supervise setup/installed/stop-ves "$fresh/"
  mkdir -p "$fresh/man/man1" "$fresh/completions"
  [ ! -d man ] || cp man/*.1 "$fresh/man/man1/"
  [ ! -d completions ] || cp completions/* "$fresh/completions/"
  chmod -R u=rwX,go=rX "$fresh"
  rm -rf --one-file-system "${lib:?}/releases/$1"
  mv -T "$fresh" "$lib/releases/$1"
}

# use_release ID
use_release() {
  ln -sfn "releases/$1" "$lib/.current"
  mv -T "$lib/.current" "$lib/current"
}

remove_other_releases() {
  local dir
  for dir in "$lib"/releases/*; do
    [ "$(basename "$dir")" = "$1" ] || rm -rf --one-file-system "$dir"
  done
}

# --- commands, manual pages and completions ------------------------------------------------------------------------------
# Everything outside of $lib is a link into it or one of the two commands, so that it is found again for removal.
# What the caller's environment wants of its own Node.js is not for ours.
command_text() { printf '#!/bin/sh\nunset NODE_OPTIONS NODE_PATH\nexec %s/current/node %s/current/%s.mjs "$@"\n' "$lib" "$lib" "$1"; }

install_commands() {
  local name page
  for name in insula insulad; do
    if [ -e "/usr/local/bin/$name" ] && ! grep -q "$lib" "/usr/local/bin/$name"; then
      die "/usr/local/bin/$name is somebody else's" 'move it away and run quickstart again'
    fi
    put "/usr/local/bin/$name" 755 < <(command_text "$name")
  done
  for page in "$lib"/current/man/man1/*; do
    [ ! -e "$page" ] || link_into "$page" "$share/man/man1/$(basename "$page")"
  done
  link_into "$lib/current/completions/insula.bash" "$share/bash-completion/completions/insula"
  link_into "$lib/current/completions/_insula" "$share/zsh/site-functions/_insula"
  link_into "$lib/current/completions/insula.fish" "$share/fish/vendor_completions.d/insula.fish"
  # pages of an earlier release
  installed_links | while IFS= read -r page; do [ -e "$page" ] || rm "$page"; done
}

link_into() {
  [ -e "$1" ] || return 0
  [ "$(readlink "$2" 2>/dev/null)" != "$1" ] || return 0
  mkdir -p "$(dirname "$2")"
  ln -sfn "$1" "$2"
  changed=yes
}

installed_links() { find "$share" /usr/local/man -lname "$lib/*" 2>/dev/null || true; }
