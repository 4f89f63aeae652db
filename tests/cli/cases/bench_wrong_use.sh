#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-bench; echo $?
edgeai-bench convolve; echo $?
edgeai-bench conv --type F32X; echo $?
edgeai-bench conv --baseline read; echo $?
edgeai-bench matmul forward; echo $?
edgeai-bench matmul --rows 8-1; echo $?
edgeai-bench matmul --threads 1,x; echo $?
edgeai-bench matmul --type F32,Q9_9; echo $?
edgeai-bench matmul --type F32,Q4_K --k 256,32; echo $?
edgeai-bench forward --positions 8 --window 9; echo $?
edgeai-bench forward --positions 8 --window 4 --read 5; echo $?
edgeai-bench forward -m nowhere.gguf; echo $?
edgeai-bench decode; echo $?
edgeai-bench decode --tasks nowhere.jsonl; echo $?
edgeai-bench matmul --power-mode nowhere; echo $?
edgeai-bench matmul --type F32 --k 8 --m 8 -o nowhere/out; echo $?
echo not a model > broken.gguf
edgeai-bench forward -m broken.gguf -o out; echo $?
EDGEAI_THREADS=many edgeai-bench matmul; echo $?
edgeai-bench matmul --cpu none; echo $?
ls
