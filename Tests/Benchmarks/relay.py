#!/usr/bin/env python3
"""Measures relays side by side and prints one table: `packaging/bench.sh relay` starts this.

`relay_client` holds a session behind each contender and lets them take turns, so that a busy
machine is busy for all of them; what counts is the median.
"""

import argparse
import collections
import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
SECRETS = 20
ADDED_TARGET, RATE_TARGET, MEMORY_TARGET, HOLD_TARGET = 1.5, 0.7, 4.0, 5.0


def run_client(options, rounds, megabytes, commands):
    done = subprocess.run(
        [str(options.work / "relay_client"), str(rounds), str(megabytes), *commands],
        capture_output=True, text=True, timeout=900,
    )
    if done.returncode != 0:
        raise SystemExit(f"error: relay_client: {done.stderr.strip()[-500:]}")
    rows = collections.defaultdict(dict)
    for line in done.stdout.splitlines():
        kind, place, *numbers = line.split()
        if kind == "rtt":
            rows[int(place)][int(numbers[0])] = (float(numbers[1]), float(numbers[2]))
        else:
            rows[int(place)][kind] = [float(number) for number in numbers]
    return rows


def valet(options, count):
    """A command line of mcp-valet that relays and searches for `count` secrets."""
    variables = " ".join(f"--env S{number}=valet://bench/{number}" for number in range(1, count + 1))
    words = f"bench{count} --env BENCHMARK_SECRETS={count} {variables} --"
    if count > 0:
        allow = f"{options.valet} allow --yes --folder any {words} {options.work}/relay_server"
        subprocess.run(allow.split(), check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return f"{options.valet} run {words}"


def contenders(options):
    server = options.work / "relay_server"
    rows = [
        ("direct", f"exec {server}"),
        ("C copier, two threads", f"exec {options.work}/relay_copier {server}"),
        ("mcp-valet, no secret", f"exec {valet(options, 0)} {server}"),
        (f"mcp-valet, {SECRETS} secrets", f"exec {valet(options, SECRETS)} {server}"),
    ]
    if options.peer:
        rows.append(("fastmcp proxy", f"slow:exec {options.peer} {HERE}/relay_fastmcp.py {server}"))
    return rows


def verdict(met):
    return "met" if met else "MISSED"


def print_round_trips(names, rows):
    print("Round trips of tools/call, added to direct, microseconds (and times what the C copier adds)\n")
    sizes = [100, 4096, 30 * 1024, 1 << 20]
    width = max(map(len, names))
    print(f"{'':{width}}  " + "  ".join(f"{f'{size:,} B':>24}" for size in sizes))
    print(f"{'':{width}}  " + "  ".join(f"{'p50':>8} {'p99':>8}       " for _ in sizes))
    met = True
    for place, name in enumerate(names):
        cells = []
        for size in sizes:
            p50, p99 = rows[place][size]
            if place == 0:
                cells.append(f"{p50:8.1f} {p99:8.1f}       ")
                continue
            added = p50 - rows[0][size][0]
            ratio = added / (rows[1][size][0] - rows[0][size][0])
            cells.append(f"{added:+8.1f} {p99 - rows[0][size][1]:+8.1f} {ratio:5.2f}x")
            if place == 3 and size <= 4096:
                met = met and ratio <= ADDED_TARGET
        print(f"{name:{width}}  " + "  ".join(cells))
    print(f"\ntarget: with {SECRETS} secrets at most {ADDED_TARGET} x the C copier up to 4 KB: {verdict(met)}")
    return met


def print_floods(names, rows):
    print("\nOne way, server to host, lines of 1,000 B\n")
    width = max(map(len, names))
    print(f"{'':{width}}      MB/s  x copier  CPU s/GB")
    for place, name in enumerate(names):
        rate, cpu = rows[place]["flood"]
        print(f"{name:{width}}  {rate:8.0f}  {rate / rows[1]['flood'][0]:8.2f}  {cpu:8.2f}")
    met = rows[3]["flood"][0] >= RATE_TARGET * rows[1]["flood"][0]
    print(f"\ntarget: with {SECRETS} secrets at least {RATE_TARGET} x the C copier: {verdict(met)}")
    return met


def print_memory(options, names, rows):
    print("\nMemory after lines of 1 MiB, MB of 1,000,000 bytes\n")
    for place, name in enumerate(names):
        _, anonymous, pss = rows[place]["memory"]
        print(f"  {name:24} anonymous {anonymous * 1024 / 1e6:6.2f}  Pss {pss * 1024 / 1e6:6.2f}")
    command = f"exec {valet(options, SECRETS)} {options.work}/relay_server"
    many = run_client(options, 1, 0, [command] * 20)
    total = sum(row["memory"][2] for row in many.values()) * 1024 / 1e6
    most = max(row["memory"][1] for row in many.values()) * 1024 / 1e6
    print(f"  20 relays at once: Pss together {total:.1f}, the largest anonymous {most:.2f}")
    ours = max(most, rows[3]["memory"][1] * 1024 / 1e6)
    met = 0 <= ours <= MEMORY_TARGET
    print(f"\ntarget: at most {MEMORY_TARGET} MB anonymous with lines up to 1 MiB: {verdict(met)}")
    return met


class Session:
    """A host of one server, with one request at a time."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            ["sh", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self.output = self.process.stdout
        self.number = 0
        self.rest = b""
        self.call(
            "initialize",
            {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "b", "version": "1"}},
        )
        self.process.stdin.write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')

    def call(self, method, parameters):
        """Milliseconds from the request to its answer."""
        self.number += 1
        text = json.dumps(
            {"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters}, separators=(",", ":")
        )
        before = time.monotonic_ns()
        self.process.stdin.write(text.encode() + b"\n")
        wanted = b'"id":%d,' % self.number
        while True:
            line, newline, self.rest = self.rest.partition(b"\n")
            if newline:
                if wanted in line:
                    return (time.monotonic_ns() - before) / 1e6
                continue
            more = os.read(self.output.fileno(), 65536)
            if not more:
                raise SystemExit("error: the server behind mcp-valet ended")
            self.rest = line + more

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=10)


def print_hold(options):
    """How long a rotation holds a request up, beside what a start of the server takes."""
    server = options.work / "relay_server"
    starts = []
    for _ in range(20):
        before = time.monotonic_ns()
        session = Session(f"exec {server}")
        starts.append((time.monotonic_ns() - before) / 1e6)
        session.end()
    session = Session(f"exec {valet(options, 1)} {server}")
    echo = {"name": "echo", "arguments": {"text": "x" * 100}}
    holds, stop = [], threading.Event()
    failures = []

    def rotate():
        for number in range(20):
            times.clear()
            done = subprocess.run(
                [options.valet, "rotate", "bench/1", "--generate", "24"],
                capture_output=True, text=True, stdin=subprocess.DEVNULL,
            )
            if done.returncode != 0:
                failures.append(done.stderr.strip())
                break
            time.sleep(0.05)
            holds.append(max(times))
        stop.set()

    times = [0.0]
    rotating = threading.Thread(target=rotate)
    rotating.start()
    while not stop.is_set():
        times.append(session.call("tools/call", echo))
    rotating.join()
    session.end()
    if failures:
        print(f"\nhold of a swap: not measured: {failures[0]}")
        return False
    start, hold = statistics.median(starts), statistics.median(holds)
    print(
        f"\nA swap, {len(holds)} rotations under requests one after the other, milliseconds\n\n"
        f"  the server's own start, to its answer to initialize  {start:6.2f}\n"
        f"  longest round trip during a rotation                 {hold:6.2f}"
    )
    met = hold <= start + HOLD_TARGET
    print(f"\ntarget: at most the start plus {HOLD_TARGET} ms: {verdict(met)}")
    return met


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True, help="the programs, and the home of the vault")
    parser.add_argument("--valet", required=True)
    parser.add_argument("--peer", help="a Python that has fastmcp")
    parser.add_argument("--rounds", type=int, required=True)
    options = parser.parse_args()

    rows = contenders(options)
    names, commands = [name for name, _ in rows], [command for _, command in rows]
    load = os.getloadavg()[0]
    results = run_client(options, options.rounds, 0, commands)
    for place, floods in run_client(options, 0, 200, commands).items():
        results[place]["flood"] = floods["flood"]
    print(
        f"\n{platform.platform()}, {os.cpu_count()} cores, {options.rounds} rounds,"
        f" load {load:.1f} before and {os.getloadavg()[0]:.1f} after\n"
    )
    met = [
        print_round_trips(names, results),
        print_floods(names, results),
        print_memory(options, names, results),
        print_hold(options),
    ]
    if not options.peer:
        print("\nfastmcp could not be installed and was left out.")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
