# shellcheck shell=bash
# Sourced by the other scripts: a private home, and small words for the test's own script.
set -eu
export LANG=C.UTF-8
PEER_FOLDER=$(mktemp -d /tmp/mcp-valet-peer.XXXXXX)
trap 'rm -rf "$PEER_FOLDER"' EXIT
export PEER_FOLDER HOME=$PEER_FOLDER/home XDG_RUNTIME_DIR=$PEER_FOLDER/run
export XDG_DATA_HOME=$HOME/.local/share XDG_CONFIG_HOME=$HOME/.config XDG_CACHE_HOME=$HOME/.cache
mkdir -m 700 "$HOME" "$XDG_RUNTIME_DIR"
mkdir -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME"
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS

# secrets PATH INTERFACE.METHOD ARGUMENT…: a call to the Secret Service.
secrets() {
  local path=$1 method=$2
  shift 2
  gdbus call --session --timeout 10 --dest org.freedesktop.secrets \
    --object-path "/org/freedesktop/secrets$path" --method "org.freedesktop.$method" "$@"
}
# await SECONDS COMMAND…: until the command succeeds.
await() {
  local tries=$(($1 * 20))
  shift
  until "$@" >/dev/null 2>&1; do
    tries=$((tries - 1))
    if [ $tries -le 0 ]; then echo "gave up waiting for: $*"; return 1; fi
    sleep 0.05
  done
}
export -f secrets await
# end PID…: kills processes of ours and waits until they are gone.
end() {
  local pid
  for pid in "$@"; do
    kill -9 "$pid" 2>/dev/null || continue
    while kill -0 "$pid" 2>/dev/null; do sleep 0.01; done
  done
}
export -f end
# on_bus SCRIPT ARGUMENT…: runs a bash script on a private bus, whose own complaints (it may not
# raise its limit of descriptors) go elsewhere. The script begins with `exec 2>&9`. The bus listens in
# the peer's folder: one that is killed leaves its socket behind.
on_bus() {
  sed "s,unix:tmpdir=/tmp,unix:tmpdir=$PEER_FOLDER," "$PEERS/bus.conf" > "$PEER_FOLDER/bus.conf"
  dbus-run-session --config-file="$PEER_FOLDER/bus.conf" -- bash "$@" 9>&2 2>"$PEER_FOLDER/bus.log"
}
