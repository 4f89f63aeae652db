#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-run -m "$MODELS/alphabet.gguf" -p x --stop XY --stop DEF
