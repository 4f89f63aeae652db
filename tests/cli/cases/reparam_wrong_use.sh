#!/bin/sh
# SPDX-License-Identifier: MIT
python3 "$SOURCE/tests/cli/write_blocks_onnx.py" mobilenetv2 in.onnx
edgeai-reparam in.onnx; echo $?
edgeai-reparam --plan-only; echo $?
edgeai-reparam nowhere.onnx out.gguf; echo $?
edgeai-reparam --budget 8ms in.onnx out.gguf; echo $?
edgeai-reparam --budget soon --linearize in.onnx out.gguf; echo $?
edgeai-reparam --mode wild in.onnx out.gguf; echo $?
edgeai-reparam --shape x in.onnx out.gguf; echo $?
edgeai-reparam --shape x=1x8x12x13 in.onnx out.gguf; echo $?
edgeai-reparam --shape z=1 in.onnx out.gguf; echo $?
edgeai-reparam --timing estimated --linearize --target-speedup 900 in.onnx out.gguf; echo $?
printf '{"version": 9}' > times.json
edgeai-reparam --latency-table times.json in.onnx out.gguf; echo $?
edgeai-reparam --runs 0 in.onnx nowhere/out.gguf; echo $?
edgeai-reparam "$MODELS/alphabet.gguf" out.gguf; echo $?
ls
