#!/bin/sh
# SPDX-License-Identifier: MIT
# Layers of bytes say the same however their weights are kept; mapped takes the least.
python3 "$SOURCE/tests/cli/write_colours.py" pictures .
for weights in mapped auto packed; do
    edgeai-classify -m "$SOURCE/models/edgeai-cifar/edgeai-cifar-ternary.gguf" --json -k 10 \
        --threads 1 --weights $weights green/a.ppm > $weights.json
done
python3 -c '
import json
found = {name: json.load(open(name + ".json")) for name in ("mapped", "auto", "packed")}
mapped = found["mapped"]
for name, one in found.items():
    same = one["images"][0]["top"] == mapped["images"][0]["top"]
    print(name, one["weights"], same, one["weight_bytes"] >= mapped["weight_bytes"])'
edgeai-classify -m net.gguf --weights small green/a.ppm; echo $?
