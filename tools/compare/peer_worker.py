# SPDX-License-Identifier: MIT
"""What the peers' programs share: the options, random operands, the clock, the check, the output.

A peer's program takes the options that edgeai-bench takes for the same work and prints one JSON
document: {"samples_ms": [...], "note": "how it was done"}.
"""
import argparse
import json
import sys
import time


def parser(description):
    result = argparse.ArgumentParser(description=description)
    for name, default in (("threads", 1), ("repetitions", 10), ("warmup", 2)):
        result.add_argument("--" + name, type=int, default=default)
    return result


def matmul_parser(description):
    result = parser(description)
    for name, default in (("rows", 128), ("k", 2048), ("m", 2048)):
        result.add_argument("--" + name, type=int, default=default)
    return result


def operands(options, ternary=False):
    """Random float32 weights [m, k] and activations [rows, k]; ternary: weights of -1, 0 and 1."""
    import numpy as np
    rng = np.random.default_rng(1)
    activations = rng.standard_normal((options.rows, options.k), dtype=np.float32)
    if ternary:
        return rng.integers(-1, 2, (options.m, options.k)).astype(np.float32), activations
    return rng.standard_normal((options.m, options.k), dtype=np.float32), activations


def check_product(product, weights, activations, tolerance):
    """Ends the program unless `product` [rows, m] is about activations x weights^T.

    A product that is fast and wrong is not measured. tolerance: of the root mean square of the
    difference over that of the product; a tenth is usual for four bits.
    """
    import numpy as np
    some = slice(0, min(64, len(weights)))
    expected = activations.astype(np.float64) @ weights[some].T.astype(np.float64)
    error = np.sqrt(np.mean((product[:, some] - expected) ** 2) / np.mean(expected ** 2))
    if not error <= tolerance:
        sys.exit(f"wrong product: relative error {error:.3g}, expected at most {tolerance}")


def time_ms(run, options):
    """Milliseconds of each repetition, after `warmup` runs that are not counted."""
    for _ in range(options.warmup):
        run()
    samples = []
    for _ in range(options.repetitions):
        begin = time.perf_counter_ns()
        run()
        samples.append((time.perf_counter_ns() - begin) / 1e6)
    return samples


def report(samples, note):
    print(json.dumps({"samples_ms": samples, "note": note}))
