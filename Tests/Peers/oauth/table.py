"""Prints what each authorization server passes, from the rows that the tests appended to a file.

    table.py FILE

A capability that a peer does not have stands there as `none`; one that it has, or may have, and that
no test tried, as `-`.
"""
import sys

COLUMNS = [
    "registration", "known client", "login", "device", "client credentials", "refresh", "rotation",
    "reuse detection", "more scopes", "revocation", "rightly refused", "OS keyring", "Chromium",
    "Chromium known client", "Chromium device", "Chromium paste-back",
]


def main():
    results = {}
    try:
        rows = open(sys.argv[1], encoding="utf-8").read().splitlines()
    except FileNotFoundError:
        rows = []
    for row in rows:
        peer, capability, result = row.split("\t")
        known = results.setdefault(peer, {})
        # What went through once was there.
        if known.get(capability) != "ok" and (result != "none" or capability not in known):
            known[capability] = result
    if not results:
        print("No authorization server was tested.")
        return
    print("What was tested with each authorization server (none: it has no such\nthing; -: not tested):")
    peers = sorted(results)
    notes = []
    width = max(map(len, COLUMNS))
    print(" " * width, *(f"{peer:>20}" for peer in peers))
    for column in COLUMNS:
        cells = []
        for peer in peers:
            result = results[peer].get(column, "-")
            if result not in ("ok", "none", "-"):
                notes.append(result)
                result = f"({len(notes)})"
            cells.append(f"{result:>20}")
        print(f"{column:{width}}", *cells)
    for number, note in enumerate(notes, 1):
        print(f"({number}) {note}")


main()
