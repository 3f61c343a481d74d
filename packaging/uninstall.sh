#!/usr/bin/env bash
# Removes the mcp-valet that packaging/quickstart.sh installed, or that was unpacked from a tarball.
# Never touches a secret.
#
#   packaging/uninstall.sh                    removes it from ~/.local
#   PREFIX=/usr/local packaging/uninstall.sh  removes it from /usr/local
#
# Refuses while servers in your hosts' files are started through mcp-valet, since they would fail from
# then on, and where a host's file cannot be read; --force removes it all the same. `mcp-valet leave`
# puts back what an import changed in those files, and removes your secrets too.
set -euo pipefail

force=0
case ${1:-} in
  '') ;;
  --force) force=1 ;;
  *)
    echo "usage: $0 [--force]" >&2
    exit 64
    ;;
esac

prefix=${PREFIX:-$HOME/.local}
binary=$prefix/bin/mcp-valet
others=$prefix/libexec/mcp-valet

if command -v dpkg-query >/dev/null && dpkg-query -S "$binary" >/dev/null 2>&1; then
  echo "error: $binary belongs to the Debian package mcp-valet" >&2
  echo "hint: sudo apt remove mcp-valet" >&2
  exit 64
fi

if [[ $force -eq 0 && -n ${SUDO_USER:-} && $EUID -eq 0 ]]; then
  # It would look at the hosts of root.
  echo "error: through sudo, the hosts of $SUDO_USER are not looked at" >&2
  echo "hint: PREFIX=$prefix $0, which asks for sudo itself; or $0 --force" >&2
  exit 64
fi

# What still starts it: the program itself knows where hosts keep their servers.
if [[ $force -eq 0 && -x $binary ]]; then
  if ! command -v python3 >/dev/null; then
    echo "error: python3, which reads what $binary says, is not installed" >&2
    echo "hint: $binary leave --dry-run; then: $0 --force" >&2
    exit 69
  fi
  if ! inventory=$("$binary" leave --dry-run --json </dev/null 2>/dev/null); then
    echo "error: $binary does not say which hosts start servers through it" >&2
    echo "hint: look at them yourself, then: $0 --force" >&2
    exit 69
  fi
  if ! users=$(python3 -c '
import json, sys
def plain(text):
    return ascii(text)[1:-1]
inventory = json.load(sys.stdin)
for file in inventory["hostFiles"]:
    print("  " + plain(", ".join(file["servers"])) + " in " + plain(file["path"]))
for server in inventory["otherServers"]:
    print("  " + plain(server["server"]) + " in " + plain(server["path"]))
for file in inventory["unreadableFiles"]:
    print("  whatever is in " + plain(file["path"]) + ": " + plain(file["problem"]))
' <<<"$inventory"); then
    echo "error: $binary is of another version than this script" >&2
    echo "hint: $0 --force" >&2
    exit 69
  fi
  if [[ -n $users ]]; then
    echo "error: these are started through mcp-valet, or may be, and would not start any more:" >&2
    echo "$users" >&2
    # `leave` knows only what an import has changed; of a vault that was not opened, nobody knows.
    if python3 -c '
import json, sys
inventory = json.load(sys.stdin)
isLocked = inventory.get("vault") is not None and inventory.get("secrets") is None
sys.exit(0 if inventory["hostFiles"] or isLocked else 1)
' <<<"$inventory"; then
      echo "hint: $binary leave puts back what an import changed; edit other files yourself, or: $0 --force" >&2
    else
      echo "hint: edit these files, then: $0; or $0 --force, which removes the programs all the same" >&2
    fi
    exit 78
  fi
fi

if [[ -f $binary || -L $binary ]]; then
  # The key of an unlocked vault may still be cached in the kernel; nothing could lock it later.
  if [[ -x $binary ]]; then
    "$binary" lock </dev/null >/dev/null 2>&1 || echo "The vault could not be locked; a cached key expires by itself."
  fi
  privileged=()
  if [[ ! -w $(dirname "$binary") ]]; then
    if ! command -v sudo >/dev/null; then
      echo "error: $(dirname "$binary") is not writable" >&2
      echo "hint: run as root" >&2
      exit 77
    fi
    privileged=(sudo)
  fi
  "${privileged[@]}" rm -f "$binary" "$others/mcp-valet-ctl" "$others/mcp-valet-net"
  # Of a tarball; its documents, this script among them, stay.
  share=$prefix/share
  "${privileged[@]}" rm -f "$share"/man/man1/mcp-valet{,-*}.1.gz \
    "$share/bash-completion/completions/mcp-valet" "$share/zsh/site-functions/_mcp-valet" \
    "$share/fish/vendor_completions.d/mcp-valet.fish"
  "${privileged[@]}" rmdir --ignore-fail-on-non-empty "$others" 2>/dev/null || true
  echo "Removed $binary"
else
  echo "There is no $binary${SUDO_USER:+ (through sudo, the home is that of root: run this without)}"
fi

echo
echo "Left where it is, since it is yours:"
left=0
note() {
  echo "  $1"
  left=1
}
if [[ -n ${MCP_VALET_HOME:-} ]]; then
  [[ ! -e $MCP_VALET_HOME ]] || note "$MCP_VALET_HOME (everything: MCP_VALET_HOME is set)"
fi
data=${XDG_DATA_HOME:-$HOME/.local/share}/mcp-valet
config=${XDG_CONFIG_HOME:-$HOME/.config}/mcp-valet
state=${XDG_STATE_HOME:-$HOME/.local/state}/mcp-valet
[[ ! -e $data ]] || note "$data (the vault, its backups: your secrets)"
[[ ! -e $config ]] || note "$config (servers.json)"
[[ ! -e $state ]] || note "$state"
[[ $left -eq 1 ]] || echo "  no files of mcp-valet were found in their usual places"
cat <<'EOF'
  key files that you made with `vault init --key-file`
  items of mcp-valet in the desktop's keyring (its own program shows them)
  servers in the files of projects: those started through mcp-valet fail until you edit them
  Debian packages that were installed for the build
EOF
