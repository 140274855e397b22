# bash completion of insula
_insula() {
  # the words as they are on the line: bash has broken them at : and =
  local before=${COMP_LINE:0:COMP_POINT} line files= prefix= index
  local -a words
  read -r -a words <<< "$before"
  if [[ $before == *[[:space:]] ]]; then words+=(''); fi
  local cur=${words[-1]}
  if [[ $cur == --*=* ]]; then prefix=${cur%%=*}=; fi
  local value=${cur#"$prefix"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then files=1; else COMPREPLY+=("${line%%$'\t'*}"); fi
  done < <(insula __complete "${words[@]:1}" 2>/dev/null)
  if [[ $files ]]; then
    if (( ${#COMPREPLY[@]} == 0 )); then compopt -o filenames 2>/dev/null; fi
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$value")
  fi
  # what stands before the last : or = stays on the line and must not come twice
  local kept=
  if [[ $COMP_WORDBREAKS == *:* && $value == *:* ]]; then kept=${value%"${value##*:}"}; fi
  if [[ $COMP_WORDBREAKS == *=* ]]; then prefix=; fi
  for index in "${!COMPREPLY[@]}"; do COMPREPLY[index]=$prefix${COMPREPLY[index]#"$kept"}; done
  # the path comes right after the colon of its VE
  if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *: ]]; then compopt -o nospace 2>/dev/null; fi
  return 0
}
complete -F _insula insula
