#!/usr/bin/env bash
# Installs the Debian packages of the groups it is given, only those that are missing:
#
#   packaging/install-packages.sh build [test]
#
# Says what it will install before it does. Needs root or sudo only when something is missing.
set -euo pipefail

# What a build needs beside the Swift toolchain.
build_packages=(
  binutils         # strip; nm and readelf for check-links.sh
  ca-certificates  # dependencies are fetched through https
  g++              # the C and C++ libraries that every Swift program is linked with; a C compiler
  git              # the Swift package manager fetches dependencies with it
  libsecret-1-0    # opened at run time when the desktop's keyring is asked
  libsecret-1-dev  # its headers
  libsodium-dev    # all cryptography
  libyaml-dev      # reads the YAML of hosts
  libzip-dev       # brings libzip, opened at run time when a bundle is; its name has no version in it
  pkg-config       # finds libsodium and libyaml
  zlib1g-dev       # the library that speaks HTTP is linked with it
  python3          # runs the example server
)

# What the tests need in addition: real programs to test against.
test_packages=(
  age               # decrypts what is exported
  chromium          # a real browser for the logins
  dbus              # a private session bus for each keyring
  debootstrap       # a clean Debian to install the package in
  dpkg-dev          # builds the package
  faketime          # a clock that is wrong
  fish              # a shell that completes
  glewlwyd          # an authorization server with device codes
  gnome-keyring     # the first Secret Service
  keepassxc         # the second, independent Secret Service
  libglib2.0-bin    # gdbus: locks and inspects a keyring from outside
  libsecret-tools   # secret-tool: reads and writes our keyring items as another program would
  lintian           # looks the Debian package over
  mandoc            # looks the manual pages over
  mount             # disks that are full, read-only or without power
  openssl           # certificates for servers of the tests
  pinentry-gtk2     # asks for a passphrase on a display
  python3-venv      # the peers from PyPI
  shellcheck        # lints these scripts
  strace            # kills a write before each system call, shows that no socket is opened
  util-linux        # runuser, setpriv, setsid, prlimit, unshare
  xdotool           # answers a prompt on that display
  xvfb              # a display for prompts, answered or not
  zsh               # another shell that completes, and a terminal for both
)

wanted=()
for group in "$@"; do
  case $group in
    build) wanted+=("${build_packages[@]}") ;;
    test) wanted+=("${test_packages[@]}") ;;
    *)
      echo "usage: $0 [build] [test]" >&2
      exit 64
      ;;
  esac
done

if ! command -v apt-get >/dev/null; then
  echo "This is not Debian: see that these packages, or what they are called here, are installed:"
  printf '  %s\n' "${wanted[@]}"
  exit 0
fi

missing=()
for package in "${wanted[@]}"; do
  status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

privileged=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "error: Debian packages are missing, and this is neither root nor is there sudo" >&2
    echo "hint: as root, run: apt-get install ${missing[*]}" >&2
    exit 77
  fi
  privileged=(sudo)
fi

echo "Installing Debian packages: ${missing[*]}"
# Another apt-get may be at work: wait for it, up to 300 s. A service must not ask anything either.
options=(-q -o DPkg::Lock::Timeout=300)
"${privileged[@]}" apt-get "${options[@]}" update </dev/null
"${privileged[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get "${options[@]}" install --yes --no-install-recommends "${missing[@]}" </dev/null
