"""The ways in which an operation is disturbed. Each yields points: a name, and what runs there and
answers with whether the fault happened and what is wrong afterwards."""
import collections
import os
import pathlib
import re
import shutil
import stat
import subprocess

from lazy_disk import SOCKET, LazyDisk

CALL = re.compile(r"^(\d+) +(\w+)\(")
# Calls that fail on a broken disk.
ON_FILES = {
    "openat", "read", "pread64", "write", "pwrite64", "writev", "fsync", "fdatasync", "fcntl",
    "fstat", "newfstatat", "statx", "access", "faccessat", "faccessat2", "unlink", "unlinkat",
    "rename", "renameat", "renameat2", "link", "linkat", "mkdir", "mkdirat", "lseek", "ftruncate",
    "getdents64", "fchmod", "flock",
}
# Calls that need room on a disk.
NEEDING_ROOM = {
    "openat", "write", "pwrite64", "writev", "fsync", "fdatasync", "rename", "renameat",
    "renameat2", "link", "linkat", "mkdir", "mkdirat",
}
OFF_DISK = re.compile(r'[<"]/(proc|sys|dev)/(?!shm)')
NOT_STOPPED = {"execve", "exit", "exit_group", "rt_sigreturn", "restart_syscall"}


class Injected:
    """A fault at a system call, made by strace."""

    needs = "strace"

    def __init__(self, title, fault, calls=None):
        self.title, self.fault, self.calls = title, fault, calls

    def points(self, suite, case):
        names = collections.Counter()
        for name, count, on_disk in traced(suite, case):
            if name not in NOT_STOPPED and (
                    self.calls is None or on_disk and name in self.calls):
                names[name, count] += 1
        return [(f"{name} {count}", self.at(name, count)) for name, count in names]

    def at(self, name, count):
        def run(suite, case, place):
            home = case.template.copied(place)
            prefix = [
                "strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={name}",
                "-e", f"inject={name}:{self.fault}:when={count}"]
            done = home.do(case.operation, prefix)
            if self.calls is None:
                return done.returncode == -9 or done.returncode == 137, case.flaws(home)
            crashed = done.returncode < 0 or done.returncode >= 128
            flaws = case.flaws(home, done.returncode)
            return True, [f"ended with {done.returncode}", *flaws] if crashed else flaws

        return run


def traced(suite, case):
    """The system calls of an operation from the first that names its home on, to the start of the
    server: (name, how many of that name the same process or thread has made by then, whether it is
    about a file on a disk)."""
    if case.calls is None:
        home = case.template.copied(suite.folder / f"traced-{suite.number()}")
        log = home.place / "trace"
        home.do(case.operation, ["strace", "-f", "-y", "-o", str(log)])
        case.calls, counts, is_ours = [], collections.Counter(), False
        # The program on the network writes nothing of ours.
        others = set()
        for line in log.read_text(errors="replace").splitlines():
            match = CALL.match(line)
            if not match:
                continue
            process, name = match.groups()
            if name == "execve" and '/mcp-valet-net"' in line:
                others.add(process)
            if process in others:
                child = re.search(r" = (\d+)$", line) if name.startswith("clone") else None
                others.update(child.groups() if child else ())
                continue
            counts[process, name] += 1
            is_ours = is_ours or str(home.path) in line
            if name == "execve" and "/bin/sh" in line.split(",")[0]:
                is_ours = False
            if is_ours:
                on_disk = not OFF_DISK.search(line)
                case.calls.append((name, counts[process, name], on_disk))
    return case.calls


class FullDisk:
    """A file system with room for a few more blocks, or a few more files."""

    needs = "mount"

    def __init__(self, title, by_files):
        self.title, self.by_files = title, by_files

    def points(self, suite, case):
        count = 12 if self.by_files else 20
        kind = "files" if self.by_files else "blocks"
        return [(f"room for {room} {kind}", self.at(room)) for room in range(count)]

    def at(self, room):
        def run(suite, case, place):
            with mounted(place, "size=24m"):
                home = case.template.copied(place)
                fill(pathlib.Path(place), room, self.by_files)
                done = home.do(case.operation)
                unread = home.run(["list"]).returncode
                make_room(pathlib.Path(place))
                flaws = list(case.flaws(home, done.returncode))
                if unread not in (0, 69):
                    flaws.append(f"cannot be listed on a full disk: {unread}")
                return done.returncode != 0, flaws

        return run


def fill(place, room, by_files):
    filler = place / "filler"
    filler.mkdir()
    if by_files:
        # As many more as there may be: the limit is set to what is there.
        used = os.statvfs(place)
        limit = used.f_files - used.f_ffree + room
        subprocess.run(["mount", "-o", f"remount,nr_inodes={limit}", place], check=True)
        return
    with open(filler / "blocks", "wb") as file:
        free = os.statvfs(place).f_bavail - room
        for _ in range(max(free, 0)):
            file.write(bytes(4096))


def make_room(place):
    shutil.rmtree(place / "filler")
    subprocess.run(["mount", "-o", "remount,nr_inodes=1000", place], check=True)


class ReadOnly:
    title = "read-only"
    needs = "mount"

    def points(self, suite, case):
        def run(suite, case, place):
            with mounted(place, "size=24m"):
                home = case.template.copied(place)
                before = {name: file.read_bytes() for name, file in home.files().items()}
                subprocess.run(["mount", "-o", "remount,ro", place], check=True)
                done = home.do(case.operation)
                listed = home.run(["list"]).returncode
                subprocess.run(["mount", "-o", "remount,rw", place], check=True)
                flaws = []
                if before != {name: file.read_bytes() for name, file in home.files().items()}:
                    flaws.append("a file has changed")
                if done.returncode == 0:
                    flaws.append("says that it was done")
                if listed not in (0, 69):
                    flaws.append(f"cannot be listed: {listed}")
                flaws += case.flaws(home, done.returncode)
                return True, flaws

        return [("mounted read-only", run)]


class mounted:
    """A file system in memory at a folder."""

    def __init__(self, place, options):
        self.place, self.options = str(place), options

    def __enter__(self):
        os.makedirs(self.place)
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"mode=0700,{self.options}", "tmpfs", self.place],
            check=True)

    def __exit__(self, *_):
        subprocess.run(["umount", "--lazy", self.place], check=True)


class PowerLoss:
    title = "power loss"
    needs = "fuse"

    def points(self, suite, case):
        """One run, every state that a disk can be in on its way; equal ones once."""
        place = suite.folder / f"lazy-{suite.number()}"
        os.makedirs(place)
        with LazyDisk(str(place), watched="work/released") as disk:
            home = case.template.copied(place)
            disk.begin_recording()
            done = home.do(case.operation)
            crashes = disk.end_recording()
        if done.returncode:
            raise RuntimeError(f"on a lazy disk: {done.stderr.decode()}")
        seen, points = set(), []
        for number, (step, states, was_released) in enumerate(crashes, 1):
            is_done = number == len(crashes)
            for label, tree in states.items():
                key = (is_done, was_released, hash(frozenset(tree.items())))
                if key not in seen:
                    seen.add(key)
                    run = self.at(tree, is_done, was_released)
                    points.append((f"before {step}: {label}", run))
        return points

    def at(self, tree, is_done, was_released):
        def run(suite, case, place):
            from operations import Home

            os.makedirs(place)
            home = Home(suite, place)
            for name, content in tree.items():
                path = pathlib.Path(place) / name
                if content is None:
                    path.mkdir(mode=0o700, parents=True, exist_ok=True)
                elif content is SOCKET:
                    os.mknod(path, 0o600 | stat.S_IFSOCK)
                else:
                    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    path.touch(mode=0o600)
                    path.write_bytes(content)
            home.work.mkdir(exist_ok=True)
            if was_released:
                # What a server did was done, whatever is on the disk.
                (home.work / "released").mkdir(exist_ok=True)
            home.path.mkdir(mode=0o700, exist_ok=True)
            return True, case.flaws(home, 0 if is_done else None)

        return run


FAULTS = [
    Injected("SIGKILL", "signal=KILL"),
    Injected("EIO", "error=EIO", ON_FILES),
    Injected("ENOSPC", "error=ENOSPC", NEEDING_ROOM),
    FullDisk("full disk", by_files=False),
    FullDisk("no inodes", by_files=True),
    ReadOnly(),
    PowerLoss(),
]
