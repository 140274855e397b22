# shellcheck shell=sh
# The Debian and Ubuntu packages that Insula needs, in one place. Sourced by POSIX shells; defines functions only.
#
#   . setup/packages.sh
#   install_packages $(runtime_packages)

# What a node needs to run VEs.
runtime_packages() {
  cat <<'END'
btrfs-progs
busybox-static
ca-certificates
conmon
debian-archive-keyring
e2fsprogs
iproute2
kmod
lxcfs
mmdebstrap
mount
nftables
procps
rsync
runc
tar
uidmap
util-linux
zstd
END
}

# What only the tests use: traffic, and looking at what came out.
test_packages() {
  cat <<'END'
acl
attr
curl
dnsmasq-base
iperf3
iptables
iputils-ping
lego
libcap2-bin
pebble
prometheus
slapd
tcpdump
xfsprogs
END
}

# The browser of the tests of the web panel. Ubuntu has it as a snap only, which cannot be used here.
browser_packages() {
  # shellcheck source=/dev/null
  [ "$(. /etc/os-release && echo "$ID")" = ubuntu ] || cat <<'END'
chromium
fonts-dejavu-core
END
}

# What `npm run check` calls.
check_packages() {
  cat <<'END'
shellcheck
END
}

# What bench/ measures with, and beside.
bench_packages() {
  cat <<'END'
fio
lxc
END
}

# What tools/stock-host boots a Debian host with.
stock_host_packages() {
  cat <<'END'
e2fsprogs
mmdebstrap
openssh-client
seabios
END
}

# Those of the named packages that are not installed.
missing_packages() {
  installed=$(dpkg-query -W -f '${Package} ${Status}\n' "$@" 2>/dev/null | sed -n 's/ [a-z]* ok installed$//p')
  for package in "$@"; do
    # shellcheck disable=SC2086 # a list of words
    printf '%s\n' $installed | grep -qx "$package" || printf ' %s' "$package"
  done
}

# Installs those of the named packages that are missing; touches neither the network nor apt when none is.
# What apt says goes to the file that INSULA_SETUP_LOG names, its errors to standard error as well.
install_packages() {
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "packages: no apt-get here; install by hand:$missing" >&2
    return 1
  fi
  if [ "$(id -u)" != 0 ]; then
    echo "packages: must be root to install:$missing" >&2
    return 1
  fi
  echo "packages: installing$missing"
  # shellcheck disable=SC2086 # a list of words
  apt_quietly install $missing 2>/dev/null || {
    # the package lists may be missing or too old
    apt_quietly update && apt_quietly install $missing
  }
}

# The same for packages whose services nobody wants to have started (invoke-rc.d(8)). A policy of the host's own stays; one of ours that a
# killed run left goes with the next.
install_packages_stopped() {
  policy=/usr/sbin/policy-rc.d
  mark='# made by setup/packages.sh while it installs'
  if [ -e "$policy" ] && ! grep -qxF "$mark" "$policy"; then
    install_packages "$@"
    return
  fi
  (
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    if [ -n "$(missing_packages "$@")" ]; then
      printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
      chmod 755 "$policy"
    fi
    install_packages "$@"
  )
}

apt_quietly() {
  action=$1
  shift
  [ "$action" != install ] || set -- --no-install-recommends "$@"
  DEBIAN_FRONTEND=noninteractive apt-get "$action" -y -qq -o DPkg::Lock::Timeout=300 "$@" >>"${INSULA_SETUP_LOG:-/dev/null}"
}
