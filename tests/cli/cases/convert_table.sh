#!/bin/sh
# SPDX-License-Identifier: MIT
python3 "$SOURCE/tests/cli/write_small_onnx.py" in.onnx
printf 'cat\r\ndog\n\n' > labels.txt
edgeai-convert in.onnx out.gguf --labels labels.txt --name other \
    --preprocess width=32,height=24,fit=crop,mean=0.5:0.25:0
edgeai-inspect out.gguf | grep -A 6 '^Metadata'
edgeai-convert --json out.gguf again.gguf | tr -d ' \t\n' && echo
cmp out.gguf again.gguf; echo $?
