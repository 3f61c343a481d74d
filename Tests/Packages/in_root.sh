#!/usr/bin/env bash
# Installs, uses, removes and purges a Debian package. Runs as root inside a Debian root that is thrown
# away; run.sh makes it.
#
# usage: in_root.sh PACKAGE.deb LIBZIP
#
# LIBZIP  the package in Recommends that has libzip; /tmp/example-valet.mcpb is a bundle for it
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin
package=$1 libzip=$2

fail() {
  echo "FAILED: $1" >&2
  exit 1
}
ok() { echo "ok: $1"; }

# What may be needed lies in the cache of apt: there is no network here.
apt() { apt-get -q -q -y -o Dpkg::Use-Pty=0 --no-install-recommends "$@" </dev/null; }

# Every file and folder, but what the tools themselves note down.
everything() {
  find / -xdev \( -path /proc -o -path /tmp -o -path /run -o -path /home -o -path /var/cache \
    -o -path /var/log -o -path /var/lib/dpkg -o -path /var/lib/apt \) -prune -o -print | sort
}

home_state() { (cd /home/alice && find . -printf '%p %m %u %T@ %l\n' -type f -exec sha256sum {} + | sort); }

as_alice() { runuser -u alice -- env -i HOME=/home/alice PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "$@"; }

useradd --create-home alice
everything >/tmp/before

apt install "$package" >/dev/null
[[ $(dpkg-query -W -f='${db:Status-Status}' mcp-valet) == installed ]] || fail "it is not installed"
[[ -z $(dpkg --verify mcp-valet) ]] || fail "files differ from the package's"
new=$(comm -13 /tmp/before <(everything) | sed -n 's|.*/\(lib[^/]*\.so\.[0-9]*\)$|\1|p' | paste -sd ' ')
ok "installs with what it names in Depends; new libraries: ${new:-none}"

for program in /usr/bin/mcp-valet /usr/libexec/mcp-valet/mcp-valet-ctl /usr/libexec/mcp-valet/mcp-valet-net; do
  ! ldd "$program" | grep 'not found' || fail "$program lacks a library"
done
ok "every library is there"
for page in mcp-valet mcp-valet-run mcp-valet-vault; do
  gzip -t "/usr/share/man/man1/$page.1.gz"
done
bash -n /usr/share/bash-completion/completions/mcp-valet
[[ -s /usr/share/zsh/vendor-completions/_mcp-valet && -s /usr/share/fish/vendor_completions.d/mcp-valet.fish ]]
ok "manual pages and completions are there"

[[ $(as_alice mcp-valet --version) =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "--version"
mkdir -m 700 /home/alice/key
chown alice: /home/alice/key
as_alice mcp-valet vault init --key-file /home/alice/key/file --unattended 2>/dev/null
secret=$(head -c 24 /dev/urandom | base64)
printf %s "$secret" | as_alice mcp-valet set demo/token 2>/dev/null
cat >/home/alice/server.sh <<'SERVER'
#!/bin/sh
while read -r line; do
  mark=$(printf %s "$TOKEN" | sha256sum | cut -c 1-64)
  printf '{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{"name":"demo","version":"%s"}}}\n' "$mark"
done
SERVER
chown alice: /home/alice/server.sh
as_alice mcp-valet add demo --env TOKEN=valet://demo/token -- /bin/sh /home/alice/server.sh 2>/dev/null
as_alice mcp-valet allow --yes demo --folder any 2>/dev/null
answer=$(printf '%s\n' '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}' |
  as_alice mcp-valet run demo)
[[ $answer == *"$(printf %s "$secret" | sha256sum | cut -c 1-64)"* ]] || fail "the server did not get its secret: $answer"
ok "an MCP server gets its secret"
[[ $(as_alice mcp-valet list --json) == *demo/token* ]] || fail "list"
[[ $(as_alice env SAP_SHELL=bash mcp-valet ---completion get -- positional@0 2 0 mcp-valet get '') == demo/token ]] ||
  fail "completion"
cat >/home/alice/moved.sh <<'SERVER'
#!/bin/sh
[ "${#TOKEN}" -eq 40 ] && read -r line && printf '{"jsonrpc":"2.0","id":"valet-discover","result":{}}\n' && read -r line
SERVER
mkdir -m 700 /home/alice/.cursor
printf '{"mcpServers": {"moved": {"command": "/bin/sh", "args": ["/home/alice/moved.sh"], "env": {"TOKEN": "ghp_%s"}}}}\n' \
  "$(head -c 18 /dev/urandom | od -An -v -tx1 | tr -d ' \n')" >/home/alice/.cursor/mcp.json
chown -R alice: /home/alice/moved.sh /home/alice/.cursor
said=$(as_alice mcp-valet import cursor --yes 2>&1) || fail "import: $said"
[[ $said == *"moved answers"* && $(</home/alice/.cursor/mcp.json) == *'"command": "mcp-valet"'* ]] || fail "import: $said"
as_alice mcp-valet undo cursor --yes 2>/dev/null
rm -r /home/alice/.cursor
ok "a host's server is moved behind it, and answers"
# Nobody listens there: what matters is that mcp-valet-net was found and started.
complaint=$(as_alice timeout 30 mcp-valet login nowhere http://127.0.0.1:9/mcp --no-browser 2>&1 </dev/null) &&
  fail "logged in at nothing"
[[ $complaint == *127.0.0.1* && $complaint != *missing* ]] || fail "login: $complaint"
ok "its other programs are found"
as_alice mcp-valet audit verify >/dev/null

code=0
complaint=$(as_alice mcp-valet mcpb inspect /tmp/example-valet.mcpb 2>&1) || code=$?
[[ $code -eq 69 && $complaint == *"$libzip"* ]] || fail "without libzip, ended with $code: $complaint"
apt install "$libzip" >/dev/null
[[ $(as_alice mcp-valet mcpb inspect --json /tmp/example-valet.mcpb) == *'"isWrapped" : true'* ]] || fail "mcpb inspect"
apt purge --autoremove "$libzip" >/dev/null
ok "bundles need libzip, which is in $libzip, and its name is in the hint"

if complaint=$(PREFIX=/usr /tmp/uninstall.sh 2>&1); then
  fail "uninstall.sh removed what belongs to the package"
fi
[[ $complaint == *"apt remove mcp-valet"* && -x /usr/bin/mcp-valet ]] || fail "uninstall.sh: $complaint"
ok "uninstall.sh leaves the package to apt"

home_state >/tmp/home
[[ $(grep -c vault /tmp/home) -gt 0 ]] || fail "there is no vault to be kept"

apt remove mcp-valet >/dev/null
[[ ! -e /usr/bin/mcp-valet && ! -e /usr/libexec/mcp-valet ]] || fail "programs are left after 'remove'"
cmp /tmp/home <(home_state) || fail "'remove' touched a home"
ok "'remove' leaves no program and all of a home"

apt install "$package" >/dev/null
as_alice mcp-valet list 2>/dev/null | grep -q demo/token || fail "the vault is not read after a new installation"
home_state >/tmp/home
ok "installed again, it has its secrets"

apt purge mcp-valet >/dev/null
cmp /tmp/home <(home_state) || fail "'purge' touched a home"
! dpkg-query -W mcp-valet 2>/dev/null || fail "dpkg still knows it"
apt autoremove --purge >/dev/null
left=$(comm -13 /tmp/before <(everything))
[[ -z $left ]] || fail "left after 'purge': $left"
ok "'purge' leaves nothing of the package, and all of a home"
