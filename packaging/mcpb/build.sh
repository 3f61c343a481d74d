#!/usr/bin/env bash
# Builds the example bundle: packaging/example-server as an author would ship it, and the same wrapped,
# so that it starts through mcp-valet.
#
#   packaging/mcpb/build.sh FOLDER [OPTION...]    options of 'mcp-valet mcpb wrap', such as --embed
#
# Makes FOLDER/example.mcpb and FOLDER/example-valet.mcpb. MCP_VALET is the program to use; without,
# the mcp-valet on PATH.
set -euo pipefail

if [[ $# -eq 0 || $1 == -* ]]; then
  echo "usage: $0 FOLDER [OPTION...]" >&2
  exit 64
fi
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1
shift
mkdir -p "$folder"

# Python writes it, so that nobody needs node for this; the same files give the same bytes.
python3 -I - "$source" "$folder/example.mcpb" <<'PYTHON'
import sys
import zipfile

source, target = sys.argv[1:]
files = {
    "manifest.json": (source + "/manifest.json", 0o644),
    "server/echo_server.py": (source + "/../example-server/echo_server.py", 0o755),
}
with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
    for name, (path, mode) in files.items():
        entry = zipfile.ZipInfo(name)
        entry.create_system = 3  # Unix
        entry.external_attr = (0o100000 | mode) << 16
        entry.compress_type = zipfile.ZIP_DEFLATED
        with open(path, "rb") as file:
            archive.writestr(entry, file.read())
PYTHON
"${MCP_VALET:-mcp-valet}" mcpb wrap --force "$@" "$folder/example.mcpb" "$folder/example-valet.mcpb"
