#!/bin/sh
# SPDX-License-Identifier: MIT
for weights in mapped packed; do
    edgeai-run -m "$MODELS/alphabet.gguf" -p hello -n 8 --weights $weights --activations f32 --json |
        python3 -c '
import json, sys
found = json.load(sys.stdin)
print(found["text"], found["options"]["weights"], found["options"]["activations"])'
done
edgeai-run -p hello --weights pakced; echo $?
