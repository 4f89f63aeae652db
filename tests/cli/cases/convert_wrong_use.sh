#!/bin/sh
# SPDX-License-Identifier: MIT
python3 "$SOURCE/tests/cli/write_small_onnx.py" in.onnx
python3 "$SOURCE/tests/cli/write_small_onnx.py" old.onnx 5
edgeai-convert in.onnx; echo $?
edgeai-convert nowhere.onnx out.gguf; echo $?
edgeai-convert in.onnx out.gguf --labels nowhere.txt; echo $?
edgeai-convert in.onnx out.gguf --preprocess width; echo $?
edgeai-convert in.onnx out.gguf --preprocess width=32; echo $?
edgeai-convert in.onnx out.gguf --preprocess width=32,height=32,depth=3; echo $?
edgeai-convert old.onnx out.gguf; echo $?
edgeai-convert "$MODELS/alphabet.gguf" out.gguf; echo $?
edgeai-convert in.onnx nowhere/out.gguf; echo $?
edgeai-convert in.onnx out.gguf > summary
edgeai-convert out.gguf out.gguf; echo $?
ls
