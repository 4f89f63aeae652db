#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes decoder_traces.json: runs of the decoders beside DiCo, by a second implementation.

    make_decoder_traces.py > decoder_traces.json

Each decoder is written here once more from its paper, the plainest way, and decodes rows under the
scripted denoiser of the DiCo traces: confidence grows with decoded neighbours and falls with a
position's difficulty. Position i's token is i, so the vocabulary is the row's length and a mask.
"""
import json
import math
import random
import struct


def confidence(is_known, difficulty, i):
    """As in the README of the DiCo traces."""
    near = range(max(0, i - 16), min(len(is_known), i + 17))
    context = sum(math.exp(-abs(i - j) / 4) for j in near if j != i and is_known[j])
    c = 1 - 1 / (1 + math.exp(2.2 * context - 3 * difficulty[i]))
    return min(max(c, 0.02), 0.9999)


def entropy(c):
    return -c * math.log(c) - (1 - c) * math.log1p(-c)


def margin(c):
    return max(0.0, 12 * (c - 0.5))


def softmax_row(c, token, n_vocab):
    """The distribution that float32 logits ln p give."""
    def float32(x):
        return struct.unpack("f", struct.pack("f", x))[0]
    own, other = float32(math.log(c)), float32(math.log((1 - c) / (n_vocab - 1)))
    weights = [math.exp(own if v == token else other) for v in range(n_vocab)]
    total = sum(weights)
    return [w / total for w in weights]


def divergence(p, q):
    return sum(a * (math.log(a + 1e-12) - math.log(b + 1e-12)) for a, b in zip(p, q))


class Block:
    """What a decoder may look at in one pass."""

    def __init__(self, n_masks, n_steps, n_vocab):
        self.n_masks, self.n_steps, self.n_vocab = n_masks, n_steps, n_vocab
        self.step = 0
        self.rows, self.movements = {}, {}
        self.confidences = {}

    def order(self):
        return sorted(self.confidences, key=lambda i: (-self.confidences[i], i))


def low_confidence(block):
    rest = block.step < block.n_masks % block.n_steps
    return block.order()[:block.n_masks // block.n_steps + rest]


def by_schedule(score):
    def choose(block):
        n = len(block.confidences)
        if block.step < block.n_steps - 1:
            t = 1 - (1 - 1e-3) * block.step / block.n_steps
            s = 1 - (1 - 1e-3) * (block.step + 1) / block.n_steps
            n = int(n * (1 - s / t))
        scores = {i: score(c) for i, c in block.confidences.items()}
        return sorted(scores, key=lambda i: (-scores[i], i))[:n]
    return choose


def threshold(block):
    return [i for i, c in block.confidences.items() if c >= 0.9] or block.order()[:1]


def factor(block):
    order, n = block.order(), 1
    for rank, i in enumerate(order, 1):
        if int(1 / (1 - block.confidences[i] + 1e-6) - 1) >= rank:
            n = rank
    return order[:n]


def entropy_bound(block):
    order = block.order()
    entropies = [entropy(block.confidences[i]) for i in order]
    n = 1
    while n < len(order) and sum(entropies[:n + 1]) - max(entropies[:n + 1]) <= 0.1:
        n += 1
    return order[:n]


def klass(block):
    rows = {i: softmax_row(c, i, block.n_vocab) for i, c in block.confidences.items()}
    for i, row in rows.items():
        before = block.rows.get(i, [0.0] * block.n_vocab)
        block.movements.setdefault(i, []).append(divergence(row, before))
    block.rows = rows
    return [i for i, c in block.confidences.items()
            if c > 0.9 and len(block.movements[i]) >= 2
            and all(m < 0.01 for m in block.movements[i][-2:])] or block.order()[:1]


DECODERS = {
    "low-confidence": low_confidence,
    "maskgit-plus": by_schedule(lambda c: c),
    "topk-margin": by_schedule(lambda c: c * (1 - math.exp(-margin(c)))),
    "entropy": by_schedule(lambda c: -entropy(c)),
    "threshold": threshold,
    "factor": factor,
    "entropy-bound": entropy_bound,
    "klass": klass,
}


def decode(choose, is_known, difficulty, block_tokens, n_steps):
    """The commits of each pass; is_known is filled."""
    masks = [i for i, known in enumerate(is_known) if not known]
    begin, end, n_before, commits = masks[0], masks[-1] + 1, 0, []
    for first in range(begin, end, block_tokens):
        inside = [i for i in range(first, min(first + block_tokens, end)) if not is_known[i]]
        if not inside:
            continue
        steps = n_steps or len(masks)
        share = (steps * (n_before + len(inside)) // len(masks) - steps * n_before // len(masks))
        n_before += len(inside)
        block = Block(len(inside), max(1, share), len(is_known) + 1)
        while inside:
            block.confidences = {i: confidence(is_known, difficulty, i) for i in inside}
            chosen = sorted(choose(block))
            block.step += 1
            if chosen:  # a step without commits is not run
                commits.append(chosen)
            for i in chosen:
                is_known[i] = True
            inside = [i for i in inside if not is_known[i]]
    return commits


def main():
    source = random.Random(7)
    traces = []
    for name, choose in DECODERS.items():
        for block_tokens, n_steps, has_gaps in ((32, 0, False), (7, 20, True), (60, 9, True)):
            n_prompt, n_masks = source.randint(1, 9), 60
            n_tokens = n_prompt + n_masks
            difficulty = [round(source.uniform(-0.6, 1.1), 3) for _ in range(n_tokens)]
            given = sorted(source.sample(range(n_prompt, n_tokens), 15)) if has_gaps else []
            is_known = [i < n_prompt or i in given for i in range(n_tokens)]
            commits = decode(choose, is_known, difficulty, block_tokens, n_steps)
            traces.append({
                "seed": len(traces), "decoder": name, "prompt_tokens": n_prompt,
                "gen_tokens": n_masks, "given": given, "block_tokens": block_tokens,
                "n_steps": n_steps, "difficulty": difficulty, "forward_passes": len(commits),
                "phases": "S" * len(commits), "commits": commits})
    lines = ",\n".join(json.dumps(trace, separators=(",", ":")) for trace in traces)
    print("[\n" + lines + "\n]")


if __name__ == "__main__":
    main()
