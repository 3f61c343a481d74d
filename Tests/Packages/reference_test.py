"""The manual pages and completions that are stored are those of the commands, and say what is true.

usage: reference_test.py MCP-VALET
"""
import filecmp
import importlib.util
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
PROGRAM = None


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


changelog = load(PACKAGING / "debian" / "changelog.py")
reference = load(PACKAGING / "reference.py")


def commands(command, words=()):
    for child in reference.shown(command.get("subcommands")):
        path = words + (child["commandName"],)
        yield path, child
        yield from commands(child, path)


def dump():
    return json.loads(reference.Program(PROGRAM).say("--experimental-dump-help"))["command"]


class Reference(unittest.TestCase):
    def test_what_is_stored_is_what_the_commands_say(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-B", PACKAGING / "reference.py", PROGRAM, folder], check=True)
            for kind in ("man", "completions"):
                stored = {p.name for p in (PACKAGING / kind).iterdir() if p.suffix != ".in"}
                made = {p.name for p in (pathlib.Path(folder) / kind).iterdir()}
                self.assertEqual(stored, made, f"packaging/{kind}; packaging/reference.sh makes it anew")
                for name in sorted(made):
                    self.assertTrue(
                        filecmp.cmp(PACKAGING / kind / name, pathlib.Path(folder) / kind / name, shallow=False),
                        f"packaging/{kind}/{name} is old; packaging/reference.sh makes it anew")

    def test_every_command_has_a_page_that_the_first_one_names(self):
        first = (PACKAGING / "man" / "mcp-valet.1").read_text(encoding="utf-8").replace("\\-", "-")
        for words, _ in commands(dump()):
            if len(words) == 1:
                self.assertTrue((PACKAGING / "man" / f"mcp-valet-{words[0]}.1").is_file())
                self.assertIn(f"mcp-valet-{words[0]}\\fR(1)", first)

    def test_every_command_has_examples_of_itself(self):
        for words, command in commands(dump()):
            _, examples = reference.split_discussion(command.get("discussion"))
            with self.subTest(" ".join(words)):
                self.assertIn(f"mcp-valet {words[0]}", examples)

    def test_examples_have_the_options_that_they_show(self):
        known = {words: command for words, command in commands(dump())}
        checked = 0
        for words, command in list(known.items()) + [((), dump())]:
            _, examples = reference.split_discussion(command.get("discussion"))
            for line in examples.replace("\\\n", "").splitlines():
                # Alone, or behind a pipe; not within another program's quotes.
                found = re.match(r"\s*(?:[^\"]*[|] )?mcp-valet ((?:[a-z]+ ?)+)(.*)", line)
                if not found:
                    continue
                path = tuple(found.group(1).split())
                while path and path not in known:
                    path = path[:-1]
                self.assertTrue(path, line)
                options = {f"--{n['name']}" for a in known[path]["arguments"] for n in a.get("names", [])}
                default = known[path].get("defaultSubcommand")
                if default:
                    options |= {f"--{n['name']}" for a in known[path + (default,)]["arguments"]
                                for n in a.get("names", [])}
                typed = shlex.split(found.group(2))
                # Up to a server's command, or to the shell's next one.
                end = next((n for n, word in enumerate(typed) if word in ("--", "|", "||", ">")), len(typed))
                typed = typed[:end]
                for word in typed:
                    if word.startswith("--") and word != "---":
                        self.assertIn(word.split("=")[0], options, line)
                checked += 1
        self.assertGreater(checked, 40)

    def test_it_names_every_exit_code(self):
        page = (PACKAGING / "man" / "mcp-valet.1.in").read_text(encoding="utf-8")
        section = page.split(".SH EXIT STATUS")[1].split(".SH ")[0]
        codes = re.findall(r"case \w+ = (\d+)", (ROOT / "Sources/Secrets/ExitCode.swift").read_text(encoding="utf-8"))
        self.assertGreater(len(codes), 8)
        for code in codes:
            self.assertRegex(section, rf"(?m)^\.BR? .*\b{code}\b")

    def test_it_names_every_command_that_ends_with_1(self):
        page = (PACKAGING / "man" / "mcp-valet.1.in").read_text(encoding="utf-8")
        entry = page.split(".SH EXIT STATUS")[1].split(".B 1\n")[1].split(".TP")[0]
        found = 0
        for source in (ROOT / "Sources/ValetCLI").rglob("*.swift"):
            text = source.read_text(encoding="utf-8")
            if "ExitCode.failure" in text:
                found += 1
                self.assertIn("\\fB" + re.search(r'commandName: "(\w+)"', text).group(1), entry, source)
        self.assertGreater(found, 2)

    def test_it_names_every_variable_that_is_read(self):
        page = (PACKAGING / "man" / "mcp-valet.1.in").read_text(encoding="utf-8")
        section = page.split(".SH ENVIRONMENT")[1].split(".SH ")[0]
        names = set()
        for source in (ROOT / "Sources").rglob("*.swift"):
            names |= set(re.findall(r'\b(?:variable|getenv)\("([A-Z_]+)"\)', source.read_text(encoding="utf-8")))
        self.assertIn("MCP_VALET_HOME", names)
        for name in sorted(names):
            self.assertIn(name, section)

    def test_the_version_is_one(self):
        version = reference.Program(PROGRAM).say("--version").strip()
        source = (ROOT / "Sources/Platform/ProductVersion.swift").read_text(encoding="utf-8")
        self.assertIn(f'text = "{version}"', source)


class Changelog(unittest.TestCase):
    def convert(self, text, version="1.2.3"):
        return changelog.convert(text, version, 0, "A B <a@b.example>")

    def test_a_release_and_an_unreleased_section(self):
        text = "# Changes\n\n## Unreleased\n\n- New\n  thing.\n\n## 1.2.2 (2026-01-31)\n\n- Old.\n"
        result = self.convert(text)
        self.assertIn("mcp-valet (1.2.3~unreleased) UNRELEASED;", result)
        self.assertIn("  * New thing.", result)
        self.assertIn("mcp-valet (1.2.2) unstable;", result)
        parsed = subprocess.run(["dpkg-parsechangelog", "-l", "-", "--all"], input=result, text=True,
                                capture_output=True, check=True)
        self.assertEqual(parsed.stderr, "")

    def test_refuses_a_newest_version_that_is_not_that_of_the_program(self):
        with self.assertRaises(ValueError):
            self.convert("## 1.2.4 (2026-01-31)\n\n- New.\n")

    def test_refuses_what_it_does_not_understand(self):
        for text in ("", "## 1.2.3\n\n- New.\n", "## 1.2.3 (2026-01-31)\n\nNew.\n",
                     "## 1.2.3 (2026-01-31)\n\n- A\n\n## Unreleased\n\n- B\n"):
            with self.subTest(text), self.assertRaises(ValueError):
                self.convert(text)

    def test_the_present_one_is_understood(self):
        text = (PACKAGING / "changelog").read_text(encoding="utf-8")
        version = reference.Program(PROGRAM).say("--version").strip()
        self.assertTrue(changelog.convert(text, version, 0, "A B <a@b.example>").startswith("mcp-valet ("))


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=1)
