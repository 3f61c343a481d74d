#!/usr/bin/env python3
"""A server for tests of the relay: speaks both eras, and does what its requests say.

TOKEN decides how it starts: "dies…" ends it with a word on standard error, "refuses…" makes it
answer initialize with an error, "sleeps…" makes it start after a minute.
"""
import json
import os
import sys
import time

token = os.environ.get("TOKEN", "")


def say(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def result(request):
    method, params = request["method"], request.get("params", {})
    if method == "initialize":
        return {
            "protocolVersion": params.get("protocolVersion", "2025-06-18"),
            "capabilities": {},
            "serverInfo": {"name": "relay-server", "version": "1"},
        }
    if method == "server/discover":
        return {"supportedVersions": ["2026-07-28"], "capabilities": {}}
    if method in ("token", "tools/call"):
        return {"token": token, "pid": os.getpid()}
    if method == "file":
        with open(os.environ["FILE"]) as file:
            return {"text": file.read(), "path": os.environ["FILE"]}
    if method == "sleep":
        time.sleep(params["seconds"])
        return {"pid": os.getpid()}
    if method == "raw":
        sys.stdout.write(params["text"].replace("TOKEN", token))
        sys.stdout.flush()
    if method == "errors":
        for piece in params["pieces"]:
            sys.stderr.write(piece.replace("TOKEN", token))
            sys.stderr.flush()
            time.sleep(params.get("pause", 0))
    if method == "flood":
        os.write(2, b"x" * params["count"])
    if method == "exit":
        os._exit(params["code"])
    return {}


def main():
    if token.startswith("dies"):
        sys.stderr.write(f"bad token {token}\n")
        sys.exit(3)
    if token.startswith("sleeps"):
        time.sleep(60)
    for line in sys.stdin:
        request = json.loads(line)
        if "id" not in request:
            continue
        if token.startswith("refuses") and request["method"] in ("initialize", "server/discover"):
            say({"id": request["id"], "error": {"code": -32000, "message": f"no {token}"}})
        else:
            say({"id": request["id"], "result": result(request)})


main()
