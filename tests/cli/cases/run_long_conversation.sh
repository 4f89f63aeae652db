#!/bin/sh
# SPDX-License-Identifier: MIT
# Rows of 128: the oldest turns have to go.
for i in 1 2 3 4; do echo "message $i has more than forty characters in it"; done |
    edgeai-run -m "$MODELS/alphabet.gguf" -n 3 -i
