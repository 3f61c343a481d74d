"""oidc-provider-mock: an OpenID provider whose metadata does not say that it knows PKCE. It takes any
client with a secret; one that it has registered without it cannot get a token.

    oidc_mock.py [--token-seconds N]
"""
import datetime
import logging

import peer

peer.bounded_life()
LISTENER, PORT = peer.listening()
ORIGIN = f"http://127.0.0.1:{PORT}"
logging.disable(logging.CRITICAL)

import oidc_provider_mock

application = oidc_provider_mock.app(
    access_token_max_age=datetime.timedelta(seconds=int(peer.argument("--token-seconds", "3600"))))
peer.ready(name="oidc-provider-mock", issuer=ORIGIN, url=None, origin=ORIGIN)
peer.serve_wsgi(application, LISTENER)
