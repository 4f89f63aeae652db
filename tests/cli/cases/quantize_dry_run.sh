#!/bin/sh
# SPDX-License-Identifier: MIT
cp "$MODELS/alphabet.gguf" in.gguf
edgeai-quantize in.gguf Q4_0 --pure --dry-run --format csv
edgeai-quantize in.gguf out.gguf TQ1_0 --output-tensor-type F16 \
    --token-embedding-type Q5_0 --dry-run -q --format csv | grep '^output.weight\|^token_embd'
ls
