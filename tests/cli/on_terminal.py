#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a program whose stderr (and with --stdin its stdin) is a terminal of 60 columns.

Usage: on_terminal.py [--stdin TEXT] [--until TEXT --signal NAME] [--screen FILE] -- PROGRAM ...

--until waits for a text on the terminal, then sends the signal. What the program wrote to the
terminal goes to FILE, with escape characters as "ESC". Its stdout passes through. Prints the exit
code as "exit N", as a shell counts it.
"""

import argparse
import fcntl
import os
import pty
import signal
import struct
import subprocess
import sys
import termios


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--stdin")
    parser.add_argument("--until")
    parser.add_argument("--signal", default="SIGINT")
    parser.add_argument("--screen")
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 20, 60, 0, 0))
    environment = dict(os.environ, TERM="xterm")
    run = subprocess.Popen(options.program, stdin=theirs if options.stdin else subprocess.DEVNULL,
                           stderr=theirs, env=environment, start_new_session=True)
    os.close(theirs)
    if options.stdin:
        os.write(ours, options.stdin.encode())
    seen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:  # the last user of the other end is gone
            break
        if not part:
            break
        seen += part
        if options.until and options.until.encode() in seen:
            run.send_signal(getattr(signal, options.signal))
            options.until = None
    code = run.wait()
    if options.screen:
        with open(options.screen, "w", encoding="utf-8") as file:
            file.write(seen.decode(errors="replace").replace("\x1b", "ESC").replace("\r", ""))
    print("exit", code if code >= 0 else 128 - code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
