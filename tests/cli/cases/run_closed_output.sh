#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-run -m "$MODELS/alphabet.gguf" -p x -n 4 > /dev/full
