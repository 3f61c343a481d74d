#!/usr/bin/env bash
# Feeds random input to a part of the program and compares what it does with a plain reference.
#
#   packaging/fuzz.sh audit [RUNS]       the reader of the audit log
#   packaging/fuzz.sh redaction [RUNS]   20,000 runs unless told: what every change must pass
#
# With FUZZ_MEMORY=1 reads and writes out of bounds are found too, at a tenth of the speed.
#
# The inputs that led somewhere new are kept in .build/fuzz/NAME/corpus for the next time. One
# that fails is written to .build/fuzz/NAME/crash-…, and can be given in place of RUNS.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

RUNS=${2:-20000}
SANITIZERS=fuzzer${FUZZ_MEMORY:+,address}
if [[ ! ${1:-} =~ ^(audit|redaction)$ || ! ( $RUNS =~ ^[1-9][0-9]*$ || -f $RUNS ) ]]; then
  echo "usage: $0 audit|redaction [RUNS | FILE]" >&2
  exit 64
fi

# The modules are compiled one by one, since Swift packages know no fuzzer: coverage of the module
# under test, optimised, with the checks of a debug build.
OUT=.build/fuzz/$1
mkdir -p "$OUT/corpus"
settings=(-swift-version 6 -package-name mcp_valet -parse-as-library -O -assert-config Debug
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault
  -enable-upcoming-feature MemberImportVisibility
  -I "$OUT" -Xcc -fmodule-map-file=Sources/CSodium/module.modulemap)

compile() { # NAME FILES…
  local name=$1
  shift
  swiftc "${settings[@]}" -wmo -emit-module -emit-module-path "$OUT/$name.swiftmodule" \
    -module-name "$name" -c -o "$OUT/$name.o" "${extra[@]}" "$@"
}

extra=()
compile Platform Sources/Platform/*.swift
compile Secrets Sources/Secrets/*.swift
compile JSONText Sources/JSONText/*.swift
case $1 in
  audit)
    compile Files Sources/Files/*.swift
    extra=(-sanitize="$SANITIZERS" -enable-testing)
    compile Audit Sources/Audit/*.swift
    extra=()
    compile fuzz Tests/Fuzz/audit/*.swift
    ;;
  redaction)
    compile ValetTesting Sources/ValetTesting/{SeededGenerator,ReferenceJSON}.swift
    extra=(-sanitize="$SANITIZERS")
    compile Redaction Sources/Redaction/*.swift
    extra=()
    compile fuzz Tests/Fuzz/redaction/*.swift \
      Tests/RedactionTests/{Reference*,CaseGenerator,Support}.swift
    ;;
esac
swiftc -sanitize="$SANITIZERS" -o "$OUT/fuzz" "$OUT"/*.o -lsodium

# libFuzzer prints its own report.
export SWIFT_BACKTRACE=enable=no
if [[ -f $RUNS ]]; then exec "$OUT/fuzz" "$RUNS"; fi
exec "$OUT/fuzz" -runs="$RUNS" -max_len=600 -len_control=0 -artifact_prefix="$OUT/" \
  -print_final_stats=1 "$OUT/corpus"
