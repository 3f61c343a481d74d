#!/usr/bin/env python3
"""Makes the vectors in this folder, from the tables in
Sources/Connections/Connections.docc/ConnectionRecord.md and without a line of this project.
One fault a file.
"""
import pathlib
import struct

HERE = pathlib.Path(__file__).parent


def field(number, payload):
    if isinstance(payload, str):
        payload = payload.encode()
    return struct.pack("<HI", number, len(payload)) + payload


def u8(value):
    return struct.pack("<B", value)


def u32(value):
    return struct.pack("<I", value)


def i64(value):
    return struct.pack("<q", value)


VERSION = struct.pack("<H", 1)
GRANT = field(12, u8(1))
OPTIONS = field(19, u32(0))
SMALLEST = VERSION + field(1, "a") + GRANT + OPTIONS

PRESET = (
    field(1, "slack")
    + field(2, "authed_user.access_token")
    + field(3, ",")
    + field(4, ";")
    + field(5, "application/x")
    + field(6, u32(43200))
    + field(7, u8(4))
)
FAILURE = field(1, i64(1790000002)) + field(2, "server_error") + field(3, "the server is busy")
REGISTRATION = (
    field(1, "https://as.example.com/")
    + field(2, "client-1")
    + field(3, "client-secret")
    + field(4, u8(3))
    + field(5, u8(2))
    + field(6, "http://127.0.0.1/callback")
    + field(6, "http://localhost:3118/callback")
    + field(7, i64(1800000000))
)
EVERYTHING = (
    VERSION
    + field(1, "work/slack")
    + field(2, "https://mcp.example.com/mcp")
    + field(3, "https://mcp.example.com/mcp")
    + field(4, "https://as.example.com/")
    + field(5, "https://as.example.com/authorize")
    + field(6, "https://as.example.com/token")
    + field(7, "https://as.example.com/revoke")
    + field(8, "https://as.example.com/register")
    + field(9, "https://as.example.com/device")
    + field(10, "read")
    + field(10, "write")
    + field(11, "read")
    + field(12, u8(2))
    + field(13, "access-token")
    + field(14, "Bearer")
    + field(15, "refresh-token")
    + field(16, i64(1790000000))
    + field(17, i64(1790003600))
    + field(18, i64(1792592000))
    + field(19, u32(15))
    + field(20, field(1, "access_type") + field(2, "offline"))
    + field(20, field(1, "empty"))
    + field(21, PRESET)
    + field(22, i64(1789000000))
    + field(23, i64(1790000001))
    + field(24, FAILURE)
    + field(25, u8(1))
    + field(26, REGISTRATION)
    + field(26, field(1, "https://b") + field(2, "https://c/d.json") + field(4, u8(2)) + field(5, u8(1)))
)
EVERYTHING_LINES = [
    "name: work/slack",
    "server: https://mcp.example.com/mcp",
    "resource: https://mcp.example.com/mcp",
    "issuer: https://as.example.com/",
    "authorization: https://as.example.com/authorize",
    "token: https://as.example.com/token",
    "revocation: https://as.example.com/revoke",
    "registration-endpoint: https://as.example.com/register",
    "device: https://as.example.com/device",
    "requested: read write",
    "granted: read",
    "grant: 2",
    "access-token: access-token",
    "token-type: Bearer",
    "refresh-token: refresh-token",
    "obtained: 1790000000",
    "expires: 1790003600",
    "refresh-expires: 1792592000",
    "options: 15",
    "parameters: access_type=offline empty=",
    "preset: slack authed_user.access_token , ; application/x 43200 4",
    "logged-in: 1789000000",
    "last-refresh: 1790000001",
    "last-failure: 1790000002 server_error the server is busy",
    "ended: yes",
    "registration: https://as.example.com/ client-1 client-secret 3 2 http://127.0.0.1/callback http://localhost:3118/callback 1800000000",
    "registration: https://b https://c/d.json - 2 1 -",
]

OK, MALFORMED = "ok", "malformed"
VECTORS = {
    "smallest": ("the fields that must be there", OK, SMALLEST, ["name: a", "grant: 1", "options: 0"]),
    "everything": ("every field", OK, EVERYTHING, EVERYTHING_LINES),
    "later-field": (
        "a field of a later version, which is kept",
        OK,
        SMALLEST + field(0x1000, b"\x00\xff"),
        ["name: a", "grant: 1", "options: 0", "unknown: 4096 00ff"],
    ),
    "later-field-to-understand": (
        "a field of a later version that must be understood", "unknown-field",
        SMALLEST + field(0x8000, b""), []),
    "other-version": ("version 2", "unsupported-version", b"\x02\x00" + SMALLEST[2:], []),
    "empty": ("no byte", MALFORMED, b"", []),
    "no-name": ("no name", MALFORMED, VERSION + GRANT + OPTIONS, []),
    "no-grant": ("no grant", MALFORMED, VERSION + field(1, "a") + OPTIONS, []),
    "no-options": ("no options", MALFORMED, VERSION + field(1, "a") + GRANT, []),
    "cut-head": ("a field's head is cut off", MALFORMED, SMALLEST + b"\x16\x00\x08", []),
    "cut-payload": ("a field is longer than what is left", MALFORMED, SMALLEST + field(22, i64(1))[:-1], []),
    "trailing-byte": ("a byte behind the last field", MALFORMED, SMALLEST + b"\x00", []),
    "out-of-order": ("fields that do not ascend", MALFORMED, VERSION + GRANT + field(1, "a") + OPTIONS, []),
    "twice": ("two names", MALFORMED, VERSION + field(1, "a") + field(1, "a") + GRANT + OPTIONS, []),
    "type-zero": ("a field of type 0", MALFORMED, VERSION + field(0, "") + SMALLEST[2:], []),
    "empty-text": ("an empty text", MALFORMED, VERSION + field(1, "a") + field(2, "") + GRANT + OPTIONS, []),
    "control-character": (
        "an escape in a text", MALFORMED,
        VERSION + field(1, "a") + field(2, "https://\x1b[2J") + GRANT + OPTIONS, []),
    "not-utf-8": ("a text that is not UTF-8", MALFORMED, VERSION + field(1, b"\xc3\x28") + GRANT + OPTIONS, []),
    "long-text": ("a text of 4,097 bytes", MALFORMED, VERSION + field(1, "a") + field(2, "a" * 4097) + GRANT + OPTIONS, []),
    "short-integer": ("an integer of 4 bytes for 8", MALFORMED, SMALLEST + field(22, u32(1)), []),
    "negative-time": ("a time before 1970", MALFORMED, SMALLEST + field(22, i64(-1)), []),
    "far-time": ("a time in the year 10000", MALFORMED, SMALLEST + field(22, i64(253402300800)), []),
    "unknown-grant": ("grant 9", MALFORMED, VERSION + field(1, "a") + field(12, u8(9)) + OPTIONS, []),
    "not-ended": ("a login that has not ended, said", MALFORMED, SMALLEST + field(25, u8(0)), []),
    "empty-secret": (
        "an access token of no bytes", MALFORMED,
        VERSION + field(1, "a") + GRANT + field(13, "") + OPTIONS, []),
    "registration-without-client": (
        "a registration without a client id", MALFORMED,
        SMALLEST + field(26, field(1, "https://b") + field(4, u8(2)) + field(5, u8(1))), []),
    "two-registrations": ("two registrations at one issuer", MALFORMED, SMALLEST + 2 * field(26, REGISTRATION), []),
    "unknown-in-preset": (
        "an unknown field where none is kept", "unknown-field",
        SMALLEST[: -len(OPTIONS)] + OPTIONS + field(21, PRESET + field(200, "x")), []),
    "too-many-scopes": (
        "513 scopes", MALFORMED, VERSION + field(1, "a") + 513 * field(10, "s") + GRANT + OPTIONS, []),
}

for old in HERE.glob("*.txt"):
    old.unlink()
for name, (about, expect, data, lines) in VECTORS.items():
    text = [f"about: {about}", f"expect: {expect}", *lines]
    text += [f"bytes: {data[i : i + 48].hex()}" for i in range(0, len(data), 48)]
    (HERE / f"{name}.txt").write_text("\n".join(text) + "\n")
