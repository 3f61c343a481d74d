# shellcheck shell=bash
# serve.sh: for gnome-keyring.sh and keepassxc.sh. Says where the bus is, then does what the lines of
# standard input say, each of them answered with its exit code.
echo "$DBUS_SESSION_BUS_ADDRESS"
while IFS= read -r line; do
  eval "$line" 2>&1
  echo "exit $?"
done
