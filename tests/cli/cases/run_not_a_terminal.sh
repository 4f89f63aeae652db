#!/bin/sh
# SPDX-License-Identifier: MIT
# Pictures and progress are for terminals: here nothing of them may be seen.
TERM=xterm edgeai-run -m "$MODELS/alphabet.gguf" -p x -n 4 --show
