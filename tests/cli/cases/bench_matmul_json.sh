#!/bin/sh
# SPDX-License-Identifier: MIT
# The figures follow from the samples, and lines say which machine they come from.
quick='--type Q8_0 --rows 3 --k 256 --m 640 --repetitions 7 --min-time 0'
# shellcheck disable=SC2086
edgeai-bench matmul $quick --baseline read --json --output one.json
# shellcheck disable=SC2086
edgeai-bench matmul $quick --baseline openblas --threads 1,2 --format jsonl --output lines.jsonl
ls
python3 -c '
import json
import statistics

def check(row):
    samples = row["samples_ms"]
    print(row["type"], row["n_threads"], row["n_repetitions"], row["baseline"],
          row["baseline_threads"], row["baseline_ms"] > 0, row["ratio"] > 0)
    print(len(samples), abs(min(samples) - row["min_ms"]) < 2e-4,
          abs(statistics.median(samples) - row["median_ms"]) < 2e-4,
          row["median_ms"] <= row["p90_ms"] <= max(samples) + 2e-4)
    rate = 2e-6 * row["n_rows"] * row["n_in"] * row["n_out"] / row["median_ms"]
    # The rate is printed with two decimals, the time with four.
    print(abs(row["gflop_per_s"] - rate) < 0.006 + (0.002 + 6e-5 / row["median_ms"]) * rate)

found = json.load(open("one.json"))
print(found["schema"], found["status"], sorted(found["settings"].items()))
print(found["host"]["isa"] in ("ref", "avx2", "neon", "dotprod"), found["host"]["n_cores"] > 0)
for row in found["rows"]:
    check(row)
for line in open("lines.jsonl"):
    row = json.loads(line)
    print(row["schema"], row["host"]["n_cores"] > 0, row["settings"]["seed"])
    check(row)'
