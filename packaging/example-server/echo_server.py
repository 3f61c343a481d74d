#!/usr/bin/env python3
"""A small MCP server on stdio, standard library only, that speaks both protocol eras.

It exists to be started by mcp-valet: its tool `secret_fingerprint` proves which secret arrived in
DEMO_TOKEN without showing it. The answer holds the length, a random salt made for this process, and
the first 16 hexadecimal digits of SHA-256(salt as text, then secret). Whoever knows the secret can
compute the same; a random secret cannot be found from it. (A short or guessable one could be: this
is a tool for a demonstration, not one to copy into a server that does work.)
"""

import hashlib
import json
import os
import secrets
import sys

NAME = "mcp-valet-echo"
VERSION = "1.0.0"
HANDSHAKE_VERSIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
STATELESS_VERSION = "2026-07-28"
META = "io.modelcontextprotocol/"

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
UNSUPPORTED_PROTOCOL_VERSION = -32022

# New for every process, so that two answers cannot be compared with each other.
SALT = secrets.token_hex(8)

TOOLS = [
    {
        "name": "echo",
        "description": "Gives back the text it is given.",
        "inputSchema": {
            "type": "object",
            "properties": {"text": {"type": "string"}},
            "required": ["text"],
        },
    },
    {
        "name": "secret_fingerprint",
        "description": "Length and salted hash of the secret in DEMO_TOKEN, never its value.",
        "inputSchema": {"type": "object", "properties": {}},
    },
]


class RequestError(Exception):
    """A JSON-RPC error to be sent as the answer."""

    def __init__(self, code, message, data=None):
        super().__init__(message)
        self.error = {"code": code, "message": message}
        if data is not None:
            self.error["data"] = data


def secret_fingerprint():
    """The text of the tool's answer, and whether it is an error."""
    # Bytes, not text: a secret need not be UTF-8.
    secret = os.environb.get(b"DEMO_TOKEN")
    if secret is None:
        return "DEMO_TOKEN is not set", True
    digest = hashlib.sha256(SALT.encode() + secret).hexdigest()
    return f"length={len(secret)} salt={SALT} sha256={digest[:16]}", False


def call_tool(params):
    name = params.get("name")
    if name == "echo":
        arguments = params.get("arguments")
        text = arguments.get("text") if isinstance(arguments, dict) else None
        if not isinstance(text, str):
            raise RequestError(INVALID_PARAMS, "'text' must be a string")
        is_error = False
    elif name == "secret_fingerprint":
        text, is_error = secret_fingerprint()
    else:
        raise RequestError(INVALID_PARAMS, f"Unknown tool: {name}")
    return {"content": [{"type": "text", "text": text}], "isError": is_error}


class Server:
    """One connection. The first `initialize` makes it a handshake-era one."""

    def __init__(self):
        self.initialized = False

    def check_era(self, params):
        """True for the stateless era; refuses a request that belongs to neither."""
        meta = params.get("_meta")
        version = meta.get(META + "protocolVersion") if isinstance(meta, dict) else None
        if version is None:
            if self.initialized:
                return False
            raise RequestError(INVALID_PARAMS, "neither 'initialize' came first nor is there a protocol version in _meta")
        if version != STATELESS_VERSION:
            raise RequestError(
                UNSUPPORTED_PROTOCOL_VERSION,
                "Unsupported protocol version",
                {"supported": [STATELESS_VERSION], "requested": version},
            )
        if not isinstance(meta.get(META + "clientCapabilities"), dict):
            raise RequestError(INVALID_PARAMS, f"_meta lacks '{META}clientCapabilities'")
        return True

    def initialize(self, params):
        self.initialized = True
        asked = params.get("protocolVersion")
        return {
            "protocolVersion": asked if asked in HANDSHAKE_VERSIONS else HANDSHAKE_VERSIONS[-1],
            "capabilities": {"tools": {}},
            "serverInfo": {"name": NAME, "version": VERSION},
        }

    def handle(self, method, params):
        if method == "initialize":
            return self.initialize(params)
        if method == "ping":
            return {}  # allowed even before `initialize`
        stateless = self.check_era(params)
        cacheable = True
        if method == "tools/list":
            result = {"tools": TOOLS}
        elif method == "tools/call":
            result = call_tool(params)
            cacheable = False
        elif method == "server/discover" and stateless:
            result = {"supportedVersions": [STATELESS_VERSION], "capabilities": {"tools": {}}}
        else:
            raise RequestError(METHOD_NOT_FOUND, "Method not found", method)
        if stateless:
            result["resultType"] = "complete"
            result["_meta"] = {META + "serverInfo": {"name": NAME, "version": VERSION}}
            if cacheable:
                result.update(cacheScope="public", ttlMs=0)
        return result

    def answer(self, line):
        """The answer to one line, or None where there is none to give."""
        identifier = None
        try:
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):
                raise RequestError(PARSE_ERROR, "Parse error") from None
            if not isinstance(message, dict) or not isinstance(message.get("method"), str):
                raise RequestError(INVALID_REQUEST, "Invalid request")
            if "id" not in message:
                return None  # a notification
            identifier = message["id"]
            if isinstance(identifier, bool) or not isinstance(identifier, (str, int)):
                identifier = None
                raise RequestError(INVALID_REQUEST, "id must be a string or an integer")
            params = message.get("params", {})
            if not isinstance(params, dict):
                raise RequestError(INVALID_PARAMS, "params must be an object")
            return {"jsonrpc": "2.0", "id": identifier, "result": self.handle(message["method"], params)}
        except RequestError as refusal:
            return {"jsonrpc": "2.0", "id": identifier, "error": refusal.error}


def main():
    server = Server()
    for line in sys.stdin.buffer:
        if not line.strip():
            continue
        answer = server.answer(line)
        if answer is not None:
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
