#!/usr/bin/env python3
"""Reads every vector in this folder, written from VaultFormat.md alone: the proof that it suffices.

usage: read_vault.py            checks all vectors, exits with 1 when one comes out differently
needs: PyNaCl, argon2-cffi (PyPI)
"""
import hashlib, pathlib, re, struct, sys

from argon2.low_level import Type, hash_secret_raw
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as aead_open
from nacl.exceptions import CryptoError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SEGMENT = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._@+-]{1,64}"
NAME = re.compile(f"{SEGMENT}(?:/{SEGMENT}){{0,7}}")
TYPES = {"passphrase": 1, "recovery-key": 2, "keyring": 3, "key-file": 4}

class Refused(Exception): pass

def digest(message, key=b""):
    return hashlib.blake2b(message, digest_size=32, key=key).digest()

def subkey(key, number):
    salt, person = struct.pack("<QQ", number, 0), b"mcpvault".ljust(16, b"\0")
    return hashlib.blake2b(digest_size=32, key=key, salt=salt, person=person).digest()

def require(holds, otherwise, name=None):
    if not holds:
        raise Refused(otherwise, name)

def try_open(sealed, associated, nonce, key, otherwise, name=None):
    try:
        return aead_open(sealed, associated, nonce, key)
    except CryptoError:
        raise Refused(otherwise, name)

def recovery_key(text):
    text = re.sub(r"[-\s]", "", text).upper().translate(str.maketrans("OIL", "011"))
    require(len(text) == 56 and all(c in ALPHABET for c in text), "recovery-key")
    raw = int("".join(f"{ALPHABET.index(c):05b}" for c in text), 2).to_bytes(35, "big")
    require(raw[32:] == digest(b"mcp-valet recovery key 1" + raw[:32])[:3], "recovery-key")
    return raw[:32]

def parse_header(data):
    require(data[:8] == b"mcpvault"[: len(data)], "not-a-vault")
    require(len(data) >= 168, "truncated")
    (length,) = struct.unpack_from("<I", data, 12)
    require(168 <= length <= 4096, "corrupt-header")
    require(len(data) >= length, "truncated")
    header = data[:length]
    require(digest(header[:-32]) == header[-32:], "corrupt-header")
    version, flags = struct.unpack_from("<HH", header, 8)
    require(version == 1, "unsupported-version")
    require(flags == 0, "unknown-flags")
    index_length, values_length, count = struct.unpack_from("<QQH", header, 80)
    require(1 <= count <= 8 and length == 168 + 112 * count and not any(header[98:104]), "malformed")
    slots = [header[104 + 112 * i : 216 + 112 * i] for i in range(count)]
    types = []
    for slot in slots:
        kind, reserved, passes, memory = struct.unpack_from("<HHIQ", slot)
        if kind in TYPES.values():
            require(reserved == 0 and (kind == 1 or passes == memory == 0), "malformed")
            require(kind == 4 or kind not in types, "malformed")
        types.append(kind)
    require(4112 <= index_length <= 64 << 20 and index_length % 4096 == 16, "malformed")
    require(values_length <= 1 << 30, "malformed")
    expected = length + index_length + values_length + 32
    require(len(data) >= expected, "truncated")
    require(len(data) <= expected, "appended")
    return header, slots, index_length

def unlock(header, slots, kind, secret):
    failure = "no-slot"
    for slot in slots:
        number, _, passes, memory, salt = struct.unpack_from("<HHIQ16s", slot)
        if number != kind:
            continue
        if kind == 1:
            fits = 2 <= passes <= 12 and 64 << 20 <= memory <= 1 << 30 and memory % 1024 == 0
            require(fits, "derivation-out-of-range")
            key = hash_secret_raw(secret, salt, passes, memory // 1024, 1, 32, Type.ID, 19)
        else:
            key = digest(b"mcp-valet vault key slot, format 1" + slot[:2] + header[16:32] + salt, secret)
        try:
            return aead_open(slot[64:112], header[:10] + header[16:32] + slot[:40], slot[40:64], key)
        except CryptoError:
            failure = "wrong-key"
    raise Refused(failure, None)

def records(index):
    at = 0
    while at + 6 <= len(index) and index[at : at + 2] != b"\0\0":
        kind, length = struct.unpack_from("<HI", index, at)
        require(at + 6 + length <= len(index), "malformed")
        yield kind, index[at + 6 : at + 6 + length]
        at += 6 + length
    require(not any(index[at:]), "malformed")

class Fields:
    """Takes the fields of a grant off its front."""
    def __init__(self, data): self.data, self.at = data, 0

    def take(self, count):
        require(self.at + count <= len(self.data), "malformed")
        self.at += count
        return self.data[self.at - count : self.at]

    def number(self, count): return int.from_bytes(self.take(count), "little")
    def string(self): return self.take(self.number(4))
    def many(self, read): return [read() for _ in range(self.number(4))]

    def text(self):
        try:
            return self.string().decode()
        except UnicodeDecodeError:
            raise Refused("malformed", None)

def grant(payload):
    """A line about a grant; None for one of an unknown layout."""
    if len(payload) < 2 or payload[:2] != b"\1\0": return None
    fields = Fields(payload)
    _, folder_kind, program_kind, flags, created = (fields.number(n) for n in (2, 1, 1, 4, 8))
    if flags & ~63: return None
    server, program, folder, home = fields.text(), fields.string(), fields.string(), fields.string()
    require(server, "malformed")
    arguments = fields.many(fields.string)
    variables = fields.many(lambda: (fields.string(), fields.number(1), fields.string()))
    names = [name for name, _, _ in variables]
    if any(kind > 1 for _, kind, _ in variables) or folder_kind > 2 or program_kind > 14: return None
    require(all(n and b"=" not in n and b"\0" not in n for n in names), "malformed")
    require(len(set(names)) == len(names), "malformed")
    unredacted, kept = fields.many(fields.text), fields.many(fields.text)
    substitutions = fields.many(lambda: (fields.text(), fields.text()))
    places = fields.many(fields.string) if flags & 32 else []
    require(not flags & 32 or places and all(p[:1] == b"/" for p in places), "malformed")
    pin = (fields.string(), fields.take(32)) if flags & 16 else None
    require(fields.at == len(payload) <= 1 << 20, "malformed")
    require(program[:1] == (b"/" if program_kind == 0 else b""), "malformed")
    require(folder[:1] == (b"/" if folder_kind == 0 else b""), "malformed")
    require(flags & 8 or not home, "malformed")
    words = [f"{server} {created} {folder_kind} {program_kind} {flags}"]
    words += [f"program={program.hex()} folder={folder.hex()} home={home.hex()}"]
    words += ["arguments=" + ",".join(a.hex() for a in arguments)]
    words += ["variables=" + ",".join(f"{n.hex()}:{k}:{v.hex()}" for n, k, v in variables)]
    words += ["unredacted=" + ",".join(unredacted), "kept=" + ",".join(kept)]
    words += ["substitutions=" + ",".join(f"{a}>{b}" for a, b in substitutions)]
    if places: words += ["places=" + ",".join(p.hex() for p in places)]
    return " ".join(words + ([f"pin={pin[0].hex()}:{pin[1].hex()}"] if pin else []))

def read(data, opened_by, secret):
    """Returns what a vector of an intact vault lists, as a set of lines."""
    header, slots, index_length = parse_header(data)
    text = secret.encode() if opened_by == "passphrase" else (
        recovery_key(secret) if opened_by == "recovery-key" else bytes.fromhex(secret))
    key = unlock(header, slots, TYPES[opened_by], text)
    require(digest(header[:-64], subkey(key, 1)) == header[-64:-32], "tampered-header")
    trailer_fits = digest(data[len(header) : -32]) == data[-32:]
    damage = "tampered-" if trailer_fits else "corrupt-"
    sealed, values = data[len(header) :][:index_length], data[len(header) + index_length : -32]
    index = try_open(sealed, header, header[56:80], subkey(key, 2), damage + "index")
    lines = {f"vault-id: {header[16:32].hex()}", f"generation: {struct.unpack_from('<Q', header, 32)[0]}"}
    names, to_open = set(), []
    for kind, payload in records(index):
        if kind == 5:
            require(len(payload) >= 4 and not any(l.startswith("settings") for l in lines), "malformed")
            words = [w for bit, w in enumerate(("unattended", "recovery-key-shown")) if payload[0] >> bit & 1]
            lines.add("settings: " + " ".join(words))
        elif kind == 2 and (line := grant(payload)):
            lines.add(f"grant: {line}")
        elif kind == 3:
            require(len(payload) >= 64 and not any(payload[2:8]), "malformed")
            n, ident, created, key_ = struct.unpack_from("<H6x16sq32s", payload)
            name, rest = payload[64 : 64 + n].decode("latin-1"), payload[64 + n :]
            require(len(payload) >= 64 + n and re.fullmatch(SEGMENT, name), "malformed")
            require(("oauth", name) not in names, "malformed")
            names.add(("oauth", name))
            lines.add(f"connection: {name} {ident.hex()} {created} {key_.hex()} {rest.hex() or '-'}")
        elif kind == 4:
            require(len(payload) >= 64 and not any(l.startswith("audit") for l in lines), "malformed")
            log, last, digest_, count, reserved = struct.unpack_from("<16sQ32sH6s", payload)
            require(count <= 16 and len(payload) >= 64 + 32 * count and not any(reserved), "malformed")
            lines |= {f"audit: {log.hex()} {last} {digest_.hex()}"} if any(log) else set()
            lines |= {f"audit-root: {payload[64 + 32 * i : 96 + 32 * i].hex()}" for i in range(count)}
        elif kind != 1:
            lines.add(f"record: {kind} {payload.hex()}")
        else:
            require(len(payload) >= 36, "malformed")
            n, m, count, reserved, _, _, _, expires = struct.unpack_from("<HHHHIqqq", payload)
            require(n and count and reserved == 0 and len(payload) == 36 + n + m + 80 * count, "malformed")
            name, note = payload[36 : 36 + n].decode(), payload[36 + n : 36 + n + m].decode()
            require(NAME.fullmatch(name) and name not in names, "malformed")
            names.add(name)
            lines |= {f"note: {name} {note}"} if note else set()
            lines |= {f"expires: {name} {expires}"} if expires else set()
            for at in range(36 + n + m, len(payload), 80):
                ident, number, _, nonce, tag, offset, length = struct.unpack_from("<16sIq24s16sQI", payload, at)
                require(1 <= length <= 1 << 20 and offset + length <= len(values), "malformed")
                to_open.append((name, number, ident, nonce, tag, offset, length))
    for name, number, ident, nonce, tag, offset, length in to_open:
        value_key = digest(ident + struct.pack("<I", number), subkey(key, 3))
        value = values[offset : offset + length] + tag
        value = try_open(value, header[16:32], nonce, value_key, damage + "value", name)
        lines.add(f"value: {name} {number} {value.hex()}")
    ranges = sorted(entry[-2:] for entry in to_open)
    require([at for at, _ in ranges] + [len(values)] == [0] + [sum(r) for r in ranges], "malformed")
    require(trailer_fits, "corrupt-trailer")
    return lines

def main():
    paths, failures = sorted(pathlib.Path(__file__).parent.glob("*.vault")), 0
    for path in paths:
        lines = path.with_suffix(".txt").read_text().splitlines()
        fields = dict(line.split(": ", 1) for line in lines)
        head = ("about", "open", "secret", "expect", "name")
        expected = (fields["expect"], fields.get("name"), {l for l in lines if l.split(":")[0] not in head})
        try:
            found = ("ok", None, read(path.read_bytes(), fields["open"], fields["secret"]))
        except Refused as refusal:
            found = (*refusal.args, set())
        if found != expected:
            failures += 1
            print(f"{path.name}: expected {expected}, found {found}")
    print(f"{len(paths)} vectors, {failures} come out differently")
    sys.exit(failures > 0)

main()
