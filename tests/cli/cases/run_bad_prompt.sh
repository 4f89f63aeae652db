#!/bin/sh
# SPDX-License-Identifier: MIT
printf 'a\000b' | edgeai-run -m "$MODELS/alphabet.gguf"; echo $?
# Bytes that are no UTF-8 are a prompt like any other.
printf '\377\n' | edgeai-run -m "$MODELS/alphabet.gguf" -n 2; echo $?
# So is none at all.
edgeai-run -m "$MODELS/alphabet.gguf" -n 2 -p ''; echo $?
