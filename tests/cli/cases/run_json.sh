#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-run -m "$MODELS/alphabet.gguf" -p hello -n 8 --decoder threshold --cache dual --json |
    python3 -c '
import json, sys
found = json.load(sys.stdin)
print(found["schema"], found["status"], found["text"], found["n_tokens"], found["n_passes"])
print(found["options"]["decoder"], found["options"]["cache"], found["options"]["chat"],
      found["options"]["n_tokens"])
print(found["model"]["architecture"], found["phases"]["step"]["n_passes"])
print(found["tokens_per_pass"], found["total_ms"] > 0, found["peak_memory_bytes"] > 1000000)'
