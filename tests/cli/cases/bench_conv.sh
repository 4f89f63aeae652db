#!/bin/sh
# SPDX-License-Identifier: MIT
# Every type runs; rates follow from the times.
quick='--channels 8,12 --size 5 --stride 1,2 --repetitions 3 --min-time 0'
# shellcheck disable=SC2086
edgeai-bench conv $quick --filters 6 --format csv
# shellcheck disable=SC2086
edgeai-bench conv $quick --type f32,int8 --kernel 1 --baseline openblas --json | python3 -c '
import json, sys
found = json.load(sys.stdin)
print(found["schema"], found["status"], len(found["rows"]))
for row in found["rows"]:
    out = (row["size"] - 1) // row["stride"] + 1
    rate = 1e-6 * out ** 2 * row["n_channels"] * row["n_filters"] / row["median_ms"]
    # The rate is printed with two decimals, the time with four.
    is_right = abs(row["gmac_per_s"] - rate) < 0.006 + (0.002 + 6e-5 / row["median_ms"]) * rate
    print(row["type"], row["n_channels"], row["n_filters"], row["stride"], is_right,
          len(row["samples_ms"]), row["run_ms"] > row["median_ms"], row["baseline"],
          row["ratio"] > 0)'
