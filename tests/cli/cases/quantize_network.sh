#!/bin/sh
# SPDX-License-Identifier: MIT
# A small network: layers, sizes, pictures; quantized again there is nothing left to do.
python3 "$SOURCE/tests/cli/write_small_network.py"
edgeai-quantize small.gguf out.gguf --weights ternary --activations int8 --calibrate pictures \
    --method percentile:99.9 --evaluate pictures --json | python3 -c '
import json, sys
found = json.load(sys.stdin)
print(found["schema"], found["status"], found["weights"], found["activations"], found["scale"])
for row in found["rows"]:
    print(row["name"], row["op"], row["n_weights"], row["bytes_before"], row["bytes_after"], row["note"])
row = found["rows"][1]
print(30 < row["zeros_percent"] < 60, 0.2 < row["relative_rms"] < 0.6, 0 < row["output_rms"] < 1)
for side in found["networks"]:
    print(side["network"], side["n_pictures"], side["right_percent"] >= 0)'
edgeai-quantize small.gguf --dry-run --weights binary --scale group:4 --sort-filters --keep none \
    --format csv | cut -d, -f1,4-7,10
edgeai-quantize small.gguf int8.gguf --weights int8 --activations int8 --calibrate pictures/dark \
    --samples 2 --method kl --format csv | tail -n 2
edgeai-quantize small.gguf map.gguf --weights binary --activations binary --input-scale map \
    --calibrate pictures --json | grep input_scale
edgeai-quantize out.gguf again.gguf --weights ternary; echo $?
ls
