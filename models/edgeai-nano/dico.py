# SPDX-License-Identifier: MIT
"""DiCo, adaptive parallel decoding (divide, conquer, finalize; arXiv 2602.23792), one row at a time, for measuring passes.

Written for reading beside the C decoder; the constants are the paper's published setting.
"""
import math

import torch

from tokenizer import EOS, MASK

SEEDS, SEED_CONFIDENCE, TOLERANCE, DIVIDE_STEPS = 4, 0.3, 2, 10
ALPHA, BETA = 0.5, 0.05
SAFE, LOW, GATE, MARGIN = 0.98, 0.6, 0.8, 3.0


class Decoder:
    def __init__(self, model, prompt, region, block):
        self.model, self.begin, self.region, self.block = model, len(prompt), region, block
        self.x = torch.tensor(prompt + [MASK] * region)
        self.passes = 0

    def open(self):
        """The masked offsets of the current block."""
        return [j for j in range(self.block) if self.x[self.b0 + j] == MASK]

    @torch.no_grad()
    def forward(self):
        """Best token, its probability (-inf where nothing is masked) and logit margin, per offset of the block."""
        self.passes += 1
        logits = self.model(self.x[None])[0, self.b0:self.b0 + self.block].float()
        logits[:, MASK] = -math.inf
        top = logits.topk(2)
        confidence = logits.softmax(-1).max(-1).values
        confidence[self.x[self.b0:self.b0 + self.block] != MASK] = -math.inf
        return top.indices[:, 0], confidence.tolist(), (top.values[:, 0] - top.values[:, 1]).tolist()

    def commit(self, offsets, best):
        for j in offsets:
            self.x[self.b0 + j] = best[j]

    def guided(self, c):
        """Trajectory guidance: weights fall from 1 at the first masked offset; less so the more is decided."""
        decided = (self.x[self.begin:] != MASK).float().mean().item()
        first = self.open()[0]
        length = self.block - first
        decay = -math.log(min(1, BETA + ALPHA * decided)) / max(1, length - 1)
        return [v * math.exp(-decay * (j - first)) if v > 0 else v for j, v in enumerate(c)]

    def seeds(self, c):
        score, found = list(c), []
        for _ in range(min(SEEDS, sum(v > 0 for v in c))):
            i = max(range(len(score)), key=score.__getitem__)
            if score[i] <= 0 or c[i] < SEED_CONFIDENCE:
                break
            found.append(i)
            score = [s * (1 - math.exp(-(j - i) ** 2 / (self.block / 3) ** 2)) if s > 0 else s for j, s in enumerate(score)]
        return found

    @staticmethod
    def grow(start, stop, step, good):
        """The last good offset from start towards stop (exclusive), through at most TOLERANCE bad ones in a row."""
        last, bad = start, 0
        for i in range(start + step, stop, step):
            if good(i):
                last, bad = i, 0
            else:
                bad += 1
                if bad > TOLERANCE:
                    break
        return last

    @staticmethod
    def merge(clusters):
        merged = []
        for l, r in sorted(clusters):
            if merged and merged[-1][1] + 1 >= l:
                merged[-1] = (merged[-1][0], max(merged[-1][1], r))
            else:
                merged.append((l, r))
        return merged

    def shrink(self, clusters):
        masked = self.open()
        inside = [[j for j in masked if l <= j <= r] for l, r in clusters]
        return [(m[0], m[-1]) for m in inside if m]

    def density(self, clusters, c, masked):
        values = [c[j] for j in masked if any(l <= j <= r for l, r in clusters)]
        return sum(values) / len(values) if values else 0.0

    def divide(self):
        clusters, idle = [], 0
        for e in range(DIVIDE_STEPS):
            if not self.open():
                break
            best, c, _ = self.forward()
            c = self.guided(c)
            seeds = self.seeds(c)
            if not seeds:
                break
            new, touched, fresh = [], set(), False
            for s in seeds:
                home = next((k for k, (l, r) in enumerate(clusters) if l <= s <= r), None)
                l, r = clusters[home] if home is not None else (s, s)
                touched.add(home)
                fresh |= home is None
                good = lambda i: c[i] >= SEED_CONFIDENCE
                new.append((self.grow(l, -1, -1, good), self.grow(r, self.block, 1, good)))
            merged = self.merge(new + [cl for k, cl in enumerate(clusters) if k not in touched])
            self.commit(seeds, best)
            advance = e == 0 or len(merged) != len(clusters) or any(
                m[1] - m[0] + 1 >= 1.1 * (o[1] - o[0] + 1) for m, o in zip(merged, clusters))
            clusters, idle = merged, 0 if fresh or advance else idle + 1
            if idle >= 2 or self.density(clusters, c, self.open()) >= LOW:
                break
        return self.shrink(clusters)

    def conquer(self, clusters):
        while clusters:
            best, c, _ = self.forward()
            masked = self.open()
            take, n = {j for j in masked if c[j] > SAFE}, 0
            for l, r in clusters:
                ranked = sorted((j for j in masked if l <= j <= r), key=lambda j: -c[j])
                k = max((k for k, j in enumerate(ranked, 1) if int(1 / (1 - c[j] + 1e-6) - 1) >= k), default=0)
                take |= set(ranked[:k])
                n += k
            if n == 0:
                top = max(masked, key=c.__getitem__)
                if c[top] >= LOW:
                    take.add(top)
            self.commit(take, best)
            good = lambda i: c[i] > LOW
            wider = []
            for k, (l, r) in enumerate(clusters):
                left = clusters[k - 1][1] if k else -1
                right = clusters[k + 1][0] - 1 if k + 1 < len(clusters) else self.block - 1
                wider.append((self.grow(l, left, -1, good), self.grow(r, right, 1, good)))
            clusters = self.merge(self.shrink(wider))
            if not clusters or self.density(clusters, c, self.open()) < LOW:
                break

    def finalize(self):
        while self.open():
            best, c, margin = self.forward()
            masked = self.open()
            take = [j for j in masked if margin[j] > MARGIN or c[j] > SAFE]
            self.commit(take or [max(masked, key=c.__getitem__)], best)

    def run(self):
        for self.b0 in range(self.begin, self.begin + self.region, self.block):
            for _ in range(int(self.block * GATE)):
                clusters = self.divide()
                if not clusters:
                    break
                self.conquer(clusters)
                if len(self.open()) / self.block < 1 - GATE:
                    break
            self.finalize()
            if (self.x[self.begin:self.b0 + self.block] == EOS).any():
                break
        return [EOS if t == MASK else t for t in self.x[self.begin:].tolist()], self.passes


def decode(model, prompt, region, block):
    """Token ids of the region, and the forward passes used. Stops after the first block with an end of text."""
    return Decoder(model, prompt, region, block).run()
