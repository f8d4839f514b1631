"""What the lints share: which files are ours, C++ text without comments, how findings are told."""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

CPP = (".h", ".cc")

_TOKEN = re.compile(
    r"""//(?:\\\n|[^\n])*                            # line comment
      | /\*.*?\*/                                    # block comment
      | (?:u8|[uUL])?R"([^()\\\s]{0,16})\(.*?\)\1"   # raw string
      | "(?:\\.|[^"\\\n])*"                          # string
      | (?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'         # character; not a digit separator
    """,
    re.VERBOSE | re.DOTALL,
)


def arguments(description, add=lambda parser: None):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    add(parser)
    return parser.parse_args()


def blank(text, keep_strings=False):
    """The text with comments (and literals) replaced by spaces; every line stays where it is."""

    def spaces(match):
        found = match.group(0)
        if keep_strings and not found.startswith("/"):
            return found
        return re.sub(r"[^\n]", " ", found)

    return _TOKEN.sub(spaces, text)


def files(root, tops=(), suffixes=()):
    """Files under root, as git sees them (tracked, or new and not ignored), sorted.

    Outside a git checkout every file counts except those below build/ and dot folders.
    """
    root = root.resolve()
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-coz", "--exclude-standard"],
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0 and (root / ".git").exists():
        names = sorted(set(listed.stdout.decode().split("\0")) - {""})
    else:
        names = []
        for folder, folders, found in os.walk(root):
            folders[:] = [f for f in folders if f != "build" and not f.startswith(".")]
            names += [str((Path(folder) / f).relative_to(root)) for f in found]
        names.sort()
    for name in names:
        path = root / name
        if tops and name.split("/")[0] not in tops:
            continue
        if suffixes and path.suffix not in suffixes:
            continue
        if path.is_file():
            yield name, path


def finish(tool, findings, checked):
    """Prints the findings, one a line, and ends the process: 0 when there are none."""
    for finding in findings:
        print(finding)
    if findings:
        print(f"{tool}: {len(findings)} finding(s)")
        sys.exit(1)
    print(f"{tool}: {checked} checked, nothing found")
    sys.exit(0)
