#!/bin/sh
# SPDX-License-Identifier: MIT
# The alphabet's rows are of 64 and 32: Q4_K does not fit, and one line says so.
cp "$MODELS/alphabet.gguf" in.gguf
edgeai-quantize in.gguf out.gguf q4_k --tensor-type 'attn_[qk]=F16' \
    --tensor-type 'attn=Q8_0'
edgeai-run -m out.gguf -p x -n 64
ls
