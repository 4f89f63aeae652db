# SPDX-License-Identifier: MIT
"""The GGUF weight formats: exact dequantization, and random valid blocks of a wanted spread.

Every decoder takes uint8 [n_blocks, block_bytes] and returns float32 [n_blocks, elements].

Definition of "exact". Half-precision fields are widened to float32 (exact), integers are converted
to float32 (exact), and then every single operation below rounds to float32, in this order and
without fused multiply-add. `(a)` marks an intermediate that is rounded before it is used again.

  F32, F16, BF16         the value itself
  Q4_0, Q5_0, Q8_0       d * q                       q signed (offset 8, 16, none)
  IQ4_NL                 d * T[q]
  Q4_1, Q5_1             (d * q) + m
  Q2_K, Q4_K, Q5_K       ((d * sc) * q) - (dmin * mn)
  Q3_K                   (d * (sc - 32)) * q         sc - 32 in integers, q in -4 .. 3
  Q6_K                   (d * sc) * q                q in -32 .. 31
  TQ1_0, TQ2_0           d * (trit - 1)              a 2-bit 3 in TQ2_0 is not a trit but gives 2 d
"""

import collections

import numpy as np

F4 = np.float32

IQ4_NL_VALUES = np.array([-127, -104, -83, -65, -49, -35, -22, -10,
                          1, 13, 25, 38, 53, 69, 89, 113], dtype=F4)


def _half(b, at):
    """The half at byte `at` of every block, as float32 [n, 1]."""
    return np.ascontiguousarray(b[:, at:at + 2]).view("<f2").astype(F4)


def _shift(b, shifts, mask, shape):
    """(b >> shifts) & mask after reshaping b to `shape`; `shifts` goes along the axis that is 1."""
    axis = len(shape) - 2
    steps = np.array(shifts, dtype=np.uint8).reshape(
        [len(shifts) if k == axis else 1 for k in range(len(shape))])
    return (b.reshape(shape) >> steps) & np.uint8(mask)


def _nibbles(qs):
    """[n, 16] bytes -> [n, 32]: sixteen low nibbles, then sixteen high ones."""
    return _shift(qs, (0, 4), 15, (-1, 1, 16)).reshape(-1, 32)


def _five_bits(qh, qs):
    """[n, 4] and [n, 16] bytes -> [n, 32]: nibbles with bit j of the little-endian qh on top."""
    high = np.unpackbits(qh, axis=1, bitorder="little")
    return _nibbles(qs) | (high << np.uint8(4))


def _scales_and_mins(s):
    """Twelve bytes of Q4_K and Q5_K -> sc, mn: float32 [n, 8, 1], six-bit values."""
    sc_low, mn_low = s[:, 0:4] & 63, s[:, 4:8] & 63
    sc_high = (s[:, 8:12] & 15) | ((s[:, 0:4] >> 6) << 4)
    mn_high = (s[:, 8:12] >> 4) | ((s[:, 4:8] >> 6) << 4)
    sc = np.concatenate([sc_low, sc_high], axis=1)
    mn = np.concatenate([mn_low, mn_high], axis=1)
    return sc.astype(F4)[:, :, None], mn.astype(F4)[:, :, None]


def _f32(b):
    return b.copy().view("<f4")


def _f16(b):
    return _half(b, 0)


def _bf16(b):
    return (np.ascontiguousarray(b).view("<u2").astype(np.uint32) << 16).view(F4)


def _q4_0(b):
    return _half(b, 0) * (_nibbles(b[:, 2:]).astype(F4) - F4(8))


def _q4_1(b):
    return _half(b, 0) * _nibbles(b[:, 4:]).astype(F4) + _half(b, 2)


def _q5_0(b):
    return _half(b, 0) * (_five_bits(b[:, 2:6], b[:, 6:]).astype(F4) - F4(16))


def _q5_1(b):
    return _half(b, 0) * _five_bits(b[:, 4:8], b[:, 8:]).astype(F4) + _half(b, 2)


def _q8_0(b):
    return _half(b, 0) * b[:, 2:].view(np.int8).astype(F4)


def _iq4_nl(b):
    return _half(b, 0) * IQ4_NL_VALUES[_nibbles(b[:, 2:])]


def _q2_k(b):
    s = b[:, 0:16, None]
    q = _shift(b[:, 16:80], (0, 2, 4, 6), 3, (-1, 2, 1, 32)).reshape(-1, 16, 16).astype(F4)
    d, dmin = _half(b, 80)[:, :, None], _half(b, 82)[:, :, None]
    return ((d * (s & 15).astype(F4)) * q - dmin * (s >> 4).astype(F4)).reshape(-1, 256)


def _q3_k(b):
    # Scale j: low nibble or high nibble of byte j % 8, and two bits of byte 8 + j % 4.
    j = np.arange(16)
    low = (b[:, 96 + j % 8] >> (4 * (j // 8)).astype(np.uint8)) & 15
    high = (b[:, 104 + j % 4] >> (2 * (j // 4)).astype(np.uint8)) & 3
    sc = (low | (high << 4)).astype(F4)[:, :, None] - F4(32)
    q = _shift(b[:, 32:96], (0, 2, 4, 6), 3, (-1, 2, 1, 32)).reshape(-1, 16, 16).astype(F4)
    bits = _shift(b[:, 0:32], range(8), 1, (-1, 1, 32)).reshape(-1, 16, 16)
    q -= F4(4) * (1 - bits).astype(F4)
    return ((_half(b, 108)[:, :, None] * sc) * q).reshape(-1, 256)


def _q4_k(b):
    sc, mn = _scales_and_mins(b[:, 4:16])
    q = _shift(b[:, 16:144], (0, 4), 15, (-1, 4, 1, 32)).reshape(-1, 8, 32).astype(F4)
    d, dmin = _half(b, 0)[:, :, None], _half(b, 2)[:, :, None]
    return ((d * sc) * q - dmin * mn).reshape(-1, 256)


def _q5_k(b):
    sc, mn = _scales_and_mins(b[:, 4:16])
    low = _shift(b[:, 48:176], (0, 4), 15, (-1, 4, 1, 32)).reshape(-1, 8, 32)
    bit = _shift(b[:, 16:48], range(8), 1, (-1, 1, 32))
    q = (low | (bit << 4)).astype(F4)
    d, dmin = _half(b, 0)[:, :, None], _half(b, 2)[:, :, None]
    return ((d * sc) * q - dmin * mn).reshape(-1, 256)


def _q6_k(b):
    # Per half: ql holds two runs of 32 bytes; the quarters are low run 0, low run 1, high run 0,
    # high run 1, and qh gives them two more bits each.
    n = len(b)
    ql = b[:, 0:128].reshape(n, 2, 1, 64) >> np.array([0, 4], dtype=np.uint8)[:, None]
    low = (ql & 15).reshape(n, 2, 4, 32)
    high = _shift(b[:, 128:192], (0, 2, 4, 6), 3, (n, 2, 1, 32))
    q = (low | (high << 4)).reshape(n, 16, 16).astype(F4) - F4(32)
    sc = b[:, 192:208].view(np.int8).astype(F4)[:, :, None]
    return ((_half(b, 208)[:, :, None] * sc) * q).reshape(n, 256)


def _trits(packed, n_digits):
    """[n, m] bytes -> [n, n_digits * m] values 0..2, the most significant trit of all bytes first.

    A byte is a fraction of 256: times 3^k modulo 256 drops the k leading trits, times 3 over 256
    reads the next one. uint8 arithmetic does the modulo.
    """
    powers = np.array([1, 3, 9, 27, 81][:n_digits], dtype=np.uint8)[:, None]
    rest = packed[:, None, :] * powers
    return ((rest.astype(np.uint16) * 3) >> 8).reshape(len(packed), -1)


def _tq1_0(b):
    t = np.concatenate([_trits(b[:, 0:32], 5), _trits(b[:, 32:48], 5), _trits(b[:, 48:52], 4)],
                       axis=1)
    return _half(b, 52) * (t.astype(F4) - F4(1))


def _tq2_0(b):
    q = _shift(b[:, 0:64], (0, 2, 4, 6), 3, (-1, 2, 1, 32)).reshape(-1, 256)
    return _half(b, 64) * (q.astype(F4) - F4(1))


# d_at, min_at: byte offset of the half-precision scale and of the minimum, None when there is none.
# min_ratio: minimum / scale that centres blocks of uniform random quants on zero.
Format = collections.namedtuple("Format", "id elements bytes decode d_at min_at min_ratio")

FORMATS = {
    "F32": Format(0, 1, 4, _f32, None, None, None),
    "F16": Format(1, 1, 2, _f16, None, None, None),
    "BF16": Format(30, 1, 2, _bf16, None, None, None),
    "Q4_0": Format(2, 32, 18, _q4_0, 0, None, None),
    "Q4_1": Format(3, 32, 20, _q4_1, 0, 2, -7.5),
    "Q5_0": Format(6, 32, 22, _q5_0, 0, None, None),
    "Q5_1": Format(7, 32, 24, _q5_1, 0, 2, -15.5),
    "Q8_0": Format(8, 32, 34, _q8_0, 0, None, None),
    "Q2_K": Format(10, 256, 84, _q2_k, 80, 82, 1.5),
    "Q3_K": Format(11, 256, 110, _q3_k, 108, None, None),
    "Q4_K": Format(12, 256, 144, _q4_k, 0, 2, 7.5),
    "Q5_K": Format(13, 256, 176, _q5_k, 0, 2, 15.5),
    "Q6_K": Format(14, 256, 210, _q6_k, 208, None, None),
    "IQ4_NL": Format(20, 32, 18, _iq4_nl, 0, None, None),
    "TQ1_0": Format(34, 256, 54, _tq1_0, 52, None, None),
    "TQ2_0": Format(35, 256, 66, _tq2_0, 64, None, None),
}

NAMES_BY_ID = {f.id: name for name, f in FORMATS.items()}


def raw_bytes(name, n_elements):
    """Bytes that n_elements take."""
    f = FORMATS[name]
    if n_elements % f.elements:
        raise ValueError("%s needs a multiple of %d elements, not %d"
                         % (name, f.elements, n_elements))
    return n_elements // f.elements * f.bytes


def dequantize(name, raw, shape):
    """uint8 bytes (at least raw_bytes of them) -> float32 array of `shape`."""
    n = raw_bytes(name, int(np.prod(shape)))
    return FORMATS[name].decode(raw[:n].reshape(-1, FORMATS[name].bytes)).reshape(shape)


def put_half(blocks, at, values):
    """Store float values [n] as halves at byte `at` of uint8 blocks [n, bytes]."""
    blocks[:, at:at + 2] = np.asarray(values).astype("<f2").view(np.uint8).reshape(-1, 2)


def _random_scalars(rng, name, n, std):
    """n normal values with the given deviation as blocks of F32, F16 or BF16."""
    x = (rng.standard_normal(n) * std).astype("<f4")
    if name == "F16":
        x = x.astype("<f2")
    if name == "BF16":
        x = (x.view("<u4") >> 16).astype("<u2")
    return x.view(np.uint8).reshape(n, -1)


def _random_trits(rng, name, n):
    """n blocks of TQ1_0 or TQ2_0 holding real trits, scale unset."""
    blocks = np.zeros((n, FORMATS[name].bytes), dtype=np.uint8)
    if name == "TQ1_0":
        # Five trits are a number below 243, stored as the fraction v / 243 of 256, rounded up.
        v = rng.randint(0, 243, size=(n, 52))
        v[:, 48:] -= v[:, 48:] % 3   # the last four bytes hold four trits and a zero
        blocks[:, 0:52] = (v * 256 + 242) // 243
    else:
        t = rng.randint(0, 3, size=(4, n, 64)).astype(np.uint8)
        blocks[:, 0:64] = t[0] | (t[1] << 2) | (t[2] << 4) | (t[3] << 6)
    return blocks


def random_blocks(rng, name, n, std):
    """n random valid blocks whose values have mean about 0 and deviation about std.

    rng is a numpy RandomState: its streams are frozen across numpy versions. Quants and inner
    scales are uniform; the outer scale varies by a quarter from block to block.
    """
    f = FORMATS[name]
    if f.d_at is None:
        return _random_scalars(rng, name, n, std)
    if name in ("TQ1_0", "TQ2_0"):
        blocks = _random_trits(rng, name, n)
    else:
        blocks = np.frombuffer(rng.bytes(n * f.bytes), dtype=np.uint8).reshape(n, -1).copy()

    def set_scale(d):
        put_half(blocks, f.d_at, d)
        if f.min_at is not None:
            put_half(blocks, f.min_at, d * f.min_ratio)

    set_scale(np.ones(n))
    unit = np.sqrt(np.mean(f.decode(blocks[:64]).astype(np.float64) ** 2))
    set_scale(std / unit * rng.uniform(0.75, 1.25, size=n))
    return blocks
