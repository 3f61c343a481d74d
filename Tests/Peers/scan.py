"""scan.py [--hex] [--files | --process PID...] [FOLDER]...: looks for a text wherever its user can look.

The text stands on standard input, so that it is not among our own arguments (with --hex in
hexadecimal digits); its base64 counts too. Memory that is locked and left out of core dumps is
reported as "mem locked".
Looked at: arguments, environment, memory and open files of every process (or of those named, or with
--files of none), every file below the folders, every socket there. Prints one JSON object:

    found       where the text was
    searched    how many places could be read at all
    connected   sockets that took a connection
"""

import argparse
import base64
import ctypes
import json
import os
import socket
import stat
import sys

LARGEST = 64 << 20


def needles(text):
    # Base64 depends on where in its groups of three bytes a text starts; the ends are left out,
    # since they depend on what stands beside it.
    encoded = [base64.b64encode(b"\0" * shift + text)[4:-4] for shift in range(3)]
    return [text, *encoded, text.hex().encode()]


class Scan:
    def __init__(self, text):
        self.needles = needles(text)
        self.report = {"found": [], "searched": 0, "connected": []}

    def look(self, name, data):
        self.report["searched"] += 1
        if any(needle in data for needle in self.needles):
            self.report["found"].append(name)

    def file(self, path):
        try:
            with open(path, "rb") as file:
                self.look(path, file.read(LARGEST))
        except OSError:
            pass

    def memory(self, process):
        try:
            with open(f"/proc/{process}/smaps") as maps, open(f"/proc/{process}/mem", "rb", 0) as memory:
                for line in maps:
                    words = line.split()
                    if "-" in words[0]:
                        start, end = (int(number, 16) for number in words[0].split("-"))
                        name, mode = line.strip(), words[1]
                    if words[0] != "VmFlags:" or mode[0] != "r" or end - start > LARGEST:
                        continue
                    if name.split()[-1].startswith("[v"):
                        continue
                    kind = "mem locked" if {"lo", "dd"} <= set(words) else "mem"
                    try:
                        memory.seek(start)
                        self.look(f"/proc/{process}/{kind} {name}", memory.read(end - start))
                    except (OSError, ValueError):
                        pass
        except OSError:
            pass

    def process(self, process):
        for name in ("cmdline", "environ"):
            self.file(f"/proc/{process}/{name}")
        try:
            for descriptor in os.listdir(f"/proc/{process}/fd"):
                path = f"/proc/{process}/fd/{descriptor}"
                if stat.S_ISREG(os.stat(path).st_mode):
                    self.file(path)
        except OSError:
            pass
        self.memory(process)

    def folder(self, folder):
        for parent, _, names in os.walk(folder):
            for name in names:
                path = os.path.join(parent, name)
                try:
                    mode = os.lstat(path).st_mode
                except OSError:
                    continue
                if stat.S_ISREG(mode):
                    self.file(path)
                elif stat.S_ISSOCK(mode):
                    self.socket(path)

    def socket(self, path):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(path)
            except OSError:
                return
            self.report["connected"].append(path)


def close_to_others():
    # Another search by the same user would keep parts of our memory in its own, and there we find
    # the text that we were given. PR_SET_DUMPABLE.
    if ctypes.CDLL(None).prctl(4, 0, 0, 0, 0) != 0:
        raise OSError("cannot be closed to other processes")


def main():
    close_to_others()
    parser = argparse.ArgumentParser()
    parser.add_argument("--hex", action="store_true")
    parser.add_argument("--files", action="store_true")
    parser.add_argument("--process", action="append", type=int)
    parser.add_argument("folders", nargs="*")
    options = parser.parse_args()
    text = sys.stdin.buffer.read()
    scan = Scan(bytes.fromhex(text.decode()) if options.hex else text)
    own = {os.getpid(), os.getppid()}
    every = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) not in own]
    named = [] if options.files else options.process
    for process in every if named is None else named:
        scan.process(process)
    for folder in options.folders:
        scan.folder(folder)
    print(json.dumps(scan.report))


main()
