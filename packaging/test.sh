#!/usr/bin/env bash
# Installs the programs that the tests run against, builds, runs all unit and integration tests.
#
#   packaging/test.sh          what every change must pass
#   packaging/test.sh --long   the same, and the tests that take minutes each
#
# Four things come before them: random input to every parser (packaging/fuzz.sh; ten times as much
# with --long); each operation on the vault, the audit log and servers.json killed at system calls, on
# bad disks and without power (Tests/Faults; at every point with --long), which prints a table; the
# packages, built and installed in a clean Debian root, which is kept in .build (Tests/Packages); and
# with --long 20,000 random schedules of the relay's model, of which the unit tests run some.
#
# What a test finds in its environment:
#   MCP_VALET_TEST_BINARY  the release build, not stripped
#   MCP_VALET_TEST_VENV    a Python virtual environment that holds packaging/test-requirements.txt
#   MCP_VALET_LONG_TESTS   1 with --long
#   MCP_VALET_PEER_TABLE   a file that gets what each authorization server passed; printed at the end
#   MCP_VALET_PICTURES     where pictures of the pages in Chromium are kept; unset: nowhere
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fuzz_scale=1
fault_points=12
case ${1:-} in
  "") ;;
  --long)
    export MCP_VALET_LONG_TESTS=1
    fuzz_scale=10
    fault_points=0
    ;;
  *)
    echo "usage: $0 [--long]" >&2
    exit 64
    ;;
esac

packaging/install-packages.sh build test

packaging/install-peers.sh

packaging/build-release.sh
MCP_VALET_TEST_BINARY=$(packaging/build-release.sh | tail -n 1)
export MCP_VALET_TEST_BINARY MCP_VALET_TEST_VENV=$PWD/.build/test-venv
# A developer's own vault must never be the one that a test writes to.
unset MCP_VALET_HOME

swift build --build-tests </dev/null

python3 -B Tests/Faults/run.py --most "$fault_points" "$MCP_VALET_TEST_BINARY"

# Of two things that leave a processor idle half of the time, one runs behind the other: `finish`
# waits for it, prints what it printed, and ends as it did.
outputs=$(mktemp -d)
behind='' name=''
behind() {
  name=$1
  "$@" >"$outputs/$name" 2>&1 &
  behind=$!
}
finish() {
  local status=0
  wait "$behind" || status=$?
  behind=''
  cat "$outputs/$name"
  return "$status"
}
# The tests with real authorization servers append to it what each of them passed.
export MCP_VALET_PEER_TABLE=$outputs/peers
touch "$MCP_VALET_PEER_TABLE"
trap '[[ -z $behind ]] || kill "$behind" || true; wait; rm -rf "$outputs"' EXIT

packages() { exec Tests/Packages/run.sh "$MCP_VALET_TEST_BINARY" "$(swift build --show-bin-path)/connection-writer"; }
behind packages
packaging/fuzz.sh all "$fuzz_scale"
finish

if [[ -n ${MCP_VALET_LONG_TESTS:-} ]]; then
  "$(swift build --show-bin-path)/relay-driver" model 20000
fi

# What `swift test` starts; two of that at once would be in each other's way.
runner=$(swift build --show-bin-path)/mcp-valetPackageTests.xctest
tests() { "$runner" --testing-library swift-testing "$@" </dev/null; }
# Most of the time of the tests with real programs is waiting: those of one half run behind the rest.
half='IntegrationTests\.[R-Z]'
first_half() {
  local status=0
  # Apart, since they have deadlines: the tests that wait for programs block the few threads that
  # tasks run on.
  tests --filter NetTests || status=$?
  tests --skip "NetTests|IntegrationTests" || status=$?
  tests --filter "$half" || status=$?
  return "$status"
}
status=0
behind first_half
swift test --skip-build --disable-xctest --filter IntegrationTests --skip "$half" </dev/null || status=$?
finish || status=$?
python3 -B Tests/Peers/oauth/table.py "$MCP_VALET_PEER_TABLE"
exit "$status"
