#!/bin/sh
# SPDX-License-Identifier: MIT
# Blocks of known networks: nodes and depth before and after, and whether the outputs are equal.
for block in repvgg mobileone acnet dbb fastvit mobilenetv2 pairs; do
    python3 "$SOURCE/tests/cli/write_blocks_onnx.py" $block in.onnx
    edgeai-reparam --json --timing always --linearize --runs 0 in.onnx out.gguf > result.json || exit
    python3 - $block << 'END'
import json, sys
result = json.load(open("result.json"))
print(sys.argv[1], [(n["n_nodes"], n["depth"]) for n in result["networks"]],
      [(s["is_merged"], s["reason"], s["n_nodes_before"], s["n_nodes_after"])
       for s in result["segments"]], result["verification"]["max"] < 1e-5)
END
    edgeai-inspect out.gguf > /dev/null || exit
done
