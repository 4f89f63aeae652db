# SPDX-License-Identifier: MIT
"""Batches of masked rows: which rows go together, what is masked, and how much each masked token counts.

A row is BOS + instruction + newline + answer + end-of-text, then more end-of-text up to the batch's length: as in LLaDA
the model learns to fill what is left over. Short batches hold rows of about one length, to waste nothing; the long ones
show whole regions of about 64 tokens, as decoding does.
"""
import numpy as np

from tokenizer import EOS, MASK

BUCKETS = [(30, 32, 160), (46, 48, 128), (1000, 72, 96)]  # rows up to this long, padded to, rows per batch
LONG_LENGTH, LONG_ROWS = 88, 64
PADDING_WEIGHT, PROMPT_WEIGHT = 0.05, 0.3


class Rows:
    """Endless shuffled batches of row numbers."""

    def __init__(self, flat, starts, prompts):
        self.flat, self.starts, self.prompts = flat, starts, prompts
        self.lengths = np.diff(starts)
        self.waiting = [[] for _ in BUCKETS]
        self.order, self.next = np.zeros(0, np.int64), 0

    def draw(self, rng):
        if self.next == len(self.order):
            self.order, self.next = rng.permutation(len(self.lengths)), 0
        self.next += 1
        return self.order[self.next - 1]

    def short(self, rng):
        while True:
            row = self.draw(rng)
            bucket = next(i for i, b in enumerate(BUCKETS) if self.lengths[row] <= b[0])
            self.waiting[bucket].append(row)
            if len(self.waiting[bucket]) == BUCKETS[bucket][2]:
                rows, self.waiting[bucket] = self.waiting[bucket], []
                return self.padded(rows, BUCKETS[bucket][1])

    def long(self, rng):
        return self.padded([self.draw(rng) for _ in range(LONG_ROWS)], LONG_LENGTH)

    def padded(self, rows, length):
        ids = np.full((len(rows), length), EOS, np.int64)
        for i, row in enumerate(rows):
            ids[i, :self.lengths[row]] = self.flat[self.starts[row]:self.starts[row + 1]]
        return ids, self.prompts[rows].astype(np.int64), self.lengths[rows]


def masked(ids, prompts, lengths, rng, prompt_share, whole_share=0.2):
    """Input ids, and for each target its flat position, id and weight.

    The masked share t is stratified over the batch; `whole_share` of the rows mask all of the answer (where decoding
    starts). `prompt_share` of the rows mask part of the instruction too, which teaches copying in both directions.
    """
    n, length = ids.shape
    column = np.arange(length)
    t = rng.permutation((np.arange(n) + rng.random(n)) / n)
    t = np.where(rng.random(n) < whole_share, 1.0, t)
    both = rng.random(n) < prompt_share
    t = np.where(both, t * 0.6, t)
    in_answer = column >= prompts[:, None]
    hit = in_answer & (rng.random(ids.shape) < t[:, None])
    # Decoding commits the end-of-text tokens at the far end first, so a quarter of the rows show a piece of that tail.
    cut = lengths - 1 + (rng.random(n) ** 2 * (length - lengths + 1)).astype(np.int64)
    hit &= ~((column >= cut[:, None]) & (rng.random(n) < 0.25)[:, None])
    # Half of the long rows look like block-wise decoding: everything behind the first 32 answer tokens is still open.
    if length == LONG_LENGTH:
        hit |= (column >= prompts[:, None] + 32) & (rng.random(n) < 0.5)[:, None]
    in_prompt = ~in_answer & (column > 0)
    hit |= in_prompt & both[:, None] & (rng.random(ids.shape) < rng.uniform(0.1, 0.5, (n, 1)))
    weight = np.where(in_prompt, PROMPT_WEIGHT, np.where(column >= lengths[:, None], PADDING_WEIGHT, 1.0))
    where = np.flatnonzero(hit)
    return np.where(hit, MASK, ids), where, ids.ravel()[where], weight.ravel()[where].astype(np.float32)
