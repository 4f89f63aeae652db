#!/bin/sh
# SPDX-License-Identifier: MIT
for chat in plain llada dream llada-moe; do
    edgeai-run -m "$MODELS/alphabet.gguf" -n 3 --chat $chat -p hello --system 'Be brief.'
done
edgeai-run -m "$MODELS/alphabet.gguf" -n 3 --chat -p hello
