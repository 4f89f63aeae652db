#!/bin/sh
# SPDX-License-Identifier: MIT
mkdir models
cp "$MODELS/alphabet.gguf" models/edgeai-nano.gguf
cp "$MODELS/alphabet.gguf" models/other.gguf
export EDGEAI_MODEL_PATH="$PWD/models"
edgeai-run -p x -n 2
edgeai-run -m other -p x -n 3
