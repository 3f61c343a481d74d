# usage: bash complete.bash SCRIPT LINE: prints what the tab key offers at the end of LINE, one a line.
# shellcheck shell=bash
# shellcheck source=/dev/null
source "$1" || exit
line=$2
complete -p mcp-valet >/dev/null || exit
function_name=$(complete -p mcp-valet | sed -nE 's/.* -F ([^ ]+) .*/\1/p')
read -ra COMP_WORDS <<<"$line"
[[ $line != *" " ]] || COMP_WORDS+=("")
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
COMP_LINE=$line
COMP_POINT=${#line}
COMPREPLY=()
"$function_name" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
[[ ${#COMPREPLY[@]} -eq 0 ]] || printf '%s\n' "${COMPREPLY[@]}"
