#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-eval -m "$MODELS/alphabet.gguf"; echo $?
edgeai-eval -m "$MODELS/alphabet.gguf" -t tasks.jsonl -d dico,dico; echo $?
edgeai-eval -m "$MODELS/alphabet.gguf" -t nowhere.jsonl; echo $?
echo '{"prompt":1}' > tasks.jsonl
edgeai-eval -m "$MODELS/alphabet.gguf" -t tasks.jsonl; echo $?
echo '{"prompt":"x","answer":"y"}' > tasks.jsonl
edgeai-eval -m "$MODELS/alphabet.gguf" -t tasks.jsonl -o nowhere/items.jsonl; echo $?
