# shellcheck shell=bash disable=SC2034,SC2154 # quickstart's parts share their variables
# insulad as a service: a unit where systemd is PID 1, else under setup/installed/supervise. Starting, stopping and restarting it
# touches no VE. Sourced by quickstart, after report.sh and release.sh.

has_systemd() { [ -d /run/systemd/system ]; }

# the process id of the daemon that we started; nothing when none runs
daemon_pid() {
  if has_systemd; then
    systemctl show --property MainPID --value insulad 2>/dev/null | grep -v '^0$' || true
  elif [ -x "$lib/current/supervise" ]; then
    "$lib/current/supervise" pid || true
  fi
}

daemon_answers() { [ -S "${fact[socket]}" ] && /usr/local/bin/insula --socket "${fact[socket]}" node show --json >/dev/null 2>&1; }

# Somebody who listens at the socket without being ours is an insulad of another installation, or a developer's.
refuse_foreign_daemon() {
  local socket=$1 listener
  listener=$(ss -xlpnH 2>/dev/null | awk -v socket="$socket" '$5 == socket { print $NF }') || true
  [ -n "$listener" ] || return 0
  [ -z "$(daemon_pid)" ] || return 0
  die "another insulad serves $socket: $listener" 'stop that one first, or give it another runDir'
}

install_units() {
  has_systemd || return 0
  local unit fresh=no
  for unit in insulad.service insula-ves.service; do
    changed=no
    put "$units/$unit" 644 <"setup/installed/$unit"
    [ "$changed" = no ] || fresh=yes
  done
  [ "$fresh" = no ] || quietly systemctl daemon-reload
  quietly systemctl enable insulad.service insula-ves.service || failed 'systemd does not take the units'
  changed=$fresh
}

# Managers of networks take every Ethernet-like link for theirs and empty it; the host's ends of VEs' links are not.
# The first file that matches a link counts.
leave_links_alone() {
  local links="${fact[interface_prefix]}[0-9]*"
  changed=no
  if has_systemd; then
    mkdir -p "$(dirname "$networkd_file")"
    put "$networkd_file" 644 <<END
# The links of VEs belong to insulad.
[Match]
Name=$links

[Link]
Unmanaged=yes
END
    if [ "$changed" = yes ] && systemctl --quiet is-active systemd-networkd; then quietly networkctl reload || true; fi
  fi
  if [ -d /etc/NetworkManager/conf.d ]; then
    changed=no
    put "$network_manager_file" 644 <<END
# The links of VEs belong to insulad.
[keyfile]
unmanaged-devices=interface-name:$links
END
    [ "$changed" = no ] || quietly nmcli general reload || true
  fi
}

manage_links_again() {
  if [ -e "$networkd_file" ]; then
    rm -f "$networkd_file"
    quietly networkctl reload || true
  fi
  if [ -e "$network_manager_file" ]; then
    rm -f "$network_manager_file"
    quietly nmcli general reload || true
  fi
}

start_daemon() {
  if has_systemd; then
    quietly systemctl reset-failed insulad.service || true
    quietly systemctl start insulad.service insula-ves.service
  else
    # its output is its own, and our lock is not for it
    "$lib/current/supervise" start 9>&-
  fi
}

stop_daemon() {
  if has_systemd; then
    quietly systemctl stop insulad.service
  elif [ -x "$lib/current/supervise" ]; then
    "$lib/current/supervise" stop
  fi
}

# await_daemon SECONDS: until it answers; false when it does not, or has given up
await_daemon() {
  local began=$SECONDS
  until daemon_answers; do
    [ $((SECONDS - began)) -lt "$1" ] || return 1
    if has_systemd; then
      ! systemctl --quiet is-failed insulad.service || return 1
    else
      "$lib/current/supervise" check || return 1
    fi
    sleep 0.1
  done
}

# runs_release ID: whether the daemon that runs is of that release, and is looked after
runs_release() {
  local pid
  has_systemd || "$lib/current/supervise" check || return 1
  pid=$(daemon_pid)
  [ -n "$pid" ] && [ "$(readlink "/proc/$pid/exe")" = "$lib/releases/$1/node" ]
}

# the last that the daemon said, into our log
note_daemon_log() {
  if has_systemd; then
    journalctl --unit insulad --lines 20 --no-pager --output cat >>"$log" 2>&1 || true
  else
    tail -n 20 /var/log/insula/insulad.log >>"$log" 2>&1 || true
  fi
}
