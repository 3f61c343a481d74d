"""Precision and recall of `mcp-valet scan` beside PyPI's detect-secrets, on Tests/ScanningTests/Corpus.

    python3 scan.py CORPUS MCP-VALET DETECT-SECRETS

Counts lines, since detect-secrets says no more: a secret is found when its line is named, a line that
is named and holds no secret is a false alarm. The corpus has two halves: the first was written before
the detector was tuned on it, the second after that, and was first measured as it was (HELD_OUT).
Exits with 1 when mcp-valet is not the better one in both, in either half.
"""

import json
import os
import subprocess
import sys
import tempfile

# What the second half gave before anything was changed because of it: found, secrets, false alarms.
HELD_OUT = (36, 39, 5)


def valet_lines(program, path):
    with tempfile.TemporaryDirectory() as home:
        run = subprocess.run(
            [program, "scan", "--json", path],
            env={"HOME": home, "PATH": os.environ["PATH"]},
            capture_output=True,
            timeout=60,
        )
    if run.returncode not in (0, 1):
        sys.exit(f"scan of {path} ended with {run.returncode}: {run.stderr.decode()}")
    files = json.loads(run.stdout)["files"]
    return {finding["line"] for file in files for finding in file["findings"]}


def peer_lines(program, path):
    # Without the filters that look at what a file is called, and without asking anybody's server.
    run = subprocess.run(
        [program, "scan", "--all-files", "--no-verify", path], capture_output=True, timeout=60, check=True
    )
    results = json.loads(run.stdout)["results"]
    return {found["line_number"] for file in results.values() for found in file}


def measure(corpus, half, finder):
    found = secrets = alarms = 0
    for name in sorted(os.listdir(os.path.join(corpus, half))):
        folder = os.path.join(corpus, half, name)
        with open(os.path.join(folder, "expected.json")) as file:
            expected = json.load(file)
        lines = finder(os.path.join(folder, expected["file"]))
        wanted = [secret["line"] for secret in expected["secrets"]]
        found += sum(line in lines for line in wanted)
        secrets += len(wanted)
        alarms += len(lines - set(wanted))
    return found, secrets, alarms


def rates(found, secrets, alarms):
    return found / secrets, found / (found + alarms) if found + alarms else 1.0


def main():
    corpus, valet, peer = sys.argv[1:]
    print(f"{'half':9}{'':17}{'found':>9}{'false alarms':>14}{'recall':>8}{'precision':>11}")
    failed = False
    for half in ("first", "second"):
        measured = {}
        for name, finder in (
            ("mcp-valet", lambda path: valet_lines(valet, path)),
            ("detect-secrets", lambda path: peer_lines(peer, path)),
        ):
            result = measure(corpus, half, finder)
            measured[name] = rates(*result)
            show(half, name, result)
        failed |= any(mine < other for mine, other in zip(measured["mcp-valet"], measured["detect-secrets"]))
    show("second", "  before tuning", HELD_OUT)
    return 1 if failed else 0


def show(half, name, result):
    found, secrets, alarms = result
    recall, precision = rates(*result)
    print(f"{half:9}{name:17}{f'{found}/{secrets}':>9}{alarms:>14}{recall:>8.2f}{precision:>11.2f}")


sys.exit(main())
