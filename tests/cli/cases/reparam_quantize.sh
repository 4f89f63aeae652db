#!/bin/sh
# SPDX-License-Identifier: MIT
# A network made shallow is quantized like any other: with blocks that became one layer, and with
# layers that a map of biases follows; and what is quantized is merged no more.
python3 "$SOURCE/tests/cli/write_small_network.py"
python3 "$SOURCE/tests/cli/write_blocks_onnx.py" padfirst in.onnx
edgeai-convert in.onnx deep.gguf --preprocess width=12,height=12 > /dev/null || exit
edgeai-reparam -q --timing always --linearize --runs 0 deep.gguf shallow.gguf > /dev/null || exit
for weights in int8 ternary; do
    edgeai-quantize -q shallow.gguf $weights.gguf --weights $weights --activations int8 \
        --calibrate pictures --correct --evaluate pictures --json > result.json || exit
    python3 - << 'END'
import json
result = json.load(open("result.json"))
print(result["weights"], [(r["name"], r["op"], r["bytes_after"] < r["bytes_before"]) for r in result["rows"]],
      [n["n_pictures"] for n in result["networks"]])
END
    edgeai-classify -q -m $weights.gguf --top 1 pictures/dark | grep -c 'class [0-9]'
    edgeai-bench graph -m $weights.gguf --baseline deep.gguf --repetitions 1 --min-time 0 --format csv | tail -n 1 | cut -d, -f 1-4
done
edgeai-reparam -q --timing always --runs 0 --tolerance 1 ternary.gguf again.gguf | head -n 3
python3 "$SOURCE/tests/cli/write_blocks_onnx.py" mobilenetv2 in.onnx
edgeai-reparam -q --timing always --linearize --runs 0 in.onnx shallow.gguf > /dev/null || exit
for weights in int8 ternary; do
    edgeai-quantize -q shallow.gguf out.gguf --weights $weights --keep none --format csv | cut -d, -f 1-3,6
    edgeai-bench graph -m out.gguf --repetitions 1 --min-time 0 --format csv | tail -n 1 | cut -d, -f 1-4
done
