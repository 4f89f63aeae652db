#!/bin/sh
# SPDX-License-Identifier: MIT
# The first pass is drawn, and the program rests: one signal ends it with a whole result.
for signal in SIGINT SIGTERM; do
    python3 "$SOURCE/tests/cli/on_terminal.py" --until 'pass 1' --signal $signal -- \
        edgeai-run -m "$MODELS/alphabet.gguf" -p x -n 50 -d low-confidence --show --delay 10000 \
        --json > out.txt
    tail -n 1 out.txt
    sed '$d' out.txt | python3 -c '
import json, sys
found = json.load(sys.stdin)
print(found["status"], found["text"], found["n_passes"])'
done
