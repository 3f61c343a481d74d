"""Holds what Hosts reads and writes as TOML against Python's tomllib.

Reads one JSON object a line: {"text", "tree"} where tree is what was read, or null when the text was
refused; or {"text", "after", "edits"} where edits are what should have happened to the values.
Prints a line for each difference.
"""

import json
import sys
import tomllib


def same(value, other):
    return type(value) is type(other) and (value == other or repr(value) == repr(other))


def matches(tree, value):
    kind, content = tree[0], tree[1]
    if kind == "table":
        return (
            isinstance(value, dict)
            and len(content) == len(value)
            and all(name in value and matches(tree, value[name]) for name, tree in content)
        )
    if kind == "array":
        return (
            isinstance(value, list)
            and len(content) == len(value)
            and all(matches(tree, item) for tree, item in zip(content, value))
        )
    if kind == "string":
        return value == content
    return same(tomllib.loads("x = " + content)["x"], value)


def edited(value, edits):
    for edit in edits:
        table = value
        for name in edit["path"][:-1]:
            table = table.setdefault(name, {})
        if "value" in edit:
            table[edit["path"][-1]] = edit["value"]
        else:
            table.pop(edit["path"][-1], None)
    return value


def pruned(value):
    """Without tables that have become empty: where they were written only by their members, they are
    gone with the last."""
    if not isinstance(value, dict):
        return value
    members = {name: pruned(member) for name, member in value.items()}
    return {name: member for name, member in members.items() if member != {}}


def read(text):
    # A byte order mark is refused by tomllib, and written by Windows' editors.
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return None


number = -1
for number, line in enumerate(sys.stdin):
    case = json.loads(line)
    value = read(case["text"])
    if "after" in case:
        after = read(case["after"])
        wanted = edited(value, case["edits"])
        if after is None or repr(pruned(after)) != repr(pruned(wanted)) and pruned(after) != pruned(wanted):
            print(f"{number}: {case['edits']}\n{case['text']}\n-- gave --\n{case['after']}\n-- {wanted} --")
    elif (case["tree"] is None) != (value is None):
        print(f"{number}: {'refused' if case['tree'] is None else 'accepted'}: {case['text']!r}")
    elif value is not None and not matches(case["tree"], value):
        print(f"{number}: {case['text']!r}: {case['tree']} is not {value}")

print(f"{number + 1} cases", file=sys.stderr)
