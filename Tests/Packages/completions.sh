#!/usr/bin/env bash
# Asks real shells what they complete, with the programs and scripts below an installed prefix.
#
# usage: completions.sh PREFIX CONNECTION-WRITER
#
# PREFIX             where the tarball was unpacked to
# CONNECTION-WRITER  makes a connection without a login
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
prefix=$1 writer=$2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -m 700 "$work/home" "$work/run" "$work/folder" "$work/plain"
export HOME=$work/home XDG_RUNTIME_DIR=$work/run MCP_VALET_HOME=$work/valet PATH=$prefix/bin:/usr/bin:/bin LC_ALL=C.UTF-8
unset DBUS_SESSION_BUS_ADDRESS DISPLAY WAYLAND_DISPLAY XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME
cd "$work/folder"

failures=0
check() {
  local name=$1 wanted=$2 got=$3
  if [[ $got == "$wanted" ]]; then
    echo "ok: $name"
  else
    printf 'FAILED: %s\n  wanted: %q\n  got:    %q\n' "$name" "$wanted" "$got" >&2
    failures=$((failures + 1))
  fi
}

readonly value=never-to-be-shown
mcp-valet vault init --key-file "$work/key" --unattended 2>/dev/null
for name in db/password db/user github/token; do
  printf %s "$value" | mcp-valet set "$name" 2>/dev/null
done
mcp-valet add github -- /bin/true 2>/dev/null
mcp-valet add weather -- /bin/true 2>/dev/null
mcp-valet allow --yes allowed-one KEY=db/user -- /bin/true 2>/dev/null
"$writer" make "$MCP_VALET_HOME" "$work/key" linear http://127.0.0.1:9/token "$value" - 0 3600 >/dev/null
# Of a host, with a key that is imported, and of a project.
mkdir "$HOME/.cursor"
cat >"$HOME/.cursor/mcp.json" <<END
{"mcpServers": {"imported-one": {"command": "/bin/cat", "env": {"GITHUB_TOKEN": "ghp_Zx81kQvR7mTn0LbYw4sHcJd2GfUe9PoAi6Kt"}}}}
END
mcp-valet import cursor --yes --no-check >/dev/null 2>&1
cat >.mcp.json <<END
{"mcpServers": {"project-one": {"command": "mcp-valet", "args": ["run", "x", "--", "/bin/true"]}, "profane": {"command": "/bin/true"}}}
END
# A name that a shell would run.
sed -i 's|"mcpServers": {|&"$(touch pwned)": {"command": "true"}, "`touch pwned`": {"command": "true"},|' \
  "$MCP_VALET_HOME/config/servers.json"
mcp-valet servers --json | grep -q 'touch pwned'

in_bash() { timeout 20 bash --norc "$here/complete.bash" "$prefix/share/bash-completion/completions/mcp-valet" "$1" | sort | paste -sd ' '; }
in_zsh() { timeout 20 zsh -f "$here/complete.zsh" zsh "$prefix/share/zsh/site-functions" "$1"; }
in_fish() { timeout 20 zsh -f "$here/complete.zsh" fish "$prefix/share/fish/vendor_completions.d/mcp-valet.fish" "$1"; }

# shells_offer LINE LISTED COMPLETED: what bash lists for it, what zsh and fish make of it
shells_offer() {
  local line=$1 listed=$2 completed=$3 shell got
  check "bash: '$line'" "$listed" "$(in_bash "$line")"
  for shell in zsh fish; do
    got=$(in_$shell "$line")
    # A machine that is busy has another chance.
    [[ $got == "$completed" ]] || got=$(PATIENCE=5 in_$shell "$line")
    check "$shell: '$line'" "$completed" "$got"
  done
}

shells_offer "mcp-valet rot" "rotate" "mcp-valet rotate "
shells_offer "mcp-valet get db/" "db/password db/user" "mcp-valet get db/"
shells_offer "mcp-valet get gi" "github/token" "mcp-valet get github/token "
shells_offer "mcp-valet versions db/p" "db/password" "mcp-valet versions db/password "
shells_offer "mcp-valet run we" "weather" "mcp-valet run weather "
shells_offer "mcp-valet remove gi" "github" "mcp-valet remove github "
shells_offer "mcp-valet grants al" "allowed-one" "mcp-valet grants allowed-one "
shells_offer "mcp-valet allow we" "weather" "mcp-valet allow weather "
shells_offer "mcp-valet allow weather db/p" "db/password" "mcp-valet allow weather db/password "
shells_offer "mcp-valet token li" "linear" "mcp-valet token linear "
shells_offer "mcp-valet stop --secret gi" "github/token" "mcp-valet stop --secret github/token "
shells_offer "mcp-valet vault export db/" "db/password db/user" "mcp-valet vault export db/"
shells_offer "mcp-valet vault export gi" "github/token" "mcp-valet vault export github/token "
shells_offer "mcp-valet vault export --format do" "docker dotenv" "mcp-valet vault export --format do"
shells_offer "mcp-valet config cursor we" "weather" "mcp-valet config cursor weather "
shells_offer "mcp-valet config claude-d" "claude-desktop" "mcp-valet config claude-desktop "
shells_offer "mcp-valet undo cur" "cursor" "mcp-valet undo cursor "
shells_offer "mcp-valet undo cursor im" "imported-one" "mcp-valet undo cursor imported-one "
shells_offer "mcp-valet setup pro" "project-one" "mcp-valet setup project-one "
shells_offer "mcp-valet logout li" "linear" "mcp-valet logout linear "
shells_offer "mcp-valet refresh li" "linear" "mcp-valet refresh linear "
shells_offer "mcp-valet set --store k" "keyring" "mcp-valet set --store keyring "
shells_offer "mcp-valet vault slot a" "add" "mcp-valet vault slot add "
shells_offer "mcp-valet get nothing" "" "mcp-valet get nothing"
check "bash: all servers" "github weather" "$(in_bash "mcp-valet run ")"
check "a name that a shell would run was not run" "" "$(find "$work" -name pwned)"

# What the scripts ask, word by word as bash does.
ask() { SAP_SHELL=bash mcp-valet ---completion "$1" -- positional@0 2 0 mcp-valet "$1" ''; }
check "names only" "" "$(for command in get run token grants stop; do ask "$command"; done | grep -F "$value" || true)"
check "asked of the hidden command" "db/password db/user github/token imported-one/GITHUB_TOKEN" "$(ask get | paste -sd ' ')"

# A name of the list is looked up as fast as a person notices nothing: 0.5 s. The best of several, since
# what a busy machine adds says nothing about the program.
best=60000
for _ in 1 2 3 4 5 6 7 8 9 10; do
  start=$(date +%s%N)
  ask get >/dev/null
  spent=$((($(date +%s%N) - start) / 1000000))
  [[ $spent -ge $best ]] || best=$spent
  [[ $best -ge 500 ]] || break
done
check "the names of secrets took $best ms" fast "$([[ $best -lt 500 ]] && echo fast)"

# Locked, on a terminal that could be asked: nothing is said, nothing is waited for.
mcp-valet lock 2>/dev/null || true
mv "$work/key" "$work/key.away"
# One vault that lacks its key file, and one with a passphrase.
printf passphrase | MCP_VALET_HOME=$work/passphrase mcp-valet vault init --passphrase-stdin 2>/dev/null
MCP_VALET_HOME=$work/passphrase mcp-valet lock 2>/dev/null || true
for command in get token grants; do
  for vault in valet passphrase; do
    check "locked: $command is silent, of the vault '$vault'" "" \
      "$(MCP_VALET_HOME=$work/$vault SAP_SHELL=bash timeout 30 script -qec "mcp-valet ---completion $command -- positional@0 2 0 mcp-valet $command ''" /dev/null | tr -d '\r\n' || echo "ended with $?")"
  done
done
check "locked: servers are known" "github weather" "$(in_bash "mcp-valet run ")"
MCP_VALET_HOME=$work/none
check "no vault: nothing" "" "$(ask get 2>&1)"
check "no vault: none was made" "" "$(find "$work/none" 2>/dev/null || true)"
printf '{"mcpServers": [' >"$work/valet/config/servers.json"
MCP_VALET_HOME=$work/valet
check "a broken servers.json: nothing" "" "$(ask run 2>&1)"

[[ $failures -eq 0 ]]
