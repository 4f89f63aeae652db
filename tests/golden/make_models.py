# SPDX-License-Identifier: MIT
"""Small seeded models as GGUF, each with its expected logits; layouts in README.md.

Usage: make_models.py OUTDIR [--arch ARCH]... [--type TYPE]...
Writes ARCH_TYPE.gguf and ARCH_TYPE.golden for every architecture and weight format, some variants
ARCH_VARIANT_TYPE, and the dequantization vectors blocks_TYPE.bin. Options select a subset.
"""

import argparse
import collections
import os
import struct
import sys
import zlib

# One thread: sums are added in one order, and the machine stays free for others.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402  (after the setting above)

import blocks  # noqa: E402
import gguf  # noqa: E402
import make_blocks  # noqa: E402
import reference  # noqa: E402

MAGIC = b"EAIGOLD1"

N_EMBD, N_LAYER, N_HEAD, N_USED = 256, 2, 4, 2
WEIGHT_STD = 1.0 / 16.0   # 1 / sqrt(N_EMBD): every matrix keeps the scale of what goes through it

# head_dim * N_HEAD is not N_EMBD in rnd1; n_ff differs from N_EMBD where the size allows it.
Arch = collections.namedtuple("Arch", "n_kv head_dim n_ff theta eps qkv_bias n_expert")
ARCHS = {
    "llada": Arch(4, 64, 512, 500000.0, 1e-5, False, 0),
    "dream": Arch(2, 64, 512, 1000000.0, 1e-6, True, 0),
    "llada-moe": Arch(4, 64, 256, 50000.0, 1e-5, False, 4),
    "rnd1": Arch(2, 32, 512, 1000000.0, 1e-6, False, 3),
}

# (architecture, variant, format): forms that files in the wild take, beyond the plain ones.
VARIANTS = (
    ("llada", "tied", "F16"),          # no output.weight: the head is token_embd.weight
    ("dream", "tied", "Q4_K"),
    ("llada", "fused", "F16"),         # attn_qkv.weight, rows q | k | v
    ("llada", "fused", "Q4_0"),
    ("rnd1", "fused", "F16"),
    ("llada", "extras", "F32"),        # biases on the output projection and the FFN, rope_freqs
    ("llada", "extras", "Q8_0"),
    ("llada", "defaults", "F16"),      # optional keys left out: rope.*, head_count_kv, vocab_size
    ("llada-moe", "defaults", "F16"),  # and expert_feed_forward_length
)

# A matrix whose rows are no multiple of 256 cannot be in a 256-element format. The stand-ins are
# those llama.cpp's quantizer takes; here only attn_output of rnd1 (128 columns) needs them.
STAND_INS = {"Q2_K": "IQ4_NL", "Q3_K": "IQ4_NL", "Q4_K": "Q5_0", "Q5_K": "Q5_1", "Q6_K": "Q8_0",
             "TQ1_0": "Q4_0", "TQ2_0": "Q4_0"}

# Printable ASCII stands for itself in the GPT-2 byte alphabet, and U+0120 for the space.
SPECIALS = ["<|endoftext|>", "<|mask|>"]
TOKENS = [chr(c) for c in range(33, 127)] + ["\u0120"] + SPECIALS
EOS_ID, MASK_ID = len(TOKENS) - 2, len(TOKENS) - 1
NORMAL, CONTROL = 1, 3

N_TOKENS = 12
MASKED = (5, 6, 7, 8, 10, 11)    # of the first row
REVEALED = (6, 7)                # of those, in the changed row
WINDOWS = ((5, 12), (5, 9), (4, 9))

# Router logits of the last expert taken and the first one not taken differ by at least this, or
# another row of tokens is drawn: neither rounding in float32 nor activations quantized to eight
# bits may pick other experts.
MIN_ROUTER_GAP = 0.06
MAX_DRAWS = 2000


def metadata(arch, variant):
    """All key/value pairs of a file."""
    a = ARCHS[arch]
    pairs = [("general.architecture", gguf.STRING, arch),
             ("general.name", gguf.STRING, "%s golden" % arch)]

    def add(kind, **values):
        for key, value in values.items():
            pairs.append((arch + "." + key.replace("__", "."), kind, value))

    n_ff = a.n_ff
    if variant == "defaults" and a.n_expert:
        n_ff = a.n_ff * N_USED   # the experts' width is then n_ff / expert_used_count
    add(gguf.U32, block_count=N_LAYER, context_length=64, embedding_length=N_EMBD,
        feed_forward_length=n_ff, attention__head_count=N_HEAD)
    add(gguf.F32, attention__layer_norm_rms_epsilon=a.eps)
    add(gguf.BOOL, attention__causal=False)
    if a.n_expert:
        add(gguf.U32, expert_count=a.n_expert, expert_used_count=N_USED)
    if variant != "defaults":
        add(gguf.U32, attention__head_count_kv=a.n_kv, rope__dimension_count=a.head_dim,
            vocab_size=len(TOKENS))
        add(gguf.F32, rope__freq_base=a.theta)
        if a.n_expert:
            add(gguf.U32, expert_feed_forward_length=a.n_ff)
    if arch in ("llada", "llada-moe"):
        pairs.append(("diffusion.shift_logits", gguf.BOOL, False))
    if a.head_dim * N_HEAD != N_EMBD:
        add(gguf.U32, attention__key_length=a.head_dim, attention__value_length=a.head_dim)
    types = [CONTROL if t in SPECIALS else NORMAL for t in TOKENS]
    return pairs + [
        ("tokenizer.ggml.model", gguf.STRING, "gpt2"),
        ("tokenizer.ggml.pre", gguf.STRING, "gpt-2"),
        ("tokenizer.ggml.tokens", (gguf.ARRAY, gguf.STRING), TOKENS),
        ("tokenizer.ggml.token_type", (gguf.ARRAY, gguf.I32), types),
        ("tokenizer.ggml.merges", (gguf.ARRAY, gguf.STRING), []),
        ("tokenizer.ggml.bos_token_id", gguf.U32, EOS_ID),
        ("tokenizer.ggml.eos_token_id", gguf.U32, EOS_ID),
        ("tokenizer.ggml.mask_token_id", gguf.U32, MASK_ID),
        ("tokenizer.ggml.add_bos_token", gguf.BOOL, arch == "llada"),
    ]


def tensors(arch, variant, type_name, rng):
    """All tensors of a file, in gguf.write's form."""
    a, found = ARCHS[arch], []
    n_q, n_kv = N_HEAD * a.head_dim, a.n_kv * a.head_dim

    def add(name, type_name, shape, raw):
        found.append((name, blocks.FORMATS[type_name].id, shape, raw.reshape(-1)))

    def matrix(name, *shape):
        kind = type_name
        if shape[-1] % blocks.FORMATS[kind].elements:
            kind = STAND_INS[kind]
        n = int(np.prod(shape)) // blocks.FORMATS[kind].elements
        add(name + ".weight", kind, shape, blocks.random_blocks(rng, kind, n, WEIGHT_STD))

    def vector(name, n, mean, std):
        values = (mean + std * rng.standard_normal(n)).astype("<f4")
        add(name, "F32", (n,), values.view(np.uint8))

    def biased(name, n_out, n_in, bias):
        matrix(name, n_out, n_in)
        if bias:
            vector(name + ".bias", n_out, 0.0, 0.2)

    extras = variant == "extras"
    matrix("token_embd", len(TOKENS), N_EMBD)
    vector("output_norm.weight", N_EMBD, 1.0, 0.1)
    if variant != "tied":
        matrix("output", len(TOKENS), N_EMBD)
    if extras:
        factors = rng.uniform(1.0, 4.0, size=a.head_dim // 2).astype("<f4")
        add("rope_freqs.weight", "F32", factors.shape, factors.view(np.uint8))
    for layer in range(N_LAYER):
        stem = "blk.%d." % layer
        vector(stem + "attn_norm.weight", N_EMBD, 1.0, 0.1)
        if variant == "fused":
            matrix(stem + "attn_qkv", n_q + 2 * n_kv, N_EMBD)
        else:
            biased(stem + "attn_q", n_q, N_EMBD, a.qkv_bias)
            biased(stem + "attn_k", n_kv, N_EMBD, a.qkv_bias)
            biased(stem + "attn_v", n_kv, N_EMBD, a.qkv_bias)
        if a.n_expert:
            vector(stem + "attn_q_norm.weight", a.head_dim, 1.0, 0.1)
            vector(stem + "attn_k_norm.weight", a.head_dim, 1.0, 0.1)
        biased(stem + "attn_output", N_EMBD, n_q, extras)
        vector(stem + "ffn_norm.weight", N_EMBD, 1.0, 0.1)
        if a.n_expert:
            router = blocks.random_blocks(rng, "F32", a.n_expert * N_EMBD, WEIGHT_STD)
            add(stem + "ffn_gate_inp.weight", "F32", (a.n_expert, N_EMBD), router)
            matrix(stem + "ffn_gate_exps", a.n_expert, a.n_ff, N_EMBD)
            matrix(stem + "ffn_up_exps", a.n_expert, a.n_ff, N_EMBD)
            matrix(stem + "ffn_down_exps", a.n_expert, N_EMBD, a.n_ff)
        else:
            biased(stem + "ffn_gate", a.n_ff, N_EMBD, extras)
            biased(stem + "ffn_up", a.n_ff, N_EMBD, extras)
            biased(stem + "ffn_down", N_EMBD, a.n_ff, extras)
    return found


def expected(model, rng):
    """Draw rows of tokens and run the reference.

    Returns ids [N_TOKENS], logits, changed ids [N_TOKENS], and the window logits of WINDOWS.
    """
    for _ in range(MAX_DRAWS):
        model.router_gap = np.inf
        ids = rng.randint(0, EOS_ID, size=N_TOKENS).astype("<i4")
        changed = rng.randint(0, EOS_ID, size=N_TOKENS).astype("<i4")
        ids[list(MASKED)] = MASK_ID
        keep = [i for i in range(N_TOKENS) if i not in REVEALED]
        changed[keep] = ids[keep]
        logits, cache = model.forward(ids)
        if model.router_gap >= MIN_ROUTER_GAP:
            windows = [model.window(changed, cache, w0, w1) for w0, w1 in WINDOWS]
            if model.router_gap >= MIN_ROUTER_GAP:
                return ids, logits, changed, windows
    raise RuntimeError("no row of tokens keeps the router's choices apart; change the seed")


def write_golden(path, model, rng):
    ids, logits, changed, windows = expected(model, rng)
    shifted = reference.shift_right(logits) if model.shift else logits
    with open(path, "wb") as f:
        f.write(MAGIC + struct.pack("<4i", len(ids), len(TOKENS), model.shift, len(windows)))
        f.write(ids.tobytes())
        f.write(logits.astype("<f8").tobytes())
        f.write(shifted.astype("<f8").tobytes())
        for (w0, w1), values in zip(WINDOWS, windows):
            f.write(struct.pack("<4i", int(w1 < len(ids)), w0, w1, 0))
            f.write(changed.tobytes())
            f.write(values.astype("<f8").tobytes())


def make(directory, arch, variant, type_name):
    name = "_".join(part for part in (arch, variant, type_name) if part)
    # The name is the seed, so a subset holds the same files as a full run.
    rng = np.random.RandomState(zlib.crc32(name.encode()))
    path = os.path.join(directory, name)
    gguf.write(path + ".gguf", metadata(arch, variant), tensors(arch, variant, type_name, rng))
    # Read back rather than reused: what is checked is what stands in the file.
    write_golden(path + ".golden", reference.Model(path + ".gguf"), rng)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("outdir")
    parser.add_argument("--arch", action="append", choices=list(ARCHS))
    parser.add_argument("--type", action="append", choices=list(blocks.FORMATS))
    options = parser.parse_args()
    archs, types = options.arch or list(ARCHS), options.type or list(blocks.FORMATS)
    os.makedirs(options.outdir, exist_ok=True)
    cases = [(arch, None, name) for arch in archs for name in types] + list(VARIANTS)
    for arch, variant, name in cases:
        if arch in archs and name in types:
            make(options.outdir, arch, variant, name)
    for name in types:
        make_blocks.write(options.outdir, name)


if __name__ == "__main__":
    sys.exit(main())
