"""Disturbs every operation on the vault, the audit log, a connection, servers.json and hosts' files in
every way, at every point, with the programs as they are shipped, and prints a table of what was lost.

usage: run.py [--most N] [--only TEXT] [--fault TEXT] MCP-VALET

--most N       at most N points of each fault at each operation, spread evenly: the short form
--only TEXT    the operations whose name holds TEXT
--fault TEXT   the faults whose title holds TEXT

Ends with 1 when anything was lost. What this machine cannot do is said, and not passed over.
"""
import argparse
import collections
import concurrent.futures
import itertools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

import faults
import operations
import token_server
from lazy_disk import LazyDisk

NAMESPACE = "MCP_VALET_FAULTS_NAMESPACE"


class Suite:
    def __init__(self, program, folder):
        self.program = program
        self.folder = pathlib.Path(folder)
        # The home of all homes with a host's file, one at a time in a namespace of its own.
        self.user = self.folder / "user"
        self.user.mkdir()
        self.numbers = itertools.count(1)
        self.issuer = token_server.start()

    def number(self):
        return next(self.numbers)


def enter_namespace():
    """Mounts of our own, which end with us, and a key cache of our own."""
    if os.geteuid() != 0 or NAMESPACE in os.environ:
        return
    for options in (["--user", "--map-root-user", "--mount"], ["--mount"]):
        own = ["unshare", *options, "--"]
        if subprocess.run([*own, "true"], capture_output=True).returncode == 0:
            os.environ[NAMESPACE] = "1"
            os.execvp(own[0], [*own, sys.executable, "-B", *sys.argv])


def missing(folder):
    """Why a kind of fault cannot be made here; empty where it can."""
    reasons = {}
    tried = subprocess.run(["strace", "-f", "-qq", "-o", "/dev/null", "true"],
                           capture_output=True, text=True) if shutil.which("strace") else None
    if tried is None or tried.returncode:
        reasons["strace"] = tried.stderr.strip() if tried else "strace is not installed"
    try:
        if NAMESPACE not in os.environ:
            raise PermissionError("mounting a file system takes root")
        with faults.mounted(f"{folder}/mount-probe", "size=64k"):
            pass
    except (OSError, subprocess.CalledProcessError) as error:
        reasons["mount"] = str(error)
    try:
        os.makedirs(f"{folder}/fuse-probe")
        if NAMESPACE not in os.environ:
            raise PermissionError("mounting a file system takes root")
        with LazyDisk(f"{folder}/fuse-probe"):
            pass
    except OSError as error:
        reasons["fuse"] = f"FUSE: {error}"
    return reasons


def thinned(points, most):
    """Evenly spread, the last one among them: it is where things are finished."""
    if not most or len(points) <= most:
        return points
    return [points[(number + 1) * len(points) // most - 1] for number in range(most)]


def try_point(suite, case, fault, point):
    name, run = point
    place = suite.folder / f"point-{suite.number()}"
    try:
        happened, flaws = run(suite, case, place)
        flaws = list(flaws)
    except subprocess.TimeoutExpired as error:
        happened, flaws = True, [f"hangs: {' '.join(map(str, error.cmd))}"]
    except Exception:
        happened, flaws = True, [traceback.format_exc()]
    shutil.rmtree(place, ignore_errors=True)
    return case, fault, name, happened, flaws


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("--most", type=int, default=0)
    parser.add_argument("--only", default="")
    parser.add_argument("--fault", default="")
    options = parser.parse_args()
    enter_namespace()
    started = time.monotonic()
    # In memory: the disks that matter here are our own.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = tempfile.mkdtemp(prefix="mcp-valet-faults-", dir=memory)
    try:
        with concurrent.futures.ThreadPoolExecutor(max(os.cpu_count() or 1, 2)) as pool:
            status = run(Suite(os.path.abspath(options.program), folder), options, pool)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{time.monotonic() - started:.0f} s")
    return status


def run(suite, options, pool):
    reasons = missing(suite.folder)
    base = operations.Home(suite, suite.folder / "base").make()
    kinds = [fault for fault in faults.FAULTS if options.fault in fault.title]
    cases, results = [], []
    for operation in operations.OPERATIONS:
        if options.only not in operation.name or operation.has_host and "mount" in reasons:
            continue
        case = operations.Case(suite, base, operation)
        cases.append(case)
        for fault in kinds:
            if fault.needs in reasons:
                continue
            for point in thinned(fault.points(suite, case), options.most):
                results.append(pool.submit(try_point, suite, case, fault, point))
    table = collections.defaultdict(lambda: [0, 0, 0])
    losses = []
    for result in results:
        case, fault, name, happened, flaws = result.result()
        for key in ((case, fault), (case, None), (None, fault), (None, None)):
            row = table[key]
            row[0] += 1
            row[1] += happened
            row[2] += bool(flaws)
        losses += [(case, fault, name, flaw) for flaw in flaws]
    for case in cases:
        for fault in kinds:
            tried, happened, _ = table[case, fault]
            # A fault that does not happen shows nothing. Some calls depend on the kernel's cache of the
            # key, which all points share: a rekey in one copy leaves the others fewer calls.
            if isinstance(fault, faults.Injected) and happened * 2 < tried:
                losses.append((case, fault, "all", f"only {happened} of {tried} happened"))
    show(cases, kinds, table, reasons)
    for case, fault, name, flaw in losses:
        print(f"LOST {case.operation.name}, {fault.title}, {name}: {' / '.join(flaw.strip().splitlines())[-300:]}")
    return 1 if losses else 0


def show(cases, kinds, table, reasons):
    """Points of each fault at each operation; those at which it took effect; what was lost."""
    heads = ["FILE", "OPERATION", *(fault.title for fault in kinds), "POINTS", "FAULTS", "LOST"]
    rows = [heads]
    for case in [*cases, None]:
        file, name = (case.operation.file, case.operation.name) if case else ("", "all")
        counts = ["-" if fault.needs in reasons else table[case, fault][0] for fault in kinds]
        rows.append([file, name, *counts, *table[case, None]])
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(heads))]
    for row in rows:
        cells = [str(cell).ljust(width) if column < 2 else str(cell).rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip())
    for fault in kinds:
        if fault.needs in reasons:
            print(f"not run: {fault.title}: {reasons[fault.needs]}")
    if "mount" in reasons:
        print(f"not run: host's file: {reasons['mount']}")


if __name__ == "__main__":
    sys.exit(main())
