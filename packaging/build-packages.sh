#!/usr/bin/env bash
# Builds what is handed out: a Debian package, a tarball for other distributions, and SHA256SUMS of both.
#
#   packaging/build-packages.sh [FOLDER]   into FOLDER, .build/packages unless told
#
# Prints the stripped sizes and fails when a program is larger than it may be. The same programs give
# the same bytes: times are SOURCE_DATE_EPOCH, that of the last commit unless it is set.
#
#   MCP_VALET_BUILT=PATH   takes this mcp-valet, and what lies beside it, instead of building
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "${BASH_SOURCE[0]}")/.."
umask 022
export LC_ALL=C.UTF-8 TZ=UTC

# In bytes: what a launch starts, and what a login starts. A launch reads all of the former.
readonly limit_valet=16000000 limit_net=30000000

fail() {
  printf 'error: %s\nhint: %s\n' "$1" "$2" >&2
  exit "${3:-1}"
}

if [[ $# -gt 1 || ${1:-} == -* ]]; then
  echo "usage: $0 [FOLDER]" >&2
  exit 64
fi
for tool in dpkg-deb dpkg-shlibdeps dpkg-gencontrol objdump strip; do
  command -v "$tool" >/dev/null ||
    fail "$tool is missing" "on Debian: apt-get install dpkg-dev binutils" 69
done
output=${1:-.build/packages}
mkdir -p "$output"
output=$(cd "$output" && pwd)

built=${MCP_VALET_BUILT:-}
if [[ -z $built ]]; then
  packaging/build-release.sh
  built=$(packaging/build-release.sh | tail -n 1)
fi
version=$("$built" --version)
if [[ -z ${SOURCE_DATE_EPOCH:-} ]]; then
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y packaging/changelog)
fi
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The three programs as they are shipped, and how large they are.
prepare_programs() {
  local program size limit
  mkdir "$work/programs"
  for program in mcp-valet mcp-valet-ctl mcp-valet-net; do
    strip --remove-section=.comment -o "$work/programs/$program" "$(dirname "$built")/$program"
    size=$(stat -c %s "$work/programs/$program")
    case $program in
      mcp-valet) limit=$limit_valet ;;
      mcp-valet-net) limit=$limit_net ;;
      *) limit= ;;
    esac
    awk -v name="$program" -v size="$size" -v limit="$limit" 'BEGIN {
      printf "%-14s %5.1f MB%s\n", name, size / 1e6, limit == "" ? "" : sprintf(" of at most %d", limit / 1e6) }'
    [[ -z $limit || $size -le $limit ]] ||
      fail "$program has $size bytes, $limit are allowed" "packaging/check-links.sh shows what is linked" 65
  done
}

# stage PREFIX ZSH FISH: what lies below a prefix, but the documents, which each package has its own of.
stage() {
  local prefix=$1 zsh=$2 fish=$3 page
  install -D -m 755 "$work/programs/mcp-valet" "$prefix/bin/mcp-valet"
  install -D -m 755 -t "$prefix/libexec/mcp-valet" \
    "$work/programs/mcp-valet-ctl" "$work/programs/mcp-valet-net"
  mkdir -p "$prefix/share/man/man1"
  for page in packaging/man/*.1; do
    gzip -9n <"$page" >"$prefix/share/man/man1/$(basename "$page").gz"
  done
  install -D -m 644 packaging/completions/mcp-valet.bash "$prefix/share/bash-completion/completions/mcp-valet"
  install -D -m 644 packaging/completions/mcp-valet.zsh "$prefix/share/zsh/$zsh/_mcp-valet"
  install -D -m 644 packaging/completions/mcp-valet.fish "$prefix/share/fish/$fish/mcp-valet.fish"
}

# What the packages that are linked into the programs want to be handed on.
notices() {
  local notice
  for notice in .build/checkouts/*/NOTICE.txt; do
    printf '%s\n\n' "==== $(basename "$(dirname "$notice")") ===="
    cat "$notice"
    echo
  done
}

debian_package() {
  local root=$work/debian document architecture name
  document=$root/usr/share/doc/mcp-valet
  architecture=$(dpkg --print-architecture)
  mkdir "$root"
  stage "$root/usr" vendor-completions vendor_completions.d
  mkdir -p "$document" "$root/usr/share/lintian/overrides" "$root/DEBIAN"
  install -m 644 packaging/debian/copyright "$document/copyright"
  install -m 644 packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/mcp-valet"
  gzip -9n <README.md >"$document/README.md.gz"
  notices | gzip -9n >"$document/NOTICE.gz"
  python3 packaging/debian/changelog.py "$version" "$SOURCE_DATE_EPOCH" >"$work/changelog"
  gzip -9n <"$work/changelog" >"$document/changelog.gz"

  # dpkg's tools want the folder of a source package around them.
  mkdir -p "$work/source/debian"
  sed '/^#/d' packaging/debian/control.in >"$work/source/debian/control"
  cp "$work/changelog" "$work/source/debian/changelog"
  (
    cd "$work/source"
    # It also warns of zlib, which mcp-valet-net is linked with and does not use: it loads it all the same.
    dpkg-shlibdeps --warnings=1 -Tsubstvars "$root/usr/bin/mcp-valet" \
      "$root"/usr/libexec/mcp-valet/*
    dpkg-gencontrol -pmcp-valet -P"$root" -Tsubstvars -ffiles
  )
  (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
  find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  name=mcp-valet_$(dpkg-parsechangelog -l "$work/changelog" -S Version)_$architecture.deb
  dpkg-deb --root-owner-group -Zxz --build "$root" "$output/$name" >/dev/null
  echo "$name"
}

# The newest version of a symbol of the C library that a program wants.
needed_glibc() {
  objdump -T "$work"/programs/* | sed -nE 's/.*\(?GLIBC_([0-9.]+)\)?.*/\1/p' | sort -Vu | tail -n 1
}

tarball() {
  local name root document libraries
  name=mcp-valet-$version-linux-$(uname -m)
  root=$work/$name
  document=$root/share/doc/mcp-valet
  stage "$root" site-functions vendor_completions.d
  mkdir -p "$document"
  install -m 644 README.md packaging/changelog packaging/LICENSE packaging/debian/copyright "$document/"
  notices >"$document/NOTICE"
  install -m 755 packaging/uninstall.sh "$document/uninstall.sh"
  libraries=$(objdump -p "$work"/programs/* | awk '$1 == "NEEDED" { print $2 }' | sort -u |
    grep -Ev '^(libc|libm|ld-linux.*)\.so' | paste -sd ' ')
  cat >"$document/INSTALL" <<TEXT
mcp-valet $version for Linux on $(uname -m)

Needs glibc $(needed_glibc) or newer (ldd --version tells; musl will not do) and these libraries:
  $libraries
They are the packages libsodium23 and zlib1g of Debian and Ubuntu, libsodium and zlib or
zlib-ng-compat of Fedora and Arch. Opened where they are there: libsecret (libsecret-1.so.0), for the
desktop's keyring, and libzip (libzip.so.4 or .5), for bundles; a pinentry is used where a host has no
terminal.

  sudo tar -C /usr/local --strip-components=1 --no-same-owner -xzf $name.tar.gz
  mkdir -p ~/.local && tar -C ~/.local --strip-components=1 -xzf $name.tar.gz

bin/mcp-valet finds libexec/mcp-valet beside its own folder: keep the two together. To remove it:
share/doc/mcp-valet/uninstall.sh, with the PREFIX that it was unpacked to.
TEXT
  tar -C "$work" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    --format=ustar -cf - "$name" | gzip -9n >"$output/$name.tar.gz"
  echo "$name.tar.gz"
}

prepare_programs
rm -f "$output"/mcp-valet[-_]*.deb "$output"/mcp-valet-*.tar.gz "$output/SHA256SUMS"
package=$(debian_package)
archive=$(tarball)
(cd "$output" && sha256sum "$package" "$archive" >SHA256SUMS)
echo "The programs need glibc $(needed_glibc) or newer."
echo "Depends: $(dpkg-deb -f "$output/$package" Depends)"
echo "$output/$package"
echo "$output/$archive"
