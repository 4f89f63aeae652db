#!/bin/sh
# SPDX-License-Identifier: MIT
python3 "$SOURCE/tests/cli/write_blocks_onnx.py" pairs in.onnx
edgeai-reparam --mode approx --timing always --runs 0 --tolerance 1e-4 in.onnx out.gguf > table; echo $?
ls
edgeai-reparam --mode approx --timing always --runs 0 in.onnx out.gguf | tail -n 1; ls out.gguf
edgeai-reparam --mode pad-first --timing always --runs 0 in.onnx out.gguf | grep conv | sed -E 's,[^|]*\|[^|]*\|$,,'
