#!/bin/sh
# SPDX-License-Identifier: MIT
printf 'first\n\nsecond\n' | edgeai-run -m "$MODELS/alphabet.gguf" -n 3 -i
printf 'first\nsecond\n' | edgeai-run -m "$MODELS/alphabet.gguf" -n 3 -i --json |
    python3 -c '
import json, sys
for line in sys.stdin:
    print(json.loads(line)["n_prompt_tokens"])'
