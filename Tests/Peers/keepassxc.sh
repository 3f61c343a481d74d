#!/bin/bash
# keepassxc.sh SCRIPT ARGUMENT…: runs a bash script beside a private KeePassXC, offscreen, that
# exposes one unlocked database as a Secret Service. In the script: `restart [PASSWORD]` and
# $KEEPASSXC_PID. CONFIRM=true makes it ask before it hands over a value, as it does by default.
# AUTOSAVE=false keeps it from saving after each change: version 2.7 crashes where a change comes
# while its other thread saves the last one.
# Debian: dbus, keepassxc, libglib2.0-bin, python3.
PEERS=$(cd "$(dirname "$0")" && pwd)
export PEERS QT_QPA_PLATFORM=offscreen
. "$PEERS/common.sh"
cd "$PEER_FOLDER" || exit
# Its lock and socket against a second instance lie here, and would let only one test run it.
export TMPDIR=$PEER_FOLDER
{
  printf 'password\npassword\n' | keepassxc-cli db-create -p empty.kdbx -t 100
  printf 'password\n' | keepassxc-cli mkdir empty.kdbx exposed
  printf 'password\n' | keepassxc-cli export -f xml empty.kdbx > empty.xml
} >/dev/null 2>>log
# Which group a database exposes is recorded in it, and only the graphical program can record it:
# so it is written into the XML form.
python3 "$PEERS/expose_group.py" empty.xml exposed > exposed.xml
printf 'password\npassword\n' | keepassxc-cli import -p exposed.xml secrets.kdbx >/dev/null 2>>log
mkdir -p "$XDG_CONFIG_HOME/keepassxc"
cat > "$XDG_CONFIG_HOME/keepassxc/keepassxc.ini" <<INI
[General]
ConfigVersion=2
AutoSaveAfterEveryChange=${AUTOSAVE:-true}
[GUI]
CheckForUpdates=false
[FdoSecrets]
Enabled=true
ConfirmAccessItem=${CONFIRM:-false}
ConfirmDeleteItem=false
ShowNotification=false
UnlockBeforeSearch=false
INI
cat > session.sh <<'SESSION'
exec 2>&9
launch() {
  if [ $# -gt 0 ]; then
    echo "$1" | keepassxc --pw-stdin "$PEER_FOLDER/secrets.kdbx" &
  else
    keepassxc "$PEER_FOLDER/secrets.kdbx" </dev/null &
  fi >>"$PEER_FOLDER/log" 2>&1
  KEEPASSXC_PID=$!
  # Not a job: bash is not to report how it ends.
  disown
}
is_ready() {
  await 10 gdbus call --session --dest org.freedesktop.DBus --object-path / \
    --method org.freedesktop.DBus.GetNameOwner org.freedesktop.secrets || return 1
  # Asked while it is still opening the database, version 2.7 crashes.
  sleep 0.8
  secrets /collection/secrets DBus.Properties.Get org.freedesktop.Secret.Collection Locked |
    grep -q "$1"
}
start() {
  local locked=true attempt
  [ $# -eq 0 ] || locked=false
  for attempt in 1 2 3; do
    launch "$@"
    if is_ready $locked >/dev/null 2>&1; then return; fi
    stop
  done
  echo "KeePassXC does not start"
}
stop() { end "$KEEPASSXC_PID"; }
# Lets it save what was just changed.
settle() { sleep 0.5; }
restart() { settle; stop; start "$@"; }
trap stop EXIT
start password
. "$@"
SESSION
on_bus session.sh "$@"
