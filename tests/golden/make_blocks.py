# SPDX-License-Identifier: MIT
"""Vectors for exact dequantization: blocks_TYPE.bin, one per format; layout in README.md.

Usage: make_blocks.py OUTDIR [--type TYPE]...
"""

import argparse
import os
import struct

import numpy as np

import blocks

MAGIC = b"EAIBLK01"
N_RANDOM = 64

# Bytes for quants and inner scales: each bit pattern that a sign, mask or shift mistake changes.
FILLS = (0x00, 0xff, 0x80, 0x7f, 0x55, 0xaa, 0x0f, 0xf0)

# Scales: unit, zeros, smallest and largest subnormal half, largest half; both signs.
SCALES = (1.0, -1.0, 0.0, -0.0, 2.0 ** -24, -1023 * 2.0 ** -24, 65504.0, -65504.0)


def _quantized(name, rng):
    """uint8 [n, bytes]: every fill with every scale, then arbitrary bytes with usual scales."""
    f = blocks.FORMATS[name]
    n_extreme = len(FILLS) * len(SCALES)
    b = np.frombuffer(rng.bytes((n_extreme + N_RANDOM) * f.bytes), dtype=np.uint8)
    b = b.reshape(-1, f.bytes).copy()
    b[:n_extreme] = np.repeat(np.array(FILLS, dtype=np.uint8), len(SCALES))[:, None]
    for at in (f.d_at, f.min_at):
        if at is None:
            continue
        random = rng.standard_normal(N_RANDOM) * 2.0 ** rng.randint(-12, 4, size=N_RANDOM)
        extreme = np.tile(SCALES, len(FILLS))
        if at == f.min_at:
            # Another order than the scales', so that a block does not always hold two equal halves.
            extreme = np.roll(extreme.reshape(-1, len(SCALES)), 3, axis=1).ravel()
        blocks.put_half(b, at, np.concatenate([extreme, random]))
    return b


def _scalars(name, rng):
    """Every F16 and BF16 that is not a NaN; for F32 random bit patterns that are not."""
    if name == "F32":
        bits = np.frombuffer(rng.bytes(4 * 4096), dtype="<u4")
        return bits[~np.isnan(bits.view("<f4"))].view(np.uint8).reshape(-1, 4)
    every = np.arange(65536, dtype="<u2").view(np.uint8).reshape(-1, 2)
    # Which half and bfloat16 patterns are NaNs follows from the bits, not from the decoder.
    bits = every.view("<u2")[:, 0] & 0x7fff
    return every[bits <= (0x7c00 if name == "F16" else 0x7f80)]


def write(directory, name):
    f = blocks.FORMATS[name]
    rng = np.random.RandomState(f.id + 1000)
    b = _scalars(name, rng) if f.d_at is None else _quantized(name, rng)
    values = f.decode(b)
    with open(os.path.join(directory, "blocks_%s.bin" % name), "wb") as out:
        out.write(MAGIC + struct.pack("<4i", f.id, f.elements, f.bytes, len(b)))
        out.write(b.tobytes())
        out.write(values.astype("<f4").tobytes())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("outdir")
    parser.add_argument("--type", action="append", choices=sorted(blocks.FORMATS))
    options = parser.parse_args()
    os.makedirs(options.outdir, exist_ok=True)
    for name in options.type or blocks.FORMATS:
        write(options.outdir, name)


if __name__ == "__main__":
    main()
