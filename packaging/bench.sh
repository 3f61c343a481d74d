#!/usr/bin/env bash
# Benchmarks, side by side with what else one would use, in one run.
#
#   packaging/bench.sh launch [ROUNDS]   what a launch costs; 300 rounds unless told
#   packaging/bench.sh relay [ROUNDS]    what it costs to stand between host and server; 30 rounds
#   packaging/bench.sh oauth [ROUNDS]    what a token costs, fresh and stale, and a login; 100 rounds
#   packaging/bench.sh scan              what scan finds of a corpus, and what detect-secrets does
#
# Exits with 1 when a target was missed or could not be measured. Never part of the tests: a busy
# machine must not fail a change.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1:-} in
  launch) ROUNDS=${2:-300} ;;
  relay) ROUNDS=${2:-30} ;;
  oauth) ROUNDS=${2:-100} ;;
  scan) ROUNDS=1 ;;
  *) ROUNDS= ;;
esac
if [[ ! $ROUNDS =~ ^[1-9][0-9]*$ ]]; then
  echo "usage: $0 launch|relay|oauth|scan [ROUNDS]" >&2
  exit 64
fi

packaging/install-packages.sh build test
packaging/install-peers.sh
packaging/build-release.sh

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir -m 700 "$WORK/home" "$WORK/run"

# As it is installed.
VALET=$WORK/mcp-valet
built=$(packaging/build-release.sh | tail -n 1)
strip -o "$VALET" "$built"
strip -o "$VALET-ctl" "$built-ctl"
strip -o "$VALET-net" "$built-net"

# Nothing of the user's is read or written.
private=(env -i PATH="$PATH" LANG=C.UTF-8 HOME="$WORK/home" XDG_RUNTIME_DIR="$WORK/run"
  WORK="$WORK" VALET="$VALET" ROUNDS="$ROUNDS")

bench_launch() {
  # Fills vaults.
  swift build -c release --product vault-writer </dev/null
  local writer
  writer=$(swift build -c release --show-bin-path)/vault-writer
  gcc -O2 -Wall -static -o "$WORK/target" Tests/Benchmarks/target.c
  gcc -O2 -Wall -o "$WORK/exec_only" Tests/Benchmarks/exec_only.c
  # shellcheck disable=SC2046 # several words
  gcc -O2 -Wall -o "$WORK/libsecret_once" Tests/Benchmarks/libsecret_once.c \
    $(pkg-config --cflags --libs libsecret-1)
  # A bus and a keyring of its own.
  "${private[@]}" PYTHON_KEYRING_BACKEND=keyring.backends.SecretService.Keyring \
    PYTHON="$PWD/.build/test-venv/bin/python" WRITER="$writer" \
    dbus-run-session -- Tests/Benchmarks/launch_session.sh
}

# The nearest peer that relays from stdio to stdio, in an environment of its own: it wants some
# eighty packages.
install_fastmcp() {
  local venv=$PWD/.build/bench-venv pin=fastmcp==4.1.2
  if [[ $(cat "$venv/installed.txt" 2>/dev/null) != "$pin" ]]; then
    /usr/bin/python3 -m venv --clear "$venv" &&
      "$venv/bin/pip" install --quiet --disable-pip-version-check --no-input "$pin" </dev/null &&
      echo "$pin" >"$venv/installed.txt"
  fi >&2
  echo "$venv/bin/python"
}

bench_relay() {
  local program peer
  for program in relay_server relay_copier relay_client; do
    gcc -O2 -Wall -Wextra -o "$WORK/$program" "Tests/Benchmarks/$program.c" -lpthread
  done
  peer=$(install_fastmcp) || peer=
  "${private[@]}" PEER="$peer" Tests/Benchmarks/relay_session.sh
}

bench_oauth() {
  # Makes connections without a login.
  swift build -c release --product connection-writer </dev/null
  local writer
  writer=$(swift build -c release --show-bin-path)/connection-writer
  gcc -O2 -Wall -static -o "$WORK/target" Tests/Benchmarks/target.c
  local status=0
  "${private[@]}" /usr/bin/python3 Tests/Benchmarks/oauth_launch.py --work "$WORK" --valet "$VALET" \
    --writer "$writer" --rounds "$ROUNDS" || status=$?
  # A login takes as long as fifty launches.
  "${private[@]}" .build/test-venv/bin/python -B Tests/Benchmarks/oauth_login.py "$VALET" \
    $((ROUNDS < 25 ? 5 : ROUNDS / 5)) || status=$?
  return "$status"
}

bench_scan() {
  local bin=$PWD/.build/test-venv/bin
  "${private[@]}" "$bin/python" -B Tests/Benchmarks/scan.py Tests/ScanningTests/Corpus "$VALET" "$bin/detect-secrets"
}

"bench_$1"
