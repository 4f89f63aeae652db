# SPDX-License-Identifier: MIT
"""What the peers' programs share: the options, random operands, the clock, the check, the output.

A peer's program takes the options that edgeai-bench takes for the same work and prints one JSON
document: {"samples_ms": [...], "note": "how it was done"}.
"""
import argparse
import json
import sys
import time
from dataclasses import dataclass, replace


def parser(description):
    result = argparse.ArgumentParser(description=description)
    for name, default in (("threads", 1), ("repetitions", 5), ("min-time", 0), ("warmup", 2)):
        result.add_argument("--" + name, type=int, default=default)
    return result


def matmul_parser(description):
    result = parser(description)
    for name, default in (("rows", 128), ("k", 2048), ("m", 2048)):
        result.add_argument("--" + name, type=int, default=default)
    return result


def conv_parser(description):
    result = parser(description)
    for name, default in (("channels", 128), ("filters", 128), ("size", 28), ("kernel", 3),
                          ("stride", 1)):
        result.add_argument("--" + name, type=int, default=default)
    return result


@dataclass
class ConvOperands:
    """What a convolution computes with, float32."""
    activations: object  # [1, channels, size, size]
    weights: object  # [filters, channels, kernel, kernel]
    bias: object  # [filters]

    def with_values(self, activations, weights):
        return replace(self, activations=activations, weights=weights)


def conv_operands(options):
    """Results have a variance of about 1."""
    import numpy as np
    rng = np.random.default_rng(3)
    patch = options.channels * options.kernel ** 2
    shape = (options.filters, options.channels, options.kernel, options.kernel)
    return ConvOperands(
        rng.uniform(-1, 1, (1, options.channels, options.size, options.size)).astype(np.float32),
        (rng.uniform(-3, 3, shape) / np.sqrt(patch)).astype(np.float32),
        rng.uniform(-0.1, 0.1, options.filters).astype(np.float32))


def conv_out_size(options):
    return (options.size + 2 * (options.kernel // 2) - options.kernel) // options.stride + 1


def check_convolution(found, operands, options, tolerance):
    """As check_product, of `found` [1, filters, out, out]: corners, edges and the middle."""
    import numpy as np
    pad, kernel, out = options.kernel // 2, options.kernel, conv_out_size(options)
    image = np.pad(operands.activations[0].astype(np.float64), ((0, 0), (pad, pad), (pad, pad)))
    places = [(y, x) for y in (0, out // 2, out - 1) for x in (0, out // 2, out - 1)]
    expected = np.stack([np.tensordot(
        operands.weights.astype(np.float64),
        image[:, y * options.stride:, x * options.stride:][:, :kernel, :kernel], 3)
        + operands.bias for y, x in places])
    some = np.stack([found[0, :, y, x] for y, x in places])
    error = np.sqrt(np.mean((some - expected) ** 2) / np.mean(expected ** 2))
    if not error <= tolerance:
        sys.exit(f"wrong convolution: relative error {error:.3g}, expected at most {tolerance}")


def random_activations(options):
    """float32 [rows, k]"""
    import numpy as np
    rng = np.random.default_rng(1)
    return rng.standard_normal((options.rows, options.k), dtype=np.float32)


def random_weights(options):
    """float32 [m, k]"""
    import numpy as np
    rng = np.random.default_rng(2)
    return rng.standard_normal((options.m, options.k), dtype=np.float32)


def check_product(product, weights, activations, tolerance):
    """Ends the program unless `product` [rows, m] begins with activations x weights^T: a product
    that is fast and wrong is not measured.

    weights: the first rows, of which 64 are looked at, in the precision that they are stored in.
    tolerance: of the root mean square of the difference over that of the product.
    """
    import numpy as np
    some = weights[:64]
    expected = activations.astype(np.float64) @ some.T.astype(np.float64)
    error = np.sqrt(np.mean((product[:, :len(some)] - expected) ** 2) / np.mean(expected ** 2))
    if not error <= tolerance:
        sys.exit(f"wrong product: relative error {error:.3g}, expected at most {tolerance}")


def time_ms(run, options):
    """Milliseconds of each repetition, after `warmup` runs that are not counted: at least
    `repetitions`, and as many as fill `min_time` ms, as edgeai-bench does it."""
    for _ in range(options.warmup):
        run()
    samples = []
    while len(samples) < options.repetitions or sum(samples) < options.min_time:
        begin = time.perf_counter_ns()
        run()
        samples.append((time.perf_counter_ns() - begin) / 1e6)
    return samples


def report(samples, note):
    print(json.dumps({"samples_ms": samples, "note": note}))
