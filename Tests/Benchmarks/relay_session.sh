#!/usr/bin/env bash
# A home with a vault of 20 secrets, then the measurement. Started by packaging/bench.sh, which sets
# WORK, VALET, PEER, ROUNDS.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

export MCP_VALET_HOME=$WORK/home/valet
mkdir -m 700 "$MCP_VALET_HOME"
trap '"$VALET" lock </dev/null >/dev/null 2>&1 || true' EXIT
"$VALET" vault init --key-file "$WORK/relay.key" --unattended </dev/null 2>/dev/null
for ((number = 1; number <= 20; number++)); do
  printf 'value-%d-%s' "$number" "$(head -c 24 /dev/urandom | base64)" |
    "$VALET" set "bench/$number" 2>/dev/null
done

python3 "$here/relay.py" --work "$WORK" --valet "$VALET" ${PEER:+--peer "$PEER"} --rounds "$ROUNDS"
