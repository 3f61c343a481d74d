#!/usr/bin/env bash
# Makes packaging/man and packaging/completions anew from the commands; to be run after a help text was
# changed. Tests/Packages/reference_test.py compares.
#
#   packaging/reference.sh [MCP-VALET]   builds, unless it is given a program
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ $# -eq 0 ]]; then
  swift build --product mcp-valet </dev/null
  swift build --product mcp-valet-ctl </dev/null
  set -- "$(swift build --show-bin-path)/mcp-valet"
fi
rm -f packaging/man/*.1 packaging/completions/*
packaging/reference.py "$1" packaging
