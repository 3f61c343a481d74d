#!/usr/bin/env bash
# Builds the packages and tests them: the manual pages and completions are those of the commands, the
# sizes, the same bytes twice, the tarball, real shells, lintian, and a clean Debian root.
#
# usage: run.sh MCP-VALET CONNECTION-WRITER
#
# MCP-VALET          the release build, not stripped, with its other programs beside it
# CONNECTION-WRITER  the driver of that name
#
# The Debian root needs root (or sudo that asks nothing) and a network once: it is kept in .build. It is
# of the release that this machine runs, whose C library the programs need. Where it cannot be made, the
# last line says so, and why; with MCP_VALET_LONG_TESTS that is a failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [[ $# -ne 2 ]]; then
  echo "usage: $0 MCP-VALET CONNECTION-WRITER" >&2
  exit 64
fi
program=$1 writer=$2
work=$(mktemp -d)
privileged=()
[[ $EUID -eq 0 ]] || privileged=(sudo -n)
# Some of it may belong to root.
trap 'rm -rf --one-file-system "$work" 2>/dev/null || "${privileged[@]}" rm -rf --one-file-system "$work"' EXIT

fail() {
  echo "FAILED: $1" >&2
  exit 1
}
ok() { echo "ok: $1"; }

python3 -B Tests/Packages/reference_test.py "$program"

export MCP_VALET_BUILT=$program
build() { packaging/build-packages.sh "$1" || fail "packaging/build-packages.sh"; }

build "$work/first"
# The second one by somebody else, elsewhere, later.
(umask 077 && TZ=Asia/Tokyo LC_ALL=C build "$work/second" >/dev/null)
for file in "$work"/first/*; do
  cmp "$file" "$work/second/$(basename "$file")" || fail "$(basename "$file") is not the same when built again"
done
ok "built twice, the same bytes"
(cd "$work/first" && sha256sum --check --quiet SHA256SUMS)
[[ $(wc -l <"$work/first/SHA256SUMS") -eq 2 ]] || fail "SHA256SUMS does not name both packages"
ok "SHA256SUMS"

# A program that has grown is not packaged.
mkdir "$work/large"
head -c 16000000 /dev/zero >"$work/padding"
objcopy --add-section .padding="$work/padding" "$program" "$work/large/mcp-valet"
ln -s "$program-ctl" "$program-net" "$work/large/"
if complaint=$(MCP_VALET_BUILT=$work/large/mcp-valet packaging/build-packages.sh "$work/none" 2>&1); then
  fail "a program of more than 16 MB was packaged"
fi
[[ $complaint == *"mcp-valet has "*" are allowed"* ]] || fail "refused for another reason: $complaint"
ok "a program that has grown is refused"

# The tarball, unpacked as its INSTALL says.
mkdir "$work/prefix"
tar -C "$work/prefix" --strip-components=1 --no-same-owner -xzf "$work"/first/*.tar.gz
grep -Eq 'Needs glibc 2\.[0-9]+ or newer' "$work/prefix/share/doc/mcp-valet/INSTALL" ||
  fail "the tarball does not say which glibc it needs"
for page in "$work"/prefix/share/man/man1/*.gz; do
  complaint=$(gzip -dc "$page" | mandoc -T lint -W warning 2>&1 | grep -v 'missing date' || true)
  [[ -z $complaint ]] || fail "$complaint"
done
ok "the tarball's manual pages are in order"
Tests/Packages/completions.sh "$work/prefix" "$writer"
PREFIX=$work/prefix HOME=$work/nobody "$work/prefix/share/doc/mcp-valet/uninstall.sh" >/dev/null
left=$(find "$work/prefix" -type f -not -path '*/share/doc/*')
[[ -z $left ]] || fail "left by uninstall.sh: $left"
ok "the tarball's uninstall.sh removes it"

lintian --allow-root --fail-on error,warning --tag-display-limit 0 "$work"/first/*.deb || fail "lintian"
ok "lintian"

# --- A clean Debian root.

# It takes rights and a mirror that not every machine has. The long form is for those that have.
impossible() {
  if [[ -n ${MCP_VALET_LONG_TESTS:-} ]]; then fail "the package cannot be tried in a clean Debian root: $1"; fi
  echo "packages: passed, SKIPPED: nothing was installed, used and removed in a clean Debian root: $1"
  exit 0
}
[[ $EUID -eq 0 ]] || "${privileged[@]}" true 2>/dev/null || impossible "debootstrap needs root"
"${privileged[@]}" unshare --mount true 2>/dev/null || impossible "this system makes no mount namespaces"
command -v debootstrap >/dev/null || impossible "debootstrap is missing"
# shellcheck source=/dev/null
suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
# The mirror that this machine installs from.
mirror=$(apt-get indextargets --format '$(SITE)' "Created-By: Packages" "Codename: $suite" "Component: main" | head -n 1)
[[ -n $mirror ]] || impossible "apt knows no mirror of '$suite'"
components=main
# shellcheck source=/dev/null
[[ $(. /etc/os-release && echo "$ID") != ubuntu ]] || components=main,universe
cache=$PWD/.build/package-test-root-$suite.tar

# As little as there is, with the libraries of Depends at hand but not installed, and libzip.
make_root() {
  local root=$work/new-root zip
  "${privileged[@]}" debootstrap --variant=minbase --components="$components" "$suite" "$root" "$mirror" >"$work/log" 2>&1 ||
    { tail -n 5 "$work/log" >&2; impossible "debootstrap failed"; }
  zip=$(recommended "$root" libzip)
  "${privileged[@]}" chroot "$root" apt-get -q -q -y --no-install-recommends --download-only \
    install libsodium23 zlib1g "$zip" </dev/null >"$work/log" 2>&1 ||
    { tail -n 5 "$work/log" >&2; impossible "apt-get failed in the new root"; }
  "${privileged[@]}" tar -C "$root" --numeric-owner -cf "$cache.new" .
  mv -f "$cache.new" "$cache"
}

# recommended ROOT WORD: the first of the package's alternatives that begin with WORD and that a root's
# apt has.
recommended() {
  local name
  for name in $(dpkg-deb -f "$work"/first/*.deb Recommends | tr -d ',|'); do
    if [[ $name == "$2"* ]] && chroot_knows "$1" "$name"; then
      echo "$name"
      return
    fi
  done
  fail "Recommends names no $2 of $suite"
}
chroot_knows() { "${privileged[@]}" chroot "$1" apt-cache show "$2" >/dev/null 2>&1; }

[[ -s $cache ]] || make_root
mkdir "$work/root"
"${privileged[@]}" tar -C "$work/root" --numeric-owner -xpf "$cache"
"${privileged[@]}" cp "$work"/first/*.deb "$work/root/tmp/mcp-valet.deb"
for word in $(dpkg-deb -f "$work"/first/*.deb Recommends | tr ',' '\n' | sed -E 's/^ *([a-z]+).*/\1/'); do
  recommended "$work/root" "$word" >/dev/null
done
ok "everything in Recommends is there in $suite"
MCP_VALET=$program packaging/mcpb/build.sh "$work/bundles" 2>/dev/null
"${privileged[@]}" cp Tests/Packages/in_root.sh packaging/uninstall.sh "$work/bundles/example-valet.mcpb" "$work/root/tmp/"
# Mounts and processes end with the namespaces, whatever happens; no network is in them.
"${privileged[@]}" unshare --mount --pid --net --fork --kill-child bash -c '
  mount --make-rprivate / && mount -t proc proc "$1/proc" && mount --bind /dev "$1/dev" &&
    exec chroot "$1" bash /tmp/in_root.sh /tmp/mcp-valet.deb "$2"' - "$work/root" "$(recommended "$work/root" libzip)" ||
  fail "in the Debian root"
echo "packages: passed, in a clean root of $suite as well"
