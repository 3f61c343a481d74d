#!/usr/bin/env python3
"""A host of bundles: unpacks one as `mcpb unpack` does, fills in what the documentation of MCPB says a
host fills in, and starts the server through the official SDK (sdk_host.py), whose output is ours.

    mcpb_host.py BUNDLE FOLDER [--config KEY=JSON]... [--replace-env] [--drop-modes] [OPTION]...

FOLDER is made, and is where the bundle is unpacked. --config says what a user entered. --replace-env
is a host for which the variables of a platform's override replace the others, as earlier ones had it;
--drop-modes one that does not keep modes. Other options go to sdk_host.py.
"""

import json
import os
import re
import sys
import zipfile

PLATFORM = sys.platform


def unpack(path, folder, keeps_modes):
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
        for entry in archive.infolist():
            mode = entry.external_attr >> 16 & 0o777
            os.chmod(os.path.join(folder, entry.filename), mode if keeps_modes and mode else 0o755 if entry.is_dir() else 0o644)
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
        return json.load(file)


def configuration(manifest, replaces_variables):
    base = manifest["server"]["mcp_config"]
    override = base.get("platform_overrides", {}).get(PLATFORM, {})
    variables = base.get("env", {})
    if override.get("env") is not None:
        variables = override["env"] if replaces_variables else {**variables, **override["env"]}
    args = override.get("args")
    return override.get("command") or base["command"], base.get("args", []) if args is None else args, variables


def text(value):
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def values(manifest, folder, entered):
    home = os.environ["HOME"]
    known = {"HOME": home}
    known.update((name.upper(), f"{home}/{name}") for name in ("Desktop", "Documents", "Downloads"))
    entries = {}
    for key, option in manifest.get("user_config", {}).items():
        value = entered.get(key)
        if value is None and "default" in option:
            value = option["default"]
            value = [fill(item, known) for item in value] if isinstance(value, list) else fill(text(value), known)
        if option.get("required") and value in (None, "", []):
            sys.exit(f"mcpb_host: {key} is required")
        if value is not None:
            entries[f"user_config.{key}"] = [text(item) for item in value] if isinstance(value, list) else text(value)
    return {**known, **entries, "__dirname": folder, "/": os.sep, "pathSeparator": os.sep}


def fill(string, known):
    def one(match):
        value = known.get(match[1])
        return value if isinstance(value, str) else match[0]

    return re.sub(r"\$\{([^}]+)\}", one, string)


def fill_arguments(arguments, known):
    for argument in arguments:
        alone = re.fullmatch(r"\$\{(user_config\.[^}]+)\}", argument)
        value = known.get(alone[1]) if alone else None
        if isinstance(value, list):
            yield from value
        else:
            yield fill(argument, known)


def main():
    bundle, folder, *words = sys.argv[1:]
    entered, rest = {}, []
    words = iter(words)
    for word in words:
        if word == "--config":
            key, value = next(words).split("=", 1)
            entered[key] = json.loads(value)
        else:
            rest.append(word)
    replaces = "--replace-env" in rest
    keeps_modes = "--drop-modes" not in rest
    rest = [word for word in rest if word not in ("--replace-env", "--drop-modes")]

    os.makedirs(folder)
    manifest = unpack(bundle, folder, keeps_modes)
    command, arguments, variables = configuration(manifest, replaces)
    known = values(manifest, os.path.abspath(folder), entered)
    line = [sys.executable, os.path.join(os.path.dirname(__file__), "sdk_host.py"), *rest]
    for name, value in variables.items():
        line += ["--env", f"{name}={fill(value, known)}"]
    line += ["--", fill(command, known), *fill_arguments(arguments, known)]
    os.execv(line[0], line)


main()
