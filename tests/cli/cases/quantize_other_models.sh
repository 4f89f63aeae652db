#!/bin/sh
# SPDX-License-Identifier: MIT
# A network that is no language model, and a file that is no model.
sed 's/llada/vista/g' "$MODELS/alphabet.gguf" > other.gguf
edgeai-quantize other.gguf out.gguf Q8_0 --format csv | head -n 2; echo $?
python3 "$SOURCE/tests/cli/write_sparse_model.py" graph.gguf 1 edgeai-graph
edgeai-quantize graph.gguf out2.gguf Q8_0; echo $?
python3 "$SOURCE/tests/cli/write_sparse_model.py" image.gguf 1 llada input.weight
edgeai-quantize image.gguf out2.gguf Q8_0; echo $?
echo text > text.gguf
edgeai-quantize text.gguf out2.gguf Q8_0; echo $?
ls
