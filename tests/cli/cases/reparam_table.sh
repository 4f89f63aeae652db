#!/bin/sh
# SPDX-License-Identifier: MIT
python3 "$SOURCE/tests/cli/write_blocks_onnx.py" mobilenetv2 in.onnx
edgeai-reparam --latency-table measured.json --linearize --runs 1 --plan-only in.onnx > first.txt || exit
python3 -c 'import json; t = json.load(open("measured.json")); print(t["version"], len(t["layers"]) > 3)'
cp measured.json times.json
edgeai-reparam --latency-table times.json --linearize --plan-only in.onnx > again.txt || exit
cmp times.json measured.json
# Times by hand: the whole block is slower as one layer, and then it is faster.
for ms in 100 0.01; do
    sed -E "s/(conv 8<8.* k3x3[^}]*map[^}]*\"ms\": )[0-9.e-]+/\\1$ms/; s/(conv (8<48|48<)[^}]*\"ms\": )[0-9.e-]+/\\11/" measured.json > times.json
    edgeai-reparam --latency-table times.json --linearize --runs 0 --dot both.dot in.onnx out.gguf > table || exit
    tail -n 13 table
    grep -c label both.dot
done
head -n 4 table | sed -E 's,[^|]*\|[^|]*\|$,,'
ls
