"""The official SDK's authorization server, and an MCP server that it protects.

    sdk_server.py [--token-seconds N] [--no-registration]

The SDK brings the endpoints and the checks; who logs in and what is stored is up to this program.
Refresh tokens rotate, and one that comes twice ends the login.
"""
import html
import secrets
import time

import peer

peer.bounded_life()
LISTENER, PORT = peer.listening()
ORIGIN = f"http://127.0.0.1:{PORT}"
# With a slash at its end, and compared as it is.
ISSUER = f"{ORIGIN}/"
TOKEN_SECONDS = int(peer.argument("--token-seconds", "3600"))

from mcp.server import MCPServer
from mcp.server.auth.provider import (
    AccessToken, AuthorizationCode, RefreshToken, TokenError, construct_redirect_uri)
from mcp.server.auth.settings import (
    AuthSettings, ClientRegistrationOptions, RevocationOptions)
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken
from starlette.responses import HTMLResponse, RedirectResponse


class Logins:
    """An OAuthAuthorizationServerProvider in memory."""

    def __init__(self):
        self.clients, self.asked, self.codes = {}, {}, {}
        self.access, self.refresh, self.spent = {}, {}, {}
        self.clients["known-client"] = OAuthClientInformationFull(
            client_id="known-client", client_secret="known-secret", client_name="A known client",
            redirect_uris=["http://127.0.0.1:3118/callback"],
            token_endpoint_auth_method="client_secret_basic", scope="mcp admin")

    async def get_client(self, client_id):
        return self.clients.get(client_id)

    async def register_client(self, client_info):
        self.clients[client_info.client_id] = client_info

    async def authorize(self, client, params):
        ticket = secrets.token_urlsafe(16)
        self.asked[ticket] = (client, params)
        return f"{ORIGIN}/login?ticket={ticket}"

    def approve(self, ticket):
        client, params = self.asked.pop(ticket)
        code = AuthorizationCode(
            code=secrets.token_urlsafe(32), client_id=client.client_id,
            scopes=params.scopes or ["mcp"], expires_at=time.time() + 60,
            code_challenge=params.code_challenge, redirect_uri=params.redirect_uri,
            redirect_uri_provided_explicitly=params.redirect_uri_provided_explicitly,
            resource=params.resource, subject=peer.USER)
        self.codes[code.code] = code
        return construct_redirect_uri(str(params.redirect_uri), code=code.code, state=params.state)

    def deny(self, ticket):
        _, params = self.asked.pop(ticket)
        return construct_redirect_uri(
            str(params.redirect_uri), error="access_denied", state=params.state,
            error_description="The user said no")

    async def load_authorization_code(self, client, authorization_code):
        return self.codes.get(authorization_code)

    def issue(self, client_id, scopes, resource, family):
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        facts = dict(client_id=client_id, scopes=scopes, resource=resource, subject=peer.USER)
        self.access[access] = AccessToken(
            token=access, expires_at=int(time.time()) + TOKEN_SECONDS, **facts), family
        self.refresh[refresh] = RefreshToken(token=refresh, **facts), family
        return OAuthToken(access_token=access, refresh_token=refresh, token_type="Bearer",
                          expires_in=TOKEN_SECONDS, scope=" ".join(scopes))

    async def exchange_authorization_code(self, client, authorization_code):
        del self.codes[authorization_code.code]
        return self.issue(client.client_id, authorization_code.scopes,
                          authorization_code.resource, secrets.token_hex(8))

    async def load_refresh_token(self, client, refresh_token):
        if refresh_token in self.spent:
            self.end(self.spent[refresh_token])
        return self.refresh.get(refresh_token, (None,))[0]

    async def exchange_refresh_token(self, client, refresh_token, scopes):
        if refresh_token.token not in self.refresh:
            raise TokenError("invalid_grant", "the refresh token is not known")
        _, family = self.refresh.pop(refresh_token.token)
        self.spent[refresh_token.token] = family
        self.access = {k: v for k, v in self.access.items() if v[1] != family}
        return self.issue(client.client_id, scopes or refresh_token.scopes,
                          refresh_token.resource, family)

    async def load_access_token(self, token):
        found = self.access.get(token, (None,))[0]
        return found if found and found.expires_at > time.time() else None

    async def revoke_token(self, token):
        known = self.access.get(token.token) or self.refresh.get(token.token)
        if known:
            self.end(known[1])

    def end(self, family):
        self.access = {k: v for k, v in self.access.items() if v[1] != family}
        self.refresh = {k: v for k, v in self.refresh.items() if v[1] != family}


logins = Logins()
server = MCPServer("protected", auth_server_provider=logins, auth=AuthSettings(
    issuer_url=ISSUER, resource_server_url=f"{ORIGIN}/mcp", required_scopes=["mcp"],
    validate_token_resource=True,
    client_registration_options=ClientRegistrationOptions(
        enabled=not peer.flag("--no-registration"), valid_scopes=["mcp", "admin"],
        default_scopes=["mcp"]),
    revocation_options=RevocationOptions(enabled=True)))


@server.tool()
def whoami() -> str:
    return peer.USER


@server.custom_route("/login", methods=["GET", "POST"])
async def login(request):
    ticket = request.query_params.get("ticket", "")
    form = await request.form() if request.method == "POST" else {}
    if ticket in logins.asked and form.get("action") == "deny":
        return RedirectResponse(logins.deny(ticket), status_code=302)
    if (ticket in logins.asked and form.get("username") == peer.USER
            and form.get("password") == peer.PASSWORD):
        return RedirectResponse(logins.approve(ticket), status_code=302)
    return HTMLResponse(
        "<!doctype html><title>Log in</title><form method=post "
        f'action="/login?ticket={html.escape(ticket)}"><input name=username>'
        "<input name=password type=password><button name=action value=allow>Allow</button>"
        "<button name=action value=deny>Deny</button></form>")


peer.ready(name="mcp SDK", issuer=ISSUER, url=f"{ORIGIN}/mcp", origin=ORIGIN)
peer.serve_asgi(server.streamable_http_app(), LISTENER)
