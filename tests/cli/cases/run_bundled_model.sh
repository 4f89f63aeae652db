#!/bin/sh
# SPDX-License-Identifier: MIT
[ -f "$SOURCE/models/edgeai-nano/edgeai-nano.gguf" ] || exit 77
edgeai-run -p 'Go to the kitchen' -n 32 | python3 -c '
import json, sys
print(type(json.load(sys.stdin)).__name__)'
