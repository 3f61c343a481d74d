"""fastmcp's in-memory authorization server, and an MCP server that it protects. It approves
everything without a page.

    fastmcp_server.py [--token-seconds N]
"""
import peer

peer.bounded_life()
LISTENER, PORT = peer.listening()
ORIGIN = f"http://127.0.0.1:{PORT}"

from fastmcp import FastMCP
from fastmcp.server.auth.providers import in_memory
from mcp.server.auth.settings import ClientRegistrationOptions, RevocationOptions

in_memory.DEFAULT_ACCESS_TOKEN_EXPIRY_SECONDS = int(peer.argument("--token-seconds", "3600"))
provider = in_memory.InMemoryOAuthProvider(
    base_url=ORIGIN, required_scopes=["mcp"],
    client_registration_options=ClientRegistrationOptions(
        enabled=True, valid_scopes=["mcp", "admin"], default_scopes=["mcp"]),
    revocation_options=RevocationOptions(enabled=True))
server = FastMCP("protected", auth=provider)


@server.tool
def whoami() -> str:
    return peer.USER


peer.ready(name="fastmcp", issuer=f"{ORIGIN}/", url=f"{ORIGIN}/mcp", origin=ORIGIN)
peer.serve_asgi(server.http_app(path="/mcp"), LISTENER)
