#!/usr/bin/env bash
# Builds mcp-valet, mcp-valet-ctl and mcp-valet-net as they are shipped, side by side, and prints the
# path of mcp-valet on the last line.
#
# One place for the options, so that every script builds the very same program, once:
#   --static-swift-stdlib  no Swift runtime to install beside it
#   the static libstdc++   resolving the symbols of the shared one costs 0.3 ms at every launch
#   the static libyaml     one library less to install and to load
#   the static libgcc      the shared one asks the processor what it can do before anything runs,
#                          which is slow in a virtual machine: 0.25 ms
#   no local rpath         libraries are the system's, never what lies beside the program
#   -z now                 no writable table of functions after the start
#   no exported symbols    nobody loads anything into these programs; 3,600 names less to search
#                          through, 0.1 ms, and half the size of mcp-valet-ctl
#   -Map                   what packaging/check-links.sh reads
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A folder with nothing else in it: the linker takes the shared library wherever it finds both.
libraries=$PWD/.build/static-libraries
mkdir -p "$libraries"
ln -sf "$(g++ -print-file-name=libstdc++.a)" "$libraries/libstdc++.a"
ln -sf "$(g++ -print-file-name=libyaml.a)" "$libraries/libyaml.a"
# What pkg-config says of a library begins with the system's folder, where the linker would look first
# and find the shared ones.
for library in libsodium yaml-0.1; do
  sed -E '/^Libs:/s/ -L[^ ]+//g' "$(pkg-config --variable=pcfiledir "$library")/$library.pc" \
    >"$libraries/$library.pc"
done

options=(-c release --static-swift-stdlib --disable-local-rpath --pkg-config-path "$libraries")
link=(-Xswiftc "-L$libraries" -Xswiftc -Xclang-linker -Xswiftc -static-libgcc
  -Xlinker -z -Xlinker now -Xlinker --no-export-dynamic)
for program in mcp-valet mcp-valet-ctl mcp-valet-net; do
  swift build "${options[@]}" --product "$program" "${link[@]}" \
    -Xlinker "-Map=$PWD/.build/$program.map" </dev/null
done
echo "$(swift build "${options[@]}" --show-bin-path)/mcp-valet"
