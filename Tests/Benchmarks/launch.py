#!/usr/bin/env python3
"""Times launches side by side and prints one table: `packaging/bench.sh launch` starts this.

The machine may be busy with other work, so no contender is measured after another: every round
starts each of them once, in an order that changes, and what counts is the median over all rounds.
A launch that does not exit with 0 (its program checks that the secrets arrived) stops the run.
"""

import argparse
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
MS = 1e6  # nanoseconds
MANY = 10_000  # secrets, for which a target is set


class Contender:
    def __init__(self, name, command, environment=None, every=1, target=None):
        self.name = name
        self.command = [str(word) for word in command]
        self.environment = {**os.environ, **(environment or {})}
        # Only each so-many-th round: slow ones would make the run long.
        self.every = every
        # (kind, limit): "over", milliseconds over direct exec; "lookup", times the C look-up.
        self.target = target
        self.times = []
        self.problem = None

    @property
    def median(self):
        return statistics.median(self.times)

    def try_once(self):
        """Runs once, not timed; keeps the first line of what it complains about."""
        try:
            done = subprocess.run(
                self.command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            self.problem = str(error)
            return
        if done.returncode != 0:
            complaint = done.stderr.decode(errors="replace").strip().splitlines()
            self.problem = f"exit {done.returncode}: {complaint[0] if complaint else 'no message'}"

    def time_once(self, silence):
        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        pid = os.posix_spawn(self.command[0], self.command, self.environment, file_actions=silence)
        _, status = os.waitpid(pid, 0)
        after = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        if status != 0:
            raise SystemExit(f"error: {self.name}: exit {os.waitstatus_to_exitcode(status)} in the timed run")
        self.times.append((after - before) / MS)


class DiskSync:
    """fdatasync of 4 KiB on the disk that the vaults are on: what one durable write costs here."""

    def __init__(self, folder):
        self.name = "fdatasync of 4 KiB on this disk"
        self.every = 1
        self.target = None
        self.problem = None
        self.times = []
        self.descriptor = os.open(folder / "fdatasync", os.O_CREAT | os.O_WRONLY, 0o600)

    median = Contender.median

    def try_once(self):
        os.fdatasync(self.descriptor)

    def time_once(self, silence):
        before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        os.pwrite(self.descriptor, os.urandom(4096), len(self.times) * 4096)
        os.fdatasync(self.descriptor)
        self.times.append((time.clock_gettime_ns(time.CLOCK_MONOTONIC) - before) / MS)


def valet(options, scheme, count, home, *more, arguments=()):
    """The command line of mcp-valet with `count` secrets, and its environment; it is allowed."""
    variables = []
    for number in range(1, count + 1):
        variables += ["--env", f"S{number}={scheme}://bench/{number}"]
    words = [f"{scheme}-{count}{''.join(more)}", *more, *variables, "--", options.work / "target", count, *arguments]
    environment = {"MCP_VALET_HOME": str(options.work / home)}
    subprocess.run(
        [str(word) for word in [options.valet, "allow", "--yes", "--folder", "any", *words]],
        env={**os.environ, **environment}, check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    return [options.valet, "run", *words], environment


def contenders(options):
    work, target = options.work, options.work / "target"
    rows = [
        Contender("direct exec", [target, 0]),
        Contender("C, exec only", [work / "exec_only", target, 0]),
        Contender("C, 1 libsecret look-up", [work / "libsecret_once", "c", target, 1]),
        Contender("secret-tool in sh, 1", [HERE / "secret_tool_launch.sh", "c", target, 1], every=2),
        Contender("python keyring, 1", [options.python, HERE / "keyring_launch.py", "python", target, 1], every=10),
    ]
    if envchain := shutil.which("envchain"):
        rows.append(Contender("envchain, 1", [envchain, "benchmark", target, 1], every=2))

    def row(name, *arguments, target=None):
        command, environment = valet(options, *arguments)
        rows.append(Contender(name, command, environment, target=target))

    in_vault = "mcp-valet --exec, vault,"
    row(f"{in_vault} 1 of {options.secrets:,}", "valet", 1, "vault", "--exec")
    row(f"{in_vault} 5 of {options.secrets:,}", "valet", 5, "vault", "--exec")
    row(f"{in_vault} 20 of {options.secrets:,}", "valet", 20, "vault", "--exec", target=("over", 2.5))
    row(f"{in_vault} 1 of {options.many:,}", "valet", 1, "many", "--exec", target=("over", 5.0))
    if options.many < MANY:
        rows[-1].problem = f"the vault could not be filled to {MANY:,} in time"
    row(f"{in_vault} 1 of {options.large} MiB", "valet", 1, "large", "--exec", target=("over", 5.0))
    row("mcp-valet --exec, keyring, 1 (+100)", "keyring", 1, "vault", "--exec")
    row("mcp-valet --exec, keyring, 5 (+100)", "keyring", 5, "vault", "--exec")
    row("mcp-valet --exec, keyring, 20 (+100)", "keyring", 20, "vault", "--exec", target=("lookup", 1.35))
    row("mcp-valet supervised, vault, 1", "valet", 1, "vault")
    row("mcp-valet supervised, vault, 20", "valet", 20, "vault")
    rows.append(DiskSync(work))
    return rows


def measure(rows, rounds):
    silence = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
    ]
    order = random.Random(1)
    for number in range(rounds):
        turn = [row for row in rows if number % row.every == 0]
        order.shuffle(turn)
        for row in turn:
            row.time_once(silence)


def verdict(met):
    return "met" if met else "MISSED"


def print_times(rows):
    """Prints the table; returns whether every target was measured and met."""
    measured = {row.name: row.median for row in rows if row.times}
    direct, lookup = measured["direct exec"], measured.get("C, 1 libsecret look-up")
    width = max(len(row.name) for row in rows)
    print(f"{'':{width}}  median ms   p90 ms  over direct   x direct  x look-up  runs  target")
    all_met = True
    for row in rows:
        if row.problem:
            print(f"{row.name:{width}}  not measured: {row.problem}")
            all_met = all_met and row.target is None
            continue
        median, over = row.median, row.median - direct
        times_lookup = median / lookup if lookup else float("nan")
        p90 = sorted(row.times)[int(len(row.times) * 0.9)]
        end = ""
        if row.target:
            kind, limit = row.target
            met = over <= limit if kind == "over" else times_lookup <= limit
            text = f"<= {limit} ms over direct" if kind == "over" else f"<= {limit} x look-up"
            end = f"{text}: {verdict(met)}"
            all_met = all_met and met
        print(
            f"{row.name:{width}}  {median:9.2f}  {p90:7.2f}  {over:+11.2f}  {median / direct:9.2f}"
            f"  {times_lookup:9.2f}  {len(row.times):4}  {end}".rstrip()
        )
    return all_met


def family(pid):
    """The process and all its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [each for child in children for each in family(int(child))]


def kilobytes(pid, *fields):
    """Values of /proc/PID/smaps_rollup, in KiB."""
    values = dict.fromkeys(fields, 0)
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, rest = line.partition(":")
        if name in values:
            values[name] = int(rest.split()[0])
    return [values[field] for field in fields]


def print_memory(options, count=20):
    """Memory of `count` supervising mcp-valet at once; returns whether the target was met."""
    command, environment = valet(options, "valet", 1, "vault", arguments=["hold"])
    brokers = []
    try:
        for _ in range(count):
            brokers.append(
                subprocess.Popen(
                    [str(word) for word in command],
                    env={**os.environ, **environment},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
        for broker in brokers:
            if b"ready" not in broker.stdout.readline():
                print("memory: not measured: a supervised program did not start")
                return False
        anonymous, guardians, pss = [], [], []
        ours = os.stat(options.valet)
        for broker in brokers:
            total = 0
            for pid in family(broker.pid):
                # The guardian is ours; the server that was started is not.
                if pid != broker.pid and not os.path.samestat(os.stat(f"/proc/{pid}/exe"), ours):
                    continue
                own, share = kilobytes(pid, "Anonymous", "Pss")
                (anonymous if pid == broker.pid else guardians).append(own)
                total += share
            pss.append(total)
    finally:
        for broker in brokers:
            broker.stdin.close()
        for broker in brokers:
            broker.wait(timeout=10)
    broker_mb = statistics.median(anonymous) * 1024 / 1e6
    guardian_mb = statistics.median(guardians) * 1024 / 1e6 if guardians else 0
    print(f"\nMemory of {count} supervising mcp-valet at once, median, in MB of 1,000,000 bytes")
    print(f"  anonymous, mcp-valet itself         {broker_mb:6.2f}  target <= 4.0: {verdict(broker_mb <= 4)}")
    print(f"  anonymous, its guardian             {guardian_mb:6.2f}  (what they share is counted in both)")
    print(f"  Pss, mcp-valet and guardian         {statistics.median(pss) * 1024 / 1e6:6.2f}")
    print(f"  Pss, all {count} together              {sum(pss) * 1024 / 1e6:7.2f}")
    return broker_mb <= 4


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True, help="programs and homes: vault, many, large")
    parser.add_argument("--valet", required=True)
    parser.add_argument("--python", required=True, help="one with the package keyring")
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--secrets", type=int, required=True, help="in the home 'vault'")
    parser.add_argument("--many", type=int, required=True, help="in the home 'many'")
    parser.add_argument("--large", type=int, required=True, help="MiB in the home 'large'")
    options = parser.parse_args()

    rows = contenders(options)
    for row in rows:
        if not row.problem:
            row.try_once()
    load = os.getloadavg()[0]
    measure([row for row in rows if not row.problem], options.rounds)
    disk = subprocess.run(["stat", "-f", "-c", "%T", options.work], capture_output=True, text=True).stdout.strip()
    print(
        f"\n{platform.platform()}, {os.cpu_count()} cores, {options.rounds} rounds,"
        f" vaults on {disk}, load {load:.1f} before and {os.getloadavg()[0]:.1f} after\n"
    )
    met = print_times(rows)
    met = print_memory(options) and met
    if not shutil.which("envchain"):
        print("\nenvchain is not installed and was left out.")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
