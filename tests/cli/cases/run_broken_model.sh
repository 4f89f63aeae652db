#!/bin/sh
# SPDX-License-Identifier: MIT
head -c 3000 "$MODELS/alphabet.gguf" > cut.gguf
edgeai-run -m cut.gguf -p x; echo $?
echo nonsense > text.gguf
edgeai-run -m text.gguf -p x; echo $?
