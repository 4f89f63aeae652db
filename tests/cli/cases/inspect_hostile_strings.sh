#!/bin/sh
# SPDX-License-Identifier: MIT
# One entry: key "a\033b", value: an escape sequence, a quote, a broken byte.
{
    printf 'GGUF\003\000\000\000'
    printf '\000\000\000\000\000\000\000\000\001\000\000\000\000\000\000\000'
    printf '\003\000\000\000\000\000\000\000a\033b'
    printf '\010\000\000\000'
    printf '\010\000\000\000\000\000\000\000\033[2J"\377\303\251'
} > hostile.gguf
edgeai-inspect hostile.gguf | grep x1b
edgeai-inspect --json hostile.gguf | python3 -c 'import json, sys; print(json.load(sys.stdin)["metadata"])'
