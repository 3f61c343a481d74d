#!/usr/bin/env bash
# Inside a private session bus: a private gnome-keyring, the vaults, then the measurement.
# Started by packaging/bench.sh, which sets WORK, VALET, WRITER, PYTHON, ROUNDS.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

readonly secrets=1000 many=10000 large=64

printf 'benchmark' | gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null 2>&1 &
keyring=$!
homes=()
end() {
  local home
  for home in "${homes[@]}"; do
    MCP_VALET_HOME=$home "$VALET" lock </dev/null >/dev/null 2>&1 || true
  done
  kill "$keyring" 2>/dev/null || true
}
trap end EXIT
gdbus wait --session --timeout 10 org.freedesktop.secrets

# Filled on tmpfs, where a write costs no disk, and then moved to the disk that is measured.
fast=/dev/shm
[[ -w $fast && $(df --output=avail -k "$fast" | tail -n 1) -gt 1000000 ]] || fast=$WORK
fast=$(mktemp -d "$fast/mcp-valet-bench.XXXXXX")
trap 'end; rm -rf "$fast"' EXIT

# new_vault NAME: empty, unlocked, its key cached.
new_vault() {
  export MCP_VALET_HOME=$fast/$1
  mkdir -m 700 "$MCP_VALET_HOME"
  valet vault init --key-file "$WORK/$1.key" --unattended </dev/null
}

# fill NAME COUNT: COUNT secrets, of which bench/1 … bench/20 are used. The rest comes in one write:
# a `set` each would take minutes.
fill() {
  local number
  "$WRITER" fill "$MCP_VALET_HOME" "$WORK/$1.key" $(($2 - 20)) 48 >/dev/null
  for ((number = 1; number <= 20; number++)); do
    printf 'value-%d-0123456789abcdefghijklmnopqrstuvwxyz' "$number" | valet set "bench/$number"
  done
}

# Remarks are for people; an error still ends the script.
valet() { "$VALET" "$@" 2>/dev/null; }

settle() {
  mv "$fast/$1" "$WORK/$1"
  export MCP_VALET_HOME=$WORK/$1
  homes+=("$MCP_VALET_HOME")
  # One launch from where it lies now: the key is cached, the file is in memory.
  valet allow --yes --exec --env S1=valet://bench/1 -- "$WORK/target" 1 </dev/null
  valet run --exec --env S1=valet://bench/1 -- "$WORK/target" 1 </dev/null
}

echo "Filling a vault with $secrets secrets"
new_vault vault
fill vault "$secrets"
settle vault

echo "Filling a vault with $many secrets"
new_vault many
fill many "$many"
settle many

echo "Filling a vault with $large MiB"
new_vault large
printf 'value' | valet set bench/1
for ((number = 1; number < large; number++)); do
  head -c 1048576 /dev/zero | valet set "large/$number"
done
settle large

echo "Filling the keyring: 100 items of others, 20 of mcp-valet"
export MCP_VALET_HOME=$WORK/vault
for ((number = 1; number <= 100; number++)); do
  printf 'other-%d' "$number" | secret-tool store --label="other $number" service other account "$number"
done
for ((number = 1; number <= 20; number++)); do
  printf 'value-%d' "$number" | valet set --store keyring "bench/$number"
done
printf 'value' | secret-tool store --label=benchmark service benchmark account c
printf 'value' | "$PYTHON" -c 'import keyring, sys; keyring.set_password("benchmark", "python", sys.stdin.read())'
if command -v envchain >/dev/null; then printf 'value\n' | envchain --set benchmark S1 >/dev/null; fi

echo "Measuring"
python3 "$here/launch.py" --work "$WORK" --valet "$VALET" --python "$PYTHON" --rounds "$ROUNDS" \
  --secrets "$secrets" --many "$many" --large "$large"
