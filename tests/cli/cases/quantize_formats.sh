#!/bin/sh
# SPDX-License-Identifier: MIT
# Both models recite the alphabet; every form says so.
cp "$MODELS/alphabet.gguf" in.gguf
cat > tasks.jsonl <<'TASKS'
{"version":1,"id":"a","prompt":"x","answer":"ABCDEFGHIJKLMNOPQRSTUVWXYZ."}
{"version":1,"id":"b","prompt":"x","answer":"something else"}
TASKS
quantize() {
    edgeai-quantize in.gguf out.gguf Q8_0 --tasks tasks.jsonl -n 64 "$@"
}
quantize --json | python3 -c '
import json, sys
found = json.load(sys.stdin)
print(found["schema"], found["status"], found["type"], found["dry_run"], len(found["rows"]))
row = found["rows"][2]
print(row["name"], row["shape"], row["dtype_before"], row["dtype_after"], row["bytes_after"],
      0 <= row["relative_rms"] < 0.01)
for model in found["models"]:
    print(model["model"], model["n_items"], model["exact_percent"])'
quantize --format jsonl --limit 1 | python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
print(len(rows), rows[0]["schema"], rows[-1]["schema"], rows[-1]["exact_percent"])'
quantize --format csv --limit 1 | sed -n '1,2p; /^$/,$p'
