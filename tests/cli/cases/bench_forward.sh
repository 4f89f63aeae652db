#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-bench forward -m "$MODELS/alphabet.gguf" --positions 8-16+8 --window 0,4 --read 0,2 \
    --repetitions 2 --min-time 0 --format csv
