#!/usr/bin/env python3
"""A host made of the official Python SDK (mcp==2.3.0): starts a server over stdio, does what it is
told, and prints one JSON object. With several modes it does the same in each of them, one after the
other, every time with a new server, and prints one object a line.

    sdk_host.py [--mode MODE]... [--env NAME=VALUE]... [--cwd FOLDER] [--timeout SECONDS]
                [--list-tools] [--call TOOL [--arguments JSON]] [--secret-stdin]
                -- COMMAND [ARGUMENT]...

Modes:
    auto        asks server/discover, falls back to initialize (the SDK's default)
    handshake   initialize only (the SDK's mode "legacy")
    stateless   the newest stateless revision, without a probe: the first request is the first thing
                that the server hears, so ask for one
    discover    the stateless era alone, with a probe and without a fallback
    session     initialize through ClientSession, as hosts written for the 1.x SDK do

The server gets the SDK's own stripped environment (HOME LOGNAME PATH SHELL TERM USER) and --env.
Its standard error goes to this program's. With --secret-stdin the server is the one in
packaging/example-server, and "received" says whether the secret that it holds is the one on standard
input. "closeSeconds" is how long the server took to end when the host was done with it.
Exit: 0 done, 1 the server or the SDK answered with an error (described on standard output), 2 usage.
"""

import argparse
import asyncio
import contextlib
import hashlib
import json
import logging
import sys
import time

from mcp import Client, ClientSession, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import PaginatedRequestParams
from mcp_types.version import LATEST_MODERN_VERSION

CLIENT_MODES = {"auto": "auto", "handshake": "legacy", "stateless": LATEST_MODERN_VERSION}
SESSION_MODES = {"discover": ClientSession.discover, "session": ClientSession.initialize}


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mode", choices=[*CLIENT_MODES, *SESSION_MODES], action="append")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--cwd")
    parser.add_argument("--timeout", type=float, default=30, help="for each mode, in seconds")
    parser.add_argument("--list-tools", action="store_true")
    parser.add_argument("--call", metavar="TOOL")
    parser.add_argument("--arguments", type=json.loads, default={}, metavar="JSON")
    parser.add_argument("--secret-stdin", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    if options.command[:1] == ["--"]:
        options.command.pop(0)
    if not options.command:
        parser.error("a command is needed behind --")
    if any("=" not in pair for pair in options.env):
        parser.error("--env wants NAME=VALUE")
    return options


@contextlib.asynccontextmanager
async def connected(mode, server):
    """The session of a server that has been greeted as the mode says."""
    if mode in CLIENT_MODES:
        async with Client(server, mode=CLIENT_MODES[mode], cache=None) as client:
            yield client.session
        return
    async with stdio_client(server) as (reader, writer):
        async with ClientSession(reader, writer) as session:
            await SESSION_MODES[mode](session)
            yield session


def plain(model):
    return model.model_dump(by_alias=True, mode="json", exclude_none=True)


async def all_tools(session):
    tools, cursor = [], None
    while True:
        page = await session.list_tools(params=PaginatedRequestParams(cursor=cursor))
        tools += page.tools
        cursor = page.next_cursor
        if cursor is None:
            return tools


async def holds(session, secret):
    """Whether the example server holds the secret, which it never says."""
    answer = await session.call_tool("secret_fingerprint", {})
    text = answer.content[0].text
    salt = dict(word.split("=") for word in text.split() if "=" in word).get("salt", "")
    digest = hashlib.sha256(salt.encode() + secret).hexdigest()
    return text == f"length={len(secret)} salt={salt} sha256={digest[:16]}"


async def run(options, mode, secret, report):
    server = StdioServerParameters(
        command=options.command[0],
        args=options.command[1:],
        env=dict(pair.split("=", 1) for pair in options.env),
        cwd=options.cwd,
    )
    report["stage"] = "connect"
    async with connected(mode, server) as session:
        report["protocolVersion"] = session.protocol_version
        if session.server_info is not None:
            report["server"] = plain(session.server_info)
        if options.list_tools:
            report["stage"] = "tools/list"
            report["tools"] = [plain(tool) for tool in await all_tools(session)]
        if options.call:
            report["stage"] = "tools/call"
            report["result"] = plain(await session.call_tool(options.call, options.arguments))
        if secret is not None:
            report["stage"] = "secret_fingerprint"
            report["received"] = await holds(session, secret)
        report["stage"] = "close"
        closing = time.monotonic()
    report["closeSeconds"] = round(time.monotonic() - closing, 3)


def causes(error):
    """What an exception group holds: the SDK's task groups wrap what went wrong in them."""
    if isinstance(error, BaseExceptionGroup):
        return [cause for inner in error.exceptions for cause in causes(inner)]
    return [error]


def describe(error):
    description = {"type": type(error).__name__, "message": str(error)}
    if isinstance(error, MCPError):
        description["code"] = error.code
        if error.data is not None:
            description["data"] = error.data
    return description


async def report_on(options, mode, secret):
    report = {"mode": mode, "ok": False}
    started = time.monotonic()
    try:
        # A server that never answers must fail the test, not hang it.
        await asyncio.wait_for(run(options, mode, secret, report), options.timeout)
        report["ok"] = True
        del report["stage"]
    except Exception as error:  # a host shows whatever went wrong
        errors = [describe(cause) for cause in causes(error)]
        report["error"] = errors[0]
        if len(errors) > 1:
            report["furtherErrors"] = errors[1:]
    report["seconds"] = round(time.monotonic() - started, 3)
    return report


async def main():
    options = parse_arguments()
    logging.basicConfig(stream=sys.stderr)
    secret = sys.stdin.buffer.read() if options.secret_stdin else None
    everything_went_well = True
    for mode in options.mode or ["auto"]:
        report = await report_on(options, mode, secret)
        print(json.dumps(report, ensure_ascii=False), flush=True)
        everything_went_well = everything_went_well and report["ok"]
    return 0 if everything_went_well else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
