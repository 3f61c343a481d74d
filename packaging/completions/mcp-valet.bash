__mcp-valet_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__mcp-valet_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__mcp-valet_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__mcp-valet_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_mcp-valet() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __mcp-valet_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    run|set|get|list|versions|rm|add|servers|remove|allow|deny|grants|setup|import|undo|config|ps|stop|reload|rotate|rollback|where|scan|mcpb|login|connections|token|headers|refresh|logout|unlock|lock|vault|audit|doctor|leave|help)
        # Offer subcommand argument completions
        "_mcp-valet_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'run set get list versions rm add servers remove allow deny grants setup import undo config ps stop reload rotate rollback where scan mcpb login connections token headers refresh logout unlock lock vault audit doctor leave help' -- "${cur}"))
        ;;
    esac
}

_mcp-valet_run() {
    repeating_flags=()
    non_repeating_flags=(--exec --in-argv --no-redact --version -h --help)
    repeating_options=(--env --file --keep)
    non_repeating_options=(--swap)
    __mcp-valet_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--env')
        return
        ;;
    '--file')
        return
        ;;
    '--keep')
        return
        ;;
    '--swap')
        __mcp-valet_add_completions -W 'overlap'$'\n''stop-first'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion run -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    *)
        __mcp-valet_add_completions -f
        return
        ;;
    esac
}

_mcp-valet_set() {
    repeating_flags=()
    non_repeating_flags=(--raw --version -h --help)
    repeating_options=()
    non_repeating_options=(--store --note --expires)
    __mcp-valet_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--store')
        __mcp-valet_add_completions -W 'vault'$'\n''keyring'
        return
        ;;
    '--note')
        return
        ;;
    '--expires')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion set -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_get() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion get -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_list() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--stale)
    __mcp-valet_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--stale')
        return
        ;;
    esac
}

_mcp-valet_versions() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion versions -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_rm() {
    repeating_flags=()
    non_repeating_flags=(--purge --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion rm -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_add() {
    repeating_flags=()
    non_repeating_flags=(--exec --in-argv --replace --version -h --help)
    repeating_options=(--env --file --keep)
    non_repeating_options=(--swap --folder)
    __mcp-valet_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--env')
        return
        ;;
    '--file')
        return
        ;;
    '--keep')
        return
        ;;
    '--swap')
        __mcp-valet_add_completions -W 'overlap'$'\n''stop-first'$'\n''never'
        return
        ;;
    '--folder')
        __mcp-valet_add_completions -d
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion add -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    *)
        __mcp-valet_add_completions -f
        return
        ;;
    esac
}

_mcp-valet_servers() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_remove() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion remove -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_allow() {
    repeating_flags=()
    non_repeating_flags=(--last --exec --in-argv --no-redact --yes --version -h --help)
    repeating_options=(--env --file --keep)
    non_repeating_options=(--swap --folder --pin)
    __mcp-valet_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--env')
        return
        ;;
    '--file')
        return
        ;;
    '--keep')
        return
        ;;
    '--swap')
        __mcp-valet_add_completions -W 'overlap'$'\n''stop-first'$'\n''never'
        return
        ;;
    '--folder')
        return
        ;;
    '--pin')
        __mcp-valet_add_completions -W 'content'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion allow -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_deny() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion deny -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_grants() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion grants -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_setup() {
    repeating_flags=()
    non_repeating_flags=(--yes --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options -1

    # Offer positional completions
    case "${positional_number}" in
    *)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion setup -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_import() {
    repeating_flags=()
    non_repeating_flags=(--dry-run --no-check --yes --project --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options -1

    # Offer positional completions
    case "${positional_number}" in
    *)
        __mcp-valet_add_completions -W 'claude-desktop'$'\n''claude-code'$'\n''cursor'$'\n''vscode'$'\n''windsurf'$'\n''zed'$'\n''codex'$'\n''gemini-cli'$'\n''cline'$'\n''lm-studio'$'\n''kiro'$'\n''amazon-q'$'\n''copilot-cli'$'\n''opencode'$'\n''continue'$'\n''goose'
        return
        ;;
    esac
}

_mcp-valet_undo() {
    repeating_flags=()
    non_repeating_flags=(--yes --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options -1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W 'claude-desktop'$'\n''claude-code'$'\n''cursor'$'\n''vscode'$'\n''windsurf'$'\n''zed'$'\n''codex'$'\n''gemini-cli'$'\n''cline'$'\n''lm-studio'$'\n''kiro'$'\n''amazon-q'$'\n''copilot-cli'$'\n''opencode'$'\n''continue'$'\n''goose'
        return
        ;;
    *)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion undo -- positional@1 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_config() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 2

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W 'claude-desktop'$'\n''claude-code'$'\n''cursor'$'\n''vscode'$'\n''windsurf'$'\n''zed'$'\n''codex'$'\n''gemini-cli'$'\n''cline'$'\n''lm-studio'$'\n''kiro'$'\n''amazon-q'$'\n''copilot-cli'$'\n''opencode'$'\n''continue'$'\n''goose'
        return
        ;;
    2)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion config -- positional@1 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_ps() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_stop() {
    repeating_flags=()
    non_repeating_flags=(--all --force --json --version -h --help)
    repeating_options=()
    non_repeating_options=(--secret --grace)
    __mcp-valet_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--secret')
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion stop -- --secret "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    '--grace')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion stop -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_reload() {
    repeating_flags=()
    non_repeating_flags=(--all --outdated --restart --json --version -h --help)
    repeating_options=()
    non_repeating_options=(--secret)
    __mcp-valet_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--secret')
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion reload -- --secret "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion reload -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_rotate() {
    repeating_flags=()
    non_repeating_flags=(--from --raw --compromised --json --version -h --help)
    repeating_options=()
    non_repeating_options=(--check --generate --keep --expires)
    __mcp-valet_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--check')
        return
        ;;
    '--generate')
        return
        ;;
    '--keep')
        return
        ;;
    '--expires')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion rotate -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    *)
        __mcp-valet_add_completions -f
        return
        ;;
    esac
}

_mcp-valet_rollback() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--to --keep)
    __mcp-valet_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--to')
        return
        ;;
    '--keep')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion rollback -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_where() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion where -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_scan() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options -1

    # Offer positional completions
    case "${positional_number}" in
    *)
        __mcp-valet_add_completions -f
        return
        ;;
    esac
}

_mcp-valet_mcpb() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    wrap|inspect|run)
        # Offer subcommand argument completions
        "_mcp-valet_mcpb_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'wrap inspect run' -- "${cur}"))
        ;;
    esac
}

_mcp-valet_mcpb_wrap() {
    repeating_flags=()
    non_repeating_flags=(--embed --in-argv --drop-signature --force --version -h --help)
    repeating_options=(--platform)
    non_repeating_options=(--name)
    __mcp-valet_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--platform')
        __mcp-valet_add_completions -W 'linux'$'\n''darwin'
        return
        ;;
    '--name')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -o plusdirs -fX '!*.@(mcpb|dxt)'
        return
        ;;
    2)
        __mcp-valet_add_completions -o plusdirs -fX '!*.@(mcpb)'
        return
        ;;
    esac
}

_mcp-valet_mcpb_inspect() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -o plusdirs -fX '!*.@(mcpb|dxt)'
        return
        ;;
    esac
}

_mcp-valet_mcpb_run() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--config)
    non_repeating_options=()
    __mcp-valet_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--config')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -o plusdirs -fX '!*.@(mcpb|dxt)'
        return
        ;;
    esac
}

_mcp-valet_login() {
    repeating_flags=()
    non_repeating_flags=(--no-resource --pkce-unadvertised --no-pkce-unadvertised --private-addresses --no-private-addresses --preset --no-preset --device --client-credentials --no-browser --json --version -h --help)
    repeating_options=(--scope --auth-param)
    non_repeating_options=(--issuer --provider --resource --client-id --client-secret --client-metadata-url --redirect-uri --redirect-port --timeout)
    __mcp-valet_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--issuer')
        return
        ;;
    '--provider')
        return
        ;;
    '--resource')
        return
        ;;
    '--scope')
        return
        ;;
    '--client-id')
        return
        ;;
    '--client-secret')
        return
        ;;
    '--client-metadata-url')
        return
        ;;
    '--redirect-uri')
        return
        ;;
    '--redirect-port')
        return
        ;;
    '--auth-param')
        return
        ;;
    '--timeout')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion login -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_connections() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_token() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--min-ttl)
    __mcp-valet_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--min-ttl')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion token -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_headers() {
    repeating_flags=()
    non_repeating_flags=(--allow --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion headers -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_refresh() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion refresh -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_logout() {
    repeating_flags=()
    non_repeating_flags=(--keep-registration --json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion logout -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_unlock() {
    repeating_flags=()
    non_repeating_flags=(--passphrase-stdin --recovery --no-cache --version -h --help)
    repeating_options=()
    non_repeating_options=(--for --idle)
    __mcp-valet_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--for')
        return
        ;;
    '--idle')
        return
        ;;
    esac
}

_mcp-valet_lock() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_vault() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    init|status|slot|passwd|rekey|recovery|backup|restore|export|unattended)
        # Offer subcommand argument completions
        "_mcp-valet_vault_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'init status slot passwd rekey recovery backup restore export unattended' -- "${cur}"))
        ;;
    esac
}

_mcp-valet_vault_init() {
    repeating_flags=()
    non_repeating_flags=(--keyring --passphrase-stdin --unattended --version -h --help)
    repeating_options=()
    non_repeating_options=(--key-file)
    __mcp-valet_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--key-file')
        __mcp-valet_add_completions -f
        return
        ;;
    esac
}

_mcp-valet_vault_status() {
    repeating_flags=()
    non_repeating_flags=(--verify --json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_vault_slot() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|add|rm)
        # Offer subcommand argument completions
        "_mcp-valet_vault_slot_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list add rm' -- "${cur}"))
        ;;
    esac
}

_mcp-valet_vault_slot_list() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_vault_slot_add() {
    repeating_flags=()
    non_repeating_flags=(--passphrase --passphrase-stdin --keyring --version -h --help)
    repeating_options=()
    non_repeating_options=(--key-file)
    __mcp-valet_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--key-file')
        __mcp-valet_add_completions -f
        return
        ;;
    esac
}

_mcp-valet_vault_slot_rm() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1
}

_mcp-valet_vault_passwd() {
    repeating_flags=()
    non_repeating_flags=(--keep-key --passphrase-stdin --drop --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_vault_rekey() {
    repeating_flags=()
    non_repeating_flags=(--passphrase-stdin --drop --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_vault_recovery() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_vault_backup() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -f
        return
        ;;
    esac
}

_mcp-valet_vault_restore() {
    repeating_flags=()
    non_repeating_flags=(--passphrase-stdin --recovery --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -f
        return
        ;;
    esac
}

_mcp-valet_vault_export() {
    repeating_flags=()
    non_repeating_flags=(--passphrase --passphrase-stdin --plain --no-keyring --version -h --help)
    repeating_options=(--recipient)
    non_repeating_options=(--recipients-file --format --output)
    __mcp-valet_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--recipient')
        return
        ;;
    '--recipients-file')
        __mcp-valet_add_completions -f
        return
        ;;
    '--format')
        __mcp-valet_add_completions -W 'json'$'\n''dotenv'$'\n''sh'$'\n''docker'
        return
        ;;
    '--output')
        __mcp-valet_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion vault export -- positional@0 "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_vault_unattended() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 1

    # Offer positional completions
    case "${positional_number}" in
    1)
        __mcp-valet_add_completions -W 'on'$'\n''off'
        return
        ;;
    esac
}

_mcp-valet_audit() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    show|verify|begin)
        # Offer subcommand argument completions
        "_mcp-valet_audit_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'show verify begin' -- "${cur}"))
        ;;
    esac
}

_mcp-valet_audit_show() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=(--since --server --secret)
    __mcp-valet_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--since')
        return
        ;;
    '--server')
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion audit show -- --server "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    '--secret')
        __mcp-valet_add_completions -W "$(__mcp-valet_custom_complete ---completion audit show -- --secret "${COMP_CWORD}" "$(__mcp-valet_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_mcp-valet_audit_verify() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_audit_begin() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_doctor() {
    repeating_flags=()
    non_repeating_flags=(--json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_leave() {
    repeating_flags=()
    non_repeating_flags=(--dry-run --stop --force --yes --json --version -h --help)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options 0
}

_mcp-valet_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __mcp-valet_offer_flags_options -1
}

complete -o filenames -F _mcp-valet mcp-valet
