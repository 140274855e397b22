#!/usr/bin/env bash
# Installs CRIU into a private prefix, next to its own libc and libraries, from the distribution's own archive.
# The host's package database, apt state and library directories are never touched.
#
#   setup/criu.sh [--upgrade] [PREFIX]      default PREFIX: ${INSULA_PREFIX:-/usr/local/lib/insula}/criu
#
# Insula wants CRIU 4.3 or later: the first that dumps inotify watches on overlayfs. Stable suites carry older ones, so
# the newest suites are asked first and a version is accepted only when `criu check` says that this kernel can run it;
# if none reaches 4.3 the best accepted one is installed and said to be so. A second run only runs `criu check`.
# Afterwards PREFIX/bin/criu is the program and PREFIX/installed tells its version, suite and capabilities.
set -euo pipefail
export LC_ALL=C

readonly WANTED=4.3
upgrade=no
[ "${1:-}" = --upgrade ] && { upgrade=yes; shift; }
case ${1:-} in -*) sed -n '2,10p' "$0"; exit 2 ;; esac
readonly PREFIX=${1:-${INSULA_PREFIX:-/usr/local/lib/insula}/criu}

say() { printf 'criu: %s\n' "$*"; }
die() { printf 'criu: %s\n' "$*" >&2; exit 1; }

[ "$(id -u)" = 0 ] || die 'must run as root'
case $PREFIX in /*[!/]) ;; *) die "the prefix must be an absolute path, got $PREFIX" ;; esac
[[ $PREFIX =~ ^[A-Za-z0-9/._@+-]+$ ]] || die "the prefix may hold letters, digits and /._@+- only, got $PREFIX"

installed() { sed -n "s/^$1=//p" "$PREFIX/installed" 2>/dev/null || true; }

if [ "$upgrade" = no ] && [ -x "$PREFIX/bin/criu" ] && "$PREFIX/bin/criu" check >/dev/null 2>&1; then
  say "$(installed version) from $(installed suite) is installed and accepted by this kernel"
  exit 0
fi
for tool in apt-get apt-cache dpkg dpkg-deb; do
  command -v "$tool" >/dev/null || die "$tool is missing: CRIU comes as Debian packages, install it by hand and name it in the node configuration"
done

mkdir -p "$PREFIX"
tmp=$(mktemp -d "$PREFIX/.download.XXXXXX")
trap 'rm -rf --one-file-system "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# apt drops to its own user for downloads and must be able to walk in
chmod 755 "$tmp" "$PREFIX"

# --- where the host's own packages come from -------------------------------------------------------------------------
# shellcheck source=setup/archive.sh
. "$(dirname "$(readlink -f "$0")")/archive.sh"
codename=$(host_codename) mirror=$(host_mirror) keyring=$(host_keyring) components=$(host_components)
[ -n "$mirror" ] || die "the host's apt configuration names no archive with a suite '$codename' and component main"

case $(host_distribution) in
  ubuntu)
    groups=(devel)
    # every release later than the host's that the archive may carry, newest first
    [ -r /usr/share/distro-info/ubuntu.csv ] && while IFS= read -r series; do groups+=("$series"); done < <(
      awk -F, -v own="$codename" 'NR > 1 { if (seen) print $3; if ($3 == own) seen = 1 }' /usr/share/distro-info/ubuntu.csv | tac)
    groups+=("$codename-updates $codename") ;;
  *)
    # experimental is no complete suite: its packages take their dependencies from sid
    groups=('experimental sid' testing stable)
    [ -n "$codename" ] && groups+=("$codename") ;;
esac
[ -r "$keyring" ] || die "$keyring is missing: install the package that carries the archive's keys"

# --- a throw-away apt ------------------------------------------------------------------------------------------------
# -c is read after the host's configuration, so proxies, certificates and logins still count while every path is ours.
mkdir -p "$tmp"/{lists/partial,archives/partial,none}
: >"$tmp/status"
cat >"$tmp/apt.conf" <<CONF
#clear APT::Update;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
APT::Default-Release "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::AllowInsecureRepositories "false";
APT::Get::AllowUnauthenticated "false";
Dir::State "$tmp";
Dir::State::lists "$tmp/lists";
Dir::State::status "$tmp/status";
Dir::State::extended_states "$tmp/extended_states";
Dir::Cache "$tmp";
Dir::Cache::archives "$tmp/archives";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
Dir::Etc::sourcelist "$tmp/sources.list";
Dir::Etc::sourceparts "$tmp/none";
Dir::Etc::preferences "$tmp/preferences";
Dir::Etc::preferencesparts "$tmp/none";
Dir::Etc::trusted "$tmp/none/trusted.gpg";
Dir::Etc::trustedparts "$tmp/none";
Dir::Log "$tmp";
CONF
private_apt() { local tool=$1; shift; "$tool" -c "$tmp/apt.conf" "$@"; }

# reads the indexes of the suites given; fails unless every one is there and signed by a key of $keyring
read_suites() {
  local suite
  : >"$tmp/sources.list"
  : >"$tmp/preferences"
  for suite in "$@"; do
    printf 'deb [signed-by=%s] %s %s %s\n' "$keyring" "$mirror" "$suite" "$components" >>"$tmp/sources.list"
  done
  private_apt apt-get update -qq --error-on=any >"$tmp/update.log" 2>&1
}

# suites newer than the host may be signed with newer keys; those come in a package of a suite whose keys are known
newer_keyring() {
  local suite found
  grep -q NO_PUBKEY "$tmp/update.log" || return 1
  for suite in "$codename" stable testing; do
    read_suites "$suite" || continue
    rm -rf --one-file-system "$tmp/keys"
    mkdir "$tmp/keys"
    (cd "$tmp/keys" && private_apt apt-get download -qq "$(basename "$keyring" .gpg)" >/dev/null 2>&1) || continue
    dpkg-deb -x "$tmp"/keys/*.deb "$tmp/keys/tree"
    found=$tmp/keys/tree/usr/share/keyrings/$(basename "$keyring")
    [ -r "$found" ] || continue
    rm -rf --one-file-system "$tmp/keyring.$suite"
    mv "$tmp/keys/tree/usr/share/keyrings" "$tmp/keyring.$suite"
    keyring=$tmp/keyring.$suite/$(basename "$keyring")
    say "took newer archive keys from $suite"
    return 0
  done
  return 1
}

# --- one candidate ---------------------------------------------------------------------------------------------------
# unpack VERSION DIR: CRIU of that version with its dependency closure, and a wrapper DIR/criu around the closure's loader
unpack() {
  local version=$1 dir=$2 deb loader triplet
  # a version of one suite pulls its siblings (libcompel1) out of the same source package
  printf 'Package: src:criu\nPin: version %s\nPin-Priority: 1001\n' "$version" >"$tmp/preferences"
  rm -f "$tmp"/archives/*.deb
  private_apt apt-get install -y -qq --download-only "criu=$version" >"$tmp/download.log" 2>&1 || return 1
  mkdir -p "$dir"
  for deb in "$tmp"/archives/*.deb; do dpkg-deb -x "$deb" "$dir"; done
  rm -rf --one-file-system "${dir:?}"/usr/share "${dir:?}"/etc "${dir:?}"/var "${dir:?}"/usr/lib/*/gconv
  triplet=$(find "$dir/usr/lib" -mindepth 1 -maxdepth 1 -name '*-linux-gnu*' -printf '%f\n' | head -n 1)
  loader=$(find "$dir" -name 'ld-linux*.so.*' -o -name 'ld64.so.*' | sort | head -n 1)
  [ -n "$loader" ] && [ -n "$triplet" ] && [ -x "$dir/usr/sbin/criu" ] || return 1
  loader=${loader#"$dir"}
  # without a directory for plugins, empty as it is, a dump fails; the host's own would hold those of another version
  mkdir -p "$dir/usr/lib/criu"
  # the directory is found at run time: it is renamed once after it was checked
  cat >"$dir/criu" <<WRAPPER
#!/bin/sh
d=\${0%/*}
export CRIU_LIBS_DIR="\$d/usr/lib/criu"
exec "\$d$loader" --library-path "\$d/lib/$triplet:\$d/usr/lib/$triplet" --argv0 criu "\$d/usr/sbin/criu" "\$@"
WRAPPER
  chmod 755 "$dir/criu"
}

best='' best_suite=''
consider() {
  local suites=$1 version versions dir reason
  # shellcheck disable=SC2086 # a group is a list of suites
  if ! read_suites $suites; then
    reason=$(grep -m 1 -E '^(E|W|Err):?' "$tmp/update.log" || echo 'no reason given')
    # shellcheck disable=SC2086
    if ! newer_keyring || ! read_suites $suites; then
      say "$suites: not to be had ($reason)"
      return 0
    fi
  fi
  versions=$(private_apt apt-cache madison criu | cut -d'|' -f2 | tr -d ' ' | sort -uV -r)
  for version in $versions; do
    if [ -n "$best" ] && dpkg --compare-versions "$version" le "$best"; then continue; fi
    dir=$tmp/tree-$version
    rm -rf --one-file-system "$dir"
    say "trying $version from $suites"
    if ! unpack "$version" "$dir"; then
      say "$version: its packages cannot be had ($(grep -m 1 '^E:' "$tmp/download.log" || echo 'not usable'))"
    elif ! "$dir/criu" check >"$tmp/check.log" 2>&1; then
      say "$version: refused by this kernel ($(grep -m 1 Error "$tmp/check.log" || tail -n 1 "$tmp/check.log"))"
    else
      best=$version best_suite=${suites%% *}
      break
    fi
    rm -rf --one-file-system "$dir"
  done
}

for group in "${groups[@]}"; do
  consider "$group"
  if [ -n "$best" ] && dpkg --compare-versions "$best" ge "$WANTED"; then break; fi
done
[ -n "$best" ] || die 'no suite of the archive has a CRIU that this kernel can run: VEs work, checkpoints and live migration do not'

# --- put it in place -------------------------------------------------------------------------------------------------
tree=$PREFIX/$best
old=$(installed version)
rm -rf --one-file-system "$tree"
mv "$tmp/tree-$best" "$tree"
mkdir -p "$PREFIX/bin"
# absolute: runc and conmon may start it with any working directory and through a symbolic link
sed "s|^d=.*|d='$tree'|" "$tree/criu" >"$tmp/wrapper"
chmod 755 "$tmp/wrapper"
mv "$tmp/wrapper" "$PREFIX/bin/criu"
rm "$tree/criu"
feature() { "$PREFIX/bin/criu" check --feature "$1" >/dev/null 2>&1 && echo yes || echo no; }
{
  printf 'version=%s\nsuite=%s\nkernel=%s\n' "$best" "$best_suite" "$(uname -r)"
  for name in mem_dirty_track pagemap_scan network_lock_nftables timens; do printf '%s=%s\n' "$name" "$(feature "$name")"; done
} >"$tmp/installed"
mv "$tmp/installed" "$PREFIX/installed"
if [ -n "$old" ] && [ "$old" != "$best" ] && [ -d "$PREFIX/$old" ]; then rm -rf --one-file-system "${PREFIX:?}/$old"; fi

say "installed $best from $best_suite as $PREFIX/bin/criu"
dpkg --compare-versions "$best" ge "$WANTED" ||
  say "older than $WANTED: checkpoints of systems with inotify watches (nearly all) can fail; run 'setup/criu.sh --upgrade' when the archive has a newer one"
