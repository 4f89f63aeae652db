# SPDX-License-Identifier: MIT
"""The llada network: bidirectional transformer with RMSNorm, interleaved RoPE, SwiGLU, no biases, tied embedding.

The parameters carry the names of the GGUF tensors, so exporting is a copy. RoPE turns the pairs (2i, 2i+1), which is
how GGUF stores llada, so nothing is permuted.
"""
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn


EMBEDDING_SCALE = 0.5


@dataclass
class Shape:
    vocabulary: int = 1536
    hidden: int = 256
    feed_forward: int = 512
    layers: int = 4
    heads: int = 8
    context: int = 256
    rope_base: float = 10000.0
    epsilon: float = 1e-5


class Norm(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(shape.hidden))
        self.epsilon = shape.epsilon

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.square().mean(-1, keepdim=True) + self.epsilon) * self.weight


class Layer(nn.Module):
    def __init__(self, shape):
        super().__init__()
        h, f, self.heads = shape.hidden, shape.feed_forward, shape.heads
        self.attn_norm, self.ffn_norm = Norm(shape), Norm(shape)
        self.attn_q, self.attn_k, self.attn_v, self.attn_output = (nn.Linear(h, h, bias=False) for _ in range(4))
        self.ffn_gate, self.ffn_up = nn.Linear(h, f, bias=False), nn.Linear(h, f, bias=False)
        self.ffn_down = nn.Linear(f, h, bias=False)

    def rotate(self, x, cosine, sine):
        even, odd = x[..., 0::2], x[..., 1::2]
        return torch.stack((even * cosine - odd * sine, odd * cosine + even * sine), -1).flatten(-2)

    def forward(self, x, cosine, sine):
        batch, length, hidden = x.shape
        n = self.attn_norm(x)
        fused = torch.cat((self.attn_q.weight, self.attn_k.weight, self.attn_v.weight))
        q, k, v = F.linear(n, fused).view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        scale = (hidden // self.heads) ** -0.5
        q, k = self.rotate(q.float() * scale, cosine, sine).to(v.dtype), self.rotate(k.float(), cosine, sine).to(v.dtype)
        # Plain products: on a CPU the backward pass of the fused attention costs more than all matrices together.
        weights = torch.softmax((q @ k.transpose(-1, -2)).float(), -1).to(v.dtype)
        a = (weights @ v).transpose(1, 2).reshape(batch, length, hidden)
        x = x + self.attn_output(a).float()
        n = self.ffn_norm(x)
        gate, up = F.linear(n, torch.cat((self.ffn_gate.weight, self.ffn_up.weight))).chunk(2, -1)
        return x + self.ffn_down(F.silu(gate) * up).float()


class Nano(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.hidden)
        self.blk = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape)
        half = shape.hidden // shape.heads // 2
        angles = torch.outer(torch.arange(shape.context).float(), shape.rope_base ** (-torch.arange(half).float() / half))
        self.register_buffer("cosine", angles.cos(), persistent=False)
        self.register_buffer("sine", angles.sin(), persistent=False)
        # A small norm weight lets the tied embedding be large enough to stay visible in the residual stream.
        nn.init.normal_(self.token_embd.weight, std=EMBEDDING_SCALE)
        nn.init.constant_(self.output_norm.weight, 1 / (EMBEDDING_SCALE * shape.hidden ** 0.5))
        for layer in self.blk:
            for name, weight in layer.named_parameters():
                if weight.dim() == 2:
                    nn.init.normal_(weight, std=weight.shape[1] ** -0.5)
            # Both branches start at zero, so the first steps see the identity (as in muP-style recipes).
            nn.init.zeros_(layer.attn_output.weight)
            nn.init.zeros_(layer.ffn_down.weight)

    def hidden(self, ids):
        """Normalised last-layer states of every position; ids is [batch, length]."""
        x = self.token_embd(ids)
        cosine, sine = self.cosine[:ids.shape[1]], self.sine[:ids.shape[1]]
        for layer in self.blk:
            x = layer(x, cosine, sine)
        return self.output_norm(x)

    def logits(self, states):
        return F.linear(states, self.token_embd.weight)

    def forward(self, ids):
        return self.logits(self.hidden(ids))


def pair_words(embedding, vocabulary, mask, noise=0.5):
    """Starts " word" and "Word" near "word", so that what is learned for one spelling helps the others from step one."""
    table = {}
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for text, index in vocabulary.items():
            if len(text.lstrip("\u0120")) > 1 or text.isdigit():
                table.setdefault(text.lstrip("\u0120").lower(), []).append(index)
        embedding[mask] *= 0.1  # the tied read-out would otherwise begin by answering "mask" everywhere
        for ids in table.values():
            base = embedding[ids[0]].clone()
            scale = (1 + noise * noise) ** -0.5
            for i in ids[1:]:
                fresh = torch.randn(base.shape, generator=generator) * EMBEDDING_SCALE
                embedding[i] = (base + noise * fresh) * scale
