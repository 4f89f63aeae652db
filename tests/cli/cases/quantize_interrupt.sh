#!/bin/sh
# SPDX-License-Identifier: MIT
# Half a billion zeros take seconds: the signal comes when the progress bar is drawn.
python3 "$SOURCE/tests/cli/write_sparse_model.py" in.gguf 131072
for signal in SIGINT SIGTERM; do
    python3 "$SOURCE/tests/cli/on_terminal.py" --until 'token_embd' --signal $signal -- \
        edgeai-quantize in.gguf out.gguf TQ1_0 --pure --json > out.txt
    tail -n 1 out.txt
    sed '$d' out.txt | python3 -c '
import json, sys
found = json.load(sys.stdin)
print(found["status"], len(found["rows"]))'
done
ls
