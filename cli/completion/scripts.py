"""The scripts that shells load: each hands the line to the program, and the answer to the shell."""

from __future__ import annotations

BASH = r"""# Completion of relupoly in bash, 4.4 or later.
_relupoly_completion() {
    local kind value help
    COMPREPLY=()
    while IFS= read -r -d '' kind && IFS= read -r -d '' value && IFS= read -r -d '' help; do
        case $kind in
            shell) compopt -o bashdefault -o default ;;
            file) compopt -o filenames; COMPREPLY+=("$value") ;;
            *) COMPREPLY+=("$value") ;;
        esac
    done < <(_RELUPOLY_COMPLETE=bash_complete _RELUPOLY_LINE="${COMP_LINE:0:COMP_POINT}" \
        _RELUPOLY_BREAKS="$COMP_WORDBREAKS" "${1/#\~\//$HOME/}" 2>/dev/null)
}
complete -o nosort -F _relupoly_completion relupoly
"""

ZSH = r"""#compdef relupoly
# Completion of relupoly in zsh: a file _relupoly in a folder of $fpath, or evaluated after compinit.
_relupoly() {
    local kind value help
    local -a described bare
    local program=${words[1]/#\~\//$HOME/} line="${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX" files=0 folders=0 patterns=""
    while IFS= read -r -d '' kind && IFS= read -r -d '' value && IFS= read -r -d '' help; do
        case $kind in
            file) files=1; patterns=${(j:|:)${=value}} ;;
            dir) folders=1 ;;
            *) if [[ -n $help ]]; then described+=("${value//:/\\:}:$help"); else bare+=("$value"); fi ;;
        esac
    done < <(_RELUPOLY_COMPLETE=zsh_complete _RELUPOLY_LINE=$line $program 2>/dev/null)
    [[ $PREFIX == -*=* ]] && compset -P 1 '*='
    local found=1
    (( $#described )) && _describe -V relupoly described && found=0
    (( $#bare )) && compadd -V relupoly -a bare && found=0
    if (( files )); then
        if [[ -n $patterns ]]; then _files -g "*.(#i)(${patterns})(-.)" && found=0; else _files && found=0; fi
    fi
    (( folders )) && _files -/ && found=0
    return found
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _relupoly "$@"
else
    compdef _relupoly relupoly
fi
"""

FISH = r"""# Completion of relupoly in fish, 3.4 or later.
function __relupoly_files
    # All that fish itself would list; of the files, those with one of the suffixes, if there are any.
    set -l token (commandline -ct)
    set -l all (complete -C "__fish_command_without_completions $token")
    set -l kept $all
    if set -q argv[1]
        set -l wanted "(?i)^[^\t]*(?:/|\.(?:"(string join '|' -- (string escape --style=regex -- $argv))"))(?:\t.*)?\$"
        set kept (string match -r --entire -- $wanted $all)
        set -q kept[1]; or set kept $all
    end
    printf '%s\n' $kept
end
function __relupoly_complete
    set -l program (string replace -r '^~/' $HOME/ -- (commandline -opc)[1])
    set -l line (commandline -cp | string collect)
    set -l answer (env _RELUPOLY_COMPLETE=fish_complete _RELUPOLY_LINE=$line $program 2>/dev/null | string split0)
    set -l at 1
    while test (math $at + 2) -le (count $answer)
        set -l value $answer[(math $at + 1)]
        set -l help $answer[(math $at + 2)]
        switch $answer[$at]
            case file
                __relupoly_files (string split -n ' ' -- $value)
            case dir
                __fish_complete_directories (commandline -ct) ''
            case '*'
                test -n "$help"; and printf '%s\t%s\n' $value $help; or printf '%s\n' $value
        end
        set at (math $at + 3)
    end
end
complete -c relupoly -f -a '(__relupoly_complete)'
"""
