#!/bin/sh
# SPDX-License-Identifier: MIT
# A prompt on the terminal, an empty line is no message, Ctrl-D ends.
python3 "$SOURCE/tests/cli/on_terminal.py" --stdin "$(printf 'one\n\ntwo\n\004')" --screen screen -- \
    edgeai-run -m "$MODELS/alphabet.gguf" -n 3 -i
grep -c '^> ' screen
