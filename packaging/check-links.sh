#!/usr/bin/env bash
# Proves what mcp-valet and mcp-valet-ctl are linked from: no Foundation but FoundationEssentials, no
# ICU, no NIO, no libsecret (opened at run time, only when the keyring is asked). Each of these costs
# more time than all of the work, and NIO and FoundationNetworking would bring the network. What every
# launch starts, mcp-valet, has no FoundationEssentials either, no argument parser, no concurrency,
# dispatch and regular expression libraries: together they would make it twice as large.
#
# And what mcp-valet-net is linked from: nothing of the vault, of keys, files and launches, since it is on
# the network; no Foundation but FoundationEssentials and no ICU either.
#
#   packaging/check-links.sh              builds release and checks it
#   packaging/check-links.sh --self-test  checks that each check fails on a program that is bad
#
# Three witnesses, since each is blind to something: the imports (a module that is imported and
# not yet used), the linker's map and the symbols (a static library is in no `readelf -d`), the
# libraries needed at start (a shared one is in no map).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The one module that may import what reaches a network; mcp-valet-net alone is linked with it.
network_module=NetProgram

# Modules that a launch runs through: not even FoundationEssentials.
launch_path=(Audit Platform Secrets Connections Files Control JSONText Grants Vault SealedConnections NetClient Refreshing Keyring Launch
  Redaction Relay Supervision HostConfigs Broker)

# Prints each match as a complaint; succeeds when there is none.
refuse() {
  local complaint=$1 matches
  matches=$(cat)
  [[ -n $matches ]] || return 0
  printf '%s:\n' "$complaint" >&2
  head -n 5 <<<"$matches" | sed 's/^/  /' >&2
  return 1
}

# imports_of PATTERN FOLDER...: the import lines of Swift files that name such a module.
imports_of() {
  local pattern=$1
  shift
  find "$@" -name '*.swift' -exec awk -v pattern="(^|[; \t])import[ \t]+([a-z]+[ \t]+)?($pattern)([. \t;]|\$)" \
    '{ code = $0; sub(/\/\/.*/, "", code); if (code ~ pattern) print FILENAME ":" FNR ": " $0 }' {} +
}

check_imports() {
  local sources=$1 module folders=()
  for module in "${launch_path[@]}"; do
    [[ ! -d $sources/$module ]] || folders+=("$sources/$module")
  done
  {
    imports_of 'Foundation|Foundation(Networking|XML|Internationalization)|CoreFoundation|_FoundationICU' "$sources"
    imports_of '_?C?NIO[A-Za-z0-9]*|AsyncHTTPClient' "$sources" | matches_of -v "^$sources/$network_module/"
    imports_of "$network_module|OAuth" "$sources" | matches_of -v "^$sources/($network_module|mcp-valet-net)/"
  } | refuse "imports that mcp-valet must not have" || return 1
  [[ ${#folders[@]} -eq 0 ]] || imports_of FoundationEssentials "${folders[@]}" |
    refuse "FoundationEssentials on the launch path"
}

# As grep -E, but finding nothing is no failure.
matches_of() { grep -E "$@" || [[ $? -eq 1 ]]; }

# The map names the archive or object that each linked piece comes from.
check_map() {
  local map=$1
  if ! grep -q 'libswiftCore\.a(' "$map"; then
    echo "$map is no map of a program with the static Swift library" >&2
    return 1
  fi
  {
    matches_of -o '[^ ]*/lib(Foundation|Foundation(Networking|XML|Internationalization)|CoreFoundation|_FoundationICU|_CF[A-Za-z]*|icu[a-z0-9]*|secret[^/]*)\.a\([^)]*\)' "$map"
    matches_of -o '[^ ]*/[^/ ]*(NIO|AsyncHTTPClient)[^/ ]*\.build/[^ :]*' "$map"
  } | sort -u | refuse "linked, by the map"
}

# For what every launch starts.
check_small_map() {
  {
    matches_of -o '[^ ]*/lib(FoundationEssentials|_FoundationCollections|swift_Concurrency|dispatch|swift_RegexParser|swift_StringProcessing|swiftRegexBuilder)\.a\([^)]*\)' "$1"
    matches_of -o '[^ ]*/ArgumentParser[A-Za-z]*\.build/[^ :]*' "$1"
    matches_of -o '[^ ]*/(Age|Bundles|CLibzip|Hosts|Importing|Presets|Scanning|ValetCLI)\.build/[^ :]*' "$1"
  } | sort -u | refuse "linked into what every launch starts, by the map"
}

# Swift mangles a module's name with its length: Foundation is 10, NIOCore 7. The toolchain's ICU
# prefixes its C functions with swift_. `U` is what another library has to bring.
# shellcheck disable=SC2016 # the $ is part of the names
readonly forbidden_symbols=(
  ' \$s10Foundation[0-9A-Z].*'
  ' CF(String|Array|Dictionary)Create.*'
  ' swift_u(_init|col_|dat_|loc_|num_).*'
  ' _ZNK?6icu_[0-9].*'
  ' \$s[0-9]+_?NIO.*'
  ' \$s15AsyncHTTPClient.*'
  ' c_nio_.*'
  ' U secret_.*'
)

check_symbols() {
  local binary=$1 symbols pattern
  symbols=$(nm "$binary")
  if ! grep -q ' swift_retain$' <<<"$symbols"; then
    echo "$binary has no symbols: it was stripped, or is no Swift program" >&2
    return 1
  fi
  for pattern in "${forbidden_symbols[@]}"; do
    matches_of -o "$pattern" <<<"$symbols" | refuse "linked, by the symbols" || return 1
  done
}

check_needed() {
  local binary=$1
  # A list of what may be there: whatever is new has to be added here, and to the Debian package.
  readelf -d "$binary" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' |
    matches_of -v '^(libsodium\.so\.[0-9]+|libm\.so\.6|libc\.so\.6|ld-linux-[a-z0-9-]+\.so\.[0-9])$' |
    refuse "shared libraries that are loaded at every start"
}

check_program() {
  check_map "$1" && check_symbols "$2" && check_needed "$2"
}

# For what is on the network.
check_net_map() {
  matches_of -o '[^ ]*/(Vault|SealedConnections|Keyring|CKernelKeys|CLibsecret|Files|Grants|Audit|Control|Launch|Supervision|HostConfigs|Hosts|Scanning|Importing|Bundles|CLibzip|Age|Broker|ValetCLI)\.build/[^ :]*' "$1" |
    sort -u | refuse "linked into what is on the network, by the map"
}

check_net_program() {
  local map=$1 binary=$2 symbols pattern
  if ! grep -q '/AsyncHTTPClient\.build/' "$map"; then
    echo "$map is no map of the program on the network" >&2
    return 1
  fi
  check_net_map "$map" || return 1
  matches_of -o '[^ ]*/lib(Foundation|Foundation(Networking|XML|Internationalization)|CoreFoundation|_FoundationICU|icu[a-z0-9]*)\.a\([^)]*\)' "$map" |
    sort -u | refuse "linked, by the map" || return 1
  symbols=$(nm "$binary")
  for pattern in "${forbidden_symbols[@]:0:4}"; do
    matches_of -o "$pattern" <<<"$symbols" | refuse "linked, by the symbols" || return 1
  done
  readelf -d "$binary" | sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' |
    matches_of -v '^(libsodium\.so\.[0-9]+|libz\.so\.1|libm\.so\.6|libc\.so\.6|ld-linux-[a-z0-9-]+\.so\.[0-9])$' |
    refuse "shared libraries that are loaded at every start"
}

# Builds bad programs, each bad in one way, and one good program.
self_test() {
  local work failures=0
  work=$(mktemp -d)
  # shellcheck disable=SC2064 # $work is local: expand it now
  trap "rm -rf $(printf %q "$work")" EXIT

  # accepted NAME COMMAND...
  accepted() {
    local name=$1 complaint
    shift
    if complaint=$("$@" 2>&1); then
      echo "ok: accepts $name"
    else
      echo "FAILED: refuses $name: $complaint" >&2
      failures=$((failures + 1))
    fi
  }
  # refused WORD NAME COMMAND...: for the reason that has WORD in it, not for another.
  refused() {
    local word=$1 name=$2 complaint
    shift 2
    if complaint=$("$@" 2>&1); then
      echo "FAILED: accepts $name" >&2
    elif [[ $complaint == *"$word"* ]]; then
      echo "ok: refuses $name"
      return
    else
      echo "FAILED: refuses $name for another reason: $complaint" >&2
    fi
    failures=$((failures + 1))
  }

  local line number=0
  while IFS= read -r line; do
    mkdir -p "$work/bad$((number += 1))"
    printf '%s\n' "$line" >"$work/bad$number/Source.swift"
    refused "$line" "the source line '$line'" check_imports "$work/bad$number"
  done <<'SWIFT'
import Foundation
  internal import Foundation // comment
@preconcurrency public import FoundationNetworking
import struct Foundation.Data
import Glibc; import Foundation
import NIOCore
package import _NIOFileSystem
import AsyncHTTPClient
SWIFT
  mkdir -p "$work/good/Secrets" "$work/good/ValetCLI" "$work/launch/Vault"
  printf '%s\n' '// import Foundation' 'import Glibc' >"$work/good/Secrets/Source.swift"
  echo 'import FoundationEssentials' | tee "$work/launch/Vault/Source.swift" >"$work/good/ValetCLI/Source.swift"
  mkdir -p "$work/good/NetProgram" "$work/good/mcp-valet-net" "$work/network/Broker"
  printf '%s\n' 'internal import NIOCore' 'internal import OAuth' >"$work/good/NetProgram/Source.swift"
  echo 'internal import NetProgram' | tee "$work/network/Broker/Source.swift" >"$work/good/mcp-valet-net/main.swift"
  accepted "FoundationEssentials beside the launch path, and a network beside it" check_imports "$work/good"
  refused "must not have" "the program on the network in the broker" check_imports "$work/network"
  refused "on the launch path" "FoundationEssentials on the launch path" check_imports "$work/launch"

  link() {
    local name=$1
    shift
    swiftc -static-stdlib -use-ld=lld -Xclang-linker -static-libgcc -L "$PWD/.build/static-libraries" -module-name Probe "$@" -o "$work/$name" -Xlinker "-Map=$work/$name.map"
  }
  echo 'import FoundationEssentials
    print(Date().timeIntervalSince1970)' >"$work/essentials.swift"
  echo 'print(CommandLine.arguments.count)' >"$work/small.swift"
  echo 'print(ContinuousClock.now)' >"$work/concurrency.swift"
  echo 'import Foundation
    print(DateFormatter().string(from: Date()))' >"$work/foundation.swift"
  echo 'import FoundationEssentials
    import FoundationInternationalization
    print(Date().formatted())' >"$work/icu.swift"
  mkdir "$work/NIOCore.build"
  # shellcheck disable=SC2016 # a mangled name
  echo 'void f(void) __asm__("$s7NIOCore5probeyyF"); void f(void) {}' >"$work/NIOCore.build/probe.c"
  echo 'void *secret_service_get_sync(int, void *, void *);
    void *g(void) { return secret_service_get_sync(0, 0, 0); }' >"$work/secret.c"
  gcc -c "$work/NIOCore.build/probe.c" -o "$work/NIOCore.build/probe.o"
  gcc -c "$work/secret.c" -o "$work/secret.o"
  # Keeps the pieces that nothing calls.
  local keep=(-Xlinker --no-gc-sections)
  link essentials "$work/essentials.swift"
  link small "$work/small.swift"
  link concurrency "$work/concurrency.swift"
  link foundation "$work/foundation.swift"
  link icu "$work/icu.swift"
  link nio "$work/essentials.swift" "$work/NIOCore.build/probe.o" "${keep[@]}"
  link secret "$work/essentials.swift" "$work/secret.o" "$(pkg-config --variable=libdir libsecret-1)/libsecret-1.so" "${keep[@]}"

  accepted "a program with FoundationEssentials" check_program "$work/essentials.map" "$work/essentials"
  accepted "a small program" check_small_map "$work/small.map"
  refused FoundationEssentials.a "the map of a launch with FoundationEssentials" \
    check_small_map "$work/essentials.map"
  refused libdispatch.a "the map of a launch with concurrency" \
    check_small_map "$work/concurrency.map"
  refused libCoreFoundation.a "the map of one with Foundation" check_map "$work/foundation.map"
  refused 10Foundation "the symbols of one with Foundation" check_symbols "$work/foundation"
  refused FoundationInternationalization.a "the map of one with ICU" check_map "$work/icu.map"
  refused swift_u "the symbols of one with ICU" check_symbols "$work/icu"
  refused NIOCore.build "the map of one with NIO" check_map "$work/nio.map"
  refused 7NIOCore "the symbols of one with NIO" check_symbols "$work/nio"
  refused "U secret_service_get_sync" "the symbols of one with libsecret" check_symbols "$work/secret"
  local module
  for module in Age Bundles CLibzip Hosts Importing Presets Scanning ValetCLI; do
    echo "0 0 0 1 /x/$module.build/Source.swift.o:(.text)" >"$work/$module.map"
    refused "$module.build" "the map of a launch with $module" check_small_map "$work/$module.map"
    [[ $module == Presets ]] ||
      refused "$module.build" "the map of $module on the network" check_net_map "$work/$module.map"
  done
  echo "0 0 0 1 /x/HostConfigs.build/JSONValue.swift.o:(.text)" >"$work/definitions.map"
  accepted "the map of a launch with server definitions" check_small_map "$work/definitions.map"
  echo "0 0 0 1 /x/Vault.build/VaultStore.swift.o:(.text)" >"$work/vault.map"
  refused Vault.build "the map of a vault on the network" check_net_map "$work/vault.map"
  refused "no map of the program" "the map of a program without a network" \
    check_net_program "$work/small.map" "$work/small"
  refused libsecret "the shared libraries of one with libsecret" check_needed "$work/secret"
  refused "no map" "an empty map" check_map /dev/null
  strip "$work/foundation"
  refused "no symbols" "a stripped program" check_symbols "$work/foundation"
  [[ $failures -eq 0 ]]
}

case ${1:-} in
  "") ;;
  --self-test)
    # Makes the folder of static libraries that the probes are linked with as well.
    packaging/build-release.sh
    self_test
    exit
    ;;
  *)
    echo "usage: $0 [--self-test]" >&2
    exit 64
    ;;
esac

packaging/build-release.sh
program=$(packaging/build-release.sh | tail -n 1)
check_imports Sources
check_program .build/mcp-valet.map "$program"
check_small_map .build/mcp-valet.map
check_program .build/mcp-valet-ctl.map "$program-ctl"
check_net_program .build/mcp-valet-net.map "$program-net"
echo "Neither mcp-valet nor mcp-valet-ctl links a Foundation but FoundationEssentials, ICU, NIO or libsecret;"
echo "mcp-valet no FoundationEssentials, argument parser, concurrency or regular expressions either,"
echo "and nothing of what reads hosts' files, scans, imports, packs and exports."
echo "mcp-valet-net links nothing of the vault, its keys and its files."
