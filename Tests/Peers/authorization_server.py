#!/usr/bin/env python3
"""An authorization server and a protected MCP server on loopback, honest or lying.

    authorization_server.py [BEHAVIOUR ...]

Prints one JSON line with its ports, then one for each request that it gets, at any of them. A
behaviour is a name in BEHAVIOURS or KEY=JSON, which sets what Server reads. Ends when its standard
input does.

The second port belongs to nobody that the program should talk to: what arrives there was sent where
it should not go.
"""
import base64
import hashlib
import json
import os
import secrets
import ssl
import sys
import threading
import time
import urllib.parse
from http.server import ThreadingHTTPServer

from authorization_answers import Answers

print_lock = threading.Lock()


def tell(**values):
    with print_lock:
        print(json.dumps(values), flush=True)


class State:
    """What the honest server knows, and what the behaviours changed."""

    def __init__(self):
        self.metadata = {}  # members that replace, None removes
        self.resource = {}
        self.answers = {}  # path -> list of canned answers, the last one repeats
        self.pads = Answers.pads
        self.codes = {}
        self.refresh_tokens = {}
        self.access_tokens = {}
        self.clients = {}
        self.devices = {}
        self.options = {}
        self.lock = threading.Lock()

    def option(self, name, default=None):
        return self.options.get(name, default)


STATE = State()
MAIN = 0
ELSEWHERE = 0


def origin():
    return f"http://127.0.0.1:{MAIN}"


def issuer():
    return STATE.option("issuer", origin())


class Handler(Answers):
    def handle_request(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode() if length else ""
        here = self.server.server_address[1]
        tell(
            request=self.command,
            port=here,
            elsewhere=here == ELSEWHERE,
            path=self.path,
            body=body,
            headers={k.lower(): v for k, v in self.headers.items()},
            # What the client named in its TLS greeting.
            tls_name=getattr(self.connection, "tls_name", None),
        )
        parts = urllib.parse.urlsplit(self.path)
        if here == ELSEWHERE:
            return self.reply(200, {"elsewhere": True})
        canned = STATE.answers.get(parts.path)
        if canned:
            answer = canned.pop(0) if len(canned) > 1 else canned[0]
            if answer is not None:
                return self.play(answer)
        query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))
        form = dict(urllib.parse.parse_qsl(body, keep_blank_values=True))
        route = {
            "/mcp": self.mcp,
            "/.well-known/oauth-protected-resource/mcp": self.protected_resource,
            "/.well-known/oauth-authorization-server": self.authorization_server,
            "/authorize": self.authorize,
            "/token": self.token,
            "/register": self.register,
            "/revoke": self.revoke,
            "/device": self.device,
        }.get(parts.path)
        if route is None:
            return self.reply(404, {"error": "nothing here"})
        route(query, form, body)

    do_GET = do_POST = do_DELETE = handle_request

    # The protected server.

    def mcp(self, *_):
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        known = STATE.access_tokens.get(token)
        if known is None:
            challenge = STATE.option(
                "challenge",
                f'Basic realm="x", Bearer resource_metadata="{origin()}/.well-known/'
                f'oauth-protected-resource/mcp", scope="read"',
            )
            return self.reply(
                401, {"error": "unauthorized"}, [("WWW-Authenticate", challenge)] if challenge else []
            )
        wanted = STATE.option("wants_scopes", [])
        if not set(wanted) <= set(known["scope"].split()):
            value = f'Bearer error="insufficient_scope", scope="{" ".join(wanted)}"'
            return self.reply(403, {"error": "scope"}, [("WWW-Authenticate", value)])
        self.reply(200, {"jsonrpc": "2.0", "id": 1, "result": {}})

    def protected_resource(self, *_):
        if STATE.option("no_resource_metadata"):
            return self.reply(404, {})
        document = {
            "resource": f"{origin()}/mcp",
            "authorization_servers": [issuer()],
            "scopes_supported": ["read", "write"],
        }
        document.update(STATE.resource)
        self.reply(200, {k: v for k, v in document.items() if v is not None})

    # The authorization server.

    def authorization_server(self, *_):
        if STATE.option("no_metadata"):
            return self.reply(404, {})
        document = {
            "issuer": issuer(),
            "authorization_endpoint": f"{origin()}/authorize",
            "token_endpoint": f"{origin()}/token",
            "registration_endpoint": f"{origin()}/register",
            "revocation_endpoint": f"{origin()}/revoke",
            "device_authorization_endpoint": f"{origin()}/device",
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": [
                "none", "client_secret_basic", "client_secret_post"],
            "authorization_response_iss_parameter_supported": True,
            "scopes_supported": ["read", "write", "offline_access"],
        }
        document.update(STATE.metadata)
        text = json.dumps({k: v for k, v in document.items() if v is not None})
        text = text.replace("{elsewhere}", f"http://127.0.0.1:{ELSEWHERE}")
        self.reply(200, json.loads(text))

    def register(self, _query, _form, body):
        request = json.loads(body)
        if request.get("application_type") != "native":
            return self.reply(400, {"error": "invalid_client_metadata"})
        if STATE.option("only_localhost") and any(
            "127.0.0.1" in uri for uri in request.get("redirect_uris", [])
        ):
            return self.reply(400, {"error": "invalid_redirect_uri"})
        client_id = secrets.token_hex(4)
        answer = {"client_id": client_id, "redirect_uris": request.get("redirect_uris", [])}
        if STATE.option("gives_secret"):
            answer["client_secret"] = "s/e+c:r%e t"[:10]
            answer["token_endpoint_auth_method"] = STATE.option("gives_secret")
        STATE.clients[client_id] = {**request, **answer}
        self.reply(201, answer)

    def client(self, form):
        """The authenticated client of a request; None when it is nobody."""
        header = self.headers.get("Authorization") or ""
        if header.startswith("Basic "):
            name, secret = base64.b64decode(header[6:]).decode().split(":", 1)
            name, secret = urllib.parse.unquote(name), urllib.parse.unquote(secret)
        else:
            name, secret = form.get("client_id"), form.get("client_secret")
        known = STATE.clients.get(name)
        if known is None or known.get("client_secret") != secret:
            return None
        return name

    def authorize(self, query, *_):
        client = STATE.clients.get(query.get("client_id"))
        redirect = query.get("redirect_uri", "")
        if client is None or redirect not in client.get("redirect_uris", []):
            return self.reply(400, {"error": "unknown client or redirect"})
        answer = {"state": query.get("state", ""), "iss": issuer()}
        if query.get("code_challenge_method") != "S256" or query.get("response_type") != "code":
            answer["error"] = "invalid_request"
        else:
            code = secrets.token_hex(8)
            STATE.codes[code] = query
            answer["code"] = code
        for name, value in STATE.option("redirects_with", {}).items():
            if value is None:
                answer.pop(name, None)
            else:
                answer[name] = value
        if STATE.option("pretends") is not None:
            redirect = STATE.option("pretends")
        location = redirect + "?" + urllib.parse.urlencode(answer)
        self.reply(302, None, [("Location", location)])

    def issue(self, client, scope):
        access, refresh = secrets.token_hex(8), secrets.token_hex(8)
        lifetime = STATE.option("lifetime", 3600)
        scope = STATE.option("grants_scope", scope)
        STATE.access_tokens[access] = {"client": client, "scope": scope}
        STATE.refresh_tokens[refresh] = {"client": client, "scope": scope}
        answer = {"access_token": access, "token_type": "bearer", "scope": scope}
        if STATE.option("refreshable", True):
            answer["refresh_token"] = refresh
        if lifetime is not None:
            answer["expires_in"] = lifetime
        self.reply(200, answer)

    def token(self, _query, form, _body):
        if STATE.option("delay"):
            time.sleep(STATE.option("delay"))
        client = self.client(form)
        if client is None:
            return self.reply(401, {"error": "invalid_client"})
        kind = form.get("grant_type")
        if kind == "authorization_code":
            with STATE.lock:
                request = STATE.codes.pop(form.get("code"), None)
            challenge = base64.urlsafe_b64encode(
                hashlib.sha256(form.get("code_verifier", "").encode()).digest()
            ).rstrip(b"=")
            if (
                request is None
                or request["client_id"] != client
                or request["redirect_uri"] != form.get("redirect_uri")
                or request["code_challenge"].encode() != challenge
                or request.get("resource") != form.get("resource")
            ):
                return self.reply(400, {"error": "invalid_grant"})
            return self.issue(client, request.get("scope", ""))
        if kind == "refresh_token":
            with STATE.lock:
                known = STATE.refresh_tokens.pop(form.get("refresh_token"), None)
            if known is None or known["client"] != client:
                return self.reply(400, {"error": "invalid_grant", "error_description": "it is void"})
            if STATE.option("keeps_refresh_token"):
                STATE.refresh_tokens[form["refresh_token"]] = known
                access = secrets.token_hex(8)
                STATE.access_tokens[access] = known
                return self.reply(
                    200, {"access_token": access, "token_type": "Bearer", "expires_in": 60})
            return self.issue(client, known["scope"])
        if kind == "client_credentials":
            return self.issue(client, form.get("scope", ""))
        if kind == "urn:ietf:params:oauth:grant-type:device_code":
            device = STATE.devices.get(form.get("device_code"))
            if device is None:
                return self.reply(400, {"error": "expired_token"})
            if device["answers"]:
                return self.reply(400, {"error": device["answers"].pop(0)})
            return self.issue(client, device["scope"])
        self.reply(400, {"error": "unsupported_grant_type"})

    def device(self, _query, form, _body):
        code = secrets.token_hex(8)
        STATE.devices[code] = {
            "scope": form.get("scope", ""),
            "answers": list(STATE.option("device_answers", ["authorization_pending"])),
        }
        self.reply(
            200,
            {
                "device_code": code,
                "user_code": "WDJB-MJHT",
                "verification_uri": STATE.option("verification_uri", f"{origin()}/verify"),
                "expires_in": 60,
                "interval": 1,
            },
        )

    def revoke(self, _query, form, _body):
        if self.client(form) is None:
            return self.reply(401, {"error": "invalid_client"})
        STATE.access_tokens.pop(form.get("token"), None)
        STATE.refresh_tokens.pop(form.get("token"), None)
        self.reply(200, None)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass


def main():
    global MAIN, ELSEWHERE
    servers = [Server(("127.0.0.1", 0), Handler) for _ in range(2)]
    MAIN, ELSEWHERE = (server.server_address[1] for server in servers)
    Answers.origin, Answers.elsewhere = origin(), f"http://127.0.0.1:{ELSEWHERE}"
    for word in sys.argv[1:]:
        name, _, value = word.partition("=")
        value = json.loads(
            value.replace("{origin}", origin()).replace(
                "{elsewhere}", f"http://127.0.0.1:{ELSEWHERE}"))
        group, _, member = name.partition(".")
        if member:
            target = getattr(STATE, group)
            target[member] = value if group != "answers" or isinstance(value, list) else [value]
        else:
            STATE.options[name] = value
    for client_id, details in STATE.option("known_clients", {}).items():
        STATE.clients[client_id] = details
    if STATE.option("tls"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        folder = STATE.option("tls")
        context.load_cert_chain(f"{folder}/cert.pem", f"{folder}/key.pem")
        context.sni_callback = lambda connection, name, _: setattr(connection, "tls_name", name)
        servers[0].socket = context.wrap_socket(
            servers[0].socket, server_side=True, do_handshake_on_connect=False)
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    tell(port=MAIN, elsewhere=ELSEWHERE)
    sys.stdin.read()
    os._exit(0)


main()
