"""Answers of authorization_server.py, proper ones and such as no server should give."""
import json
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler


class Answers(BaseHTTPRequestHandler):
    """How anything is answered; what is answered, is for a class below this one."""

    protocol_version = "HTTP/1.1"
    # Of the server, and of the port that nobody should talk to.
    origin = ""
    elsewhere = ""
    # path -> {"bytes": length of the whole answer, "announced": in its header}
    pads = {}

    def log_message(self, *_):
        pass

    def reply(self, status, value, headers=()):
        data = b"" if value is None else json.dumps(value).encode()
        pad = self.pads.get(urllib.parse.urlsplit(self.path).path)
        if pad:
            return self.reply_padded(status, data, pad)
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        for name, text in headers:
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def reply_padded(self, status, data, pad):
        """An answer of exactly that many bytes, whose length is told or not."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if pad.get("announced", True):
            self.send_header("Content-Length", str(pad["bytes"]))
        else:
            self.close_connection = True
        self.end_headers()
        self.wfile.write(data + b" " * (pad["bytes"] - len(data)))

    def play(self, answer):
        """Plays a canned answer: status, headers, and a body or a way of misbehaving."""
        status = answer.get("status", 200)
        headers = {"Content-Type": "application/json", **answer.get("headers", {})}
        if "json" in answer:
            data = json.dumps(answer["json"]).encode()
        else:
            data = answer.get("text", "").encode()
        data = data.replace(b"{origin}", self.origin.encode())
        data = data.replace(b"{elsewhere}", self.elsewhere.encode())
        kind = answer.get("kind", "plain")
        if kind == "silent":
            time.sleep(answer.get("seconds", 30))
            return
        self.send_response(status)
        for name, text in headers.items():
            text = text.replace("{origin}", self.origin)
            self.send_header(name, text.replace("{elsewhere}", self.elsewhere))
        if kind == "endless":
            self.end_headers()
            self.close_connection = True
            try:
                while True:
                    self.wfile.write(b" " * 4096)
            except OSError:
                return
        if kind == "drip":
            self.send_header("Content-Length", "10000")
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    time.sleep(0.2)
            except OSError:
                return
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
