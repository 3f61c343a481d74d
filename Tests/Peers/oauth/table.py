"""Prints what each authorization server passes, from the rows that the tests appended to a file.

    table.py FILE
"""
import sys

COLUMNS = [
    "registration", "known client", "login", "device", "client credentials", "refresh", "rotation",
    "reuse detection", "more scopes", "revocation", "rightly refused", "Chromium", "Chromium device",
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
        if known.get(capability) != "ok":
            known[capability] = result
    if not results:
        print("No authorization server was tested.")
        return
    print("What was tested with each authorization server (- : it has no such thing, or no test):")
    peers = sorted(results)
    notes = []
    width = max(map(len, COLUMNS))
    print(" " * width, *(f"{peer:>20}" for peer in peers))
    for column in COLUMNS:
        cells = []
        for peer in peers:
            result = results[peer].get(column, "-")
            if result not in ("ok", "-"):
                notes.append(result)
                result = f"({len(notes)})"
            cells.append(f"{result:>20}")
        print(f"{column:{width}}", *cells)
    for number, note in enumerate(notes, 1):
        print(f"({number}) {note}")


main()
