"""What a whole login costs, side by side with the official Python SDK's client doing the same at the
same servers, with the same scripted browser in this process.

    oauth_login.py VALET ROUNDS

The SDK's client runs here, imported and warm; mcp-valet starts two programs for each login, and
stores what it gets. Exits with 1 when the target is missed.
"""
import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PEERS = Path(__file__).resolve().parent.parent / "Peers" / "oauth"
sys.path.insert(0, str(PEERS))
sys.argv, (valet, rounds) = sys.argv[:1], (sys.argv[1], int(sys.argv[2]))

import json

from browser import Browser
from sdk_login import login as sdk_login

TARGET = 1.5


class Server:
    def __init__(self, script):
        self.process = subprocess.Popen(
            [sys.executable, PEERS / script], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        self.url = json.loads(self.process.stdout.readline())["url"]
        # What it tells of each request would fill the pipe.
        self.drain = subprocess.Popen(
            ["cat"], stdin=self.process.stdout, stdout=subprocess.DEVNULL)

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.drain.wait(10)


def valet_login(name, url, environment):
    process = subprocess.Popen(
        [valet, "login", name, url, "--no-browser"], env=environment, stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True)
    said = []
    for line in process.stderr:
        said.append(line)
        page = re.match(r"  (http://\S+)$", line)
        if page:
            Browser().visit(page[1])
    if process.wait() != 0:
        sys.exit("".join(said))


def timed(action, *arguments):
    start = time.monotonic()
    action(*arguments)
    return (time.monotonic() - start) * 1000


def main():
    missed = False
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "HOME": home, "MCP_VALET_HOME": f"{home}/valet"}
        subprocess.run(
            [valet, "vault", "init", "--key-file", f"{home}/key", "--unattended"],
            env=environment, check=True, stderr=subprocess.DEVNULL)
        print(f"{'login at':22} {'mcp-valet':>12} {'SDK client':>12} {'ratio':>7}")
        for script, name in [("sdk_server.py", "the SDK's server"),
                             ("django_toolkit.py", "django-oauth-toolkit"),
                             ("stalling.py", "a bare server")]:
            server = Server(script)
            ours, theirs = [], []
            for index in range(rounds + 1):
                sample = (timed(valet_login, f"{name[:3]}{index}".replace(" ", "-"), server.url,
                                environment),
                          timed(lambda: asyncio.run(sdk_login(server.url))))
                # The first one warms both.
                if index > 0:
                    ours.append(sample[0])
                    theirs.append(sample[1])
            server.end()
            ratio = statistics.median(ours) / statistics.median(theirs)
            missed |= ratio > TARGET
            print(f"{name:22} {statistics.median(ours):9.1f} ms {statistics.median(theirs):9.1f} ms"
                  f" {ratio:7.2f}  {'target missed' if ratio > TARGET else ''}".rstrip())
        print(f"target: {TARGET} x the SDK's client; medians of {rounds} rounds, interleaved")
    sys.exit(missed)


main()
