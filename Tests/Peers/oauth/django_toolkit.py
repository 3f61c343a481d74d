"""django-oauth-toolkit as authorization server, and a resource behind it.

    django_toolkit.py [--token-seconds N] [--mixed-up]

With --mixed-up it is mounted as many are: its metadata at the root names another issuer than the
`iss` of its authorization answers.
"""
import json
import sys

import peer

peer.bounded_life()
WORK = peer.folder()
LISTENER, PORT = peer.listening()
ORIGIN = f"http://127.0.0.1:{PORT}"
ISSUER = ORIGIN if peer.flag("--mixed-up") else f"{ORIGIN}/o"

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

KEY = rsa.generate_private_key(65537, 2048)
settings.configure(
    SECRET_KEY="a key of a test",
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": [
            "django.template.context_processors.request",
            "django.contrib.auth.context_processors.auth",
        ]},
    }],
    DATABASES={"default": {
        "ENGINE": "django.db.backends.sqlite3", "NAME": f"{WORK}/db.sqlite3",
        "OPTIONS": {"timeout": 20},
    }},
    # The tables as the models have them: all the steps that led there take seconds.
    MIGRATION_MODULES={
        app: None for app in ["auth", "contenttypes", "sessions", "oauth2_provider"]},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    # Fast, and not what is tested here.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    LOGIN_URL="/login/",
    LOGGING_CONFIG=None,
    OAUTH2_PROVIDER={
        "SCOPES": {"mcp": "Use the tools", "admin": "Change the settings"},
        "DEFAULT_SCOPES": ["mcp"],
        "PKCE_REQUIRED": True,
        "ACCESS_TOKEN_EXPIRE_SECONDS": int(peer.argument("--token-seconds", "3600")),
        "REFRESH_TOKEN_EXPIRE_SECONDS": 86400,
        "ROTATE_REFRESH_TOKEN": True,
        # A refresh token that comes twice ends every token of that login.
        "REFRESH_TOKEN_REUSE_PROTECTION": True,
        "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
        "DCR_ENABLED": True,
        "DCR_REGISTRATION_PERMISSION_CLASSES": ("oauth2_provider.dcr.AllowAllDCRPermission",),
        "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
        "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
        "ALLOWED_SCHEMES": ["http", "https"],
        "ALLOW_LOCALHOST_LOOPBACK": True,
        "OIDC_ENABLED": True,
        "OIDC_ISS_ENDPOINT": "" if peer.flag("--mixed-up") else ISSUER,
        "OIDC_RSA_PRIVATE_KEY": KEY.private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "DEVICE_FLOW_INTERVAL": 1,
        "OAUTH_DEVICE_VERIFICATION_URI": f"{ORIGIN}/o/device/",
        "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE":
            lambda code: f"{ORIGIN}/o/device/?user_code={code}",
    },
)
import os

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
import django

django.setup()
from django.contrib.auth.views import LoginView
from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.models import get_access_token_model, get_application_model
from oauth2_provider.urls import metadata_urlpatterns


class Login(LoginView):
    def render_to_response(self, context, **_):
        page = engines["django"].from_string(
            "<!doctype html><title>Log in</title><form method=post>{% csrf_token %}"
            "{{ form.as_p }}<button>Log in</button></form>")
        return HttpResponse(page.render(context, self.request))


@csrf_exempt
def resource(request):
    """The least of an MCP server that a login may look at."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    token = get_access_token_model().objects.filter(token=given).first() if given else None
    if kind != "Bearer" or token is None or token.expires <= timezone.now():
        answer = HttpResponse(status=401)
        answer["WWW-Authenticate"] = (
            f'Bearer resource_metadata="{ORIGIN}/.well-known/oauth-protected-resource/mcp",'
            ' scope="mcp"')
        return answer
    if request.GET.get("need") and request.GET["need"] not in token.scope.split():
        answer = HttpResponse(status=403)
        answer["WWW-Authenticate"] = (
            f'Bearer error="insufficient_scope", scope="{request.GET["need"]}"')
        return answer
    try:
        call = json.loads(request.body)
    except ValueError:
        return HttpResponse(status=405)
    if call.get("method") == "initialize":
        result = {"protocolVersion": "2025-11-25", "capabilities": {},
                  "serverInfo": {"name": "resource", "version": "1"}}
        return JsonResponse({"jsonrpc": "2.0", "id": call["id"], "result": result})
    return JsonResponse({"jsonrpc": "2.0", "id": call.get("id"),
                         "error": {"code": -32601, "message": "no such method"}})


urlpatterns = [
    path("", include(metadata_urlpatterns)),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("login/", Login.as_view()),
    path("mcp", resource),
]


def fill():
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)
    User.objects.create_user(peer.USER, "bob@example.com", peer.PASSWORD)
    Application = get_application_model()
    Application.objects.create(
        name="A device", client_id="device-client", client_type=Application.CLIENT_PUBLIC,
        authorization_grant_type=Application.GRANT_DEVICE_CODE)
    Application.objects.create(
        name="A machine", client_id="machine-client", client_secret="machine secret/with +&",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS)
    Application.objects.create(
        name="A known client", client_id="known-client", client_secret="known-secret",
        client_type=Application.CLIENT_CONFIDENTIAL,
        redirect_uris="http://127.0.0.1/callback",
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE)


if __name__ == "__main__":
    # The URL configuration is this module, under the name that it was started with.
    from django.core.wsgi import get_wsgi_application

    fill()
    peer.ready(name="django-oauth-toolkit", issuer=ISSUER, url=f"{ORIGIN}/mcp", origin=ORIGIN)
    peer.serve_wsgi(get_wsgi_application(), LISTENER)
