#!/bin/sh
# SPDX-License-Identifier: MIT
colours() { python3 "$SOURCE/tests/cli/write_colours.py" "$@"; }
colours network net.gguf
colours network bare.gguf bare
colours pictures all
edgeai-classify -m net.gguf -k 2 --labels-from-folders all
# Without labels classes are the folders in the order of their names.
edgeai-classify -m bare.gguf -q -k 1 --labels-from-folders all --json | python3 -c '
import json, sys
found = json.load(sys.stdin)
print(found["schema"], found["status"], found["n_pictures"], found["correct_percent"])
for row in found["classes"]:
    print(row["class"], row["label"], row["n_items"], row["taken_for"])'
