#!/usr/bin/env python3
"""Writes the manual pages and the completions of mcp-valet, from the commands themselves.

usage: reference.py MCP-VALET FOLDER

MCP-VALET  the program; mcp-valet-ctl, which knows the commands, is found beside it
FOLDER     gets man/*.1 and completions/mcp-valet.{bash,zsh,fish}

The pages take their words from `--experimental-dump-help`, but the usage, which only the help texts
have, and what packaging/man/mcp-valet.1.in says of files, variables and exit codes.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import textwrap

HERE = pathlib.Path(__file__).resolve().parent
SHELLS = ("bash", "zsh", "fish")
# What roff would take for something else, or print as another character than was meant.
SPECIAL = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", "…": "\\|.\\|.\\|."}


def roff(text):
    """One line of text, as it is to be read."""
    text = "".join(SPECIAL.get(character, character) for character in text)
    return "\\&" + text if text.startswith(".") else text


class Program:
    def __init__(self, path):
        self.path = os.path.abspath(path)
        # Neither the files of the person who builds nor the width of the terminal have a say.
        self.environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "LC_ALL": "C.UTF-8"}

    def say(self, *words):
        return subprocess.run(
            [self.path, *words], check=True, capture_output=True, text=True, encoding="utf-8",
            env=self.environment, stdin=subprocess.DEVNULL).stdout

    def usage(self, words):
        """The lines behind USAGE:, one for each way to call the command."""
        help_text = self.say("help", *words)
        block = re.search(r"^USAGE: (.*?)(?:\n\n|\Z)", help_text, re.S | re.M).group(1)
        lines = []
        for line in block.splitlines():
            line = line.strip()
            if line.startswith("mcp-valet") or not lines:
                lines.append(line)
            else:
                lines[-1] += " " + line
        return lines


def shown(commands):
    return [c for c in commands or [] if c["shouldDisplay"] and c["commandName"] != "help"]


def split_discussion(text):
    """What is said, and the lines of the examples below it."""
    parts = re.split(r"^Examples?:\n", text or "", maxsplit=1, flags=re.M)
    return parts[0].strip(), textwrap.dedent(parts[1]).rstrip() if len(parts) > 1 else ""


def paragraphs(text):
    lines = []
    for paragraph in re.split(r"\n\s*\n", text) if text else []:
        lines += [".PP", roff(" ".join(paragraph.split()))]
    return lines


def usage_line(line):
    words = []
    for word in line.split(" "):
        name = re.sub(r"<([^>]*)>", lambda m: m.group(1).upper(), word)
        words.append(roff(name))
    # Our own name and those of the commands are typed as they are.
    count = 1
    while count < len(words) and re.fullmatch(r"[a-z]+", line.split(" ")[count]):
        count += 1
    bold = "\\fB" + " ".join(words[:count]) + "\\fR"
    return " ".join([bold] + words[count:])


def argument_title(argument):
    value = "\\fI" + roff((argument.get("valueName") or "").upper()) + "\\fR"
    if argument["kind"] == "positional":
        return value
    names = [("-" if n["kind"] == "short" else "--") + n["name"] for n in argument["names"]]
    title = ", ".join("\\fB" + roff(name) + "\\fR" for name in names)
    return f"{title} {value}" if argument["kind"] == "option" else title


def argument_entry(argument):
    text = argument.get("abstract", "")
    values = argument.get("allValues")
    if values:
        text += f" One of: {', '.join(values)}."
    if argument.get("defaultValue") and argument["kind"] == "option":
        text += f" Unless told: {argument['defaultValue']}."
    return [".TP", argument_title(argument), roff(" ".join(text.split()))]


def arguments_of(command, *kinds):
    """Without --version and --help, which all commands have."""
    return [
        a for a in command["arguments"]
        if a["kind"] in kinds and a["shouldDisplay"] and a.get("valueName") not in ("version", "help")
    ]


def command_text(program, words, command, level):
    """What a command does and takes, without a title; `level` 0 has sections of its own."""
    said, examples = split_discussion(command.get("discussion"))
    lines = []
    abstract = command["abstract"]
    if level == 0:
        lines += [".SH SYNOPSIS"] + synopsis(program, words) + [".SH DESCRIPTION", roff(abstract)]
    else:
        lines += synopsis(program, words) + [".PP", roff(abstract)]
    lines += paragraphs(said)
    positional = arguments_of(command, "positional")
    options = arguments_of(command, "option", "flag")
    if level == 0 and positional:
        lines.append(".SH ARGUMENTS")
    for argument in positional:
        lines += argument_entry(argument)
    if level == 0 and options:
        lines.append(".SH OPTIONS")
    for argument in options:
        lines += argument_entry(argument)
    if examples and level > 0:
        lines += [".PP", "For example:", ".PP"] + example(examples)
    children = shown(command.get("subcommands"))
    if children:
        if level == 0:
            lines.append(".SH COMMANDS")
        for child in children:
            name = words + [child["commandName"]]
            default = child["commandName"] == command.get("defaultSubcommand")
            lines.append(f".SS {roff(' '.join(['mcp-valet'] + name))}{' (default)' if default else ''}")
            lines += command_text(program, name, child, level + 1)
    if examples and level == 0:
        lines += [".SH EXAMPLES"] + example(examples)
    return lines


def synopsis(program, words):
    lines = []
    for number, line in enumerate(program.usage(words)):
        lines += [".br"] if number else []
        lines.append(usage_line(line))
    return lines


def example(text):
    return [".nf", ".RS 4"] + [roff(line) for line in text.splitlines()] + [".RE", ".fi"]


def title(page, version):
    # Without a date: the same commands give the same bytes.
    return [f'.\\" Made by packaging/reference.py from the commands: edit those.',
            f'.TH {page.upper()} 1 "" "mcp-valet {version}" "User Commands"',
            ".nh", ".ad l"]


def name_line(abstract):
    return roff(abstract.rstrip(".")[0].lower() + abstract.rstrip(".")[1:])


def command_page(program, version, command):
    page = f"mcp-valet-{command['commandName']}"
    lines = title(roff(page), version)
    lines += [".SH NAME", f"{roff(page)} \\- {name_line(command['abstract'])}"]
    lines += command_text(program, [command["commandName"]], command, 0)
    lines += [".SH SEE ALSO", "\\fBmcp\\-valet\\fR(1): all commands, references, files, variables, exit codes"]
    return page, lines


def main_page(program, version, root):
    template = (HERE / "man" / "mcp-valet.1.in").read_text(encoding="utf-8")
    commands = []
    for command in shown(root["subcommands"]):
        name = f"mcp-valet-{command['commandName']}"
        commands += [".TP", f"\\fB{roff(name)}\\fR(1)", roff(command["abstract"])]
    _, examples = split_discussion(root.get("discussion"))
    parts = {
        "@TITLE@": "\n".join(title("MCP\\-VALET", version)),
        "@ABSTRACT@": name_line(root["abstract"]),
        "@COMMANDS@": "\n".join(commands),
        "@EXAMPLES@": "\n".join(example(examples)),
    }
    # Comments of the template are about the template.
    text = re.sub(r'^\.\\".*\n', "", template, flags=re.M)
    for mark, part in parts.items():
        assert mark in text, mark
        text = text.replace(mark, part)
    return text


def main():
    if len(sys.argv) != 3:
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 64
    program = Program(sys.argv[1])
    folder = pathlib.Path(sys.argv[2])
    (folder / "man").mkdir(parents=True, exist_ok=True)
    (folder / "completions").mkdir(parents=True, exist_ok=True)
    version = program.say("--version").strip()
    root = json.loads(program.say("--experimental-dump-help"))["command"]
    pages = {"mcp-valet": main_page(program, version, root)}
    for command in shown(root["subcommands"]):
        page, lines = command_page(program, version, command)
        pages[page] = "\n".join(lines) + "\n"
    for page, text in pages.items():
        (folder / "man" / f"{page}.1").write_text(text, encoding="utf-8")
    for shell in SHELLS:
        # It is sourced: the line that names an interpreter misleads.
        script = program.say("--generate-completion-script", shell).removeprefix("#!/bin/bash\n\n")
        (folder / "completions" / f"mcp-valet.{shell}").write_text(script.rstrip("\n") + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
