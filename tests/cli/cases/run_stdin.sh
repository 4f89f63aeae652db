#!/bin/sh
# SPDX-License-Identifier: MIT
echo 'Say it' | edgeai-run -m "$MODELS/alphabet.gguf" -n 4
printf 'KLM' > prompt.txt
edgeai-run -m "$MODELS/alphabet.gguf" -n 4 --chat raw -f prompt.txt
edgeai-run -m "$MODELS/alphabet.gguf" -n 4 --chat raw -f - < prompt.txt
