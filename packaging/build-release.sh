#!/usr/bin/env bash
# Builds mcp-valet as it is shipped and prints the path of the program on the last line.
#
# One place for the options, so that every script builds the very same program, once:
#   --static-swift-stdlib  no Swift runtime to install beside it
#   the static libstdc++   resolving the symbols of the shared one costs 0.3 ms at every launch
#   no local rpath         libraries are the system's, never what lies beside the program
#   -z now                 no writable table of functions after the start
#   -Map                   what packaging/check-links.sh reads
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A folder with nothing else in it: the linker takes the shared library wherever it finds both.
libraries=$PWD/.build/static-libraries
mkdir -p "$libraries"
ln -sf "$(g++ -print-file-name=libstdc++.a)" "$libraries/libstdc++.a"

options=(-c release --static-swift-stdlib --disable-local-rpath)
swift build "${options[@]}" --product mcp-valet -Xswiftc "-L$libraries" \
  -Xlinker -z -Xlinker now -Xlinker "-Map=$PWD/.build/mcp-valet.map" </dev/null
echo "$(swift build "${options[@]}" --show-bin-path)/mcp-valet"
