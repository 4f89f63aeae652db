#!/bin/sh
# SPDX-License-Identifier: MIT
cat > tasks.jsonl <<'TASKS'
{"version":1,"id":"a","prompt":"x","answer":"ABCDEFGHIJKLMNOPQRSTUVWXYZ."}
{"version":1,"id":"b","prompt":"x","answer":"something else"}
{"version":1,"id":"c","prompt":"x","answer":"not asked"}
TASKS
edgeai-bench decode -m "$MODELS/alphabet.gguf" -t tasks.jsonl -n 64 -d low-confidence,dico \
    --cache none,dual --limit 2 --repetitions 2 --min-time 0 --format csv
edgeai-bench decode -m "$MODELS/alphabet.gguf" -t tasks.jsonl -n 4 --limit 1 --repetitions 1 -d all \
    --min-time 0 --json | python3 -c '
import json, sys
found = json.load(sys.stdin)
row = found["rows"][0]
print(sorted(found["settings"]))
print("dico" in found["settings"]["decoding"], found["settings"]["decoding"]["n_tokens"])
print(found["schema"], len(found["rows"]), len(row["samples_ms"]))
expected = 4 * row["n_items"] / (row["median_ms"] * 1e-3)
print(abs(row["tokens_per_s"] / expected - 1) < 0.05)'
