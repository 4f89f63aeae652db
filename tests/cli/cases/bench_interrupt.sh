#!/bin/sh
# SPDX-License-Identifier: MIT
# More rows than anybody waits for: the signal comes when the progress bar shows its first mark.
python3 "$SOURCE/tests/cli/on_terminal.py" --until ' [#' -- \
    edgeai-bench matmul --type F32 --rows 1-250 --k 32 --m 1-50 --repetitions 1 --min-time 2 \
    --json > out.txt
tail -n 1 out.txt
sed '$d' out.txt | python3 -c '
import json, sys
found = json.load(sys.stdin)
print(found["status"], 0 < len(found["rows"]) < 12500)
print(all(row["samples_ms"] for row in found["rows"]))'
