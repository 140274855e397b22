# shellcheck shell=bash disable=SC2034,SC2154 # quickstart's parts share their variables
# What a host must be, and what a node changes on it: configuration, ranges of ids, kernel settings.
# Sourced by quickstart, after report.sh.

# --- what must be true before anything is touched ----------------------------------------------------------------------
check_machine() {
  local id='' version='' name=''
  [ "$(id -u)" = 0 ] || die 'must run as root' 'sudo ./quickstart'
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) die "no build for $(uname -m), only for x86_64 and aarch64" ;;
  esac
  # shellcheck source=/dev/null
  [ ! -r /etc/os-release ] || { id=$(. /etc/os-release && echo "${ID:-}") version=$(. /etc/os-release && echo "${VERSION_ID:-}") name=$(. /etc/os-release && echo "${PRETTY_NAME:-}"); }
  # testing and unstable have no number
  case $id in
    debian) [ "${version:-99}" -ge 12 ] || id='' ;;
    ubuntu) [ "${version%%.*}" -ge 24 ] || id='' ;;
    *) id='' ;;
  esac
  [ -n "$id" ] || die "runs on Debian 12, Debian 13 and Ubuntu 24.04 or later, not on ${name:-a system without /etc/os-release}"
}

# need_space PATH MEBIBYTES WHAT
need_space() {
  local path=$1 free
  while [ ! -e "$path" ]; do path=$(dirname "$path"); done
  free=$(df --output=avail -BM "$path" | tail -n 1 | tr -dc 0-9)
  [ "$free" -ge "$2" ] || die "$1 has $free MiB free, $3 needs $2 MiB" "make room, or put $1 on another file system"
}

# --- the node's configuration ------------------------------------------------------------------------------------------
declare -A fact=() sysctl_least=()

# asks the daemon's own code, so that nothing is said twice
read_facts() {
  local name value
  fact=() sysctl_least=()
  while read -r name value; do
    if [ "$name" = sysctl ]; then sysctl_least[${value% *}]=${value#* }; else fact[$name]=$value; fi
  done < <("$@" --setup-facts 2>>"$log")
  [ -n "${fact[socket]:-}" ] || failed "$config cannot be used" 'correct it, or remove it to have it written again'
}

write_config() {
  local pool=$1 first=$2 name=$3
  mkdir -p /etc/insula
  put "$config" 644 <<END
{
  "name": "$name",
$(pool_image) "network": { "pool": "$pool" },
  "idRange": { "first": $first, "count": $((${fact[ids]} / 65536)) }
}
END
}

# Where the pool's file system has no subvolumes, a file with one that has: a line of the configuration. The file grows as it is
# filled, and can never take more than what is free now.
pool_image() {
  local image=${fact[pool]}.img dir=${fact[pool]} free size
  [ -z "$(ls -A "${fact[pool]}" 2>/dev/null)" ] || [ -e "$image" ] || return 0
  while [ ! -d "$dir" ]; do dir=$(dirname "$dir"); done
  [ "$(stat -f -c %T "$dir")" != btrfs ] && has_btrfs && [ -e /dev/loop-control ] || return 0
  free=$(df --output=avail -B1M "$dir" | tail -n 1)
  size=$((free * 9 / 10))
  [ ! -e "$image" ] || size=$(($(stat -c %s "$image") / 1048576))
  [ "$size" -ge 4096 ] || return 0
  # a command substitution takes line breaks at the end away
  printf '  "poolImage": { "path": "%s", "sizeBytes": %s },\n ' "$image" $((size * 1048576))
}

has_btrfs() {
  modprobe btrfs 2>>"$log" || true
  grep -qw btrfs /proc/filesystems
}

node_name() {
  local name
  name=$(hostname -s 2>/dev/null || cat /proc/sys/kernel/hostname)
  name=${name,,}
  [[ $name =~ ^[a-z0-9][a-z0-9-]{0,31}$ ]] && echo "$name" || echo node1
}

# --- addresses ---------------------------------------------------------------------------------------------------------
# bounds CIDR: its first and last address as numbers
bounds() {
  local a b c d length
  IFS=./ read -r a b c d length <<<"$1"
  local address=$(((a << 24) + (b << 16) + (c << 8) + d)) size=$((1 << (32 - ${length:-32})))
  echo $((address & ~(size - 1))) $(((address & ~(size - 1)) + size - 1))
}

# clashing_network CIDR: what on this host has addresses of it; false when nothing has
clashing_network() {
  local low high other first last
  read -r low high < <(bounds "$1")
  while read -r other; do
    read -r first last < <(bounds "$other")
    if [ "$first" -le "$high" ] && [ "$last" -ge "$low" ]; then
      echo "$other"
      return 0
    fi
  done < <(
    ip -4 route show table all | grep -oE '^([a-z]+ )?[0-9]+(\.[0-9]+){3}(/[0-9]+)?' | grep -oE '[0-9./]+$'
    grep -oE '^nameserver [0-9]+(\.[0-9]+){3}$' /etc/resolv.conf | cut -d' ' -f2)
  return 1
}

# the network for VEs: the one asked for, or the first of some that nothing on this host uses
choose_network() {
  local asked=$1 candidate clash
  if [ -n "$asked" ]; then
    [[ $asked =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}$ ]] || die "--network takes a network like 10.101.0.0/16, not '$asked'"
    clash=$(clashing_network "$asked") && die "the network $asked overlaps $clash, which this host uses already"
    chosen_network=$asked
    return
  fi
  for candidate in "${fact[network]}" 10.10{2..9}.0.0/16 172.3{1..0}.0.0/16; do
    clashing_network "$candidate" >/dev/null || { chosen_network=$candidate && return; }
  done
  die 'every network that is usually free is used on this host' './quickstart --network CIDR names another'
}

# --- ids ---------------------------------------------------------------------------------------------------------------
readonly id_files=(/etc/subuid /etc/subgid)

# clashing_ids FIRST COUNT: who has ids of that range; false when nobody has
clashing_ids() {
  awk -F: -v first="$1" -v count="$2" '
    FILENAME ~ /sub/ && $1 != "insula" && $2 < first + count && $2 + $3 > first { print FILENAME ": " $0; found = 1; exit }
    FILENAME !~ /sub/ && $3 >= first && $3 < first + count { print FILENAME ": " $1 " (" $3 ")"; found = 1; exit }
    END { exit !found }' /etc/passwd /etc/group "${id_files[@]}"
}

choose_ids() {
  touch "${id_files[@]}"
  local first=${fact[first_id]} clash
  # 64 Mi ids further each time
  while clash=$(clashing_ids "$first" "${fact[ids]}"); do
    note "ids from $first on are taken ($clash)"
    first=$((first + 67108864))
    [ $((first + ${fact[ids]})) -le 4294836224 ] || die 'no range of ids is free for VEs' "name a free one as idRange in $config"
  done
  chosen_first=$first
}

# reserves the node's range, so that no other program gives it to somebody else
reserve_ids() {
  touch "${id_files[@]}"
  local line="insula:${fact[first_id]}:${fact[ids]}" file clash
  clash=$(clashing_ids "${fact[first_id]}" "${fact[ids]}") &&
    die "the ids for VEs are taken by $clash" "name a free range as idRange in $config"
  for file in "${id_files[@]}"; do
    [ "$(grep '^insula:' "$file" 2>/dev/null || true)" != "$line" ] || continue
    sed -i '/^insula:/d' "$file"
    echo "$line" >>"$file"
    changed=yes
  done
}

# --- kernel settings -----------------------------------------------------------------------------------------------------
setting_path() { echo "/proc/sys/${1//.//}"; }

# Raises what is too low and never lowers anything. The file notes what was there before, for `--down`.
raise_settings() {
  local name current value lines=() too_low=no
  declare -A before=()
  [ ! -r "$sysctl_file" ] || while read -r name value; do before[$name]=$value; done < <(sed -n 's/^# before: //p' "$sysctl_file")
  for name in $(printf '%s\n' "${!sysctl_least[@]}" | sort); do
    [ -r "$(setting_path "$name")" ] || continue
    current=$(cat "$(setting_path "$name")")
    value=${sysctl_least[$name]}
    if [ "$current" -lt "$value" ]; then
      before[$name]=${before[$name]:-$current}
      too_low=yes
    elif [ -z "${before[$name]:-}" ]; then
      # high enough without us
      continue
    elif [ "$current" -gt "$value" ]; then
      value=$current
    fi
    lines+=("# before: $name ${before[$name]}" "$name = $value")
  done
  [ ${#lines[@]} -gt 0 ] || return 0
  put "$sysctl_file" 644 <<END
# What a node of Insula needs of the kernel to carry many VEs; 'insula doctor' says why. Written by quickstart.
$(printf '%s\n' "${lines[@]}")
END
  [ "$too_low" = no ] || {
    changed=yes
    quietly sysctl --load "$sysctl_file" || note "not every kernel setting could be raised: insula doctor"
  }
}
