"""An authorization server that gives a login to every device at once, and tokens that are stale as
soon as they are there: each launch that needs one refreshes it. It takes every refresh token that it
ever gave, since many copies of one home have the same."""
import http.server
import itertools
import json
import threading
import urllib.parse

ACCESS, REFRESH = "canary-access-", "canary-refresh-"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    numbers = itertools.count(1)

    def log_message(self, *_):
        pass

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def do_GET(self):
        if "/.well-known/oauth-authorization-server" not in self.path:
            return self.answer(404, {"error": "not_found"})
        self.answer(200, {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "device_authorization_endpoint": f"{self.issuer}/device",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
        })

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        form = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
        if self.path == "/device":
            return self.answer(200, {
                "device_code": "code", "user_code": "ABCD-EFGH", "expires_in": 60, "interval": 1,
                "verification_uri": f"{self.issuer}/activate"})
        known = form.get("refresh_token", "").startswith(REFRESH) or "device_code" in form
        if not known:
            return self.answer(400, {"error": "invalid_grant"})
        number = next(self.numbers)
        self.answer(200, {
            "access_token": f"{ACCESS}{number}", "refresh_token": f"{REFRESH}{number}",
            "token_type": "Bearer", "expires_in": 1})

    def answer(self, status, body):
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def start():
    """Its issuer; it ends with this process."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
