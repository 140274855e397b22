# shellcheck shell=sh
# Where the host's own packages come from: its distribution's main archive, as its apt configuration names it.
# Sourced by POSIX shells; defines functions only.

# the codename of the host's release
host_codename() (
  # shellcheck source=/dev/null
  . /etc/os-release
  echo "${VERSION_CODENAME:-${UBUNTU_CODENAME:-}}"
)

host_distribution() (
  # shellcheck source=/dev/null
  . /etc/os-release
  echo "${ID:-debian}"
)

host_keyring() {
  case $(host_distribution) in
    ubuntu) echo /usr/share/keyrings/ubuntu-archive-keyring.gpg ;;
    *) echo /usr/share/keyrings/debian-archive-keyring.gpg ;;
  esac
}

host_components() {
  case $(host_distribution) in
    ubuntu) echo main universe ;;
    *) echo main ;;
  esac
}

# The archive's address. Other vendors' archives often use the distribution's suite names: the origin tells them apart,
# and where apt has no lists yet, the address. Empty when there is none.
host_mirror() {
  found=$(mirror_among)
  # without package lists apt names its archives only when asked so
  [ -n "$found" ] || found=$(mirror_among --no-release-info)
  echo "$found"
}

mirror_among() {
  # shellcheck disable=SC2016 # the placeholders are apt's
  apt-get indextargets "$@" --format '$(ORIGIN)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -F '|' -v codename="$(host_codename)" -v id="$(host_distribution)" '
      $3 != "main" || ($2 != codename && $2 !~ /^(stable|oldstable|testing|sid|unstable|devel)$/) { next }
      tolower($1) == id && !by_origin { by_origin = $4 }
      $4 ~ "/" id "/?$" && !by_address { by_address = $4 }
      !first { first = $4 }
      END { print by_origin ? by_origin : by_address ? by_address : first }'
}
