#compdef mcp-valet

__mcp-valet_complete() {
    local -ar non_empty_completions=("${@:#(|:*)}")
    local -ar empty_completions=("${(M)@:#(|:*)}")
    _describe -V '' non_empty_completions -- empty_completions -P $'\'\''
}

__mcp-valet_custom_complete() {
    local -a completions
    completions=("${(@f)"$("${command_name}" "${@}" "${command_line[@]}")"}")
    if [[ "${#completions[@]}" -gt 1 ]]; then
        __mcp-valet_complete "${completions[@]:0:-1}"
    fi
}

__mcp-valet_cursor_index_in_current_word() {
    if [[ -z "${QIPREFIX}${IPREFIX}${PREFIX}" ]]; then
        printf 0
    else
        printf %s "${#${(z)LBUFFER}[-1]}"
    fi
}

_mcp-valet() {
    emulate -RL zsh -G
    setopt extendedglob nullglob numericglobsort
    unsetopt aliases banghist

    local -xr SAP_SHELL=zsh
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(builtin emulate zsh -c 'printf %s "${ZSH_VERSION}"')"
    local -r SAP_SHELL_VERSION

    local context state state_descr line
    local -A opt_args

    local -r command_name="${words[1]}"
    local -ar command_line=("${words[@]}")
    local -ir current_word_index="$((CURRENT - 1))"

    local -i ret=1
    local -ar arg_specs=(
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
        '(-): :->command'
        '(-)*:: :->arg'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0
    case "${state}" in
    command)
        local -ar subcommands=(
            'run:Start a server with its secrets.'
            'set:Store a secret, or a new value for one.'
            'get:Print a value.'
            'list:List the secrets: names, stores, ages, expiries, notes; never values.'
            'versions:The versions of a secret that the vault keeps, the present one first.'
            'rm:Remove a secret with all its versions.'
            'add:Define a server in servers.json.'
            'servers:List the servers of servers.json.'
            'remove:Remove a server from servers.json; secrets stay.'
            'allow:Let a server have secrets.'
            'deny:Take back what a server was allowed.'
            'grants:List which servers may have which secrets.'
            'setup:Let the servers of a project have secrets of yours.'
            'import:Move the keys of hosts'\'' files into the vault.'
            'undo:Take an import back: a host'\''s file as it was, keys included.'
            'config:Print what to paste into a host'\''s file.'
            'ps:List the servers that run, and which version of which secret they hold.'
            'stop:End servers that run.'
            'reload:Give running servers the newest values of their secrets.'
            'rotate:Give a secret a new value, and every running server that has it as well.'
            'rollback:Put an older value of a secret back, in the vault and in running servers.'
            'where:Find out who holds or names a secret.'
            'scan:Find plain-text secrets in the hosts'\'' configurations.'
            'mcpb:Bundles (.mcpb) whose servers get their secrets from here.'
            'login:Log in once for servers that need a token: oauth://NAME.'
            'connections:List the OAuth logins: what for, where, how long, which servers use them.'
            'token:Print a connection'\''s access token, refreshed when it is about to end.'
            'headers:Print the headers of a request to a remote server, for hosts that call a helper.'
            'refresh:Get a connection a new access token now.'
            'logout:End a login: revoke its tokens at the server, and forget them here.'
            'unlock:Unlock the vault for your sessions on this machine.'
            'lock:Forget the unlocked key; running servers keep what they have.'
            'vault:Make, inspect and look after the vault.'
            'audit:Show what was done with secrets, and check that nobody altered the record of it.'
            'doctor:Look for everything that can be wrong, and say what to type.'
            'leave:Move out: undo hosts, revoke logins, remove everything of mcp-valet.'
            'help:Show subcommand help information.'
        )
        _describe -V subcommand subcommands && ret=0
        ;;
    arg)
        case "${words[1]}" in
        run|set|get|list|versions|rm|add|servers|remove|allow|deny|grants|setup|import|undo|config|ps|stop|reload|rotate|rollback|where|scan|mcpb|login|connections|token|headers|refresh|logout|unlock|lock|vault|audit|doctor|leave|help)
            "_mcp-valet_${words[1]}" && ret=0
            ;;
        esac
        ;;
    esac

    return "${ret}"
}

_mcp-valet_run() {
    local -i ret=1
    local -ar ___swap=('overlap' 'stop-first' 'never')
    local -ar arg_specs=(
        '*--env[Set a variable\: VAR=TEXT, where TEXT may hold references.]:env:'
        '*--file[Put a value into a file in memory and its path into a variable\: VAR=REFERENCE.]:file:'
        '*--keep[Pass one of our own variables on to a server that gets secrets.]:keep:'
        '--exec[Become the server instead of staying in front of it.]'
        '--in-argv[Let values into arguments, which every user of the machine can read.]'
        '--no-redact[Pass secrets on that the server prints, instead of replacing them.]'
        '--swap[How to replace it when a secret of it changes\: overlap (the default), stop-first or never.]:mode:{__mcp-valet_complete "${___swap[@]}"}'
        ':name:{__mcp-valet_custom_complete ---completion run -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '*:command:_files'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_set() {
    local -i ret=1
    local -ar ___store=('vault' 'keyring')
    local -ar arg_specs=(
        ':name:{__mcp-valet_custom_complete ---completion set -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--store[Where to keep it.]:store:{__mcp-valet_complete "${___store[@]}"}'
        '--note[A remark that '\''list'\'' shows.]:note:'
        '--expires[When it expires, such as 2027-01-31.]:expires:'
        '--raw[Keep a last newline.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_get() {
    local -i ret=1
    local -ar arg_specs=(
        ':secret:{__mcp-valet_custom_complete ---completion get -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_list() {
    local -i ret=1
    local -ar arg_specs=(
        '--json[Print JSON\: an array of {name, store, stored, expires, note, isExpired, isOld}, times in RFC 3339.]'
        '--stale[Only values that are expired, or older than this, such as 90d.]:stale:'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_versions() {
    local -i ret=1
    local -ar arg_specs=(
        ':secret:{__mcp-valet_custom_complete ---completion versions -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--json[Print JSON\: an array of {version, stored, bytes, mark, isPresent}.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_rm() {
    local -i ret=1
    local -ar arg_specs=(
        ':secret:{__mcp-valet_custom_complete ---completion rm -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--purge[Also remove the local backups of the vault, and what '\''undo'\'' keeps of hosts'\'' files, which still hold the value.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_add() {
    local -i ret=1
    local -ar ___swap=('overlap' 'stop-first' 'never')
    local -ar arg_specs=(
        ':server:{__mcp-valet_custom_complete ---completion add -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '*--env[A variable of the server\: VAR=TEXT, where TEXT may hold references.]:env:'
        '*--file[A value that the server reads from a file\: VAR=REFERENCE.]:file:'
        '*--keep[A variable of ours that the server gets as well.]:keep:'
        '--exec[Become the server instead of staying in front of it.]'
        '--in-argv[Let values into arguments, which every user of the machine can read.]'
        '--swap[How to replace it when a secret of it changes\: overlap (the default), stop-first or never.]:mode:{__mcp-valet_complete "${___swap[@]}"}'
        '--replace[Replace a definition of that name.]'
        '--folder[Where it is allowed to start\: '\''here'\'', '\''empty'\'', '\''any'\'' or a path; see '\''allow'\''.]:folder:_files -/'
        '*:command:_files'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_servers() {
    local -i ret=1
    local -ar arg_specs=(
        '--json[Print JSON\: an array of {name, command, args, env, keep, files, exec, inArgv}.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_remove() {
    local -i ret=1
    local -ar arg_specs=(
        ':server:{__mcp-valet_custom_complete ---completion remove -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_allow() {
    local -i ret=1
    local -ar ___swap=('overlap' 'stop-first' 'never')
    local -ar ___pin=('content')
    local -ar arg_specs=(
        '*:words:{__mcp-valet_custom_complete ---completion allow -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--last[The launch that was refused last, of SERVER where it is named.]'
        '*--env[A variable of the server\: VAR=TEXT, where TEXT may hold references.]:env:'
        '*--file[A value that the server reads from a file\: VAR=REFERENCE.]:file:'
        '*--keep[A variable of ours, with its present value, that the server gets as well.]:keep:'
        '--exec[The server may be started in our place\: nobody redacts what it prints.]'
        '--in-argv[Values may stand in arguments, which every user of the machine can read.]'
        '--no-redact[Secrets that the server prints may be passed on to its host.]'
        '--swap[How it is replaced when a secret of it changes, as in '\''run'\''; nothing is bound by it.]:mode:{__mcp-valet_complete "${___swap[@]}"}'
        '--folder[Where the server starts\: '\''here'\'', '\''empty'\'' (an empty folder), '\''any'\'' (wherever its host is), or a path. Package runners start in an empty folder unless told otherwise.]:folder:'
        '--pin[Bind the content of the file that is run too; not of what it loads.]:pin:{__mcp-valet_complete "${___pin[@]}"}'
        '--yes[Do not ask; only where the vault is unattended.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_deny() {
    local -i ret=1
    local -ar arg_specs=(
        ':server:{__mcp-valet_custom_complete ---completion deny -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_grants() {
    local -i ret=1
    local -ar arg_specs=(
        ':server:{__mcp-valet_custom_complete ---completion grants -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--json[Print JSON\: an array of {server, runner, program, arguments, folder, home, variables, secrets, substitutions, options, pin, created}. What is no UTF-8 is escaped.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_setup() {
    local -i ret=1
    local -ar arg_specs=(
        '*:words:{__mcp-valet_custom_complete ---completion setup -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--yes[Do not ask; only where the vault is unattended.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_import() {
    local -i ret=1
    local -ar _hosts=('claude-desktop' 'claude-code' 'cursor' 'vscode' 'windsurf' 'zed' 'codex' 'gemini-cli' 'cline' 'lm-studio' 'kiro' 'amazon-q' 'copilot-cli' 'opencode' 'continue' 'goose')
    local -ar arg_specs=(
        '*:hosts:{__mcp-valet_complete "${_hosts[@]}"}'
        '--dry-run[Show what would change, and change nothing.]'
        '--no-check[Do not start the servers to see whether they answer.]'
        '--yes[Do not ask; only where the vault is unattended. Leaves a project'\''s files alone.]'
        '--project[With --yes\: change the project'\''s files too, which others share.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_undo() {
    local -i ret=1
    local -ar _host=('claude-desktop' 'claude-code' 'cursor' 'vscode' 'windsurf' 'zed' 'codex' 'gemini-cli' 'cline' 'lm-studio' 'kiro' 'amazon-q' 'copilot-cli' 'opencode' 'continue' 'goose')
    local -ar arg_specs=(
        ':host:{__mcp-valet_complete "${_host[@]}"}'
        '*:servers:{__mcp-valet_custom_complete ---completion undo -- positional@1 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--yes[Do not ask; only where the vault is unattended.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_config() {
    local -i ret=1
    local -ar _host=('claude-desktop' 'claude-code' 'cursor' 'vscode' 'windsurf' 'zed' 'codex' 'gemini-cli' 'cline' 'lm-studio' 'kiro' 'amazon-q' 'copilot-cli' 'opencode' 'continue' 'goose')
    local -ar arg_specs=(
        ':host:{__mcp-valet_complete "${_host[@]}"}'
        ':server:{__mcp-valet_custom_complete ---completion config -- positional@1 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_ps() {
    local -i ret=1
    local -ar arg_specs=(
        '--json[Print JSON\: an array of {server, command, mode, pid, serverPid, host, hostPid, started, uptimeSeconds, era, swap, swaps, secrets\: \[{reference, version, isNewest}\], messagesToServer, messagesToHost, redactions, memoryBytes, problem}.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_stop() {
    local -i ret=1
    local -ar arg_specs=(
        ':server:{__mcp-valet_custom_complete ---completion stop -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--secret[Servers that hold this secret\: a name in the vault, or a reference.]:secret:{__mcp-valet_custom_complete ---completion stop -- --secret "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--all[All servers.]'
        '--grace[How long a server may take to end, such as 5s.]:grace:'
        '--force[Kill a relay that does not answer.]'
        '--json[Print JSON\: an array of {server, pid, host, outcome, message, hint}.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_reload() {
    local -i ret=1
    local -ar arg_specs=(
        ':server:{__mcp-valet_custom_complete ---completion reload -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--secret[Servers that hold this secret\: a name in the vault, or a reference.]:secret:{__mcp-valet_custom_complete ---completion reload -- --secret "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--all[All servers.]'
        '--outdated[Only servers that hold an older version than is stored.]'
        '--restart[Replace a server even if it has the newest values already.]'
        '--json[Print JSON\: an array of {server, pid, host, outcome, abandoned, message, hint}.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_rotate() {
    local -i ret=1
    local -ar arg_specs=(
        ':secret:{__mcp-valet_custom_complete ---completion rotate -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--from[Take the new value from the output of the command behind '\''--'\''.]'
        '--check[Try the new value first\: VAR, and the command behind '\''--'\''.]:check:'
        '--generate[Make a random value\: BYTES\[\:hex|base64|base64url|raw\].]:generate:'
        '--keep[How many older values the vault keeps.]:keep:'
        '--expires[When the new value expires, such as 2027-01-31.]:expires:'
        '--raw[Keep a last newline.]'
        '--compromised[The old value is known to others\: keep no older value and no local backup, nor what '\''undo'\'' would put back, and stop the servers at once instead of replacing them.]'
        '--json[Print JSON\: an array of {server, pid, host, outcome, abandoned, message, hint}.]'
        '*:words:_files'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_rollback() {
    local -i ret=1
    local -ar arg_specs=(
        ':secret:{__mcp-valet_custom_complete ---completion rollback -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--to[The version to put back, as '\''versions'\'' numbers them.]:to:'
        '--keep[How many older values the vault keeps.]:keep:'
        '--json[Print JSON\: an array of {server, pid, host, outcome, abandoned, message, hint}.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_where() {
    local -i ret=1
    local -ar arg_specs=(
        ':secret:{__mcp-valet_custom_complete ---completion where -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--json[Print JSON\: an array of {kind, who, path, lines, version}.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_scan() {
    local -i ret=1
    local -ar arg_specs=(
        '*:paths:_files'
        '--json[Print JSON\: {files\: \[{path, host, copy, shared, owner, problem, servers, throughValet, findings\: \[{server, project, where, name, reason, provider, masked, line, column, revoke}\]}\], skipped\: \[{path, problem}\]}. Files with neither findings nor a problem are left out, and so is what is not known. where\: env, header, argument, command, url, member or text; reason\: shape, name or entropy; skipped\: folders.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_mcpb() {
    local -i ret=1
    local -ar arg_specs=(
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
        '(-): :->command'
        '(-)*:: :->arg'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0
    case "${state}" in
    command)
        local -ar subcommands=(
            'wrap:Make a bundle start its server through mcp-valet.'
            'inspect:Check a bundle, and show what it starts and what it asks for.'
            'run:Start a bundle'\''s server here, with its secrets, as a host would.'
        )
        _describe -V subcommand subcommands && ret=0
        ;;
    arg)
        case "${words[1]}" in
        wrap|inspect|run)
            "_mcp-valet_mcpb_${words[1]}" && ret=0
            ;;
        esac
        ;;
    esac

    return "${ret}"
}

_mcp-valet_mcpb_wrap() {
    local -i ret=1
    local -ar ___platform=('linux' 'darwin')
    local -ar arg_specs=(
        ':input:_files -g '\''*.mcpb *.dxt'\'''
        ':output:_files -g '\''*.mcpb'\'''
        '--embed[Put mcp-valet into the bundle, for this kind of machine. It is used first; other machines go on as without.]'
        '*--platform[A platform on which the server is to start through mcp-valet; may be given twice. Without\: linux, and with --embed this one.]:platform:{__mcp-valet_complete "${___platform[@]}"}'
        '--name[The server'\''s name in grants; without, that of the bundle.]:name:'
        '--in-argv[Let values into arguments, which every user of the machine can read; for bundles that put a key into an argument.]'
        '--drop-signature[Wrap a signed bundle; the result is not signed.]'
        '--force[Replace OUT.mcpb if it exists.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_mcpb_inspect() {
    local -i ret=1
    local -ar arg_specs=(
        ':input:_files -g '\''*.mcpb *.dxt'\'''
        '--json[Print JSON\: {name, displayName, version, author, manifestVersion, serverType, entryPoint, isSigned, fileBytes, unpackedBytes, entries, commands\: \[{platform, command, args, env, isWrapped, serverName}\], options\: \[{key, type, title, isRequired, isSensitive, places}\], warnings}.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_mcpb_run() {
    local -i ret=1
    local -ar arg_specs=(
        ':input:_files -g '\''*.mcpb *.dxt'\'''
        '*--config[A value that the bundle asks for\: KEY=VALUE, where VALUE may be a reference; several times for one that takes several. Other users can read a key that stands here itself.]:config:'
        '*:arguments:'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_login() {
    local -i ret=1
    local -ar arg_specs=(
        ':name:{__mcp-valet_custom_complete ---completion login -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        ':url:'
        '--issuer[The authorization server; with URL, which of the several that it trusts.]:issuer:'
        '--provider[A provider that mcp-valet knows, such as google or slack, or one of presets.json.]:provider:'
        '--resource[What the token is for, as a URI (RFC 8707); usually the server says it.]:resource:'
        '--no-resource[Do not send '\''resource'\'', which some authorization servers refuse; undone by --resource.]'
        '*--scope[A scope to ask for; several times, or several with blanks between them.]:scope:'
        '--client-id[The id of a client that you have registered yourself.]:client-id:'
        '--client-secret[Its secret, by reference\: valet\://NAME or keyring\://NAME.]:client-secret:'
        '--client-metadata-url[The https URL of a client metadata document of yours, used as client id.]:client-metadata-url:'
        '--redirect-uri[The redirect URI that your client is registered with.]:redirect-uri:'
        '--redirect-port[The port of the redirect URI; any free one otherwise.]:redirect-port:'
        '*--auth-param[A parameter of the authorization request, NAME=VALUE; several times.]:auth-param:'
        '--pkce-unadvertised[Go on where the server does not say that it knows PKCE; it is used anyway.]'
        '--no-pkce-unadvertised[Go on where the server does not say that it knows PKCE; it is used anyway.]'
        '--private-addresses[Let the server'\''s metadata name hosts with private addresses.]'
        '--no-private-addresses[Let the server'\''s metadata name hosts with private addresses.]'
        '--preset[Use what mcp-valet knows about providers, as it does unless told otherwise.]'
        '--no-preset[Use what mcp-valet knows about providers, as it does unless told otherwise.]'
        '--device[Type a code on another device instead of being sent back here.]'
        '--client-credentials[Log in as a machine, with the client'\''s id and secret; no person is asked.]'
        '--no-browser[Open no browser, only print the page'\''s address.]'
        '--timeout[How long the whole login may take, such as 10m; 5m unless told.]:timeout:'
        '--json[Print JSON when it is done\: an object as '\''connections --json'\'' has it in its array.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_connections() {
    local -i ret=1
    local -ar arg_specs=(
        '--json[Print JSON\: an array of {name, state, grant, server, resource, issuer, provider, clientId, registration, scopes, loggedIn, expires, refreshExpires, canRefresh, lastRefresh, lastFailure\: {time, code, message}, servers, problem}; state is '\''ready'\'', '\''expiring'\'' or '\''ended'\''; times in RFC 3339; of a connection that cannot be read only name and problem.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_token() {
    local -i ret=1
    local -ar arg_specs=(
        ':name:{__mcp-valet_custom_complete ---completion token -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--min-ttl[Refresh a token that lives shorter than this, such as 5m.]:min-ttl:'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_headers() {
    local -i ret=1
    local -ar arg_specs=(
        ':name:{__mcp-valet_custom_complete ---completion headers -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--allow[Do not print\: allow it, now and whenever a host asks.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_refresh() {
    local -i ret=1
    local -ar arg_specs=(
        ':name:{__mcp-valet_custom_complete ---completion refresh -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_logout() {
    local -i ret=1
    local -ar arg_specs=(
        ':name:{__mcp-valet_custom_complete ---completion logout -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--keep-registration[Keep what the authorization server knows mcp-valet as, for the next login.]'
        '--json[Print JSON\: {name, revocations\: \[{token, outcome, detail}\], deleted, registrationKept, servers}; outcome is '\''revoked'\'', '\''refused'\'', '\''unreachable'\'' or '\''unsupported'\''.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_unlock() {
    local -i ret=1
    local -ar arg_specs=(
        '--passphrase-stdin[Read the passphrase from standard input.]'
        '--recovery[Use the recovery key instead; it is asked for, or read with --passphrase-stdin.]'
        '--for[How long, such as 30m or 12h.]:for:'
        '--idle[Lock again after this long without use, such as 1h.]:idle:'
        '--no-cache[Only check that the vault opens; keep nothing.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_lock() {
    local -i ret=1
    local -ar arg_specs=(
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault() {
    local -i ret=1
    local -ar arg_specs=(
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
        '(-): :->command'
        '(-)*:: :->arg'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0
    case "${state}" in
    command)
        local -ar subcommands=(
            'init:Make a vault.'
            'status:Where the vault is, how it opens, what to do.'
            'slot:The ways in which the vault opens.'
            'passwd:Change the passphrase, and with it the vault key.'
            'rekey:Give the vault a new key, seal everything anew, remove the local backups.'
            'recovery:Make a recovery key and show it, once.'
            'backup:Write a copy of the vault; it is sealed as the vault is.'
            'restore:Put a copy in the vault'\''s place; the present one becomes a backup.'
            'export:Write secrets out: encrypted for age, or plain into a pipe.'
            'unattended:Say whether scripts may read values without a person being asked.'
        )
        _describe -V subcommand subcommands && ret=0
        ;;
    arg)
        case "${words[1]}" in
        init|status|slot|passwd|rekey|recovery|backup|restore|export|unattended)
            "_mcp-valet_vault_${words[1]}" && ret=0
            ;;
        esac
        ;;
    esac

    return "${ret}"
}

_mcp-valet_vault_init() {
    local -i ret=1
    local -ar arg_specs=(
        '--keyring[Keep the key in the OS keyring.]'
        '--passphrase-stdin[Read a passphrase from standard input.]'
        '--key-file[Make a key file of 32 random bytes; whoever reads it and the vault has it all.]:key-file:_files'
        '--unattended[Let scripts read values without a person being asked.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault_status() {
    local -i ret=1
    local -ar arg_specs=(
        '--verify[Also read the whole vault and open every value.]'
        '--json[Print JSON\: {file, id, generation, opensWith, isLocked, remainingSeconds, idleSeconds, secrets, isUnattended, hasRecoveryKey, verifiedValues}; what a locked vault does not say is left out.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault_slot() {
    local -i ret=1
    local -ar arg_specs=(
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
        '(-): :->command'
        '(-)*:: :->arg'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0
    case "${state}" in
    command)
        local -ar subcommands=(
            'list:List the ways in; needs no key.'
            'add:Add one way in.'
            'rm:Remove one way in; copies made before still open with it.'
        )
        _describe -V subcommand subcommands && ret=0
        ;;
    arg)
        case "${words[1]}" in
        list|add|rm)
            "_mcp-valet_vault_slot_${words[1]}" && ret=0
            ;;
        esac
        ;;
    esac

    return "${ret}"
}

_mcp-valet_vault_slot_list() {
    local -i ret=1
    local -ar arg_specs=(
        '--json[Print JSON\: an array of {slot, kind, made}; kind is '\''passphrase'\'', '\''recovery-key'\'', '\''keyring'\'', '\''key-file'\'' or '\''unknown'\''; times in RFC 3339.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault_slot_add() {
    local -i ret=1
    local -ar arg_specs=(
        '--passphrase[A passphrase, asked for at the terminal.]'
        '--passphrase-stdin[A passphrase, read from standard input.]'
        '--keyring[The OS keyring.]'
        '--key-file[A key file, which is made.]:key-file:_files'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault_slot_rm() {
    local -i ret=1
    local -ar arg_specs=(
        ':slot:'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault_passwd() {
    local -i ret=1
    local -ar arg_specs=(
        '--keep-key[Change the passphrase only, and leave the vault key as it is.]'
        '--passphrase-stdin[Read the new passphrase from standard input.]'
        '--drop[Drop the ways in whose secret is not at hand, such as the recovery key; without it they are named and nothing is changed.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault_rekey() {
    local -i ret=1
    local -ar arg_specs=(
        '--passphrase-stdin[Read the passphrase, which stays, from standard input.]'
        '--drop[Drop the ways in whose secret is not at hand, such as the recovery key; without it they are named and nothing is changed.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault_recovery() {
    local -i ret=1
    local -ar arg_specs=(
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault_backup() {
    local -i ret=1
    local -ar arg_specs=(
        ':file:_files'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault_restore() {
    local -i ret=1
    local -ar arg_specs=(
        ':file:_files'
        '--passphrase-stdin[Read the copy'\''s passphrase (or recovery key) from standard input.]'
        '--recovery[Open the copy with its recovery key.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault_export() {
    local -i ret=1
    local -ar ___format=('json' 'dotenv' 'sh' 'docker')
    local -ar arg_specs=(
        '*:names:{__mcp-valet_custom_complete ---completion vault export -- positional@0 "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '*--recipient[Encrypt to this recipient of age, age1…; may be given several times.]:recipient:'
        '--recipients-file[Encrypt to the recipients in this file, one a line.]:recipients-file:_files'
        '--passphrase[Encrypt with a passphrase, asked for at the terminal.]'
        '--passphrase-stdin[Encrypt with a passphrase, read from standard input.]'
        '--plain[Do not encrypt.]'
        '--format[How secrets are written\: json, dotenv, sh or docker.]:format:{__mcp-valet_complete "${___format[@]}"}'
        '--output[Write a new file, with mode 0600.]:output:_files'
        '--no-keyring[Leave out what is in the OS keyring.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_vault_unattended() {
    local -i ret=1
    local -ar _state=('on' 'off')
    local -ar arg_specs=(
        ':state:{__mcp-valet_complete "${_state[@]}"}'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_audit() {
    local -i ret=1
    local -ar arg_specs=(
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
        '(-): :->command'
        '(-)*:: :->arg'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0
    case "${state}" in
    command)
        local -ar subcommands=(
            'show:List what was recorded, the oldest first.'
            'verify:Check every record: which one was changed, is missing, or stands elsewhere.'
            'begin:Begin a new log where the vault'\''s own is lost.'
        )
        _describe -V subcommand subcommands && ret=0
        ;;
    arg)
        case "${words[1]}" in
        show|verify|begin)
            "_mcp-valet_audit_${words[1]}" && ret=0
            ;;
        esac
        ;;
    esac

    return "${ret}"
}

_mcp-valet_audit_show() {
    local -i ret=1
    local -ar arg_specs=(
        '--since[Only what is newer\: 2026-01-31, 2026-01-31T08\:00\:00Z, or an age such as 7d.]:since:'
        '--server[Only what has to do with a server of this name.]:server:{__mcp-valet_custom_complete ---completion audit show -- --server "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--secret[Only what has to do with this secret.]:secret:{__mcp-valet_custom_complete ---completion audit show -- --secret "${current_word_index}" "$(__mcp-valet_cursor_index_in_current_word)"}'
        '--json[Print JSON\: an array of {n, time, event, server, secrets\: \[{name, version}\], command, pid, host, outcome, exit, detail}, as in AuditFormat.md; what a record has not is left out.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_audit_verify() {
    local -i ret=1
    local -ar arg_specs=(
        '--json[Print JSON\: {records, findings, notes}, the latter two arrays of sentences.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_audit_begin() {
    local -i ret=1
    local -ar arg_specs=(
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_doctor() {
    local -i ret=1
    local -ar arg_specs=(
        '--json[Print JSON\: an array of {check, outcome, message, next, milliseconds}; outcome is '\''ok'\'', '\''note'\'', '\''warning'\'', '\''failure'\'' or '\''not-checked'\''; next, what to type, is left out where there is nothing to do. A check may have several entries, and each has all the check'\''s milliseconds.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_leave() {
    local -i ret=1
    local -ar arg_specs=(
        '--dry-run[Only show what would go; asks nothing, so of a locked vault not what is in it.]'
        '--stop[End the servers that run, once hosts have their keys back.]'
        '--force[Go on whatever is in the way\: what is lost by that is said before.]'
        '--yes[Do not ask; only where the vault is unattended. Stops where keys of imported servers, or what they were changed to since, would go with the vault, unless --force is given.]'
        '--json[With --dry-run, print JSON\: {vault, vaultId, secrets, grants, hostFiles\: \[{host, path, servers}\], goneServers\: \[{host, path, servers}\], otherServers\: \[{host, path, server}\], unreadableFiles\: \[{host, path, problem}\], onlyHere, connections, running, keyringSecrets, keyringHoldsKey, keyringProblem, keyringAbsence, otherVaults, files, keyFiles, problems, obstacles\: \[{message, next, loss, path}\]}.]'
        '--version[Show the version.]'
        '(-h --help)'{-h,--help}'[Show help information.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

_mcp-valet_help() {
    local -i ret=1
    local -ar arg_specs=(
        '*:subcommands:'
        '--version[Show the version.]'
    )
    _arguments -w -s -S : "${arg_specs[@]}" && ret=0

    return "${ret}"
}

if [[ "${funcstack[1]}" = _mcp-valet ]]; then
    _mcp-valet "${@}"
else
    compdef _mcp-valet mcp-valet
fi
