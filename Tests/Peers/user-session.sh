#!/bin/bash
# user-session.sh SCRIPT ARGUMENT…: runs a bash script in what a login on a desktop makes of a machine:
# a folder /run/user/UID of one's own, with the session bus on its socket `bus` and an unlocked
# gnome-keyring behind that. All of it in a mount namespace of its own, which needs root.
# Debian: dbus, gnome-keyring, libglib2.0-bin, util-linux.
if [ "${1:-}" != --inside ]; then exec unshare --mount --propagation private "$0" --inside "$@"; fi
shift
PEERS=$(cd "$(dirname "$0")" && pwd)
. "$PEERS/common.sh"
mount -t tmpfs -o mode=755 none /run
XDG_RUNTIME_DIR=/run/user/$(id -u)
mkdir -p /run/user
mkdir -m 700 "$XDG_RUNTIME_DIR"
DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus
export DBUS_SESSION_BUS_ADDRESS
dbus-daemon --config-file="$PEERS/bus.conf" --address="$DBUS_SESSION_BUS_ADDRESS" --nofork &
BUS_PID=$!
printf password | gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null 2>&1 &
KEYRING_PID=$!
trap 'kill "$KEYRING_PID" "$BUS_PID"; rm -rf "$PEER_FOLDER"' EXIT
await 10 secrets '' DBus.Properties.Get org.freedesktop.Secret.Service Collections
bash "$@"
