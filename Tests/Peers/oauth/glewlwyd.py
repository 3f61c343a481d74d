"""glewlwyd, of Debian, as authorization server: device codes, client credentials, and answers that
are a little off.

    glewlwyd.py [--token-seconds N]

Debian: glewlwyd. Its requests are not told.
"""
import ctypes
import gzip
import http.cookiejar
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import urllib.request

import peer

peer.bounded_life()
WORK = peer.folder()
DOCUMENTS = "/usr/share/doc/glewlwyd"
SECONDS = int(peer.argument("--token-seconds", "3600"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


PORT = free_port()
ORIGIN = f"http://127.0.0.1:{PORT}"
ISSUER = f"{ORIGIN}/api/oidc"
RESOURCE = "http://127.0.0.1:9/mcp"


def configure():
    # Debian's pages link to libraries of other packages, and glewlwyd follows no link out of them.
    subprocess.run(
        ["cp", "-rL", "/usr/share/glewlwyd/webapp", f"{WORK}/webapp"], stderr=subprocess.DEVNULL)
    # Debian has a folder of that name, with the file in it.
    if os.path.isdir(f"{WORK}/webapp/config.json"):
        os.rename(f"{WORK}/webapp/config.json", f"{WORK}/config")
        shutil.copy(f"{WORK}/config/config.json", f"{WORK}/webapp/config.json")
    database = sqlite3.connect(f"{WORK}/glewlwyd.db")
    with gzip.open(f"{DOCUMENTS}/database/init.sqlite3.sql.gz", "rt") as script:
        database.executescript(script.read())
    database.close()
    with gzip.open(f"{DOCUMENTS}/glewlwyd.conf.sample.gz", "rt") as sample:
        text = sample.read()
    for pattern, value in [
        (r"^#?bind_address=.*$", 'bind_address="127.0.0.1"'),
        (r"^port=.*$", f"port={PORT}"),
        (r"^external_url=.*$", f'external_url="{ORIGIN}"'),
        (r"^cookie_domain=.*$", 'cookie_domain="127.0.0.1"'),
        (r"^cookie_secure=.*$", "cookie_secure=0"),
        (r"^log_level=.*$", 'log_level="WARNING"'),
        (r"/var/cache/glewlwyd/glewlwyd.db", f"{WORK}/glewlwyd.db"),
        (r"^static_files_path=.*$", f'static_files_path="{WORK}/webapp/"'),
    ]:
        text = re.sub(pattern, value, text, flags=re.M)
    with open(f"{WORK}/glewlwyd.conf", "w") as file:
        file.write(text)


def end_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def start():
    log = open(f"{WORK}/log", "wb")
    process = subprocess.Popen(
        ["glewlwyd", f"--config-file={WORK}/glewlwyd.conf"],
        stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=end_with_parent)
    peer.at_end(process.wait)
    peer.at_end(process.kill)
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", PORT), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    peer.say(open(f"{WORK}/log").read())
    peer.end(1)


administrator = urllib.request.build_opener(
    urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def call(path, body, method="POST"):
    request = urllib.request.Request(
        f"{ORIGIN}/api{path}", json.dumps(body).encode(), {"Content-Type": "application/json"},
        method=method)
    try:
        return administrator.open(request, timeout=10).read()
    except urllib.error.HTTPError as error:
        peer.say(f"{method} {path} {error.code} {error.read()[:500]!r}")
        peer.end(1)


PLUGIN = {
    "iss": ISSUER, "jwt-type": "sha", "jwt-key-size": "256",
    "key": "0123456789abcdef0123456789abcdef",
    "access-token-duration": SECONDS, "refresh-token-duration": 1209600, "code-duration": 60,
    "refresh-token-rolling": True, "refresh-token-one-use": "always", "allow-non-oidc": True,
    "auth-type-client-enabled": True, "auth-type-code-enabled": True,
    "auth-type-code-revoke-replayed": True, "auth-type-password-enabled": False,
    "auth-type-token-enabled": False, "auth-type-implicit-enabled": False,
    "auth-type-refresh-enabled": True, "auth-type-device-enabled": True,
    "device-authorization-expiration": 600, "device-authorization-interval": 1,
    "pkce-allowed": True, "pkce-method-plain-allowed": False, "pkce-required": True,
    "pkce-required-public-client": True,
    "introspection-revocation-allowed": True, "introspection-revocation-auth-scope": [],
    "introspection-revocation-allow-target-client": True,
    "register-client-allowed": True, "register-client-auth-scope": [],
    "register-client-credentials-scope": ["mcp"], "register-client-management-allowed": True,
    "register-client-token-one-use": False, "register-resource-specify-allowed": True,
    "register-resource-default": [RESOURCE],
    "resource-allowed": True, "resource-scope": {"mcp": [RESOURCE]},
    "resource-client-property": "resource", "resource-scope-and-client-property": False,
    "oauth-as-iss-id": True, "oauth-par-allowed": True, "oauth-par-duration": 90,
    "oauth-par-request_uri-prefix": "urn:ietf:params:oauth:request_uri:",
    "oauth-par-required": False, "oauth-dpop-allowed": False,
    "session-cookie-name": "SESSION", "session-cookie-expiration": 2419200,
    "request-parameter-allow": True, "allowed-scope": ["openid", "mcp"],
    "subject-type": "public", "client-pubkey-parameter": "pubkey",
    "client-jwks-parameter": "jwks", "client-jwks_uri-parameter": "jwks_uri",
}


def fill():
    call("/auth/", {"username": "admin", "password": "password"})
    call("/scope/", {
        "name": "mcp", "display_name": "mcp", "description": "Use the tools",
        "password_required": True, "password_max_age": 0, "scheme": {}})
    call("/user/?source=database", {
        "username": peer.USER, "password": peer.PASSWORD, "name": "Bob", "email": "b@example.com",
        "enabled": True, "scope": ["openid", "mcp", "g_profile"]})
    call("/mod/plugin/", {
        "module": "oidc", "name": "oidc", "display_name": "oidc", "enabled": True,
        "parameters": PLUGIN})
    for client in [
        {"client_id": "device-client", "confidential": False,
         "authorization_type": ["device_authorization", "refresh_token"]},
        {"client_id": "machine-client", "confidential": True,
         # Nothing that would have to be encoded: it takes the secret as it stands in the header.
         "client_secret": "machine-secret",
         "authorization_type": ["client_credentials"]},
        {"client_id": "known-client", "confidential": True, "client_secret": "known-secret",
         "redirect_uri": ["http://127.0.0.1:3118/callback"],
         "authorization_type": ["code", "refresh_token"]},
    ]:
        client.update(name=client["client_id"], enabled=True, scope=["openid", "mcp"],
                      resource=[RESOURCE], token_endpoint_auth_method=["client_secret_basic"]
                      if client["confidential"] else ["none"])
        call("/client/?source=database", client)


configure()
start()
fill()
peer.ready(name="glewlwyd", issuer=ISSUER, url=None, origin=ORIGIN, resource=RESOURCE)
threading.Event().wait()
