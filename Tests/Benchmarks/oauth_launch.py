#!/usr/bin/env python3
"""What a token costs a launch, in one run: `packaging/bench.sh oauth` starts this.

A launch with a fresh token is timed beside one with a secret of the vault, one with a stale token
beside a bare request to the same token endpoint. What counts is the median over all rounds.
"""

import argparse
import http.client
import os
import platform
import random
import statistics
import subprocess
import time
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
DELAY = 0.1  # seconds until the endpoint answers
MANY = 50  # launches at once


def timed(body):
    before = time.monotonic()
    body()
    return (time.monotonic() - before) * 1000


class Bench:
    def __init__(self, options):
        self.options = options
        self.home, self.server = options.work / "oauth", options.work / "server"
        self.key = options.work / "oauth.key"
        self.home.mkdir(mode=0o700)
        self.server.mkdir(mode=0o700)
        self.environment = {**os.environ, "MCP_VALET_HOME": str(self.home)}
        self.endpoint = subprocess.Popen(
            ["/usr/bin/python3", HERE.parent / "Peers" / "token_endpoint.py", self.server],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.url = self.endpoint.stdout.readline().strip()
        self.valet("vault", "init", "--key-file", self.key, "--unattended")
        self.valet("set", "bench/1", text="value-0123456789abcdefghijklmnopqrstuvwxyz")
        self.token(age=0)
        for scheme in ("valet://bench/1", "oauth://work"):
            self.valet("allow", "--yes", "--folder", "any", *self.words(scheme))

    def close(self):
        self.valet("lock")
        self.endpoint.stdin.close()
        self.endpoint.wait(timeout=10)

    def valet(self, *words, text=""):
        subprocess.run(
            [str(word) for word in (self.options.valet, *words)], env=self.environment, input=text, text=True,
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )

    def words(self, reference):
        return [reference.partition(":")[0], "--exec", "--env", f"S1={reference}", "--", str(self.options.work / "target"), "1"]

    def start(self, reference):
        command = [str(self.options.valet), "run", *self.words(reference)]
        return os.posix_spawn(
            command[0], command, self.environment,
            file_actions=[(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)],
        )

    def end(self, pid):
        _, status = os.waitpid(pid, 0)
        if status:
            raise SystemExit(f"error: a launch ended with {os.waitstatus_to_exitcode(status)} in the timed run")

    def launch(self, reference):
        self.end(self.start(reference))

    def many(self, reference):
        for pid in [self.start(reference) for _ in range(MANY)]:
            self.end(pid)

    def token(self, age):
        """A token that lives an hour, `age` seconds old, with a refresh token that is good."""
        (self.server / "login").write_text("refresh-of-login")
        subprocess.run(
            [self.options.writer, "make", self.home, self.key, "work", self.url, "access-0123456789",
             "refresh-of-login", str(age), "3600"], check=True,
        )

    def ask(self):
        """The bare request that a refresh consists of."""
        url = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(url.hostname, url.port)
        form = urllib.parse.urlencode({"grant_type": "refresh_token", "refresh_token": "refresh-of-login"})
        connection.request("POST", url.path, form, {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        if answer.status != 200 or not answer.read():
            raise SystemExit("error: the endpoint refuses")
        connection.close()

    @property
    def requests(self):
        path = self.server / "requests"
        return len(path.read_text().splitlines()) if path.exists() else 0


def fresh(bench, rounds):
    rows = {"valet://": [], "oauth://": []}
    order = random.Random(1)
    before = bench.requests
    for _ in range(rounds):
        turn = [("valet://", "valet://bench/1"), ("oauth://", "oauth://work")]
        order.shuffle(turn)
        for name, reference in turn:
            rows[name].append(timed(lambda: bench.launch(reference)))
    if bench.requests != before:
        raise SystemExit("error: a fresh token was refreshed")
    return statistics.median(rows["valet://"]), statistics.median(rows["oauth://"])


def stale(bench, rounds, launch):
    bare, refreshed = [], []
    for _ in range(rounds):
        bare.append(timed(bench.ask))
        bench.token(age=4000)
        refreshed.append(timed(lambda: bench.launch("oauth://work")))
    return statistics.median(bare), statistics.median(refreshed)


def concurrent(bench, rounds):
    times, plain = [], []
    for _ in range(rounds):
        plain.append(timed(lambda: bench.many("valet://bench/1")))
        bench.token(age=4000)
        before = bench.requests
        times.append(timed(lambda: bench.many("oauth://work")))
        if bench.requests != before + 1:
            raise SystemExit(f"error: {MANY} launches made {bench.requests - before} requests")
    return statistics.median(plain), statistics.median(times)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--valet", type=Path, required=True)
    parser.add_argument("--writer", type=Path, required=True)
    parser.add_argument("--rounds", type=int, required=True)
    options = parser.parse_args()
    bench = Bench(options)
    try:
        vault, token = fresh(bench, options.rounds)
        few = max(options.rounds // 10, 5)
        (bench.server / "delay").write_text(str(DELAY))
        bare, refreshed = stale(bench, few, vault)
        plain, all_ = concurrent(bench, max(few // 2, 3))
    finally:
        bench.close()
    print(f"{platform.machine()}, {os.cpu_count()} processors; medians in milliseconds; the server takes {DELAY * 1000:.0f}")
    rows = [
        ("launch with a secret of the vault", vault, None, ""),
        ("launch with a fresh token", token, token - vault <= 0.5, f"{token - vault:+.2f} <= 0.5 more"),
        ("bare request to the token endpoint", bare, None, ""),
        ("launch with a stale token", refreshed, refreshed - bare - vault <= 25,
         f"{refreshed - bare - vault:+.1f} <= 25 more than launch and request"),
        (f"{MANY} launches at once with a secret", plain, None, ""),
        (f"{MANY} launches on a stale token", all_, all_ - bare <= 200, f"{all_ - bare:+.0f} <= 200 more than the request"),
    ]
    for name, median, met, text in rows:
        verdict = "" if met is None else f"  {text}: {'met' if met else 'MISSED'}"
        print(f"{name:38} {median:8.2f}{verdict}")
    raise SystemExit(any(met is False for _, _, met, _ in rows))


main()
