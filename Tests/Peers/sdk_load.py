#!/usr/bin/env python3
"""Hosts made of the official Python SDK that call a server at full speed, while its secret is
rotated again and again under them. Prints one JSON object.

    sdk_load.py --valet PROGRAM [--mode MODE] [--hosts N] [--requests N] [--every SECONDS] [--kill]
                [--seed N] -- SERVER [ARGUMENT]...

SERVER is the one in packaging/example-server, or any with its tool `secret_fingerprint`; each host
starts it through `mcp-valet run` with valet://load/token. Every answer is held against the values
that the secret has had: one that was replaced before the request was sent is wrong.

With --kill, servers die by SIGKILL in the middle of swaps: the old one or the new one, as chance has
it. An error is then an answer, too; no answer, and two answers, never are.

Keys of the object: requests, answers, errors (with --kill), wrong, unanswered, rotations,
failedRotations (with --kill, or of a host that was ending), values (how many different ones were seen), kills, seconds, problems (some texts).
Exit: 0 when there is nothing wrong, unanswered or unexpected.
"""

import argparse
import asyncio
import hashlib
import json
import os
import pathlib
import random
import secrets
import signal
import sys
import time

from mcp import MCPError, StdioServerParameters
from sdk_host import CLIENT_MODES, SESSION_MODES, connected

IN_FLIGHT = 8
ROTATIONS_AT_ONCE = 3


class Secret:
    """The values that the secret has had, by number."""

    def __init__(self):
        self.values = []
        # Every value before this one is gone from all servers.
        self.floor = 0
        self.running = 0

    def make(self):
        self.values.append(secrets.token_urlsafe(24).encode())
        return len(self.values) - 1

    def number(self, text):
        """Which value a fingerprint shows; None for none of them."""
        salt = dict(word.split("=") for word in text.split() if "=" in word).get("salt", "")
        for number in range(len(self.values) - 1, -1, -1):
            value = self.values[number]
            digest = hashlib.sha256(salt.encode() + value).hexdigest()[:16]
            if text == f"length={len(value)} salt={salt} sha256={digest}":
                return number
        return None


class Load:
    def __init__(self, options):
        self.options = options
        self.secret = Secret()
        self.left = options.requests
        self.seen = set()
        self.fingerprints = {}
        self.counts = dict.fromkeys(
            ["requests", "answers", "errors", "wrong", "unanswered", "rotations", "failedRotations", "kills"], 0
        )
        self.problems = []
        self.connected = 0
        self.ready = asyncio.Event()
        self.ending = asyncio.Event()

    def problem(self, kind, text):
        self.counts[kind] += 1
        if len(self.problems) < 10:
            self.problems.append(f"{kind}: {text}")

    async def valet(self, *words, value=None):
        process = await asyncio.create_subprocess_exec(
            self.options.valet, *words,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate(value)
        return process.returncode, output.decode(errors="replace")

    # The hosts

    async def host(self, number):
        words = [f"load{number}", "--env", "DEMO_TOKEN=valet://load/token", "--", *self.options.command]
        code, output = await self.valet("allow", "--yes", *words)
        if code != 0:
            raise RuntimeError(f"not allowed: {output}")
        server = StdioServerParameters(
            command=self.options.valet,
            args=["run", *words],
            env={"MCP_VALET_HOME": os.environ["MCP_VALET_HOME"]},
        )
        async with connected(self.options.mode, server) as session:
            self.connected += 1
            if self.connected == self.options.hosts:
                self.ready.set()
            # A server that dies before its host knows it is no matter of a swap.
            await self.ready.wait()
            await asyncio.gather(*(self.caller(session) for _ in range(IN_FLIGHT)))
            self.ending.set()

    async def caller(self, session):
        while self.left > 0:
            self.left -= 1
            floor = self.secret.floor
            self.counts["requests"] += 1
            try:
                answer = await asyncio.wait_for(session.call_tool("secret_fingerprint", {}), 60)
            except asyncio.TimeoutError:
                self.problem("unanswered", "after 60 s")
            except MCPError as error:
                self.problem("errors", str(error))
                # One that is told that its server has died does not call again at once.
                await asyncio.sleep(0.01)
            else:
                self.check(answer.content[0].text, floor)

    def check(self, text, floor):
        self.counts["answers"] += 1
        number = self.fingerprints.get(text)
        if number is None:
            number = self.secret.number(text)
            self.fingerprints[text] = number
        if number is None:
            self.problem("wrong", f"a value that the secret never had: {text}")
        elif number < floor:
            self.problem("wrong", f"value {number} after value {floor} was everywhere")
        else:
            self.seen.add(number)

    # What happens under them

    async def rotations(self):
        tasks = set()
        await self.ready.wait()
        while not self.ending.is_set():
            if self.secret.running < ROTATIONS_AT_ONCE:
                tasks.add(asyncio.create_task(self.rotation()))
            try:
                await asyncio.wait_for(self.ending.wait(), self.options.every)
            except asyncio.TimeoutError:
                pass
        await asyncio.gather(*tasks)

    async def rotation(self):
        secret = self.secret
        alone = secret.running == 0
        secret.running += 1
        number = secret.make()
        killing = asyncio.create_task(self.kill()) if self.options.kill else None
        code, output = await self.valet("rotate", "load/token", value=secret.values[number])
        secret.running -= 1
        if killing:
            await killing
        if code == 0:
            self.counts["rotations"] += 1
            # One that was alone is everywhere now; of several nobody knows which came last.
            if alone and number == len(secret.values) - 1:
                secret.floor = number
        elif self.ending.is_set() or self.options.kill:
            self.counts["failedRotations"] += 1
        else:
            self.problem("wrong", f"a rotation failed: {output.strip()}")

    async def kill(self):
        await asyncio.sleep(random.uniform(0, 0.15))
        for servers in self.servers_of_relays():
            # Two at once: in the middle of a swap.
            if len(servers) >= 2:
                os.kill(random.choice(servers), signal.SIGKILL)
                self.counts["kills"] += 1

    def servers_of_relays(self):
        """The servers of each mcp-valet that is a child of ours, oldest first."""
        for relay in children(os.getpid()):
            if b"\0run\0load" in command_line(relay):
                servers = [server for guardian in children(relay) for server in children(guardian)]
                yield [server for server in servers if b"mcp-valet" not in command_line(server).split(b"\0")[0]]

    async def run(self):
        started = time.monotonic()
        await self.valet("set", "load/token", value=self.secret.values[self.secret.make()])
        rotating = asyncio.create_task(self.rotations())
        hosts = await asyncio.gather(
            *(self.host(number) for number in range(self.options.hosts)), return_exceptions=True
        )
        self.ready.set()
        self.ending.set()
        await rotating
        for error in hosts:
            if error is not None:
                self.problem("unanswered", f"a host failed: {error!r}")
        if not self.options.kill and self.counts["errors"]:
            self.problem("wrong", "errors although nothing was killed")
        return {
            **self.counts,
            "values": len(self.seen),
            "seconds": round(time.monotonic() - started, 1),
            "problems": self.problems,
        }


def children(pid):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def command_line(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--valet", required=True)
    parser.add_argument("--mode", choices=[*CLIENT_MODES, *SESSION_MODES], default="auto")
    parser.add_argument("--hosts", type=int, default=1)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--every", type=float, default=0.2)
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.command[:1] == ["--"]:
        options.command.pop(0)
    random.seed(options.seed)
    report = asyncio.run(Load(options).run())
    print(json.dumps(report))
    return 1 if report["wrong"] or report["unanswered"] else 0


if __name__ == "__main__":
    sys.exit(main())
