#!/bin/sh
# SPDX-License-Identifier: MIT
python3 "$SOURCE/tests/cli/on_terminal.py" --screen screen -- \
    edgeai-run -m "$MODELS/alphabet.gguf" -p x -n 4 -d low-confidence --show
cat screen
echo
NO_COLOR=1 python3 "$SOURCE/tests/cli/on_terminal.py" --screen screen -- \
    edgeai-run -m "$MODELS/alphabet.gguf" -p x -n 1 --show
cat screen
