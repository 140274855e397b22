export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * The script that makes a shell complete `insula`. It knows nothing by itself: it asks `insula __complete` with the words so far, and gets
 * candidates with explanations; a first line `:files` asks for file names as well.
 */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# bash completion of insula
_insula() {
  # the words as they are on the line: bash has broken them at : and =
  local before=\${COMP_LINE:0:COMP_POINT} line files= prefix= index
  local -a words
  read -r -a words <<< "$before"
  if [[ $before == *[[:space:]] ]]; then words+=(''); fi
  local cur=\${words[-1]}
  if [[ $cur == --*=* ]]; then prefix=\${cur%%=*}=; fi
  local value=\${cur#"$prefix"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then files=1; else COMPREPLY+=("\${line%%$'\\t'*}"); fi
  done < <(insula __complete "\${words[@]:1}" 2>/dev/null)
  if [[ $files ]]; then
    if (( \${#COMPREPLY[@]} == 0 )); then compopt -o filenames 2>/dev/null; fi
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$value")
  fi
  # what stands before the last : or = stays on the line and must not come twice
  local kept=
  if [[ $COMP_WORDBREAKS == *:* && $value == *:* ]]; then kept=\${value%"\${value##*:}"}; fi
  if [[ $COMP_WORDBREAKS == *=* ]]; then prefix=; fi
  for index in "\${!COMPREPLY[@]}"; do COMPREPLY[index]=$prefix\${COMPREPLY[index]#"$kept"}; done
  # the path comes right after the colon of its VE
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *: ]]; then compopt -o nospace 2>/dev/null; fi
  return 0
}
complete -F _insula insula
`,
  zsh: `#compdef insula
# zsh completion of insula
_insula() {
  local line files=
  local -a names plain
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      files=1
    else
      local word=\${line%%$'\\t'*} text=\${line#*$'\\t'}
      plain+=("$word")
      names+=("\${word}\${text:+  -- $text}")
    fi
  done < <(insula __complete "\${(@)words[2,CURRENT-1]}" "\${words[CURRENT]}" 2>/dev/null)
  if [[ \${words[CURRENT]} == --*=* ]]; then
    compset -P '*='
  fi
  if (( \${#plain} )); then
    local -a sides
    sides=(\${(M)plain:#*:})
    if (( \${#sides} )); then
      compadd -S '' -l -d names -a plain
    else
      compadd -l -d names -a plain
    fi
  fi
  [[ -n $files ]] && _files
}
if [[ $funcstack[1] == _insula ]]; then
  _insula "$@"
else
  compdef _insula insula
fi
`,
  fish: `# fish completion of insula
function __insula_complete
    set -l words (commandline -opc) (commandline -ct)
    set -e words[1]
    set -l lines (insula __complete $words 2>/dev/null)
    set -l prefix (string match -r -- '^--[a-z-]+=' (commandline -ct))
    for line in $lines
        if test "$line" = :files
            __fish_complete_path (string replace -r -- '^--[a-z-]+=' '' (commandline -ct))
        else
            echo -- "$prefix$line"
        end
    end
end
complete -c insula -f -a '(__insula_complete)'
`,
};
