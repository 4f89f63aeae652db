#!/bin/sh
# SPDX-License-Identifier: MIT
# A signal while paths are awaited: what was judged is printed.
colours() { python3 "$SOURCE/tests/cli/write_colours.py" "$@"; }
colours network net.gguf
colours pictures .
python3 -c '
import signal, subprocess
run = subprocess.Popen(["edgeai-classify", "-m", "net.gguf", "-k", "1", "--profile", "red/a.ppm",
                        "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
head = run.stdout.readline() + run.stdout.readline()
run.send_signal(signal.SIGINT)
run.stdin.close()
print(head.split(), "colours" in run.stdout.read(), run.wait())'
