#!/usr/bin/env bash
# Removes the mcp-valet that packaging/quickstart.sh installed, or that was unpacked from a tarball.
# Never touches a secret.
#
#   packaging/uninstall.sh                    removes it from ~/.local
#   PREFIX=/usr/local packaging/uninstall.sh  removes it from /usr/local
set -euo pipefail

prefix=${PREFIX:-$HOME/.local}
binary=$prefix/bin/mcp-valet
others=$prefix/libexec/mcp-valet

if command -v dpkg-query >/dev/null && dpkg-query -S "$binary" >/dev/null 2>&1; then
  echo "error: $binary belongs to the Debian package mcp-valet" >&2
  echo "hint: sudo apt remove mcp-valet" >&2
  exit 64
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
  servers in your hosts' configurations: those started through mcp-valet fail until you edit them
  Debian packages that were installed for the build
EOF
