# SPDX-License-Identifier: MIT
"""Forward passes of the diffusion language models in float64, written for clarity.

Architectures: llada, dream, llada-moe, rnd1, as llama.cpp stores them in GGUF. All of them are
  h = x + Wo attention(rope(Wq n(x)), rope(Wk n(x)), Wv n(x));   x = h + ffn(n(h))
with RMSNorm n, full bidirectional attention and a SwiGLU feed-forward. They differ in

             RoPE pairs           q, k, v bias   q/k norm   feed-forward
  llada      (2i, 2i+1)           no             no         dense
  dream      (i, i + d/2)         yes            no         dense
  llada-moe  (i, i + d/2)         no             per head   experts, softmax weights as they are
  rnd1       (i, i + d/2)         no             per head   experts, softmax weights over their sum

T tokens, E embedding, H heads, G key/value heads, D head dimension, V vocabulary, N all positions.
Matrices are [out, in]: y = x W^T + b. Everything is float64 except token ids.

Run it on a file:  python3 reference.py MODEL.gguf ID ID ...   (prints the best token per position)
"""

import sys

import numpy as np

import blocks
import gguf

INTERLEAVED_ROPE = {"llada": True, "dream": False, "llada-moe": False, "rnd1": False}
RENORMALISED = {"llada-moe": False, "rnd1": True}


def linear(x, weight, bias=None):
    """x [..., in], weight [out, in], bias [out] -> [..., out]."""
    y = x @ weight.T
    return y if bias is None else y + bias


def rms_norm(x, weight, eps):
    """Over the last axis."""
    return weight * x / np.sqrt(np.mean(x * x, axis=-1, keepdims=True) + eps)


def silu(x):
    return x / (1.0 + np.exp(-x))


def softmax(x):
    """Over the last axis."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def rope(x, positions, theta, interleaved, factors=None):
    """Rotate x [T, H, D] by its positions [T].

    Pair i turns by position * theta^(-2i/D), divided by factors[i] where factors [D/2] are given.
    Pair i is (2i, 2i+1) when interleaved, else (i, i + D/2).
    """
    half = x.shape[-1] // 2
    frequency = theta ** (-np.arange(half) / half)
    if factors is not None:
        frequency = frequency / factors
    angle = positions[:, None, None] * frequency
    cos, sin = np.cos(angle), np.sin(angle)
    first = np.s_[..., 0::2] if interleaved else np.s_[..., :half]
    second = np.s_[..., 1::2] if interleaved else np.s_[..., half:]
    y = np.empty_like(x)
    y[first] = x[first] * cos - x[second] * sin
    y[second] = x[first] * sin + x[second] * cos
    return y


def attention(q, k, v):
    """q [T, H, D], k and v [N, G, D] -> [T, H * D]. Head h reads key/value head h / (H / G)."""
    n_group = q.shape[1] // k.shape[1]
    k, v = np.repeat(k, n_group, axis=1), np.repeat(v, n_group, axis=1)
    scores = np.einsum("thd,nhd->htn", q, k) / np.sqrt(q.shape[-1])
    return np.einsum("htn,nhd->thd", softmax(scores), v).reshape(len(q), -1)


def route(router_logits, n_used, renormalise):
    """router_logits [T, n_expert] -> (experts [T, n_used], weights [T, n_used]).

    Softmax over all experts, then the n_used largest; a tie goes to the lower index.
    """
    p = softmax(router_logits)
    experts = np.argsort(-p, axis=-1, kind="stable")[:, :n_used]
    weights = np.take_along_axis(p, experts, axis=-1)
    if renormalise:
        weights = weights / weights.sum(axis=-1, keepdims=True)
    return experts, weights


def shift_right(logits):
    """What a shifted model predicts for position p stands at p - 1; row 0 keeps its own."""
    return np.concatenate([logits[:1], logits[:-1]])


class Model:
    """A model read from a GGUF file: settings, and tensors as float64 arrays."""

    def __init__(self, path):
        pairs, tensors = gguf.read(path)
        self.arch = arch = pairs["general.architecture"]
        if arch not in INTERLEAVED_ROPE:
            raise ValueError("%s: architecture %r is not one of %s"
                             % (path, arch, ", ".join(INTERLEAVED_ROPE)))

        def key(name, default):
            return pairs.get(arch + "." + name, default)

        self.n_layer = key("block_count", None)
        self.n_embd = key("embedding_length", None)
        self.n_head = key("attention.head_count", None)
        self.n_kv = key("attention.head_count_kv", self.n_head)
        self.head_dim = key("attention.key_length", self.n_embd // self.n_head)
        self.eps = key("attention.layer_norm_rms_epsilon", None)
        self.theta = key("rope.freq_base", 10000.0)
        self.n_used = key("expert_used_count", 0)
        # llama.cpp's default; converters write the key only where it is false.
        self.shift = pairs.get("diffusion.shift_logits", True)
        self.tensors = {}
        for name, (type_id, shape, raw) in tensors.items():
            values = blocks.dequantize(blocks.NAMES_BY_ID[type_id], raw, shape)
            self.tensors[name] = values.astype(np.float64)
        # Distance between the last expert taken and the first one left out, in router logits,
        # smallest so far: tells whether rounding could have chosen others.
        self.router_gap = np.inf

    def _project(self, layer, name, x):
        """Linear layer `blk.LAYER.NAME` with its bias if there is one."""
        stem = "blk.%d.%s" % (layer, name)
        return linear(x, self.tensors[stem + ".weight"], self.tensors.get(stem + ".bias"))

    def _norm(self, layer, name, x):
        return rms_norm(x, self.tensors["blk.%d.%s.weight" % (layer, name)], self.eps)

    def _qkv(self, layer, x, positions):
        """Normed x [T, E] -> q [T, H, D], k, v [T, G, D]; q and k rotated."""
        if "blk.%d.attn_qkv.weight" % layer in self.tensors:
            both = self.n_head * self.head_dim, (self.n_head + self.n_kv) * self.head_dim
            q, k, v = np.split(self._project(layer, "attn_qkv", x), both, axis=-1)
        else:
            q, k, v = (self._project(layer, "attn_" + name, x) for name in "qkv")
        q = q.reshape(len(x), self.n_head, self.head_dim)
        k = k.reshape(len(x), self.n_kv, self.head_dim)
        v = v.reshape(len(x), self.n_kv, self.head_dim)
        if "blk.%d.attn_q_norm.weight" % layer in self.tensors:
            q, k = self._norm(layer, "attn_q_norm", q), self._norm(layer, "attn_k_norm", k)
        turn = dict(positions=positions, theta=self.theta,
                    interleaved=INTERLEAVED_ROPE[self.arch],
                    factors=self.tensors.get("rope_freqs.weight"))
        return rope(q, **turn), rope(k, **turn), v

    def _dense(self, layer, x):
        gate = silu(self._project(layer, "ffn_gate", x))
        return self._project(layer, "ffn_down", gate * self._project(layer, "ffn_up", x))

    def _experts(self, layer, x):
        """x [T, E] -> [T, E]: every token through its own experts."""
        scores = self._project(layer, "ffn_gate_inp", x)
        ranked = -np.sort(-scores, axis=-1)
        gap = np.min(ranked[:, self.n_used - 1] - ranked[:, self.n_used])
        self.router_gap = min(self.router_gap, gap)
        gate, up, down = (self.tensors["blk.%d.ffn_%s_exps.weight" % (layer, name)]
                          for name in ("gate", "up", "down"))
        y = np.zeros_like(x)
        experts, weights = route(scores, self.n_used, RENORMALISED[self.arch])
        for e in range(len(gate)):
            token, slot = np.nonzero(experts == e)
            inner = silu(linear(x[token], gate[e])) * linear(x[token], up[e])
            y[token] += weights[token, slot, None] * linear(inner, down[e])
        return y

    def _pass(self, ids, positions, cache):
        """Run the tokens `ids` [T] at `positions` [T]; the rest of the row is in the cache.

        cache: per layer (k, v) of all N positions; the rows of `positions` are replaced in copies.
        None when the tokens are the whole row. Returns (logits [T, V], the new cache).
        """
        x = self.tensors["token_embd.weight"][ids]
        new_cache = []
        for layer in range(self.n_layer):
            q, k, v = self._qkv(layer, self._norm(layer, "attn_norm", x), positions)
            if cache is not None:
                all_k, all_v = cache[layer][0].copy(), cache[layer][1].copy()
                all_k[positions], all_v[positions] = k, v
                k, v = all_k, all_v
            new_cache.append((k, v))
            x = x + self._project(layer, "attn_output", attention(q, k, v))
            normed = self._norm(layer, "ffn_norm", x)
            x = x + (self._experts(layer, normed) if self.n_used else self._dense(layer, normed))
        x = rms_norm(x, self.tensors["output_norm.weight"], self.eps)
        head = self.tensors.get("output.weight", self.tensors["token_embd.weight"])
        return linear(x, head), new_cache

    def forward(self, ids):
        """ids [N] -> (raw logits [N, V], cache). Shifting is left to the caller."""
        return self._pass(np.asarray(ids), np.arange(len(ids)), None)

    def window(self, ids, cache, w0, w1):
        """Logits [w1 - w0, V] of the positions w0 .. w1-1 of the row `ids` [N].

        Their tokens are computed anew and see each other; everything outside the window keeps the
        keys and values of `cache`, which came from a pass over an earlier row.
        """
        positions = np.arange(w0, w1)
        return self._pass(np.asarray(ids)[positions], positions, cache)[0]


def main(arguments):
    if len(arguments) < 2:
        sys.exit("usage: reference.py MODEL.gguf ID...")
    model = Model(arguments[0])
    logits, _ = model.forward([int(a) for a in arguments[1:]])
    p = softmax(shift_right(logits) if model.shift else logits)
    for position, row in enumerate(p):
        print(position, row.argmax(), "%.6f" % row.max())


if __name__ == "__main__":
    main(sys.argv[1:])
