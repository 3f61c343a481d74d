"""What the authorization servers of the tests share: a free port of their own, a bounded life, and
what they tell the test.

A peer writes to standard output one line of JSON when it answers requests, then a line for each
request: `METHOD PATH STATUS [GRANT_TYPE]`, never a token. It ends when its standard input does, or
after five minutes.
"""
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from urllib.parse import parse_qs

LIFE_SECONDS = 300
USER, PASSWORD = "bob", "bobpassword"

_atexit = []


def argument(name, default=None):
    """The value of `--name VALUE`, or `default`."""
    words = sys.argv[1:]
    return words[words.index(name) + 1] if name in words else default


def flag(name):
    return name in sys.argv[1:]


def end(status=0):
    while _atexit:
        _atexit.pop()()
    os._exit(status)


def at_end(action):
    _atexit.append(action)


def bounded_life():
    """Ends the process when nobody holds its standard input any more, or it has lived too long."""
    signal.signal(signal.SIGALRM, lambda *_: end(1))
    signal.signal(signal.SIGTERM, lambda *_: end(0))
    signal.alarm(LIFE_SECONDS)

    def wait():
        while os.read(0, 4096):
            pass
        end()

    threading.Thread(target=wait, daemon=True).start()


def folder():
    """A folder that goes with the process."""
    path = tempfile.mkdtemp(prefix="mcp-valet-peer.")
    at_end(lambda: shutil.rmtree(path, ignore_errors=True))
    return path


def listening():
    """A socket on a free port, bound and listening, so that nobody can take the port meanwhile."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener, listener.getsockname()[1]


def say(line):
    # One write a line: several threads serve.
    os.write(1, (line + "\n").encode())


def ready(**facts):
    say(json.dumps(facts))


def told(method, path, status, body=b""):
    grant = parse_qs(body.decode("latin-1")).get("grant_type", [""])[0].rsplit(":", 1)[-1]
    say(f"{method} {path} {status} {grant}".rstrip())


class TellingWSGI:
    """A WSGI application whose requests are told."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        from io import BytesIO

        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)

        def start(status, headers, *rest):
            told(environ["REQUEST_METHOD"], environ["PATH_INFO"], status.split()[0], body)
            return start_response(status, headers, *rest)

        return self.application(environ, start)


class TellingASGI:
    """An ASGI application whose requests are told."""

    def __init__(self, application):
        self.application = application

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.application(scope, receive, send)
        seen = bytearray()

        async def hear():
            message = await receive()
            seen.extend(message.get("body", b""))
            return message

        async def tell(message):
            if message["type"] == "http.response.start":
                told(scope["method"], scope["path"], message["status"], bytes(seen))
            await send(message)

        await self.application(scope, hear, tell)


def serve_wsgi(application, listener):
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

    class Handler(WSGIRequestHandler):
        def log_message(self, *_):
            pass

        def address_string(self):
            return self.client_address[0]

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    server = Server(listener.getsockname(), Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.server_name, server.server_port = "127.0.0.1", listener.getsockname()[1]
    server.setup_environ()
    server.set_app(TellingWSGI(application))
    server.serve_forever()


def serve_asgi(application, listener):
    import uvicorn

    config = uvicorn.Config(TellingASGI(application), log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])
