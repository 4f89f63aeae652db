#!/bin/sh
# SPDX-License-Identifier: MIT
# Rates times time give the work of the bundled model: 4 layers of 655,360 matrix elements, of which
# 131,072 are for keys and values, and 393,216 of the vocabulary.
edgeai-bench forward -m "$SOURCE/models/edgeai-nano/edgeai-nano.gguf" --positions 16 \
    --window 0,4 --read 0,1 --repetitions 1 --min-time 0 --json | python3 -c '
import json, sys

LAYER, KEYS_AND_VALUES, HEAD = 655360, 131072, 393216
for row in json.load(sys.stdin)["rows"]:
    n, n_read = row["n_window"] or row["n_positions"], row["n_read"]
    work = 3 * n * LAYER + n * KEYS_AND_VALUES + n_read * (LAYER - KEYS_AND_VALUES + HEAD)
    rate = 2e-6 * work / row["median_ms"]
    # The rate is printed with two decimals, the time with four.
    is_right = abs(row["gflop_per_s"] - rate) < 0.006 + (0.002 + 6e-5 / row["median_ms"]) * rate
    positions = row["positions_per_s"] * row["median_ms"] / 1e3
    print(row["n_window"], row["n_read"], is_right, round(positions, 1))'
