"""An authorization server that approves everything, until it says nothing any more.

    stalling.py [--at STAGE]

STAGE: `server` (the MCP server itself), `resource`, `metadata`, `register`, `authorize`, `token`,
`verify` (the new token is tried) or `revoke`. There it takes the request and never answers; it says
`stalled` once it does.
"""
import http.server
import json
import secrets
import threading
from urllib.parse import parse_qs, urlencode, urlsplit

import peer

peer.bounded_life()
LISTENER, PORT = peer.listening()
ORIGIN = f"http://127.0.0.1:{PORT}"
STAGE = peer.argument("--at")

METADATA = {
    "issuer": ORIGIN, "authorization_endpoint": f"{ORIGIN}/authorize",
    "token_endpoint": f"{ORIGIN}/token", "registration_endpoint": f"{ORIGIN}/register",
    "revocation_endpoint": f"{ORIGIN}/revoke", "response_types_supported": ["code"],
    "grant_types_supported": ["authorization_code", "refresh_token"],
    "code_challenge_methods_supported": ["S256"],
    "token_endpoint_auth_methods_supported": ["none"],
    "revocation_endpoint_auth_methods_supported": ["none"],
    "authorization_response_iss_parameter_supported": True,
}
STAGES = {
    "/.well-known/oauth-protected-resource/mcp": "resource",
    "/.well-known/oauth-authorization-server": "metadata",
    "/register": "register", "/authorize": "authorize", "/token": "token", "/revoke": "revoke",
}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        peer.told(self.command, urlsplit(self.path).path, status, self.body)

    def json(self, value, status=200):
        self.answer(status, json.dumps(value).encode(), Content_Type="application/json",
                    Cache_Control="no-store")

    def handle_request(self):
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        stage = STAGES.get(url.path)
        if url.path == "/mcp":
            stage = "verify" if self.headers.get("Authorization") else "server"
        if stage == STAGE:
            peer.say("stalled")
            threading.Event().wait()
        if stage == "server":
            self.answer(401, WWW_Authenticate=(
                f'Bearer resource_metadata="{ORIGIN}/.well-known/oauth-protected-resource/mcp"'))
        elif stage == "verify":
            self.json({"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "no"}})
        elif stage == "resource":
            self.json({"resource": f"{ORIGIN}/mcp", "authorization_servers": [ORIGIN]})
        elif stage == "metadata":
            self.json(METADATA)
        elif stage == "register":
            asked = json.loads(self.body)
            self.json({"client_id": secrets.token_hex(8), "token_endpoint_auth_method": "none",
                       "redirect_uris": asked["redirect_uris"]}, 201)
        elif stage == "authorize":
            answer = urlencode({"code": secrets.token_hex(8), "state": query["state"], "iss": ORIGIN})
            self.answer(302, Location=f"{query['redirect_uri']}?{answer}")
        elif stage == "token":
            self.json({"access_token": secrets.token_hex(16), "token_type": "Bearer",
                       "expires_in": 3600, "refresh_token": secrets.token_hex(16)})
        elif stage == "revoke":
            self.answer(200)
        else:
            self.answer(404)

    do_GET = do_POST = handle_request


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
server.socket.close()
server.socket = LISTENER
peer.ready(name="stalling", issuer=ORIGIN, url=f"{ORIGIN}/mcp", origin=ORIGIN)
server.serve_forever()
