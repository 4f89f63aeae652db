#!/bin/sh
# SPDX-License-Identifier: MIT
# Options of the other kind are refused by name, and those that do not go together.
python3 "$SOURCE/tests/cli/write_small_network.py"
edgeai-quantize small.gguf out.gguf; echo $?
edgeai-quantize small.gguf out.gguf Q8_0 --weights ternary; echo $?
edgeai-quantize small.gguf --weights ternary; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --pure; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --tasks x.jsonl; echo $?
edgeai-quantize "$MODELS/alphabet.gguf" out.gguf Q8_0 --weights ternary; echo $?
edgeai-quantize "$MODELS/alphabet.gguf" out.gguf Q8_0 --evaluate pictures; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --activations int8; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --method kl; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --input-scale map; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --scale group:0; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --scale group:1.5; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --keep first,,last; echo $?
edgeai-quantize small.gguf out.gguf --weights int8 --calibrate pictures --method percentile:0; echo $?
edgeai-quantize small.gguf out.gguf --weights int8 --scale group:2; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --sort-filters; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --keep nobody; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --dry-run --evaluate pictures; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --evaluate nowhere; echo $?
edgeai-quantize small.gguf out.gguf --weights ternary --evaluate pictures/dark; echo $?
edgeai-quantize small.gguf small.gguf --weights ternary; echo $?
edgeai-quantize nowhere.onnx out.gguf --weights ternary; echo $?
ls
