#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-run -m "$MODELS/alphabet.gguf" -p hello -n 8 --stats
