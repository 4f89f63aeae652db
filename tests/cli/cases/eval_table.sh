#!/bin/sh
# SPDX-License-Identifier: MIT
cat > tasks.jsonl <<'TASKS'
{"version":1,"id":"a","prompt":"x","answer":"ABCDEFGHIJKLMNOPQRSTUVWXYZ."}
{"version":1,"id":"b","prompt":"x","answer":"something else"}
TASKS
edgeai-eval -m "$MODELS/alphabet.gguf" -t tasks.jsonl -n 64 -d low-confidence,threshold \
    --cache none,dual --out items.jsonl
wc -l < items.jsonl
python3 -c '
import json
for line in open("items.jsonl"):
    item = json.loads(line)
    print(item["decoder"], item["cache"], item["id"], item["correct"], item["n_passes"])'
ls
