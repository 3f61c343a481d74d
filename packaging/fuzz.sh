#!/usr/bin/env bash
# Feeds random input to a part of the program and compares what it does with a plain reference.
#
#   packaging/fuzz.sh TARGET [RUNS]
#   packaging/fuzz.sh all [SCALE]     each target, as often as every change must pass; SCALE times that
#
#   arguments    the words behind 'run'
#   audit        the reader of the audit log
#   bundles      archives and manifests of bundles, and what wrapping changes in a manifest
#   json         the JSON scanner
#   oauth        what authorization servers and browsers send
#   redaction    what is looked for in a server's messages
#   references   references and templates
#   scan         the hosts' files in their four formats, and what is found in them
#   servers      servers.json: reading, and edits that change nothing else
#   vault        the vault's file: as it is, and with every checksum and seal made right again
#
# With FUZZ_MEMORY=1 reads and writes out of bounds are found too, at a tenth of the speed.
#
# The inputs that led somewhere new are kept in .build/fuzz/NAME/corpus for the next time. One
# that fails is written to .build/fuzz/NAME/crash-…, and can be given in place of RUNS.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A few seconds each; what is slow gets fewer runs.
declare -A runs=([arguments]=100000 [audit]=5000 [bundles]=100000 [json]=200000 [oauth]=40000 [redaction]=20000
  [references]=60000
  [scan]=20000 [servers]=50000 [vault]=100000)
# Bytes of the longest input.
declare -A lengths=([bundles]=900 [vault]=1200)

target=${1:-}
if [[ $target == all && ${2:-1} =~ ^[1-9][0-9]*$ ]]; then
  for each in arguments audit bundles json oauth redaction references scan servers vault; do
    "$0" "$each" $((runs[$each] * ${2:-1}))
  done
  exit
fi
RUNS=${2:-${runs[$target]:-}}
if [[ -z ${runs[$target]:-} || ! ( $RUNS =~ ^[1-9][0-9]*$ || -f $RUNS ) ]]; then
  echo "usage: $0 TARGET [RUNS | FILE], or: $0 all [SCALE]; the targets are: ${!runs[*]}" >&2
  exit 64
fi

# The modules are compiled one by one, since Swift packages know no fuzzer: with coverage,
# optimised, with the checks of a debug build. Once for all targets.
SANITIZERS=fuzzer${FUZZ_MEMORY:+,address}
MODULES=.build/fuzz/modules${FUZZ_MEMORY:+-memory}
OUT=.build/fuzz/$target
mkdir -p "$MODULES" "$OUT/corpus"
settings=(-swift-version 6 -package-name mcp_valet -parse-as-library -O -assert-config Debug
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault
  -enable-upcoming-feature MemberImportVisibility -enable-testing
  -I "$MODULES" -Xcc -fmodule-map-file=Sources/CSodium/module.modulemap
  -Xcc -fmodule-map-file=Sources/CYaml/module.modulemap)

objects=()
rebuilt=
compile() { # NAME FILES…: a module, unless it is as new as its sources and all modules before it
  local name=$1 object=$MODULES/$1.o
  shift
  objects+=("$object")
  if [[ -z $rebuilt && -f $object && -z $(find "$@" "$0" -newer "$object") ]]; then return; fi
  rebuilt=1
  swiftc "${settings[@]}" "${coverage[@]}" -wmo -emit-module \
    -emit-module-path "$MODULES/$name.swiftmodule" -module-name "$name" -c -o "$object" "$@"
}

coverage=(-sanitize="$SANITIZERS")
compile Platform Sources/Platform/*.swift
compile Secrets Sources/Secrets/*.swift
compile JSONText Sources/JSONText/*.swift
rest=()
libraries=(-lsodium)
case $target in
  arguments)
    compile HostConfigs Sources/HostConfigs/*.swift
    compile Broker Sources/Broker/{RunArguments,CommandError}.swift
    ;;
  audit)
    compile Files Sources/Files/*.swift
    compile Audit Sources/Audit/*.swift
    ;;
  oauth)
    for module in Connections Presets OAuth; do
      mapfile -t sources < <(find "Sources/$module" -name '*.swift')
      compile "$module" "${sources[@]}"
    done
    ;;
  bundles)
    compile Files Sources/Files/*.swift
    compile HostConfigs Sources/HostConfigs/*.swift
    # Without what unpacks and writes: that is libzip's.
    compile Bundles Sources/Bundles/{Archive{Entry,Fault,Layout,Names},DirectoryRecord,Bundle{Error,Limits,Signature}}.swift \
      Sources/Bundles/{Manifest{,Check,Field,Problem,Schema,Text},UserOption,Launcher,ReservedVariables}.swift \
      Sources/Bundles/Wrapping{,+Manifest}.swift
    rest=(Tests/BundlesTests/Support/ZipForge.swift)
    ;;
  redaction)
    compile Redaction Sources/Redaction/*.swift
    rest=(Tests/RedactionTests/{Reference*,CaseGenerator,Support}.swift)
    ;;
  scan)
    compile Files Sources/Files/*.swift
    compile HostConfigs Sources/HostConfigs/*.swift
    for module in Presets Hosts Scanning; do
      mapfile -t sources < <(find "Sources/$module" -name '*.swift')
      compile "$module" "${sources[@]}"
    done
    libraries+=(-lyaml)
    ;;
  servers) compile HostConfigs Sources/HostConfigs/*.swift ;;
  vault)
    compile Files Sources/Files/*.swift
    compile Grants Sources/Grants/*.swift
    compile Vault Sources/Vault/*.swift
    rest=(Tests/VaultTests/Support/Forge.swift)
    ;;
esac
coverage=()
compile ValetTesting Sources/ValetTesting/{SeededGenerator,ReferenceJSON}.swift
swiftc "${settings[@]}" -wmo -module-name fuzz -c -o "$OUT/fuzz.o" \
  Tests/Fuzz/"$target"/*.swift Tests/Fuzz/*.swift "${rest[@]}"
swiftc -sanitize="$SANITIZERS" -o "$OUT/fuzz" "$OUT/fuzz.o" "${objects[@]}" "${libraries[@]}"

# Its table of fields is made once and kept, which looks like a leak.
if [[ $target == bundles ]]; then export ASAN_OPTIONS=detect_leaks=0; fi
# libFuzzer prints its own report.
export SWIFT_BACKTRACE=enable=no
if [[ -f $RUNS ]]; then exec "$OUT/fuzz" "$RUNS"; fi
exec "$OUT/fuzz" -runs="$RUNS" -max_len="${lengths[$target]:-600}" -len_control=0 \
  -artifact_prefix="$OUT/" -print_final_stats=1 "$OUT/corpus"
