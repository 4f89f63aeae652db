#!/bin/sh
# SPDX-License-Identifier: MIT
echo '{"prompt":"x","answer":"ABC"}' > tasks.jsonl
edgeai-eval -m "$MODELS/alphabet.gguf" -t tasks.jsonl -n 3 --min-exact 100 --format csv | wc -l
edgeai-eval -m "$MODELS/alphabet.gguf" -t tasks.jsonl -n 4 --min-exact 1 --format csv > table
