# SPDX-License-Identifier: MIT
"""A model file with the true shapes of LLaDA-8B and random weights, about 4.5 GB.

For measuring: opening, a forward pass, peak memory. Not part of any test run.
Usage: make_llada_8b_shapes.py FILE [--layers N]

Shapes and keys: GSAI-ML/LLaDA-8B-Instruct as converted for llama.cpp. All matrices are Q4_K, norms
F32. Blocks are random with the spread of an initialized network, so that activations stay finite;
they come from one pool of an odd number of blocks, so that no two rows of a matrix are the same
until the pool has gone by sixteen times. Written in pieces: needs little memory.
"""

import argparse
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
import blocks  # noqa: E402
import gguf  # noqa: E402

N_EMBD, N_FF, N_HEAD, N_VOCAB, N_CONTEXT = 4096, 12288, 32, 126464, 4096
BOS, EOS, MASK, EOT = 126080, 126081, 126336, 126348
NORMAL, CONTROL = 1, 3
POOL_BLOCKS = 58309
ALIGNMENT = gguf.DEFAULT_ALIGNMENT


def byte_symbols():
    """The 256 characters that byte-level BPE writes bytes as (GPT-2)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    symbols = {b: chr(b) for b in printable}
    for n, b in enumerate(b for b in range(256) if b not in symbols):
        symbols[b] = chr(256 + n)
    return [symbols[b] for b in range(256)]


def vocabulary():
    """Tokens, types and merges: bytes, pairs of letters, invented words, special tokens."""
    letters = "etaoinshrdlu"
    merges = ["%s %s" % (a, b) for a in letters for b in letters]
    tokens = byte_symbols() + [m.replace(" ", "") for m in merges]
    tokens += ["invented%d" % i for i in range(len(tokens), N_VOCAB)]
    types = [NORMAL] * N_VOCAB
    for token, name in ((BOS, "<|startoftext|>"), (EOS, "<|endoftext|>"), (MASK, "<|mdm_mask|>"),
                        (EOT, "<|eot_id|>")):
        tokens[token], types[token] = name, CONTROL
    return tokens, types, merges


def metadata(n_layers):
    tokens, types, merges = vocabulary()
    ids = (("bos", BOS), ("eos", EOS), ("eot", EOT), ("mask", MASK), ("padding", EOS))
    return [
        ("general.architecture", gguf.STRING, "llada"),
        ("general.name", gguf.STRING, "LLaDA-8B shapes with random weights"),
        ("llada.block_count", gguf.U32, n_layers),
        ("llada.context_length", gguf.U32, N_CONTEXT),
        ("llada.embedding_length", gguf.U32, N_EMBD),
        ("llada.feed_forward_length", gguf.U32, N_FF),
        ("llada.attention.head_count", gguf.U32, N_HEAD),
        ("llada.attention.head_count_kv", gguf.U32, N_HEAD),
        ("llada.attention.layer_norm_rms_epsilon", gguf.F32, 1e-5),
        ("llada.attention.causal", gguf.BOOL, False),
        ("llada.rope.freq_base", gguf.F32, 500000.0),
        ("llada.rope.dimension_count", gguf.U32, N_EMBD // N_HEAD),
        ("llada.vocab_size", gguf.U32, N_VOCAB),
        ("diffusion.shift_logits", gguf.BOOL, False),
        ("edgeai.chat", gguf.STRING, "llada"),
        ("tokenizer.ggml.model", gguf.STRING, "gpt2"),
        ("tokenizer.ggml.pre", gguf.STRING, "bailingmoe"),
        ("tokenizer.ggml.tokens", (gguf.ARRAY, gguf.STRING), tokens),
        ("tokenizer.ggml.token_type", (gguf.ARRAY, gguf.I32), types),
        ("tokenizer.ggml.merges", (gguf.ARRAY, gguf.STRING), merges),
        ("tokenizer.ggml.add_bos_token", gguf.BOOL, True),
    ] + [("tokenizer.ggml.%s_token_id" % role, gguf.U32, token) for role, token in ids]


def tensors(n_layers):
    """(name, numpy shape, format)."""
    yield "token_embd.weight", (N_VOCAB, N_EMBD), "Q4_K"
    for layer in range(n_layers):
        at = "blk.%d." % layer
        yield at + "attn_norm.weight", (N_EMBD,), "F32"
        for part in ("q", "k", "v", "output"):
            yield at + "attn_%s.weight" % part, (N_EMBD, N_EMBD), "Q4_K"
        yield at + "ffn_norm.weight", (N_EMBD,), "F32"
        yield at + "ffn_gate.weight", (N_FF, N_EMBD), "Q4_K"
        yield at + "ffn_up.weight", (N_FF, N_EMBD), "Q4_K"
        yield at + "ffn_down.weight", (N_EMBD, N_FF), "Q4_K"
    yield "output_norm.weight", (N_EMBD,), "F32"
    yield "output.weight", (N_VOCAB, N_EMBD), "Q4_K"


def write_repeated(out, pool, n_bytes, start):
    """n_bytes of the pool, from byte `start` on, over and over."""
    while n_bytes > 0:
        piece = pool[start:start + n_bytes]
        out.write(piece)
        n_bytes -= len(piece)
        start = 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--layers", type=int, default=32)
    options = parser.parse_args()
    rng = np.random.RandomState(8)
    block_bytes = blocks.FORMATS["Q4_K"].bytes
    random_blocks = blocks.random_blocks(rng, "Q4_K", POOL_BLOCKS, N_EMBD ** -0.5)
    pool = memoryview(random_blocks.tobytes())
    ones = np.ones(N_EMBD, dtype="<f4").tobytes()

    listed = [(name, blocks.FORMATS[kind].id, shape, blocks.raw_bytes(kind, int(np.prod(shape))))
              for name, shape, kind in tensors(options.layers)]
    with open(options.file, "wb") as out:
        out.write(gguf.head(metadata(options.layers), listed))
        for (_, _, kind), (_, _, _, n_bytes) in zip(tensors(options.layers), listed):
            assert n_bytes % ALIGNMENT == 0
            if kind == "F32":
                out.write(ones)
            else:
                write_repeated(out, pool, n_bytes, block_bytes * rng.randint(POOL_BLOCKS))


if __name__ == "__main__":
    main()
