#!/usr/bin/env python3
"""Makes the vectors in this folder, from Sources/SealedConnections/SealedConnections.docc/
ConnectionFile.md and without a line of this project. One fault a file.

needs: PyNaCl (PyPI)
"""
import hashlib
import pathlib
import re
import struct

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as seal

HERE = pathlib.Path(__file__).parent
KEY, OTHER_KEY = bytes(range(32)), bytes(32)
IDENT, OTHER_IDENT = b"\x01" * 16, b"\x02" * 16


def record(name):
    text = (HERE.parent / "connections" / f"{name}.txt").read_text()
    return bytes.fromhex("".join(re.findall(r"^bytes: ([0-9a-f]+)$", text, re.M)))


def digest(message):
    return hashlib.blake2b(message, digest_size=32).digest()


def whole(
    plain, magic=b"mcpvconn", version=1, flags=0, length=None, ident=IDENT, generation=258, key=KEY
):
    length = len(plain) + 16 if length is None else length
    header = magic + struct.pack("<HHI", version, flags, length) + ident
    header += struct.pack("<Q", generation) + b"\x03" * 16 + b"\x04" * 24
    data = header + seal(plain, header, header[56:80], key)
    return data + digest(data)


def flipped(data, at, fixed=False):
    data = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    return data[:-32] + digest(data[:-32]) if fixed else data


def write(name, about, expect, data, key=KEY, **more):
    lines = {"about": about, "expect": expect, "id": IDENT.hex(), "key": key.hex(), **more}
    (HERE / f"{name}.txt").write_text("".join(f"{k}: {v}\n" for k, v in lines.items()))
    (HERE / f"{name}.connection").write_bytes(data)


full, small = record("everything"), record("smallest")
good = whole(full)
write("everything", "a connection with every field", "ok", good, generation=258, record="everything")
write("smallest", "the smallest connection", "ok", whole(small, generation=1), generation=1, record="smallest")
write("later-field", "fields of a later version", "ok", whole(record("later-field")), generation=258, record="later-field")
write("empty", "an empty file", "corrupt", b"")
write("cut", "the last byte is missing", "corrupt", good[:-1])
write("cut-short", "shorter than any connection", "corrupt", good[:100])
write("appended", "a byte too many", "corrupt", good + b"\0")
write("magic", "another magic", "corrupt", whole(full, magic=b"mcpvault"))
for name, at in ("generation", 32), ("nonce", 60), ("record", 100), ("digest", len(good) - 1):
    write(f"corrupt-{name}", f"a bit of the {name} flipped", "corrupt", flipped(good, at))
for name, at in ("generation", 32), ("write-id", 45), ("nonce", 60), ("record", 100), ("tag", len(good) - 40):
    write(f"tampered-{name}", f"a bit of the {name} flipped, the digest made to fit", "tampered", flipped(good, at, True))
write("other-key", "sealed under another key", "tampered", whole(full, key=OTHER_KEY))
write("other-connection", "the file of another connection", "malformed", whole(full, ident=OTHER_IDENT))
write("version", "version 2", "unsupported-version", whole(full, version=2))
write("flags", "an unknown flag", "unknown-flags", whole(full, flags=1))
write("length-short", "a length that is too small", "malformed", whole(full, length=len(full) + 15))
write("length-long", "a length that is too large", "malformed", whole(full, length=len(full) + 17))
write("no-record", "a record that makes no sense", "record", whole(record("no-name")))
