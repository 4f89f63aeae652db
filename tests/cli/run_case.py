#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs one case of the programs' tests: cases/NAME.sh in a fresh folder, by sh.

Usage: run_case.py CASE.sh PROGRAMS_DIR SOURCE_DIR [MODELS_DIR]

What it must print stands beside it: NAME.stdout and NAME.stderr, line by line, where {{...}} holds
a regular expression and a line of only "..." stands for any lines; without a file nothing may be
printed. NAME.exit is the exit code, 0 without it. The script sees PROGRAMS_DIR first in PATH and
the variables SOURCE and MODELS; it exits with 77 to be skipped.
"""

import os
import re
import subprocess
import sys
import tempfile

SKIPPED = 77
TIMEOUT_S = 300


def has_terminals():
    """Whether a pseudo-terminal can be opened: not where /dev/pts is not mounted."""
    try:
        for end in os.openpty():
            os.close(end)
    except OSError:
        return False
    return True


def pattern(expected):
    """The regular expression of a whole expected text."""
    parts = []
    for line in expected.splitlines(keepends=True):
        if line.strip() == "...":
            parts.append("(?:.*\n)*?")
            continue
        for i, piece in enumerate(re.split(r"\{\{(.*?)\}\}", line)):
            parts.append("(?:%s)" % piece if i % 2 else re.escape(piece))
    return "".join(parts)


def check(name, stream, found):
    path = name + "." + stream
    expected = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            expected = file.read()
    if re.fullmatch(pattern(expected), found):
        return True
    print("%s: expected\n%s---- found\n%s----" % (stream, expected, found))
    return False


def main():
    script, programs, source = (os.path.abspath(path) for path in sys.argv[1:4])
    models = os.path.abspath(sys.argv[4]) if len(sys.argv) > 4 else ""
    name = script[: -len(".sh")]
    environment = {key: value for key, value in os.environ.items()
                   if not key.startswith("EDGEAI_") and key not in ("NO_COLOR", "TERM")}
    # One thread: the models are tiny, and tests run beside each other.
    environment.update(PATH=programs + os.pathsep + os.environ["PATH"], LC_ALL="C.UTF-8",
                       SOURCE=source, MODELS=models, EDGEAI_THREADS="1")
    with open(script, encoding="utf-8") as file:
        if "on_terminal.py" in file.read() and not has_terminals():
            print("no pseudo-terminal can be opened here")
            return SKIPPED
    with tempfile.TemporaryDirectory(prefix="edgeai-cli-") as folder:
        run = subprocess.run(["sh", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                             capture_output=True, timeout=TIMEOUT_S, check=False)
    if run.returncode == SKIPPED:
        print(run.stderr.decode(errors="replace"))
        return SKIPPED
    expected = 0
    if os.path.exists(name + ".exit"):
        with open(name + ".exit", encoding="ascii") as file:
            expected = int(file.read())
    is_ok = run.returncode == expected
    if not is_ok:
        print("exit: expected %d, found %d" % (expected, run.returncode))
    for stream, found in (("stdout", run.stdout), ("stderr", run.stderr)):
        is_ok &= check(name, stream, found.decode(errors="backslashreplace"))
    return 0 if is_ok else 1


if __name__ == "__main__":
    sys.exit(main())
