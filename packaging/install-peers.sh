#!/usr/bin/env bash
# Puts the peers from PyPI, pinned in packaging/test-requirements.txt, into .build/test-venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Built anew when a pin changed; the copy inside is written last, so a half-made one never passes.
venv=$PWD/.build/test-venv
if ! cmp -s packaging/test-requirements.txt "$venv/installed.txt"; then
  echo "Installing packages from PyPI: $(grep -c == packaging/test-requirements.txt), into .build/test-venv"
  # Debian's own Python: python3-venv belongs to it, whatever else is on PATH.
  python=/usr/bin/python3
  [[ -x $python ]] || python=python3
  "$python" -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-input \
    --requirement packaging/test-requirements.txt </dev/null
  "$venv/bin/pip" check
  cp packaging/test-requirements.txt "$venv/installed.txt"
fi
