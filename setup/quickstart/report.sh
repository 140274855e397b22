# shellcheck shell=bash disable=SC2034,SC2154 # quickstart's parts share their variables
# How quickstart speaks: numbered phases with their times, details below them, errors with the end of the log.
# Sourced; needs `log` (a file) and `phases` (how many there are).

reported=no phase_number=0 phase_open=no phase_began=0

now_ms() { local us=${EPOCHREALTIME/[.,]/}; echo $((us / 1000)); }

# phase TITLE: begins one; its line is finished by `finish` or by the first `note`
phase() {
  phase_number=$((phase_number + 1)) phase_open=yes phase_began=$(now_ms)
  printf '[%d/%d] %-22s ' "$phase_number" "$phases" "$1"
  printf '\n== %s %s\n' "$(date -u +%FT%TZ)" "$1" >>"$log"
}

# note TEXT: what is being done now, for what takes longer than a moment
note() {
  [ "$phase_open" = no ] || printf '\n'
  phase_open=no
  printf '      %s\n' "$*"
}

# finish TEXT: what the phase came to
finish() {
  local took=$(($(now_ms) - phase_began))
  [ "$phase_open" = yes ] || printf '      '
  phase_open=no
  printf '%s (%d.%d s)\n' "$*" $((took / 1000)) $((took % 1000 / 100))
}

# die PROBLEM [REMEDY]
die() {
  [ "$phase_open" = no ] || printf '\n'
  printf 'quickstart: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
  reported=yes
  exit 1
}

# quietly COMMAND...: what it says goes to the log
quietly() {
  printf '+ %s\n' "$*" >>"$log"
  "$@" >>"$log" 2>&1
}

# failed PROBLEM [REMEDY]: like die, with the last that the log says
failed() {
  [ "$phase_open" = no ] || printf '\n'
  phase_open=no
  tail -n 8 "$log" | sed 's/^/      | /' >&2
  die "$1 (all of it: $log)" "${@:2}"
}

# for the EXIT trap: nothing ends without a word
last_word() {
  # 141: nobody reads any more
  [ "$1" = 0 ] || [ "$1" = 141 ] || [ "$reported" = yes ] || printf '\nquickstart: ended early at "%s" (%s)\n' "$2" "$log" >&2
}

# put PATH MODE: standard input into a file, in one step, unless it holds just that; `changed` tells
put() {
  local fresh
  fresh=$(mktemp "$(dirname "$1")/.insula.XXXXXX")
  cat >"$fresh"
  if cmp -s "$fresh" "$1"; then
    rm "$fresh"
    return
  fi
  chmod "$2" "$fresh"
  mv "$fresh" "$1"
  changed=yes
}
