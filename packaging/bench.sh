#!/usr/bin/env bash
# Benchmarks, side by side with what else one would use, in one run.
#
#   packaging/bench.sh launch [ROUNDS]   what a launch costs; 300 rounds unless told
#
# Exits with 1 when a target was missed or could not be measured. Never part of the tests: a busy
# machine must not fail a change.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ ${1:-} != launch || ! ${2:-300} =~ ^[1-9][0-9]*$ ]]; then
  echo "usage: $0 launch [ROUNDS]" >&2
  exit 64
fi
ROUNDS=${2:-300}

packaging/install-packages.sh build test
packaging/install-peers.sh
packaging/build-release.sh
# Fills vaults.
swift build -c release --product vault-writer </dev/null
WRITER=$(swift build -c release --show-bin-path)/vault-writer

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
mkdir -m 700 "$WORK/home" "$WORK/run"

# As it is installed.
VALET=$WORK/mcp-valet
built=$(packaging/build-release.sh | tail -n 1)
strip -o "$VALET" "$built"
strip -o "$VALET-ctl" "$built-ctl"
gcc -O2 -Wall -static -o "$WORK/target" Tests/Benchmarks/target.c
gcc -O2 -Wall -o "$WORK/exec_only" Tests/Benchmarks/exec_only.c
# shellcheck disable=SC2046 # several words
gcc -O2 -Wall -o "$WORK/libsecret_once" Tests/Benchmarks/libsecret_once.c \
  $(pkg-config --cflags --libs libsecret-1)

# A bus, a keyring and homes of its own: nothing of the user's is read or written.
PYTHON=$PWD/.build/test-venv/bin/python
env -i PATH="$PATH" LANG=C.UTF-8 HOME="$WORK/home" XDG_RUNTIME_DIR="$WORK/run" \
  PYTHON_KEYRING_BACKEND=keyring.backends.SecretService.Keyring \
  WORK="$WORK" VALET="$VALET" ROUNDS="$ROUNDS" PYTHON="$PYTHON" WRITER="$WRITER" \
  dbus-run-session -- Tests/Benchmarks/launch_session.sh
