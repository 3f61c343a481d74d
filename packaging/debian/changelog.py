#!/usr/bin/env python3
"""Prints packaging/changelog as a Debian changelog.

usage: changelog.py VERSION EPOCH

VERSION  what `mcp-valet --version` prints: the newest section must be of it, or be "Unreleased"
EPOCH    the date of an unreleased section, in seconds since 1970-01-01T00:00:00Z

A section is `## VERSION (YYYY-MM-DD)` or, the first one only, `## Unreleased`, which becomes
VERSION~unreleased: older for dpkg than the version that it will be.
"""
import datetime
import email.utils
import pathlib
import re
import sys
import textwrap

CHANGELOG = pathlib.Path(__file__).resolve().parent.parent / "changelog"
CONTROL = pathlib.Path(__file__).resolve().parent / "control.in"


def sections(text):
    """(title, entries) of each section, the newest first."""
    for part in re.split(r"^## ", text, flags=re.M)[1:]:
        title, _, body = part.partition("\n")
        entries = [" ".join(entry.split()) for entry in re.split(r"^- ", body, flags=re.M)[1:]]
        if not entries:
            raise ValueError(f"the section '{title}' says nothing")
        yield title.strip(), entries


def stanza(title, entries, number, version, epoch, maintainer):
    if title == "Unreleased":
        if number:
            raise ValueError("'Unreleased' is not the first section")
        name, distribution = f"{version}~unreleased", "UNRELEASED"
        date = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc)
    else:
        match = re.fullmatch(r"(\d+\.\d+\.\d+) \((\d{4}-\d{2}-\d{2})\)", title)
        if not match:
            raise ValueError(f"'## {title}' is neither 'Unreleased' nor 'VERSION (YYYY-MM-DD)'")
        name, distribution = match.group(1), "unstable"
        date = datetime.datetime.fromisoformat(match.group(2) + "T12:00:00+00:00")
        if number == 0 and name != version:
            raise ValueError(f"the newest section is of {name}, mcp-valet says {version}")
    lines = [f"mcp-valet ({name}) {distribution}; urgency=medium", ""]
    for entry in entries:
        lines += textwrap.wrap(entry, 78, initial_indent="  * ", subsequent_indent="    ",
                               break_long_words=False, break_on_hyphens=False)
    return lines + ["", f" -- {maintainer}  {email.utils.format_datetime(date)}", ""]


def convert(text, version, epoch, maintainer):
    lines = []
    for number, (title, entries) in enumerate(sections(text)):
        lines += stanza(title, entries, number, version, epoch, maintainer)
    if not lines:
        raise ValueError("there is no section")
    return "\n".join(lines)


def main():
    if len(sys.argv) != 3 or not sys.argv[2].isdigit():
        print(__doc__.split("\n\n")[1], file=sys.stderr)
        return 64
    maintainer = re.search(r"^Maintainer: (.*)$", CONTROL.read_text(encoding="utf-8"), re.M).group(1)
    try:
        print(convert(CHANGELOG.read_text(encoding="utf-8"), sys.argv[1], int(sys.argv[2]), maintainer), end="")
    except ValueError as error:
        print(f"error: packaging/changelog: {error}", file=sys.stderr)
        return 65
    return 0


if __name__ == "__main__":
    sys.exit(main())
