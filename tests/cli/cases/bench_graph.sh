#!/bin/sh
# SPDX-License-Identifier: MIT
# A network and what it was made of, in turn; a size for one that leaves it open.
python3 "$SOURCE/tests/cli/write_blocks_onnx.py" repvgg deep.onnx
edgeai-reparam -q --timing always --runs 0 deep.onnx shallow.gguf > table || exit
quick='--repetitions 20 --min-time 0 --threads 1'
# shellcheck disable=SC2086
edgeai-bench graph -m shallow.gguf --baseline deep.onnx $quick --json | python3 -c '
import json, sys
found = json.load(sys.stdin)
row = found["rows"][0]
print(found["schema"], found["status"], len(found["rows"]), row["model"], row["input_shape"],
      row["n_steps"], row["macs"], row["baseline"], row["baseline_n_steps"], row["baseline_macs"],
      len(row["samples_ms"]), row["ratio_low"] <= row["ratio"] <= row["ratio_high"] and row["min_ratio"] > 0,
      row["arena_bytes"] > 0 and row["weight_bytes"] > 0 and row["baseline_arena_bytes"] > 0,
      abs(row["arena_ratio"] - row["arena_bytes"] / row["baseline_arena_bytes"]) < 1e-3)'
python3 "$SOURCE/tests/cli/write_blocks_onnx.py" repvgg open.onnx open
# shellcheck disable=SC2086
edgeai-bench graph -m open.onnx --size 16x10 $quick --format csv
edgeai-bench graph; echo $?
edgeai-bench graph -m nowhere.onnx; echo $?
edgeai-bench graph -m deep.onnx --baseline nowhere.onnx; echo $?
edgeai-bench graph -m deep.onnx --size 12x; echo $?
edgeai-bench graph -m deep.onnx --size 12x13; echo $?
edgeai-bench graph -m "$MODELS/alphabet.gguf"; echo $?
