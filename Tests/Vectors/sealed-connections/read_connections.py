#!/usr/bin/env python3
"""Reads every vector in this folder, written from ConnectionFile.md and ConnectionRecord.md alone.

usage: read_connections.py      checks all vectors, exits with 1 when one comes out differently
needs: PyNaCl (PyPI)
"""
import hashlib, pathlib, struct, sys

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as aead_open
from nacl.exceptions import CryptoError

class Refused(Exception): pass

def require(holds, otherwise):
    if not holds: raise Refused(otherwise)

def fields(data):
    """The fields of a record, as far as their order and lengths go."""
    require(struct.unpack_from("<H", data)[0] == 1, "record")
    at, last, found = 2, 0, []
    while at < len(data):
        require(len(data) - at >= 6, "record")
        kind, length = struct.unpack_from("<HI", data, at)
        require(kind >= max(last, 1) and len(data) - at - 6 >= length, "record")
        found.append((kind, data[at + 6 : at + 6 + length]))
        at, last = at + 6 + length, kind
    require({1, 12, 19} <= {kind for kind, _ in found}, "record")
    return found

def read(data, ident, key):
    require(len(data) >= 129 and data[:8] == b"mcpvconn", "corrupt")
    require(hashlib.blake2b(data[:-32], digest_size=32).digest() == data[-32:], "corrupt")
    version, flags, length = struct.unpack_from("<HHI", data, 8)
    require(version == 1, "unsupported-version")
    require(flags == 0, "unknown-flags")
    require(length == len(data) - 112 and data[16:32] == ident, "malformed")
    try:
        record = aead_open(data[80:-32], data[:80], data[56:80], key)
    except CryptoError:
        raise Refused("tampered")
    fields(record)
    return struct.unpack_from("<Q", data, 32)[0], record

def main():
    here, failures = pathlib.Path(__file__).parent, 0
    paths = sorted(here.glob("*.connection"))
    for path in paths:
        lines = path.with_suffix(".txt").read_text().splitlines()
        wanted = dict(line.split(": ", 1) for line in lines)
        try:
            generation, record = read(path.read_bytes(), bytes.fromhex(wanted["id"]), bytes.fromhex(wanted["key"]))
            text = (here.parent / "connections" / f"{wanted.get('record')}.txt").read_text()
            expected = "".join(l[7:] for l in text.splitlines() if l.startswith("bytes: "))
            same = str(generation) == wanted.get("generation") and record.hex() == expected
            found = "ok" if same else "another record"
        except Refused as refusal:
            found = str(refusal)
        if found != wanted["expect"]:
            failures += 1
            print(f"{path.name}: expected {wanted['expect']}, found {found}")
    print(f"{len(paths)} vectors, {failures} come out differently")
    sys.exit(failures > 0)

main()
