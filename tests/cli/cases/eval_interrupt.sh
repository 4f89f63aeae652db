#!/bin/sh
# SPDX-License-Identifier: MIT
# Thousands of problems: the signal comes when the progress bar shows the first of its marks.
i=0
while [ $i -lt 5000 ]; do echo '{"prompt":"x","answer":"AB"}'; i=$((i + 1)); done > tasks.jsonl
python3 "$SOURCE/tests/cli/on_terminal.py" --until ' [#' -- \
    edgeai-eval -m "$MODELS/alphabet.gguf" -t tasks.jsonl -n 100 -d low-confidence --json \
    --out items.jsonl > out.txt
tail -n 1 out.txt
sed '$d' out.txt | python3 -c '
import json, sys
found = json.load(sys.stdin)
n_items = found["rows"][0]["n_items"]
print(found["status"], 0 < n_items < 5000)
print(n_items == sum(1 for line in open("items.jsonl")))'
