#!/bin/bash
# gnome-keyring.sh SCRIPT ARGUMENT…: runs a bash script beside a private gnome-keyring with an
# unlocked default collection. In the script: `lock`, `restart [PASSWORD]` and $KEYRING_PID.
# Debian: dbus, gnome-keyring, libglib2.0-bin, libsecret-tools.
PEERS=$(cd "$(dirname "$0")" && pwd)
export PEERS
. "$PEERS/common.sh"
cat > "$PEER_FOLDER/session.sh" <<'SESSION'
exec 2>&9
start() {
  if [ $# -gt 0 ]; then
    printf %s "$1" | gnome-keyring-daemon --unlock --components=secrets --foreground &
  else
    gnome-keyring-daemon --components=secrets --foreground &
  fi >/dev/null 2>>"$PEER_FOLDER/log"
  # A job of a pipe: $! is its last process.
  KEYRING_PID=$!
  # Not a job: bash is not to report how it ends.
  disown
  await 10 secrets '' DBus.Properties.Get org.freedesktop.Secret.Service Collections
  # It answers before the collection that the password opens is there.
  if [ $# -gt 0 ]; then await 10 has_default; fi
}
has_default() { secrets '' Secret.Service.ReadAlias default | grep -q /collection/; }
stop() { end "$KEYRING_PID"; }
settle() { :; }
restart() { stop; start "$@"; }
lock() { secrets '' Secret.Service.Lock "['/org/freedesktop/secrets/collection/login']" >/dev/null; }
trap stop EXIT
start password
. "$@"
SESSION
on_bus "$PEER_FOLDER/session.sh" "$@"
