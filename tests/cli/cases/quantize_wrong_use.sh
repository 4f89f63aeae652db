#!/bin/sh
# SPDX-License-Identifier: MIT
model=$MODELS/alphabet.gguf
edgeai-quantize "$model" out.gguf; echo $?
edgeai-quantize "$model" out.gguf Q9; echo $?
edgeai-quantize "$model" out.gguf Q8_0 --tensor-type attn; echo $?
edgeai-quantize "$model" out.gguf Q8_0 --tensor-type 'at(tn=Q8_0'; echo $?
edgeai-quantize "$model" out.gguf Q8_0 --dry-run --tasks tasks.jsonl; echo $?
edgeai-quantize nowhere.gguf out.gguf Q8_0; echo $?
edgeai-quantize "$model" out.gguf Q8_0 --tasks nowhere.jsonl; echo $?
edgeai-quantize "$model" nowhere/out.gguf Q8_0; echo $?
cp "$model" in.gguf
ln -s in.gguf link.gguf
edgeai-quantize in.gguf link.gguf Q8_0; echo $?
cmp in.gguf "$model"
edgeai-quantize in.gguf out.gguf Q8_0 > table
edgeai-quantize out.gguf again.gguf Q4_0; echo $?
edgeai-quantize out.gguf again.gguf Q4_0 --allow-requantize > table; echo $?
ls
