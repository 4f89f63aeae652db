#!/bin/sh
# SPDX-License-Identifier: MIT
echo '{"question":"How many?","answer":"#### 3"}' > gsm8k.jsonl
for format in json jsonl; do
    edgeai-eval -m "$MODELS/alphabet.gguf" -t gsm8k.jsonl -n 4 --format $format | python3 -c '
import json, sys
found = json.load(sys.stdin)
row = found.get("rows", [found])[0]
print(found["schema"], row["decoder"], row["n_items"], row["exact_percent"])'
done
edgeai-eval -m "$MODELS/alphabet.gguf" -t gsm8k.jsonl -n 4 --format csv
