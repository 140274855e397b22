# fish completion of insula
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
