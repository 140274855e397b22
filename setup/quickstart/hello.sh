# shellcheck shell=bash disable=SC2034,SC2154 # quickstart's parts share their variables
# The first VE: its templates, the VE, and its page. Sourced by quickstart, after report.sh.

readonly hello=hello
readonly hello_template=debian-12-nginx

insula() { /usr/local/bin/insula --socket "${fact[socket]}" "$@"; }

# asked TEXT COMMAND...: a command whose progress and errors the user sees; errors go to the log too
asked() {
  local text=$1
  shift
  note "$text"
  printf '+ %s\n' "$*" >>"$log"
  if [ -t 2 ]; then "$@" >>"$log"; else "$@" >>"$log" 2> >(tee -a "$log" >&2); fi
}

is_built() { [ -n "$(insula template list --no-header -o version --filter "name=$1" 2>>"$log" | tr -d ' -')" ]; }

# debian-12 first: what extends it is then built on top of it
build_templates() {
  local template built=()
  for template in debian-12 "$hello_template"; do
    is_built "$template" && continue
    asked "building $template" insula template build "$template" || die "the template $template cannot be built" "$log has it all"
    built+=("$template")
  done
  [ ${#built[@]} -gt 0 ] && finish "built ${built[*]}" || finish 'debian-12 and debian-12-nginx are there'
}

ve_state() { insula list --no-header -o state --filter "name=$1" 2>>"$log" | tr -d ' '; }
ve_address() { insula list --no-header -o addresses --filter "name=$1" 2>>"$log" | sed -n 's/^[^0-9]*\([0-9][0-9.]*\).*/\1/p'; }

run_hello() {
  local state did='runs'
  state=$(ve_state "$hello")
  address=$(ve_address "$hello")
  case $state in
    running) ;;
    '')
      asked "creating $hello from $hello_template" \
        insula create "$hello" --template "$hello_template" --onboot yes --description 'made by quickstart' --start ||
        die "the VE $hello cannot be created" "$log has it all"
      did='created and started'
      ;;
    stopped | mounted)
      asked "starting $hello" insula start "$hello" || die "the VE $hello does not start" "insula log $hello"
      did='started'
      ;;
    *)
      finish "$hello is $state, as somebody has left it"
      return
      ;;
  esac
  quietly insula wait "$hello" --for ready --timeout 300 || failed "the VE $hello runs but does not come up" "insula log $hello"
  fetch_page || failed "the VE $hello runs but its page does not come" "insula exec $hello -- systemctl status nginx"
  finish "$hello $did; http://$address answers: $page"
}

# page and address of the VE's web server, fetched over the network
fetch_page() {
  local began=$SECONDS answer
  page=''
  address=$(ve_address "$hello")
  [ -n "$address" ] || return 1
  while [ $((SECONDS - began)) -lt 60 ]; do
    answer=$(timeout 10 bash -c 'exec 3<>"/dev/tcp/$1/80" && printf "GET / HTTP/1.0\r\nHost: %s\r\n\r\n" "$1" >&3 && cat <&3' fetch "$address" 2>/dev/null | tr -d '\0\r') || true
    if [[ $answer == HTTP/1.?\ 200* ]]; then
      page=$(sed -n 's/.*<title>\(.*\)<\/title>.*/\1/p' <<<"$answer" | head -n 1)
      return 0
    fi
    sleep 0.2
  done
  return 1
}
