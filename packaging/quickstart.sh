#!/usr/bin/env bash
# Builds and installs mcp-valet, then shows its main job on a throw-away vault: a real MCP server
# receives a secret that was never on disk in plain text.
#
#   packaging/quickstart.sh                   installs into ~/.local
#   PREFIX=/usr/local packaging/quickstart.sh installs into /usr/local
#
# bin/mcp-valet is what hosts start; libexec/mcp-valet/mcp-valet-ctl is behind its other commands, and
# libexec/mcp-valet/mcp-valet-net logs in at servers that want a token.
#
# Asks nothing. Your own secrets, vault and keyring are not touched.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[[ -t 1 ]] || say() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
  exit "${3:-1}"
}

# `sudo packaging/quickstart.sh` in one's own clone: root installs the packages, all the rest
# belongs to the user who called, whose login shell also knows where swift is.
hand_over_to_caller() {
  [[ $EUID -eq 0 && -n ${SUDO_USER:-} && $SUDO_USER != root ]] || return 0
  [[ $(stat -c %U "$root") == "$SUDO_USER" ]] || return 0
  echo "As root this only installs missing Debian packages; all the rest is done as $SUDO_USER."
  "$root/packaging/install-packages.sh" build
  exec runuser --login "$SUDO_USER" -c \
    "exec env ${PREFIX:+PREFIX=$(printf %q "$PREFIX")} $(printf %q "$root/packaging/quickstart.sh")"
}

check_swift() {
  local version
  command -v swift >/dev/null ||
    fail "swift is not on PATH" "install Swift 6.2 or newer: https://www.swift.org/install/linux/"
  version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -n 1)
  # The older of the two comes first; 6.2 itself passes.
  [[ $(printf '%s\n' 6.2 "${version:-0}" | sort -V | head -n 1) == 6.2 ]] ||
    fail "Swift ${version:-of an unknown version} is too old, 6.2 or newer is needed" \
      "install one: https://www.swift.org/install/linux/"
}

# Strips into a temporary name and renames: the installed program may be running.
install_program() {
  local built=$1 folder=$2 name privileged=() temporary
  name=$(basename "$built")
  if ! mkdir -p "$folder" 2>/dev/null || [[ ! -w $folder ]]; then
    command -v sudo >/dev/null ||
      fail "$folder is not writable" "run as root, or choose another folder: PREFIX=\$HOME/.local $0" 77
    privileged=(sudo)
  fi
  temporary=$folder/.$name.$$
  strip -o "$root/.build/$name.stripped" "$built"
  "${privileged[@]}" mkdir -p "$folder"
  "${privileged[@]}" install -m 755 "$root/.build/$name.stripped" "$temporary"
  "${privileged[@]}" mv -f "$temporary" "$folder/$name"
  rm "$root/.build/$name.stripped"
}

# Four messages of a host: the handshake, then what this demonstration is about.
host_messages() {
  cat <<'JSON'
{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"quickstart","version":"1"}}}
{"jsonrpc":"2.0","method":"notifications/initialized"}
{"jsonrpc":"2.0","id":2,"method":"tools/list"}
{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"secret_fingerprint","arguments":{}}}
JSON
}

demonstrate() {
  local valet=$1 server=$root/packaging/example-server/echo_server.py secret answers salt received sent
  # Keeps everything of this demonstration in one folder, away from your own files.
  MCP_VALET_HOME=$(mktemp -d)
  export MCP_VALET_HOME
  # shellcheck disable=SC2064 # $valet is local: expand it now
  trap "end_demonstration $(printf %q "$valet")" EXIT

  say "1. A new vault, its key behind a key file"
  "$valet" vault init --key-file "$MCP_VALET_HOME/key" --unattended </dev/null

  say "2. A random secret goes into it, through a pipe"
  # In a variable of this shell, which no other process sees; printf is built in: nothing in argv.
  secret=$(head -c 24 /dev/urandom | base64)
  printf %s "$secret" | "$valet" set demo/token
  "$valet" list </dev/null
  if grep -rqF -f <(printf '%s\n' "$secret") "$MCP_VALET_HOME"; then
    fail "the secret lies in plain text below $MCP_VALET_HOME" "please report this" 70
  fi
  echo "No file below $MCP_VALET_HOME holds it in plain text."

  say "3. One server is allowed to have it, as it is started here"
  "$valet" allow --yes demo DEMO_TOKEN=demo/token -- python3 "$server" </dev/null
  "$valet" grants demo </dev/null

  say "4. A real MCP server starts with it"
  echo "mcp-valet run demo --env DEMO_TOKEN=valet://demo/token -- python3 packaging/example-server/echo_server.py"
  answers=$(host_messages | "$valet" run demo --env DEMO_TOKEN=valet://demo/token -- python3 "$server")
  [[ $answers == *secret_fingerprint*sha256=* ]] ||
    fail "the server did not answer as it should: $answers" "please report this" 70
  printf '\nIts answer to tools/list:\n'
  sed -n '/"id": 2,/p' <<<"$answers" | python3 -m json.tool
  printf '\nIts answer to the tool secret_fingerprint:\n'
  sed -n '/"id": 3,/p' <<<"$answers" | python3 -m json.tool

  # What the server should have seen, computed from the secret that was generated above.
  salt=$(sed -nE 's/.*salt=([0-9a-f]+).*/\1/p' <<<"$answers")
  received=$(sed -nE 's/.*(length=.*sha256=[0-9a-f]+).*/\1/p' <<<"$answers")
  sent=$(printf %s "$salt$secret" | sha256sum | cut -c 1-16)
  sent="length=${#secret} salt=$salt sha256=$sent"
  printf '\ngenerated: %s\nreceived:  %s\n' "$sent" "$received"
  [[ -n $salt && $received == "$sent" ]] ||
    fail "the server did not receive the secret" "please report this with the output above" 70
  echo "The server received the secret, and nothing here ever printed it."
}

end_demonstration() {
  # The kernel would forget the cached key by itself, hours later.
  "$1" lock </dev/null >/dev/null 2>&1 || true
  rm -rf "$MCP_VALET_HOME"
}

main() {
  local prefix=${PREFIX:-$HOME/.local} folder built
  folder=$prefix/bin
  [[ $prefix == /* ]] || fail "PREFIX is not an absolute path" "for example: PREFIX=\$HOME/.local $0" 64
  hand_over_to_caller
  cat <<EOF
This will
  - install the Debian packages that the build needs, where they are missing
  - build mcp-valet (release, static Swift library; minutes the first time)
  - install it as $folder/mcp-valet
  - show its main job in a temporary folder, which is removed at the end
EOF
  "$root/packaging/install-packages.sh" build
  check_swift

  say "Building"
  cd "$root"
  packaging/build-release.sh
  built=$(packaging/build-release.sh | tail -n 1)
  # The one that is started first comes last.
  install_program "$built-net" "$prefix/libexec/mcp-valet"
  install_program "$built-ctl" "$prefix/libexec/mcp-valet"
  install_program "$built" "$folder"
  echo "Installed $folder/mcp-valet"

  demonstrate "$folder/mcp-valet"

  say "Done"
  # As it is in hosts' configurations: not every host looks into ~/.local/bin.
  case :$PATH: in
    *:"$folder":*) echo "Try: mcp-valet --help" ;;
    *)
      echo "$folder is not on your PATH. Use the whole path, or add it:"
      echo "  export PATH=\"$folder:\$PATH\""
      ;;
  esac
}

main "$@"
