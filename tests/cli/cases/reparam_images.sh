#!/bin/sh
# SPDX-License-Identifier: MIT
# A network over pictures, verified on some, with and without a word about how they become its input.
python3 "$SOURCE/tests/cli/write_small_network.py"
python3 "$SOURCE/tests/cli/write_blocks_onnx.py" padfirst in.onnx
edgeai-convert in.onnx in.gguf --preprocess '{"version": 1, "width": 12, "height": 12, "std": [0.2, 0.2, 0.2]}' > /dev/null || exit
for file in in.onnx in.gguf; do
    edgeai-reparam --json --timing always --linearize --runs 0 --verify 3 --images pictures $file out.gguf > result.json || exit
    python3 - << 'END'
import json
result = json.load(open("result.json"))
check = result["verification"]
print([(n["n_nodes"], n["depth"]) for n in result["networks"]], check["n_inputs"],
      [(check[k]["n_inputs"], check[k]["n_top1"], check[k]["n_rows"], 0 < check[k]["max"] < 1e-5)
       for k in ("random", "pictures")],
      [(s["reason"], s["kernel"], 0 <= s["mean_difference"] <= s["max_difference"] < 1e-5)
       for s in result["segments"] if s["is_merged"] == "yes"])
END
done
edgeai-reparam --plan-only --images nowhere in.onnx; echo $?
edgeai-reparam --plan-only --images pictures --verify 0 in.onnx; echo $?
python3 "$SOURCE/tests/cli/write_blocks_onnx.py" pairs in.onnx
edgeai-reparam --plan-only --images pictures in.onnx; echo $?
