"""A login by the official SDK's own OAuth client, with the browser of browser.py. For the benchmark.

    sdk_login.py URL [ROUNDS]

Writes the milliseconds of each round: from nothing to a token that the server accepts.
"""
import asyncio
import http.server
import logging
import sys
import threading
import time
from urllib.parse import parse_qs, urlsplit

import httpx2
from browser import Browser
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.shared.auth import OAuthClientMetadata

logging.disable(logging.CRITICAL)


class Memory:
    def __init__(self):
        self.tokens = self.client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.query = parse_qs(urlsplit(self.path).query)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"done")

    def log_message(self, *_):
        pass


async def login(url):
    receiver = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    redirect = f"http://127.0.0.1:{receiver.server_port}/callback"

    async def show(address):
        threading.Thread(target=Browser().visit, args=(address,)).start()

    async def wait():
        await asyncio.to_thread(receiver.handle_request)
        query = {name: values[0] for name, values in receiver.query.items()}
        return AuthorizationCodeResult(
            code=query["code"], state=query.get("state"), iss=query.get("iss"))

    memory = Memory()
    provider = OAuthClientProvider(
        server_url=url, storage=memory, redirect_handler=show, callback_handler=wait,
        client_metadata=OAuthClientMetadata(
            client_name="benchmark", redirect_uris=[redirect],
            grant_types=["authorization_code", "refresh_token"], response_types=["code"],
            token_endpoint_auth_method="none"))
    call = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": {"name": "benchmark", "version": "1"}}}
    async with httpx2.AsyncClient(auth=provider, timeout=20) as client:
        answer = await client.post(
            url, json=call, headers={"Accept": "application/json, text/event-stream"})
    receiver.server_close()
    # Not every server behind a login speaks MCP.
    if answer.status_code in (401, 403) or memory.tokens is None:
        sys.exit(f"the login failed: {answer.status_code} {answer.text[:300]}")


if __name__ == "__main__":
    for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        start = time.monotonic()
        asyncio.run(login(sys.argv[1]))
        print(round((time.monotonic() - start) * 1000, 1), flush=True)
