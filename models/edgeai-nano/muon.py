# SPDX-License-Identifier: MIT
"""Muon: momentum whose update is made orthogonal by Newton-Schulz steps (Keller Jordan, 2024), for 2-D hidden weights."""
import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)  # the published quintic, five steps


def orthogonal(stack):
    """Newton-Schulz on a stack [n, rows, columns]; bfloat16 is enough and runs twice as fast."""
    x = stack.bfloat16()
    tall = x.shape[1] > x.shape[2]
    if tall:
        x = x.transpose(1, 2)
    x = x / (x.float().flatten(1).norm(dim=1)[:, None, None] + 1e-7).bfloat16()
    a, b, c = COEFFICIENTS
    for _ in range(5):
        g = x @ x.transpose(1, 2)
        x = a * x + (b * g + c * (g @ g)) @ x
    return (x.transpose(1, 2) if tall else x).float()


class Muon:
    """Weights of one size are kept together, so each size costs one batched product."""

    def __init__(self, parameters, momentum=0.95, weight_decay=0.01):
        sizes = {}
        for p in parameters:
            sizes.setdefault(tuple(p.shape), []).append(p)
        self.groups = list(sizes.values())
        self.momentum, self.weight_decay = momentum, weight_decay
        self.buffers = [torch.zeros(len(g), *g[0].shape, device=g[0].device) for g in self.groups]

    @torch.no_grad()
    def step(self, rate):
        for group, buffer in zip(self.groups, self.buffers):
            gradient = torch.stack([p.grad for p in group])
            buffer.lerp_(gradient, 1 - self.momentum)
            update = orthogonal(gradient.lerp(buffer, self.momentum))
            scale = rate * max(1, group[0].shape[0] / group[0].shape[1]) ** 0.5
            for p, u in zip(group, update):
                p.mul_(1 - rate * self.weight_decay).add_(u, alpha=-scale)
