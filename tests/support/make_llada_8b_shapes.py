# SPDX-License-Identifier: MIT
"""A model file with the true shapes of LLaDA-8B and random weights, about 4.5 GB.

For measuring: opening, a forward pass, peak memory. Not part of any test run.
Usage: make_llada_8b_shapes.py FILE [--layers N] [--type T] [--vocab N]

Shapes and keys: GSAI-ML/LLaDA-8B-Instruct as converted for llama.cpp; llama.cpp loads the file.
Layers and vocabulary can be fewer, for files that are made and run in seconds. All matrices have
one type, norms are 1 in F32. Blocks are random with the spread of an initialized network, so that
activations stay finite; they come from one pool of an odd number of blocks, so that no two rows of
a matrix are the same until the pool has gone by a whole number of rows. Written in pieces: needs
little memory.
"""

import argparse
import os
import sys

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
import blocks  # noqa: E402
import gguf  # noqa: E402

N_EMBD, N_FF, N_HEAD, N_VOCAB, N_CONTEXT = 4096, 12288, 32, 126464, 4096
SPECIAL = {"bos": 126080, "eos": 126081, "mask": 126336, "eot": 126348}
SPECIAL_NAMES = {"bos": "<|startoftext|>", "eos": "<|endoftext|>", "mask": "<|mdm_mask|>",
                 "eot": "<|eot_id|>"}
N_VOCAB_MIN = 512  # bytes, pairs of letters and the special tokens take 404
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


def special_ids(n_vocab):
    """LLaDA's own ids, or the last ones of a smaller vocabulary."""
    if n_vocab == N_VOCAB:
        return SPECIAL
    return {role: n_vocab - len(SPECIAL) + i for i, role in enumerate(SPECIAL)}


def vocabulary(n_vocab):
    """Tokens, types and merges: bytes, pairs of letters, invented words, special tokens."""
    letters = "etaoinshrdlu"
    merges = ["%s %s" % (a, b) for a in letters for b in letters]
    tokens = byte_symbols() + [m.replace(" ", "") for m in merges]
    tokens += ["invented%d" % i for i in range(len(tokens), n_vocab)]
    types = [NORMAL] * n_vocab
    for role, token in special_ids(n_vocab).items():
        tokens[token], types[token] = SPECIAL_NAMES[role], CONTROL
    return tokens, types, merges


def metadata(n_layers, n_vocab):
    tokens, types, merges = vocabulary(n_vocab)
    ids = special_ids(n_vocab)
    ids = dict(ids, padding=ids["eos"])
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
        ("llada.vocab_size", gguf.U32, n_vocab),
        ("diffusion.shift_logits", gguf.BOOL, False),
        ("edgeai.chat", gguf.STRING, "llada"),
        ("tokenizer.ggml.model", gguf.STRING, "gpt2"),
        ("tokenizer.ggml.pre", gguf.STRING, "bailingmoe"),
        ("tokenizer.ggml.tokens", (gguf.ARRAY, gguf.STRING), tokens),
        ("tokenizer.ggml.token_type", (gguf.ARRAY, gguf.I32), types),
        ("tokenizer.ggml.merges", (gguf.ARRAY, gguf.STRING), merges),
        ("tokenizer.ggml.add_bos_token", gguf.BOOL, True),
    ] + [("tokenizer.ggml.%s_token_id" % role, gguf.U32, token) for role, token in ids.items()]


def tensors(n_layers, n_vocab, kind):
    """(name, numpy shape, format)."""
    yield "token_embd.weight", (n_vocab, N_EMBD), kind
    for layer in range(n_layers):
        at = "blk.%d." % layer
        yield at + "attn_norm.weight", (N_EMBD,), "F32"
        for part in ("q", "k", "v", "output"):
            yield at + "attn_%s.weight" % part, (N_EMBD, N_EMBD), kind
        yield at + "ffn_norm.weight", (N_EMBD,), "F32"
        yield at + "ffn_gate.weight", (N_FF, N_EMBD), kind
        yield at + "ffn_up.weight", (N_FF, N_EMBD), kind
        yield at + "ffn_down.weight", (N_EMBD, N_FF), kind
    yield "output_norm.weight", (N_EMBD,), "F32"
    yield "output.weight", (n_vocab, N_EMBD), kind


def write_repeated(out, pool, n_bytes, start):
    """n_bytes of the pool, from byte `start` on, over and over."""
    while n_bytes > 0:
        piece = pool[start:start + n_bytes]
        out.write(piece)
        n_bytes -= len(piece)
        start = 0


def write(path, n_layers, n_vocab, kind):
    rng = np.random.RandomState(8)
    block_bytes = blocks.FORMATS[kind].bytes
    random_blocks = blocks.random_blocks(rng, kind, POOL_BLOCKS, N_EMBD ** -0.5)
    pool = memoryview(random_blocks.tobytes())
    ones = np.ones(N_EMBD, dtype="<f4").tobytes()

    shapes = list(tensors(n_layers, n_vocab, kind))
    listed = [(name, blocks.FORMATS[kind].id, shape, blocks.raw_bytes(kind, int(np.prod(shape))))
              for name, shape, kind in shapes]
    with open(path, "wb") as out:
        out.write(gguf.head(metadata(n_layers, n_vocab), listed))
        for (_, shape, _), (_, _, _, n_bytes) in zip(shapes, listed):
            assert n_bytes % ALIGNMENT == 0
            if len(shape) == 1:
                out.write(ones)
            else:
                write_repeated(out, pool, n_bytes, block_bytes * rng.randint(POOL_BLOCKS))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("file")
    parser.add_argument("--layers", type=int, default=32, metavar="N")
    parser.add_argument("--type", choices=blocks.FORMATS, default="Q4_K", metavar="T",
                        help="format of all matrices: %(choices)s; default %(default)s")
    parser.add_argument("--vocab", type=int, default=N_VOCAB, metavar="N",
                        help="tokens, at least %d; default %%(default)s" % N_VOCAB_MIN)
    options = parser.parse_args()
    if options.layers < 1 or options.vocab < N_VOCAB_MIN:
        parser.error("expected at least 1 layer and %d tokens" % N_VOCAB_MIN)
    write(options.file, options.layers, options.vocab, options.type)


if __name__ == "__main__":
    main()
