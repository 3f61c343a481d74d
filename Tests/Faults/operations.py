"""What is done to our files while something goes wrong, and what must be true afterwards."""
import collections
import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess

import token_server

# Values that may stand in no file: looked for after every fault.
OLD, NEW, OTHER = b"canary-old-3f81", b"canary-new-9c27", b"canary-other-51"
TOKENS = token_server.ACCESS.encode(), token_server.REFRESH.encode()
WAIT = 20  # seconds; far above any operation, so that a lock that is left shows

# Whatever else lies in a home afterwards was left behind.
EXPECTED_FILES = re.compile(
    r"config/(servers\.json(\.lock)?|key-file(\.new)?|audit\.sync)|keys/mcp-valet"
    r"|data/(vault(\.lock|\.bak\.[123])?|rotate\.lock|connections/[0-9a-f]{32}(\.lock)?)"
    r"|run/(unlock|control)\.lock|state/(import\.lock|audit\.key|audit\.log(\.\d+)?|vault-generation|refused/\d+)")


@dataclasses.dataclass
class Operation:
    file: str
    name: str
    words: list
    input: bytes = b""
    # The record that says that it was done.
    event: str | None = None
    prepare: object = None
    # Which commands show, beside a launch, whether it was done.
    shown_by: tuple = ()
    keeps_log: bool = True
    # What has to succeed afterwards, whatever happened.
    recovers_by: tuple = ()
    # Whether it changes a host's file.
    has_host: bool = False
    # Whether it may end well with nothing done: a server whose command cannot be looked at is left
    # as it is, which is said and is no failure.
    passes_over: bool = False

    @property
    def is_launch(self):
        return self.words[0] == "run"


READER = ["--", "/bin/sh", "-c", 'printf "%s %s" "$A" "$B"']
TOKEN_PROBE = ["--", "/bin/sh", "-c", 'test "${A#canary-access-}" != "$A" && mkdir released']
PROBE = ["--", "/bin/sh", "-c", 'test ${#A} = 15 && mkdir released']


def fill_log(home):
    """Foreign bytes bring the log to the length at which it goes on in a new file."""
    with open(home.path / "state/audit.log", "ab") as log:
        log.write(b"x" * (4 << 20) + b"\n")
    home.must(["get", "other"])


def lose_log(home):
    shutil.rmtree(home.path / "state")


def empty(home):
    shutil.rmtree(home.path)
    (home.path / "keys").mkdir(0o700, parents=True)


def wait_strictly(home):
    (home.path / "config/audit.sync").write_text("strict\n")


# Of a host, in the folder beside ours: the one place where a key may stand in plain text.
HOST_FILE = ".config/Claude/claude_desktop_config.json"
HOST_KEY = b"ghp_R7fKq2LmX9vTb4NcW1sYd8HgJ3pZ6aE5oU0x"
HOST_TEXT = b"""{
  "mcpServers": {
    "github": { "command": "/bin/cat", "env": { "GITHUB_TOKEN": "%s" } }
  }
}
""" % HOST_KEY
IMPORT = ["import", "claude-desktop", "--yes", "--no-check"]
UNDO = ["undo", "claude-desktop", "--yes"]


def configure_host(home):
    file = home.work / HOST_FILE
    file.parent.mkdir(0o700, parents=True)
    file.write_bytes(HOST_TEXT)


def import_host(home):
    configure_host(home)
    home.must(IMPORT)


OPERATIONS = [
    Operation("vault", "vault init", ["vault", "init", "--unattended", "--key-file", "KEY"],
              prepare=empty, shown_by=(["list", "--json"],), keeps_log=False),
    Operation("vault", "set", ["set", "victim"], NEW, "stored",
              shown_by=(["versions", "victim", "--json"],)),
    Operation("vault", "rotate", ["rotate", "victim"], NEW, "rotated",
              shown_by=(["versions", "victim", "--json"],)),
    Operation("vault", "rm --purge", ["rm", "victim", "--purge"], event="removed",
              shown_by=(["versions", "victim", "--json"],)),
    Operation("vault", "vault rekey", ["vault", "rekey", "--drop"], event="changed",
              shown_by=(["versions", "victim", "--json"],)),
    Operation("vault", "allow",
              ["allow", "--yes", "--folder", "any", "next", "N=victim", "--", "/bin/true"],
              event="granted", shown_by=(["grants", "--json"],)),
    Operation("vault", "deny", ["deny", "reader"], b"", "denied",
              shown_by=(["grants", "--json"],)),
    Operation("audit log", "run --exec", ["run", "--exec", "probe", "--env", "A=valet://victim",
                                          *PROBE], event="released"),
    Operation("audit log", "run", ["run", "probe", "--env", "A=valet://victim", *PROBE],
              event="released", prepare=wait_strictly),
    Operation("audit log", "a new file", ["get", "other"], event="read", prepare=fill_log),
    Operation("audit log", "audit begin", ["audit", "begin"], prepare=lose_log, keeps_log=False),
    Operation("connection", "run, stale token",
              ["run", "--exec", "tokens", "--env", "A=oauth://work", *TOKEN_PROBE],
              event="released", shown_by=(["connections", "--json"],),
              recovers_by=(["refresh", "work"],)),
    Operation("servers.json", "add", ["add", "next", "--env", "N=valet://victim", "--", "true"],
              shown_by=(["servers", "--json"],)),
    Operation("servers.json", "add --replace", ["add", "first", "--replace", "--", "false"],
              shown_by=(["servers", "--json"],)),
    Operation("servers.json", "remove", ["remove", "second"], shown_by=(["servers", "--json"],)),
    # Whatever happened, the next import goes through, and the next undo: every byte is back then.
    Operation("host's file", "import", IMPORT, event="stored", prepare=configure_host,
              has_host=True, passes_over=True, recovers_by=(IMPORT, UNDO)),
    Operation("host's file", "undo", UNDO, event="read", prepare=import_host,
              has_host=True, recovers_by=(IMPORT, UNDO)),
]


class Home:
    """One folder with everything of ours, and a folder beside it to work in."""

    def __init__(self, suite, place):
        self.suite = suite
        self.place = pathlib.Path(place)
        self.path = self.place / "valet"
        self.work = self.place / "work"

    @property
    def has_host(self):
        return (self.work / HOST_FILE).exists()

    @property
    def environment(self):
        return {
            "HOME": str(self.suite.user if self.has_host else self.suite.folder), "LOGNAME": "tester", "USER": "tester", "TERM": "dumb",
            "PATH": "/usr/local/bin:/usr/bin:/bin", "SHELL": "/bin/sh",
            "MCP_VALET_HOME": str(self.path), "CREDENTIALS_DIRECTORY": str(self.path / "keys"),
        }

    def command(self, words):
        key = str(self.path / "keys/mcp-valet")
        return [self.suite.program, *(key if word == "KEY" else word for word in words)]

    def run(self, words, input=b"", prefix=()):
        if self.has_host:
            # What undo keeps names the file by its path, which has to be the same in every copy.
            bind = 'mount --bind "$0" "$1" && shift && exec "$@"'
            own = ["unshare", "--mount", "--", "/bin/sh", "-c", bind, self.work, self.suite.user]
            prefix = [*own, *prefix]
        return subprocess.run(
            [*prefix, *self.command(words)], input=input, env=self.environment, cwd=self.work,
            capture_output=True, timeout=WAIT)

    def must(self, words, input=b""):
        done = self.run(words, input)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stderr.decode()}")
        return done.stdout

    def do(self, operation, prefix=()):
        return self.run(operation.words, operation.input, prefix)

    def copied(self, place):
        os.makedirs(place, exist_ok=True)
        copy = Home(self.suite, place)
        shutil.copytree(self.path, copy.path, dirs_exist_ok=True)
        copy.work.mkdir(exist_ok=True)
        if self.has_host:
            shutil.copytree(self.work / ".config", copy.work / ".config")
        return copy

    def make(self):
        self.work.mkdir(parents=True)
        (self.path / "keys").mkdir(0o700, parents=True)
        os.chmod(self.path, 0o700)
        self.must(["vault", "init", "--unattended", "--key-file", "KEY"])
        # Opened by $CREDENTIALS_DIRECTORY, so that copies find their own.
        (self.path / "config/key-file").unlink()
        for name, value in (("other", OTHER), ("victim", b"older"), ("victim", OLD)):
            self.must(["set", name], value)
        variables = ["A=victim", "B=other"]
        self.must(["allow", "--yes", "--folder", "any", "--exec", "reader", *variables, *READER])
        self.must(["allow", "--yes", "--folder", "any", "--exec", "probe", "A=victim", *PROBE])
        self.must(["login", "work", "--issuer", self.suite.issuer, "--client-id", "faults",
                   "--device", "--no-browser"])
        self.must(["allow", "--yes", "--folder", "any", "--exec", "tokens", "A=oauth://work",
                   *TOKEN_PROBE])
        self.must(["add", "first", "--", "true"])
        self.must(["add", "second", "--env", "X=valet://victim", "--", "/bin/echo", "two"])
        return self

    # -- What can be seen of it

    def shown(self, operation):
        """Comparable: equal when nothing that counts has changed."""
        reader = ["run", "--exec", "reader", "--env", "A=valet://victim", "--env", "B=valet://other"]
        seen = [outcome(self.run([*reader, *READER]))]
        seen += [outcome(self.run(words)) for words in operation.shown_by]
        files = self.path / "config/servers.json", self.work / HOST_FILE
        return [*seen, *(file.read_bytes() if file.exists() else None for file in files)]

    def log(self):
        """The log's bytes, all its files in their order."""
        folder = self.path / "state"
        full = sorted(folder.glob("audit.log.*"), key=lambda file: int(file.suffix[1:]))
        return b"".join(file.read_bytes() for file in (*full, folder / "audit.log")
                        if file.exists())

    def events(self):
        """How many records there are of each kind."""
        counts = collections.Counter()
        for line in self.log().split(b"\n"):
            try:
                record = json.loads(line)
                counts[record["event"], record["outcome"]] += 1
            except (ValueError, TypeError, KeyError):
                pass  # torn
        return counts

    @property
    def was_released(self):
        return (self.work / "released").exists()

    def files(self):
        return {str(file.relative_to(self.path)): file for file in self.path.rglob("*")
                if not file.is_dir()}


def outcome(run):
    """Exit code and output, without times, and marks, which differ with each key."""
    text = run.stdout
    try:
        text = without_times(json.loads(text))
    except ValueError:
        pass
    return run.returncode, text


# Times, and a failure that was noted and is no harm.
UNSTEADY = {"created", "modified", "stored", "allowed", "time", "mark", "expires", "lastRefresh",
            "lastFailure", "loggedIn"}


def without_times(value):
    if isinstance(value, list):
        return [without_times(each) for each in value]
    if isinstance(value, dict):
        return {key: without_times(each) for key, each in value.items()
                if key not in UNSTEADY}
    return value


class Case:
    """An operation with the home that it starts from, and what it shows before and after."""

    def __init__(self, suite, base, operation):
        self.operation = operation
        self.calls = None  # of the operation, once it was traced
        self.template = base.copied(suite.folder / f"template-{suite.number()}")
        if operation.prepare:
            operation.prepare(self.template)
        self.log = self.template.log()
        self.events = self.template.events()
        self.old = self.template.copied(suite.folder / f"old-{suite.number()}").shown(operation)
        done = self.template.copied(suite.folder / f"new-{suite.number()}")
        run = done.do(operation)
        if run.returncode:
            raise RuntimeError(f"{operation.name}: {run.stderr.decode()}")
        self.old_verifies = self.template.run(["audit", "verify"]).returncode
        self.new = done.shown(operation)
        self.new_verifies = done.run(["audit", "verify"]).returncode

    def flaws(self, home, exit_code=None):
        """What is not as it must be: nothing, after any fault.

        exit_code: of the operation, where it came to its end.
        """
        operation = self.operation
        was_released = home.was_released
        log, events = home.log(), home.events()
        yield from plaintext(home)
        if operation.keeps_log and not log.startswith(self.log):
            yield "records are gone"
        verified = home.run(["audit", "verify"])
        if verified.returncode not in (0, self.old_verifies):
            yield f"audit verify: {verified.stdout.decode()}{verified.stderr.decode()}"
        seen = home.shown(operation)
        if seen not in (self.old, self.new):
            parts = zip(seen, self.old, self.new)
            odd = [part for part, *known in parts if part not in known] or seen
            yield f"neither the old state nor the new one: {odd}"
        if exit_code == 0 and seen != self.new and not (operation.passes_over and seen == self.old):
            yield "it ended well and is not done"
        done = was_released if operation.is_launch else seen == self.new != self.old
        count = events[operation.event, "ok"] - self.events[operation.event, "ok"]
        if operation.event and done and count < 1:
            yield f"done and not recorded as {operation.event}"
        if exit_code == 0 and operation.is_launch and not was_released:
            yield "ended well without a server"
        yield from self.next_flaws(home)

    def next_flaws(self, home):
        """What stands in the way of going on."""
        if self.operation.prepare in (empty, lose_log):
            again = home.do(self.operation)
            if again.returncode not in (0, 73) and self.shown_differs(home):
                yield f"cannot be done again: {again.stderr.decode()}"
        for words in self.operation.recovers_by:
            recovery = home.run(words)
            if recovery.returncode:
                yield f"{' '.join(words)}: {recovery.stderr.decode()}"
        if self.operation.has_host:
            yield from host_flaws(home)
        for words, value in ((["set", "afterwards"], b"x"), (["add", "afterwards", "--", "true"], b"")):
            going_on = home.run(words, value)
            if going_on.returncode:
                yield f"{' '.join(words)}: {going_on.stderr.decode()}"
        # Tidies up after brokers that were killed, a minute ago or more.
        for file in home.path.glob("run/.*"):
            os.utime(file, (0, 0), follow_symlinks=False)
        home.run(["ps"])
        verified = home.run(["audit", "verify"])
        if verified.returncode not in (0, self.new_verifies):
            yield f"audit verify, later: {verified.stdout.decode()}{verified.stderr.decode()}"
        litter = [name for name in home.files() if not EXPECTED_FILES.fullmatch(name)]
        if litter:
            yield f"left behind: {litter}"
        yield from plaintext(home)

    def shown_differs(self, home):
        return home.shown(self.operation) != self.new


def host_flaws(home):
    """Of a host's file once the import was taken back."""
    if (home.work / HOST_FILE).read_bytes() != HOST_TEXT:
        yield "the host's file is not as it was"
    beside = [file.name for file in (home.work / HOST_FILE).parent.iterdir()]
    if len(beside) > 1:
        yield f"left beside the host's file: {beside}"
    if home.run(["get", "github/GITHUB_TOKEN"]).stdout != HOST_KEY:
        yield "the host's key is not in the vault"


def plaintext(home):
    for name, file in home.files().items():
        if not file.is_file():
            continue  # a socket
        content = file.read_bytes()
        for value in (OLD, NEW, OTHER, HOST_KEY, *TOKENS):
            if value in content:
                yield f"a value stands in {name}"
