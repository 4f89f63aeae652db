# SPDX-License-Identifier: MIT
"""Checks of the reference itself. Run: python3 tests/golden/test_reference.py"""

import os
import struct
import sys
import tempfile
import unittest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import numpy as np  # noqa: E402

import blocks  # noqa: E402
import gguf  # noqa: E402
import make_models  # noqa: E402
import reference  # noqa: E402


def half(value):
    return np.array([value], dtype="<f2").tobytes()


def decode(name, *parts):
    """One block put together from its fields -> float32 [elements]."""
    data = b"".join(parts)
    assert len(data) == blocks.FORMATS[name].bytes
    return blocks.FORMATS[name].decode(np.frombuffer(data, dtype=np.uint8)[None])[0]


def run(length, **at):
    """`length` zero bytes with some set: run(16, b3=0x1f)."""
    data = bytearray(length)
    for key, value in at.items():
        data[int(key[1:])] = value
    return bytes(data)


class Rope(unittest.TestCase):
    def setUp(self):
        rng = np.random.RandomState(1)
        self.x = rng.standard_normal((5, 3, 8))
        self.positions = np.array([0, 1, 2, 7, 40])
        self.turn = np.exp(1j * self.positions[:, None, None] * 10000.0 ** (-np.arange(4) / 4))

    def test_interleaved_is_a_complex_rotation_of_neighbours(self):
        z = (self.x[..., 0::2] + 1j * self.x[..., 1::2]) * self.turn
        y = reference.rope(self.x, self.positions, 10000.0, True)
        np.testing.assert_allclose(y[..., 0::2] + 1j * y[..., 1::2], z, rtol=1e-13)

    def test_half_is_a_complex_rotation_of_the_two_halves(self):
        z = (self.x[..., :4] + 1j * self.x[..., 4:]) * self.turn
        y = reference.rope(self.x, self.positions, 10000.0, False)
        np.testing.assert_allclose(y[..., :4] + 1j * y[..., 4:], z, rtol=1e-13)

    def test_factors_divide_the_angle(self):
        y = reference.rope(self.x, self.positions * 2, 10000.0, True, np.full(4, 2.0))
        np.testing.assert_array_equal(y, reference.rope(self.x, self.positions, 10000.0, True))


class Attention(unittest.TestCase):
    def test_equal_keys_give_the_mean_of_the_right_head(self):
        q = np.ones((1, 4, 2))
        k = np.zeros((3, 2, 2))
        v = np.zeros((3, 2, 2))
        v[:, 0, 0], v[:, 1, 1] = [1, 2, 6], [10, 20, 60]
        # Heads 0 and 1 read key/value head 0, heads 2 and 3 read 1; every position counts.
        np.testing.assert_allclose(reference.attention(q, k, v), [[3, 0, 3, 0, 0, 30, 0, 30]])


class Routing(unittest.TestCase):
    scores = np.log([[0.1, 0.4, 0.3, 0.2]])

    def test_weights_are_the_softmax_values(self):
        experts, weights = reference.route(self.scores, 2, False)
        self.assertEqual(experts.tolist(), [[1, 2]])
        np.testing.assert_allclose(weights, [[0.4, 0.3]])

    def test_renormalised_weights_sum_to_one(self):
        _, weights = reference.route(self.scores, 2, True)
        np.testing.assert_allclose(weights, [[4 / 7, 3 / 7]])

    def test_a_tie_goes_to_the_lower_index(self):
        self.assertEqual(reference.route(np.zeros((1, 4)), 2, False)[0].tolist(), [[0, 1]])


class Blocks(unittest.TestCase):
    """One set value per field, worked out by hand from the layouts; the rest must stay put."""

    def expect(self, values, rest, **at):
        want = np.full(len(values), rest, dtype=np.float32)
        for key, value in at.items():
            want[int(key[1:])] = value
        np.testing.assert_array_equal(values, want)

    def test_scalars(self):
        self.assertEqual(decode("F32", struct.pack("<f", 0.1)), np.float32(0.1))
        self.assertEqual(decode("F16", half(-1.5)), -1.5)
        self.assertEqual(decode("F16", b"\x01\x00"), 2.0 ** -24)
        self.assertEqual(decode("BF16", b"\xc0\xbf"), -1.5)

    def test_q4_0(self):
        self.expect(decode("Q4_0", half(0.5), run(16, b3=0x1f)), -4, x3=3.5, x19=-3.5)

    def test_q4_1(self):
        self.expect(decode("Q4_1", half(0.5), half(-1), run(16, b3=0x1f)), -1, x3=6.5, x19=-0.5)

    def test_q5_0(self):
        qh = struct.pack("<I", 1 << 3 | 1 << 20)
        self.expect(decode("Q5_0", half(1), qh, run(16, b3=0x1f)), -16, x3=15, x19=-15, x20=0)

    def test_q5_1(self):
        qh = struct.pack("<I", 1 << 3 | 1 << 20)
        self.expect(decode("Q5_1", half(1), half(2), qh, run(16, b3=0x1f)), 2,
                    x3=33, x19=3, x20=18)

    def test_q8_0(self):
        self.expect(decode("Q8_0", half(2), run(32, b5=0x80, b6=0x7f)), 0, x5=-256, x6=254)

    def test_iq4_nl(self):
        self.expect(decode("IQ4_NL", half(1), run(16, b2=0x8f)), -127, x2=113, x18=1)

    def test_q2_k(self):
        # Second half, shift 4, second group of 16: scale 8 + 2 * 2 + 1 = 13, byte 32 + 16 + 1.
        values = decode("Q2_K", run(16, b13=0x35), run(64, b49=0x30), half(0.5), half(0.25))
        want = np.zeros(256)
        want[208:224] = -0.75
        want[209] = 0.5 * 5 * 3 - 0.75
        np.testing.assert_array_equal(values, want)

    def test_q3_k(self):
        # Scale 13: high nibble of byte 5, bits 6-7 of byte 9: 2 | 3 << 4 = 50, so 18.
        # Elements 209 = half 1, shift 4, group 1, l 1: quant byte 49, mask bit 6 of byte 17.
        values = decode("Q3_K", run(32, b17=0x40), run(64, b49=0x30), run(12, b5=0x20, b9=0xc0),
                        half(1))
        want = np.full(256, -32.0 * -4)
        want[208:224] = 18 * -4
        want[209] = 18 * 3
        np.testing.assert_array_equal(values, want)

    def test_q4_k(self):
        # sc 6 = low nibble of byte 10 and bits 6-7 of byte 2; mn 6 = high nibble, bits of byte 6.
        scales = run(12, b1=5, b10=0x93, b2=0x40, b6=0x80)
        values = decode("Q4_K", half(1), half(0.5), scales, run(128, b7=0x20, b100=0x07))
        want = np.zeros(256)
        want[32 + 7] = 5 * 2
        want[192:224] = -0.5 * (9 | 2 << 4)
        want[192 + 4] += (3 | 1 << 4) * 7
        np.testing.assert_array_equal(values, want)

    def test_q5_k(self):
        scales = run(12, b1=5)
        values = decode("Q5_K", half(1), half(0.5), scales, run(32, b7=0x02), run(128, b7=0x20))
        self.expect(values, 0, x39=5 * 18)

    def test_q6_k(self):
        # Element 128 + 96 + 17: high nibble of ql 64 + 32 + 17, bits 6-7 of qh 32 + 17, scale 15.
        values = decode("Q6_K", run(128, b113=0x50), run(64, b49=0x80), run(16, b15=0xfe), half(1))
        want = np.zeros(256)
        want[240:256] = -2 * -32
        want[241] = -2 * (5 + 32 - 32)
        np.testing.assert_array_equal(values, want)

    def test_tq1_0(self):
        # Trits 2 1 0 0 2 of byte 1 are 2*81 + 1*27 + 2 = 191: ceil(191 * 256 / 243) = 202.
        # Byte 32 + 1 starts at 160; the last four bytes hold trits 240 + 4 n + j.
        trits_0212 = -(-(0 * 81 + 2 * 27 + 1 * 9 + 2 * 3) * 256 // 243)
        values = decode("TQ1_0", run(48, b1=202, b33=202), run(4, b3=trits_0212), half(3))
        self.expect(values, -3, x1=3, x33=0, x129=3, x161=3, x177=0, x225=3,
                    x247=3, x251=0, x255=3)

    def test_tq2_0(self):
        values = decode("TQ2_0", run(64, b33=0b10010000), half(3))
        self.expect(values, -3, x193=0, x225=3)

    def test_products_round_before_the_next_operation(self):
        d, sc, q, mn = np.float32(np.float16(0.1)), np.float32(61), np.float32(13), np.float32(59)
        scales = run(12, b0=61, b4=59)
        value = decode("Q4_K", half(0.1), half(0.3), scales, run(128, b0=13))[0]
        dmin = np.float32(np.float16(0.3))
        self.assertEqual(value, np.float32(np.float32(np.float32(d * sc) * q)
                                           - np.float32(dmin * mn)))

    def test_random_blocks_have_the_wanted_spread(self):
        for name, f in blocks.FORMATS.items():
            rng = np.random.RandomState(3)
            x = f.decode(blocks.random_blocks(rng, name, 20000 // f.elements, 0.1))
            self.assertLess(abs(x.mean()), 0.01, name)
            self.assertLess(abs(x.std() - 0.1), 0.02, name)


class Files(unittest.TestCase):
    def test_written_pairs_and_tensors_come_back(self):
        raw = np.arange(24, dtype=np.uint8)
        pairs = [("a", gguf.STRING, "\u0120b"), ("b", (gguf.ARRAY, gguf.STRING), ["x", ""]),
                 ("c", (gguf.ARRAY, gguf.I32), []), ("d", gguf.BOOL, True), ("e", gguf.U32, 7)]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.gguf")
            gguf.write(path, pairs, [("s", 0, (1,), raw[:4]), ("t", 0, (3, 2), raw)], 64)
            found, tensors = gguf.read(path)
        self.assertEqual(found, {"a": "\u0120b", "b": ["x", ""], "c": [], "d": True, "e": 7,
                                 "general.alignment": 64})
        self.assertEqual(tensors["t"][:2], (0, (3, 2)))
        np.testing.assert_array_equal(tensors["t"][2][:24], raw)


class Models(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def model(self, arch, variant, type_name):
        make_models.make(self.folder.name, arch, variant, type_name)
        name = "_".join(part for part in (arch, variant, type_name) if part)
        return reference.Model(os.path.join(self.folder.name, name + ".gguf"))

    def test_a_window_over_an_unchanged_row_is_the_full_pass(self):
        for arch in make_models.ARCHS:
            model = self.model(arch, None, "Q4_0")
            ids = np.arange(12) * 7 % 90
            logits, cache = model.forward(ids)
            for w0, w1 in ((5, 12), (3, 8), (0, 12), (0, 1)):
                np.testing.assert_allclose(model.window(ids, cache, w0, w1), logits[w0:w1],
                                           atol=1e-12, err_msg=arch)

    def test_a_window_over_everything_is_a_pass_over_the_changed_row(self):
        model = self.model("dream", None, "Q8_0")
        ids = np.arange(12)
        _, cache = model.forward(ids)
        changed = ids + 20
        np.testing.assert_allclose(model.window(changed, cache, 0, 12), model.forward(changed)[0],
                                   atol=1e-12)

    def test_a_later_token_changes_an_earlier_row(self):
        model = self.model("llada", "extras", "Q8_0")
        a, _ = model.forward([1, 2, 3, 4])
        b, _ = model.forward([1, 2, 3, 5])
        self.assertGreater(np.abs(a[0] - b[0]).max(), 1e-3)

    def test_fused_rows_are_q_k_v(self):
        model = self.model("rnd1", "fused", "F16")
        ids = [3, 1, 4, 1, 5]
        logits, _ = model.forward(ids)
        for layer in range(model.n_layer):
            rows = model.tensors.pop("blk.%d.attn_qkv.weight" % layer)
            for name, part in (("q", rows[:128]), ("k", rows[128:192]), ("v", rows[192:])):
                model.tensors["blk.%d.attn_%s.weight" % (layer, name)] = part
        np.testing.assert_allclose(model.forward(ids)[0], logits, atol=1e-12)

    def test_a_tied_head_is_the_embedding(self):
        model = self.model("dream", "tied", "Q4_K")
        self.assertNotIn("output.weight", model.tensors)
        logits, _ = model.forward([3, 1, 4])
        model.tensors["output.weight"] = model.tensors["token_embd.weight"]
        np.testing.assert_array_equal(model.forward([3, 1, 4])[0], logits)

    def test_the_golden_file_has_the_described_layout(self):
        model = self.model("dream", None, "Q8_0")
        with open(os.path.join(self.folder.name, "dream_Q8_0.golden"), "rb") as f:
            data = f.read()
        self.assertEqual(data[:8], b"EAIGOLD1")
        n, v, shift, n_windows = struct.unpack_from("<4i", data, 8)
        self.assertEqual((n, v, shift, n_windows), (12, 97, 1, 3))
        ids = np.frombuffer(data, "<i4", n, 24)
        at = 24 + 4 * n
        logits, shifted = np.frombuffer(data, "<f8", 2 * n * v, at).reshape(2, n, v)
        want, cache = model.forward(ids)
        np.testing.assert_allclose(logits, want, atol=1e-12)
        np.testing.assert_array_equal(shifted[1:], logits[:-1])
        np.testing.assert_array_equal(shifted[0], logits[0])
        at += 16 * n * v
        for mode, w0, w1 in ((0, 5, 12), (1, 5, 9), (1, 4, 9)):
            self.assertEqual(struct.unpack_from("<4i", data, at), (mode, w0, w1, 0))
            changed = np.frombuffer(data, "<i4", n, at + 16)
            self.assertEqual(np.nonzero(changed != ids)[0].tolist(), [6, 7])
            at += 16 + 4 * n
            values = np.frombuffer(data, "<f8", (w1 - w0) * v, at).reshape(-1, v)
            np.testing.assert_allclose(values, model.window(changed, cache, w0, w1), atol=1e-12)
            at += 8 * values.size
        self.assertEqual(at, len(data))


if __name__ == "__main__":
    unittest.main()
