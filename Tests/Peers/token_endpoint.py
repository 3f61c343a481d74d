#!/usr/bin/env python3
"""A token endpoint on loopback that knows one login, rotates its refresh token and tells a reuse.

    token_endpoint.py FOLDER

Prints its URL, then serves until its standard input ends. FOLDER/requests gets a line for each
request: the refresh token sent and what became of it. What is in FOLDER is read at each request:

    lifetime   seconds that a token lives; 3600
    delay      seconds until the answer; 0
    mode       rotate (the default), down (status 503), refused (invalid_grant)
"""
import http.server
import json
import pathlib
import sys
import threading
import time
import urllib.parse

FOLDER = pathlib.Path(sys.argv[1])
lock = threading.Lock()
state = {"refresh": "refresh-0", "number": 0}


def setting(name, default):
    try:
        return (FOLDER / name).read_text().strip() or default
    except FileNotFoundError:
        return default


class Endpoint(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        form = urllib.parse.parse_qs(self.rfile.read(length).decode())
        sent = form.get("refresh_token", ["-"])[0]
        with lock:
            status, answer = self.decide(form, sent)
            with open(FOLDER / "requests", "a") as requests:
                requests.write(f"{sent} {answer.get('access_token', answer.get('error'))}\n")
        time.sleep(float(setting("delay", "0")))
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def decide(self, form, sent):
        mode = setting("mode", "rotate")
        if mode == "down":
            return 503, {"error": "temporarily_unavailable"}
        known = sent in (state["refresh"], setting("login", ""))
        if mode == "refused" or form.get("grant_type") != ["refresh_token"] or not known:
            return 400, {"error": "invalid_grant"}
        state["number"] += 1
        state["refresh"] = f"refresh-{state['number']}"
        return 200, {
            "access_token": f"access-{state['number']}",
            "refresh_token": state["refresh"],
            "token_type": "Bearer",
            "expires_in": int(setting("lifetime", "3600")),
        }


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}/token", flush=True)
while sys.stdin.buffer.read(1):
    pass
