#!/bin/sh
# SPDX-License-Identifier: MIT
# A limit on the size of files stands for a full disk; an older file stays.
echo old > out.gguf
(ulimit -f 100 && trap '' XFSZ && exec edgeai-quantize "$MODELS/alphabet.gguf" out.gguf Q8_0)
echo $?
cat out.gguf
ls
