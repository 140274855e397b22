# shellcheck shell=bash disable=SC2034,SC2154 # quickstart's parts share their variables
# Removes what quickstart made: VEs in order, then everything that a node leaves in the kernel, then files. Each part also
# works when the others are gone already. Sourced by quickstart, after the other files of setup/.

# what a node is called where nothing is left that could tell
assume_facts() {
  fact=([state_dir]=/var/lib/insula [run_dir]=/run/insula [socket]=/run/insula/insulad.sock [pool]=/var/lib/insula/pool [pool_image]=/var/lib/insula/pool.img
    [templates_dir]=/etc/insula/templates [cgroup_parent]=insula [interface_prefix]=ins [table]=insula [network]=10.101.0.0/16)
}

take_down() {
  local with_pool=$1 yes=$2
  phases=4
  if [ -x "$lib/current/node" ]; then read_facts "$lib/current/node" "$lib/current/insulad.mjs"; else assume_facts; fi
  refuse_foreign_daemon "${fact[socket]}"
  local others
  wake_daemon
  others=$(list_others)
  confirm_loss "$with_pool" "$yes" "$others"

  phase 'virtual environments'
  stop_ves "$yes"
  phase 'insulad'
  remove_service
  phase 'kernel'
  sweep_kernel
  phase 'files'
  remove_files "$with_pool"
  report_leftovers "$with_pool"
}

# VEs end in order only through the daemon; one that was stopped is started once more for that
wake_daemon() {
  daemon_answers && return
  [ -e "$lib/current/insulad.mjs" ] && [ -n "$(payload_processes)" ] || return 0
  printf 'starting insulad once more, to stop VEs in order\n'
  has_systemd && [ ! -e "$units/insulad.service" ] && return
  { start_daemon && await_daemon 30; } || printf 'insulad does not answer: VEs that run are killed\n'
}

# names of the VEs besides hello, from the daemon, or else from the pool
list_others() {
  if daemon_answers; then
    insula list --no-header -o name 2>>"$log" | tr -d ' ' | grep -vx "$hello" || true
  else
    sed -n 's/^  "name": "\([^"]*\)",\{0,1\}$/\1/p' "${fact[pool]}"/private/*/ve.json 2>/dev/null | grep -vx "$hello" || true
  fi
}

confirm_loss() {
  local with_pool=$1 yes=$2 others=$3 answer what='will be stopped; their data stays in the pool'
  if [ "$yes" = no ] && daemon_answers && insula show "$hello" --json 2>>"$log" | grep -q '"protected": true'; then
    die "$hello is protected against destroy" "insula set $hello --no-protected, or --yes"
  fi
  [ -n "$others" ] && [ "$yes" = no ] || return 0
  [ "$with_pool" = no ] || what='will be destroyed with all their data'
  printf 'There are other VEs than %s: %s.\nThey %s.\n' "$hello" "$(paste -sd' ' <<<"$others")" "$what"
  [ -t 0 ] || die 'nobody can be asked here' '--yes goes on without asking'
  read -rp 'Type "down" to go on: ' answer
  [ "$answer" = down ] || die 'not confirmed, nothing was done'
}

stop_ves() {
  local running did
  if ! daemon_answers; then
    finish 'insulad does not run'
    return
  fi
  mapfile -t running < <(insula list --no-header -o name --filter state=running 2>>"$log" | tr -d ' ')
  if [ ${#running[@]} -gt 0 ]; then
    asked "stopping ${running[*]}" insula stop "${running[@]}" || note 'not every VE stopped: the rest is killed'
  fi
  did="${#running[@]} stopped"
  if [ -n "$(ve_state "$hello")" ]; then
    did+=", $hello destroyed"
    [ "$1" = no ] || quietly insula set "$hello" --no-protected || true
    quietly insula destroy "$hello" --force --yes || failed "$hello could not be destroyed" "insula show $hello, or --yes if it is protected"
  fi
  finish "$did"
}

remove_service() {
  local what='ended' pid
  if has_systemd; then
    quietly systemctl disable --now insulad.service insula-ves.service || true
    rm -f "$units/insulad.service" "$units/insula-ves.service"
    quietly systemctl daemon-reload
    quietly systemctl reset-failed insulad.service || true
  else
    rm -f "$units/insulad.service" "$units/insula-ves.service"
    stop_daemon || what='killed'
    supervisors | while IFS= read -r pid; do kill -KILL "$pid"; done
    rm -rf --one-file-system /run/insula-supervisor
  fi
  finish "$what"
}

# supervisors, and what they left behind when they were killed
supervisors() { pgrep -f "^/bin/sh $lib/(current|releases/[0-9a-f]+)/supervise run\$" || true; }

# --- the kernel ------------------------------------------------------------------------------------------------------------
our_groups() { find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "${fact[cgroup_parent]}" 2>/dev/null || true; }
group_processes() { our_groups | while IFS= read -r dir; do find "$dir" -name cgroup.procs -exec cat {} +; done | sort -un; }
payload_processes() { our_groups | while IFS= read -r dir; do find "$dir/ve" -name cgroup.procs -exec cat {} + 2>/dev/null; done | sort -un; }

# mount points below the directories of the node, the innermost first; a file system that somebody put there is not ours
our_mounts() {
  awk -v run="${fact[run_dir]}/" -v pool="${fact[pool]}/" -v state="${fact[state_dir]}/" '
    $5 "/" != pool && $5 "/" != state && (index($5 "/", run) == 1 || index($5, pool) == 1 || index($5, state) == 1) { print $5 }
  ' /proc/self/mountinfo | tac
}
# of VEs: their links, queues, and ports of bridges
our_links() { ip -o link show | sed -n "s/^[0-9]*: \(${fact[interface_prefix]}q\{0,1\}[0-9][0-9]*\(n[0-9][0-9]*\)\{0,1\}\)[@:].*/\1/p"; }
# family and name of each: that of the network, and the one that holds the traffic of suspended VEs
our_tables() { nft list tables 2>/dev/null | awk -v name="${fact[table]}" '$3 == name || $3 == name "_held" { print $2, $3 }'; }
our_route() { [ -n "$(ip -4 route show type unreachable "${fact[network]}" 2>/dev/null)" ]; }

sweep_kernel() {
  local pids dir link mount family name
  for _ in $(seq 50); do
    pids=$(group_processes)
    [ -n "$pids" ] || break
    # shellcheck disable=SC2086 # a list of words
    kill -KILL $pids 2>/dev/null || true
    # what is frozen dies when it thaws
    our_groups | while IFS= read -r dir; do find "$dir" -name freezer.state -exec sh -c 'echo THAWED >"$1"' thaw {} \; 2>/dev/null; done || true
    sleep 0.2
  done
  our_mounts | while IFS= read -r mount; do umount -- "$(printf '%b' "$mount")" 2>>"$log" || umount -l -- "$(printf '%b' "$mount")" 2>>"$log" || true; done
  close_pool_image
  our_groups | while IFS= read -r dir; do find "$dir" -depth -type d -exec rmdir {} \; 2>>"$log" || true; done
  for link in $(our_links); do ip link delete "$link" 2>>"$log" || true; done
  our_route && quietly ip route del unreachable "${fact[network]}" metric 1048576 || true
  our_tables | while read -r family name; do quietly nft delete table "$family" "$name" || true; done
  manage_links_again
  restore_settings
  finish 'no processes, mounts, control groups, interfaces or rules of ours'
}

# the pool's own file system, if it is the one from our file
close_pool_image() {
  local image=${fact[pool_image]:-}
  [ -n "$image" ] && losetup --noheadings --output BACK-FILE --associated "$image" 2>>"$log" | grep -q . || return 0
  quietly umount -- "${fact[pool]}" || quietly umount -l -- "${fact[pool]}" || true
}

# Settings go back to what they were, unless somebody has changed them since. Forwarding stays on where something else needs it.
restore_settings() {
  local name before ours
  [ -r "$sysctl_file" ] || return 0
  while read -r name before; do
    ours=$(sed -n "s/^$name = //p" "$sysctl_file")
    [ "$(cat "$(setting_path "$name")")" = "$ours" ] || continue
    if [ "$name" = net.ipv4.ip_forward ] && [ -n "$(ip -o link show type bridge; ip -o link show type wireguard 2>/dev/null)" ]; then
      note 'IP forwarding stays on: this host has bridges or tunnels'
      continue
    fi
    echo "$before" >"$(setting_path "$name")" 2>>"$log" || true
  done < <(sed -n 's/^# before: //p' "$sysctl_file")
  rm -f "$sysctl_file"
}

# --- files -----------------------------------------------------------------------------------------------------------------
remove_files() {
  local with_pool=$1 link file kept=''
  [ -z "$(our_mounts)" ] || die "still mounted: $(our_mounts | paste -sd' ')" 'unmount it and try again'
  installed_links | while IFS= read -r link; do
    rm -f "$link"
    rmdir -p --ignore-fail-on-non-empty "$(dirname "$link")"
  done
  for file in /usr/local/bin/insula /usr/local/bin/insulad; do ! grep -qs "$lib" "$file" || rm -f "$file"; done
  for file in "${id_files[@]}"; do [ ! -e "$file" ] || sed -i '/^insula:/d' "$file"; done
  rm -rf --one-file-system "$lib" "${fact[run_dir]}" /var/log/insula
  if [ "$with_pool" = yes ]; then
    empty_tree "${fact[pool]}"
    rm -f "${fact[pool_image]:-}"
  elif [ -e "${fact[pool_image]:-}" ]; then
    kept="; the pool in ${fact[pool_image]} stays ($(du -sh "${fact[pool_image]}" | cut -f1))"
  elif [ -d "${fact[pool]}" ]; then
    kept="; the pool ${fact[pool]} stays ($(du -sh --one-file-system "${fact[pool]}" | cut -f1))"
  fi
  for file in "${fact[state_dir]}"/* "${fact[state_dir]}"/.[!.]*; do
    # the pool may lie below the state directory
    [[ ${fact[pool]}/ == "$file"/* || $file == "${fact[pool_image]:-}" ]] || rm -rf --one-file-system "$file"
  done
  rmdir "${fact[state_dir]}" 2>/dev/null || true
  rm -f "$config"
  rmdir "${fact[templates_dir]}" 2>/dev/null || kept+=$([ ! -d "${fact[templates_dir]}" ] || echo "; your definitions in ${fact[templates_dir]} stay")
  rmdir /etc/insula 2>/dev/null || true
  if [ -n "$(tools_in_use)" ]; then
    kept+="; $tools stays, programs of it run"
  else
    rm -rf --one-file-system "$tools"
  fi
  rmdir /var/cache/insula 2>/dev/null || true
  rm -f "$lock"
  finish "removed$kept"
}

# removes a directory with all in it, but leaves it if it is a mount point, and what others have mounted below
empty_tree() {
  [ ! -d "$1" ] || find "$1" -xdev -mindepth 1 -delete
  rmdir "$1" 2>/dev/null || true
}

tools_in_use() { find /proc/[0-9]*/exe -maxdepth 0 -lname "$tools/*" 2>/dev/null | head -n 1; }

report_leftovers() {
  local left=() path item
  while IFS= read -r item; do left+=("process $item"); done < <(group_processes; supervisors; find /proc/[0-9]*/exe -maxdepth 0 -lname "$lib/*" 2>/dev/null)
  while IFS= read -r item; do left+=("mount $item"); done < <(our_mounts)
  while IFS= read -r item; do left+=("control group $item"); done < <(our_groups)
  while IFS= read -r item; do left+=("interface $item"); done < <(our_links)
  [ -z "$(our_tables)" ] || left+=("nftables table ${fact[table]}")
  ! our_route || left+=("route unreachable ${fact[network]}")
  for path in "$lib" "${fact[run_dir]}" /run/insula-supervisor "$config" "$sysctl_file" /var/log/insula \
    /usr/local/bin/insula /usr/local/bin/insulad "$units/insulad.service" "$units/insula-ves.service" \
    "$networkd_file" "$network_manager_file"; do
    [ ! -e "$path" ] || left+=("$path")
  done
  [ "$1" = no ] || [ -z "$(ls -A "${fact[pool]}" 2>/dev/null)" ] || left+=("${fact[pool]}")
  while IFS= read -r item; do left+=("$item"); done < <(installed_links; grep -Hs '^insula:' "${id_files[@]}")
  if [ ${#left[@]} -gt 0 ]; then
    printf 'quickstart: left behind: %s\n' "${left[@]}" >&2
    reported=yes
    exit 1
  fi
  printf '\nInsula is gone from this host. Packages, the cache of npm and this checkout stay.\n'
}
