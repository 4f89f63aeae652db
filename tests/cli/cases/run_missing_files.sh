#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-run -m nowhere.gguf -p x; echo $?
edgeai-run -m no-such-model -p x; echo $?
edgeai-run -m "$MODELS/alphabet.gguf" -f nowhere.txt; echo $?
edgeai-run -m / -p x; echo $?
