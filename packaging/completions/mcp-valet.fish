function __mcp-valet_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __mcp-valet_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __mcp-valet_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __mcp-valet_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __mcp-valet_parse_tokens -S
    set -l unparsed_tokens (__mcp-valet_tokens -pc)
    switch $unparsed_tokens[1]
    case 'mcp-valet'
        __mcp-valet_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'run'
            __mcp-valet_parse_subcommand -r 2 'env=+' 'file=+' 'keep=+' 'exec' 'in-argv' 'no-redact' 'version' 'h/help'
        case 'set'
            __mcp-valet_parse_subcommand 1 'store=' 'note=' 'expires=' 'raw' 'version' 'h/help'
        case 'get'
            __mcp-valet_parse_subcommand 1 'version' 'h/help'
        case 'list'
            __mcp-valet_parse_subcommand 0 'json' 'stale=' 'version' 'h/help'
        case 'versions'
            __mcp-valet_parse_subcommand 1 'json' 'version' 'h/help'
        case 'rm'
            __mcp-valet_parse_subcommand 1 'purge' 'version' 'h/help'
        case 'add'
            __mcp-valet_parse_subcommand -r 2 'env=+' 'file=+' 'keep=+' 'exec' 'in-argv' 'replace' 'folder=' 'version' 'h/help'
        case 'servers'
            __mcp-valet_parse_subcommand 0 'json' 'version' 'h/help'
        case 'remove'
            __mcp-valet_parse_subcommand 1 'version' 'h/help'
        case 'allow'
            __mcp-valet_parse_subcommand -r 1 'last' 'env=+' 'file=+' 'keep=+' 'exec' 'in-argv' 'no-redact' 'folder=' 'pin=' 'yes' 'version' 'h/help'
        case 'deny'
            __mcp-valet_parse_subcommand 1 'version' 'h/help'
        case 'grants'
            __mcp-valet_parse_subcommand 1 'json' 'version' 'h/help'
        case 'setup'
            __mcp-valet_parse_subcommand -r 1 'yes' 'version' 'h/help'
        case 'ps'
            __mcp-valet_parse_subcommand 0 'json' 'version' 'h/help'
        case 'stop'
            __mcp-valet_parse_subcommand 1 'secret=' 'all' 'grace=' 'force' 'json' 'version' 'h/help'
        case 'reload'
            __mcp-valet_parse_subcommand 1 'secret=' 'all' 'outdated' 'restart' 'json' 'version' 'h/help'
        case 'rotate'
            __mcp-valet_parse_subcommand -r 2 'from' 'check=' 'generate=' 'keep=' 'expires=' 'raw' 'compromised' 'json' 'version' 'h/help'
        case 'rollback'
            __mcp-valet_parse_subcommand 1 'to=' 'keep=' 'json' 'version' 'h/help'
        case 'where'
            __mcp-valet_parse_subcommand 1 'json' 'version' 'h/help'
        case 'login'
            __mcp-valet_parse_subcommand 2 'issuer=' 'provider=' 'resource=' 'no-resource' 'scope=+' 'client-id=' 'client-secret=' 'client-metadata-url=' 'redirect-uri=' 'redirect-port=' 'auth-param=+' 'pkce-unadvertised' 'no-pkce-unadvertised' 'private-addresses' 'no-private-addresses' 'preset' 'no-preset' 'device' 'client-credentials' 'no-browser' 'timeout=' 'json' 'version' 'h/help'
        case 'connections'
            __mcp-valet_parse_subcommand 0 'json' 'version' 'h/help'
        case 'token'
            __mcp-valet_parse_subcommand 1 'min-ttl=' 'version' 'h/help'
        case 'headers'
            __mcp-valet_parse_subcommand 1 'allow' 'version' 'h/help'
        case 'refresh'
            __mcp-valet_parse_subcommand 1 'version' 'h/help'
        case 'logout'
            __mcp-valet_parse_subcommand 1 'keep-registration' 'json' 'version' 'h/help'
        case 'unlock'
            __mcp-valet_parse_subcommand 0 'passphrase-stdin' 'recovery' 'for=' 'idle=' 'no-cache' 'version' 'h/help'
        case 'lock'
            __mcp-valet_parse_subcommand 0 'version' 'h/help'
        case 'vault'
            __mcp-valet_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'init'
                __mcp-valet_parse_subcommand 0 'keyring' 'passphrase-stdin' 'key-file=' 'unattended' 'version' 'h/help'
            case 'status'
                __mcp-valet_parse_subcommand 0 'verify' 'version' 'h/help'
            case 'slot'
                __mcp-valet_parse_subcommand 0 'version' 'h/help'
                switch $unparsed_tokens[1]
                case 'list'
                    __mcp-valet_parse_subcommand 0 'version' 'h/help'
                case 'add'
                    __mcp-valet_parse_subcommand 0 'passphrase' 'passphrase-stdin' 'keyring' 'key-file=' 'version' 'h/help'
                case 'rm'
                    __mcp-valet_parse_subcommand 1 'version' 'h/help'
                end
            case 'passwd'
                __mcp-valet_parse_subcommand 0 'keep-key' 'passphrase-stdin' 'drop' 'version' 'h/help'
            case 'rekey'
                __mcp-valet_parse_subcommand 0 'passphrase-stdin' 'drop' 'version' 'h/help'
            case 'recovery'
                __mcp-valet_parse_subcommand 0 'version' 'h/help'
            case 'backup'
                __mcp-valet_parse_subcommand 1 'version' 'h/help'
            case 'restore'
                __mcp-valet_parse_subcommand 1 'passphrase-stdin' 'recovery' 'version' 'h/help'
            case 'unattended'
                __mcp-valet_parse_subcommand 1 'version' 'h/help'
            end
        case 'audit'
            __mcp-valet_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'show'
                __mcp-valet_parse_subcommand 0 'since=' 'server=' 'secret=' 'json' 'version' 'h/help'
            case 'verify'
                __mcp-valet_parse_subcommand 0 'version' 'h/help'
            case 'begin'
                __mcp-valet_parse_subcommand 0 'version' 'h/help'
            end
        case 'help'
            __mcp-valet_parse_subcommand -r 1 'version'
        end
    end
end

function __mcp-valet_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __mcp-valet_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __mcp-valet_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __mcp-valet_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__mcp-valet_tokens -p)
    if test -z "$(__mcp-valet_tokens -t)"
        set -l index (count (__mcp-valet_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'mcp-valet' -f
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'run' -d 'Start a server with its secrets.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'set' -d 'Store a secret, or a new value for one.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'get' -d 'Print a value.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'list' -d 'List the secrets: names, stores, ages, expiries, notes; never values.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'versions' -d 'The versions of a secret that the vault keeps, the present one first.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'rm' -d 'Remove a secret with all its versions.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'add' -d 'Define a server in servers.json.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'servers' -d 'List the servers of servers.json.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'remove' -d 'Remove a server from servers.json; secrets stay.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'allow' -d 'Let a server have secrets.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'deny' -d 'Take back what a server was allowed.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'grants' -d 'List which servers may have which secrets.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'setup' -d 'Let the servers of a project have secrets of yours.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'ps' -d 'List the servers that run, and which version of which secret they hold.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'stop' -d 'End servers that run.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'reload' -d 'Give running servers the newest values of their secrets.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'rotate' -d 'Give a secret a new value, and every running server that has it as well.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'rollback' -d 'Put an older value of a secret back, in the vault and in running servers.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'where' -d 'Find out who holds or names a secret.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'login' -d 'Log in once for servers that need a token: oauth://NAME.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'connections' -d 'List the OAuth logins: what for, where, how long, which servers use them.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'token' -d 'Print a connection\'s access token, refreshed when it is about to end.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'headers' -d 'Print the headers of a request to a remote server, for hosts that call a helper.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'refresh' -d 'Get a connection a new access token now.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'logout' -d 'End a login: revoke its tokens at the server, and forget them here.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'unlock' -d 'Unlock the vault for your sessions on this machine.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'lock' -d 'Forget the unlocked key; running servers keep what they have.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'vault' -d 'Make, inspect and look after the vault.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'audit' -d 'Show what was done with secrets, and check that nobody altered the record of it.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet run"' -l 'env' -d 'Set a variable: VAR=TEXT, where TEXT may hold references.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet run"' -l 'file' -d 'Put a value into a file in memory and its path into a variable: VAR=REFERENCE.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet run"' -l 'keep' -d 'Pass one of our own variables on to a server that gets secrets.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet run" exec' -l 'exec' -d 'Become the server instead of staying in front of it.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet run" in-argv' -l 'in-argv' -d 'Let values into arguments, which every user of the machine can read.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet run" no-redact' -l 'no-redact' -d 'Pass secrets on that the server prints, instead of replacing them.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet run" -eq 1' -fka '(__mcp-valet_custom_completion ---completion run -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet run" -ge 2' -F
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet run" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet run" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet set" -eq 1' -fka '(__mcp-valet_custom_completion ---completion set -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet set" store' -l 'store' -d 'Where to keep it.' -rfka 'vault keyring'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet set" note' -l 'note' -d 'A remark that \'list\' shows.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet set" expires' -l 'expires' -d 'When it expires, such as 2027-01-31.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet set" raw' -l 'raw' -d 'Keep a last newline.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet set" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet set" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet get" -eq 1' -fka '(__mcp-valet_custom_completion ---completion get -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet get" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet get" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet list" json' -l 'json' -d 'Print JSON: an array of {name, store, stored, expires, note, isExpired, isOld}, times in RFC 3339.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet list" stale' -l 'stale' -d 'Only values that are expired, or older than this, such as 90d.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet list" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet versions" -eq 1' -fka '(__mcp-valet_custom_completion ---completion versions -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet versions" json' -l 'json' -d 'Print JSON: an array of {version, stored, bytes, mark, isPresent}.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet versions" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet versions" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet rm" -eq 1' -fka '(__mcp-valet_custom_completion ---completion rm -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rm" purge' -l 'purge' -d 'Also remove the local backups of the vault, which still hold the value.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rm" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rm" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet add" -eq 1' -fka '(__mcp-valet_custom_completion ---completion add -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet add"' -l 'env' -d 'A variable of the server: VAR=TEXT, where TEXT may hold references.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet add"' -l 'file' -d 'A value that the server reads from a file: VAR=REFERENCE.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet add"' -l 'keep' -d 'A variable of ours that the server gets as well.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet add" exec' -l 'exec' -d 'Become the server instead of staying in front of it.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet add" in-argv' -l 'in-argv' -d 'Let values into arguments, which every user of the machine can read.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet add" replace' -l 'replace' -d 'Replace a definition of that name.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet add" folder' -l 'folder' -d 'Where it is allowed to start: \'here\', \'empty\', \'any\' or a path; see \'allow\'.' -rfa '(__mcp-valet_complete_directories)'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet add" -ge 2' -F
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet add" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet add" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet servers" json' -l 'json' -d 'Print JSON: an array of {name, command, args, env, keep, files, exec, inArgv}.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet servers" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet servers" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet remove" -eq 1' -fka '(__mcp-valet_custom_completion ---completion remove -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet remove" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet remove" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet allow" -ge 1' -fka '(__mcp-valet_custom_completion ---completion allow -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow" last' -l 'last' -d 'The launch that was refused last, of SERVER where it is named.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow"' -l 'env' -d 'A variable of the server: VAR=TEXT, where TEXT may hold references.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow"' -l 'file' -d 'A value that the server reads from a file: VAR=REFERENCE.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow"' -l 'keep' -d 'A variable of ours, with its present value, that the server gets as well.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow" exec' -l 'exec' -d 'The server may be started in our place: nobody redacts what it prints.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow" in-argv' -l 'in-argv' -d 'Values may stand in arguments, which every user of the machine can read.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow" no-redact' -l 'no-redact' -d 'Secrets that the server prints may be passed on to its host.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow" folder' -l 'folder' -d 'Where the server starts: \'here\', \'empty\' (an empty folder), \'any\' (wherever its host is), or a path. Package runners start in an empty folder unless told otherwise.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow" pin' -l 'pin' -d 'Bind the content of the file that is run too; not of what it loads.' -rfka 'content'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow" yes' -l 'yes' -d 'Do not ask; only where the vault is unattended.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet allow" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet deny" -eq 1' -fka '(__mcp-valet_custom_completion ---completion deny -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet deny" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet deny" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet grants" -eq 1' -fka '(__mcp-valet_custom_completion ---completion grants -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet grants" json' -l 'json' -d 'Print JSON: an array of {server, runner, program, arguments, folder, home, variables, secrets, substitutions, options, pin, created}. What is no UTF-8 is escaped.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet grants" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet grants" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet setup" yes' -l 'yes' -d 'Do not ask; only where the vault is unattended.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet setup" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet setup" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet ps" json' -l 'json' -d 'Print JSON: an array of {server, command, mode, pid, serverPid, host, hostPid, started, uptimeSeconds, era, swap, swaps, secrets: [{reference, version, isNewest}], messagesToServer, messagesToHost, redactions, memoryBytes, problem}.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet ps" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet ps" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet stop" -eq 1' -fka '(__mcp-valet_custom_completion ---completion stop -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet stop" secret' -l 'secret' -d 'Servers that hold this secret: a name in the vault, or a reference.' -rfka '(__mcp-valet_custom_completion ---completion stop -- --secret (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet stop" all' -l 'all' -d 'All servers.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet stop" grace' -l 'grace' -d 'How long a server may take to end, such as 5s.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet stop" force' -l 'force' -d 'Kill a relay that does not answer.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet stop" json' -l 'json' -d 'Print JSON: an array of {server, pid, host, outcome, message, hint}.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet stop" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet stop" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet reload" -eq 1' -fka '(__mcp-valet_custom_completion ---completion reload -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet reload" secret' -l 'secret' -d 'Servers that hold this secret: a name in the vault, or a reference.' -rfka '(__mcp-valet_custom_completion ---completion reload -- --secret (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet reload" all' -l 'all' -d 'All servers.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet reload" outdated' -l 'outdated' -d 'Only servers that hold an older version than is stored.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet reload" restart' -l 'restart' -d 'Replace a server even if it has the newest values already.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet reload" json' -l 'json' -d 'Print JSON: an array of {server, pid, host, outcome, abandoned, message, hint}.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet reload" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet reload" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet rotate" -eq 1' -fka '(__mcp-valet_custom_completion ---completion rotate -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rotate" from' -l 'from' -d 'Take the new value from the output of the command behind \'--\'.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rotate" check' -l 'check' -d 'Try the new value first: VAR, and the command behind \'--\'.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rotate" generate' -l 'generate' -d 'Make a random value: BYTES[:hex|base64|base64url|raw].' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rotate" keep' -l 'keep' -d 'How many older values the vault keeps.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rotate" expires' -l 'expires' -d 'When the new value expires, such as 2027-01-31.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rotate" raw' -l 'raw' -d 'Keep a last newline.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rotate" compromised' -l 'compromised' -d 'The old value is known to others: keep no older value and no local backup, and stop the servers at once instead of replacing them.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rotate" json' -l 'json' -d 'Print JSON: an array of {server, pid, host, outcome, abandoned, message, hint}.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet rotate" -ge 2' -F
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rotate" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rotate" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet rollback" -eq 1' -fka '(__mcp-valet_custom_completion ---completion rollback -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rollback" to' -l 'to' -d 'The version to put back, as \'versions\' numbers them.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rollback" keep' -l 'keep' -d 'How many older values the vault keeps.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rollback" json' -l 'json' -d 'Print JSON: an array of {server, pid, host, outcome, abandoned, message, hint}.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rollback" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet rollback" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet where" -eq 1' -fka '(__mcp-valet_custom_completion ---completion where -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet where" json' -l 'json' -d 'Print JSON: an array of {kind, who, path, lines, version}.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet where" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet where" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet login" -eq 1' -fka '(__mcp-valet_custom_completion ---completion login -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" issuer' -l 'issuer' -d 'The authorization server; with URL, which of the several that it trusts.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" provider' -l 'provider' -d 'A provider that mcp-valet knows, such as google or slack, or one of presets.json.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" resource' -l 'resource' -d 'What the token is for, as a URI (RFC 8707); usually the server says it.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" no-resource' -l 'no-resource' -d 'Do not send \'resource\', which some authorization servers refuse; undone by --resource.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login"' -l 'scope' -d 'A scope to ask for; several times, or several with blanks between them.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" client-id' -l 'client-id' -d 'The id of a client that you have registered yourself.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" client-secret' -l 'client-secret' -d 'Its secret, by reference: valet://NAME or keyring://NAME.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" client-metadata-url' -l 'client-metadata-url' -d 'The https URL of a client metadata document of yours, used as client id.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" redirect-uri' -l 'redirect-uri' -d 'The redirect URI that your client is registered with.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" redirect-port' -l 'redirect-port' -d 'The port of the redirect URI; any free one otherwise.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login"' -l 'auth-param' -d 'A parameter of the authorization request, NAME=VALUE; several times.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" pkce-unadvertised' -l 'pkce-unadvertised' -d 'Go on where the server does not say that it knows PKCE; it is used anyway.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" no-pkce-unadvertised' -l 'no-pkce-unadvertised' -d 'Go on where the server does not say that it knows PKCE; it is used anyway.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" private-addresses' -l 'private-addresses' -d 'Let the server\'s metadata name hosts with private addresses.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" no-private-addresses' -l 'no-private-addresses' -d 'Let the server\'s metadata name hosts with private addresses.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" preset' -l 'preset' -d 'Use what mcp-valet knows about providers, as it does unless told otherwise.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" no-preset' -l 'no-preset' -d 'Use what mcp-valet knows about providers, as it does unless told otherwise.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" device' -l 'device' -d 'Type a code on another device instead of being sent back here.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" client-credentials' -l 'client-credentials' -d 'Log in as a machine, with the client\'s id and secret; no person is asked.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" no-browser' -l 'no-browser' -d 'Open no browser, only print the page\'s address.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" timeout' -l 'timeout' -d 'How long the whole login may take, such as 10m; 5m unless told.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" json' -l 'json' -d 'Print JSON when it is done: an object as \'connections --json\' has it in its array.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet login" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet connections" json' -l 'json' -d 'Print JSON: an array of {name, state, grant, server, resource, issuer, provider, clientId, registration, scopes, loggedIn, expires, refreshExpires, canRefresh, lastRefresh, lastFailure: {time, code, message}, servers, problem}; state is \'ready\', \'expiring\' or \'ended\'; times in RFC 3339; of a connection that cannot be read only name and problem.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet connections" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet connections" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet token" -eq 1' -fka '(__mcp-valet_custom_completion ---completion token -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet token" min-ttl' -l 'min-ttl' -d 'Refresh a token that lives shorter than this, such as 5m.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet token" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet token" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet headers" -eq 1' -fka '(__mcp-valet_custom_completion ---completion headers -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet headers" allow' -l 'allow' -d 'Do not print: allow it, now and whenever a host asks.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet headers" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet headers" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet refresh" -eq 1' -fka '(__mcp-valet_custom_completion ---completion refresh -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet refresh" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet refresh" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet logout" -eq 1' -fka '(__mcp-valet_custom_completion ---completion logout -- positional@0 (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet logout" keep-registration' -l 'keep-registration' -d 'Keep what the authorization server knows mcp-valet as, for the next login.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet logout" json' -l 'json' -d 'Print JSON: {name, revocations: [{token, outcome, detail}], deleted, registrationKept, servers}; outcome is \'revoked\', \'refused\', \'unreachable\' or \'unsupported\'.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet logout" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet logout" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet unlock" passphrase-stdin' -l 'passphrase-stdin' -d 'Read the passphrase from standard input.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet unlock" recovery' -l 'recovery' -d 'Use the recovery key instead; it is asked for, or read with --passphrase-stdin.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet unlock" for' -l 'for' -d 'How long, such as 30m or 12h.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet unlock" idle' -l 'idle' -d 'Lock again after this long without use, such as 1h.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet unlock" no-cache' -l 'no-cache' -d 'Only check that the vault opens; keep nothing.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet unlock" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet unlock" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet lock" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet lock" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault" -eq 1' -fa 'init' -d 'Make a vault.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault" -eq 1' -fa 'status' -d 'Where the vault is, how it opens, what to do.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault" -eq 1' -fa 'slot' -d 'The ways in which the vault opens.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault" -eq 1' -fa 'passwd' -d 'Change the passphrase, and with it the vault key.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault" -eq 1' -fa 'rekey' -d 'Give the vault a new key, seal everything anew, remove the local backups.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault" -eq 1' -fa 'recovery' -d 'Make a recovery key and show it, once.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault" -eq 1' -fa 'backup' -d 'Write a copy of the vault; it is sealed as the vault is.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault" -eq 1' -fa 'restore' -d 'Put a copy in the vault\'s place; the present one becomes a backup.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault" -eq 1' -fa 'unattended' -d 'Say whether scripts may read values without a person being asked.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault init" keyring' -l 'keyring' -d 'Keep the key in the OS keyring.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault init" passphrase-stdin' -l 'passphrase-stdin' -d 'Read a passphrase from standard input.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault init" key-file' -l 'key-file' -d 'Make a key file of 32 random bytes; whoever reads it and the vault has it all.' -rF
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault init" unattended' -l 'unattended' -d 'Let scripts read values without a person being asked.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault init" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault init" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault status" verify' -l 'verify' -d 'Also read the whole vault and open every value.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault status" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault slot" -eq 1' -fa 'list' -d 'List the ways in; needs no key.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault slot" -eq 1' -fa 'add' -d 'Add one way in.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault slot" -eq 1' -fa 'rm' -d 'Remove one way in; copies made before still open with it.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot list" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot add" passphrase' -l 'passphrase' -d 'A passphrase, asked for at the terminal.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot add" passphrase-stdin' -l 'passphrase-stdin' -d 'A passphrase, read from standard input.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot add" keyring' -l 'keyring' -d 'The OS keyring.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot add" key-file' -l 'key-file' -d 'A key file, which is made.' -rF
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot add" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot add" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot rm" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault slot rm" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault passwd" keep-key' -l 'keep-key' -d 'Change the passphrase only, and leave the vault key as it is.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault passwd" passphrase-stdin' -l 'passphrase-stdin' -d 'Read the new passphrase from standard input.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault passwd" drop' -l 'drop' -d 'Drop the ways in whose secret is not at hand, such as the recovery key; without it they are named and nothing is changed.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault passwd" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault passwd" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault rekey" passphrase-stdin' -l 'passphrase-stdin' -d 'Read the passphrase, which stays, from standard input.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault rekey" drop' -l 'drop' -d 'Drop the ways in whose secret is not at hand, such as the recovery key; without it they are named and nothing is changed.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault rekey" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault rekey" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault recovery" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault recovery" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault backup" -eq 1' -F
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault backup" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault backup" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault restore" -eq 1' -F
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault restore" passphrase-stdin' -l 'passphrase-stdin' -d 'Read the copy\'s passphrase (or recovery key) from standard input.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault restore" recovery' -l 'recovery' -d 'Open the copy with its recovery key.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault restore" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault restore" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet vault unattended" -eq 1' -fka 'on off'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault unattended" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet vault unattended" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet audit" -eq 1' -fa 'show' -d 'List what was recorded, the oldest first.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet audit" -eq 1' -fa 'verify' -d 'Check every record: which one was changed, is missing, or stands elsewhere.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_positional "mcp-valet audit" -eq 1' -fa 'begin' -d 'Begin a new log where the vault\'s own is lost.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit show" since' -l 'since' -d 'Only what is newer: 2026-01-31, 2026-01-31T08:00:00Z, or an age such as 7d.' -rfka ''
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit show" server' -l 'server' -d 'Only what has to do with a server of this name.' -rfka '(__mcp-valet_custom_completion ---completion audit show -- --server (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit show" secret' -l 'secret' -d 'Only what has to do with this secret.' -rfka '(__mcp-valet_custom_completion ---completion audit show -- --secret (count (__mcp-valet_tokens -pc)) (__mcp-valet_tokens -tC))'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit show" json' -l 'json' -d 'Print JSON: an array of {n, time, event, server, secrets: [{name, version}], command, pid, host, outcome, exit, detail}, as in AuditFormat.md; what a record has not is left out.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit show" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit verify" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit verify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit begin" version' -l 'version' -d 'Show the version.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet audit begin" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'mcp-valet' -n '__mcp-valet_should_offer_completions_for_flags_or_options "mcp-valet help" version' -l 'version' -d 'Show the version.'
