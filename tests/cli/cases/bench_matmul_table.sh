#!/bin/sh
# SPDX-License-Identifier: MIT
quick='--repetitions 2 --min-time 0 --warmup 0'
# shellcheck disable=SC2086
edgeai-bench matmul --type f32,Q8_0 --rows 1-4*4 --k 32 --m 48 $quick
# shellcheck disable=SC2086
edgeai-bench matmul --type Q4_K --rows 3 --k 256 --m 8,5 --weights mapped,packed --activations f32 \
    --threads 1-2 $quick --format csv
