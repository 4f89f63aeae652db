# SPDX-License-Identifier: MIT
"""The deep network: inverted residual blocks whose inner activations can fade to identity.

stem: conv 3x3 3->16, BN, relu6. Then blocks:
    Wide: 1x1 (t times as many channels), BN, A, depthwise 3x3, BN, A, 1x1, BN, [+ x,] relu6.
        All zero padding is that of the first convolution, so that with A = identity the block is one 3x3 convolution.
    Narrow: 1x1, BN, relu6, depthwise 3x3, BN, 1x1, BN, [+ x,] relu6. Nothing fades: few multiply-adds as it is.
A(x) = (1 - fade) relu6(x) + fade x; fade is 0 in the deep network, 1 in the one that can be merged.
"""
import os
import sys
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "edgeai-cifar"))
from model import CLASSES  # noqa: E402


@dataclass(frozen=True)
class Plan:
    """Outputs, stride and expansion of each block, and how many of them are Wide: the first ones."""

    stem: int = 16
    blocks: tuple = ((48, 2, 4), (48, 1, 4), (96, 2, 4), (96, 1, 3), (96, 1, 3), (192, 2, 1), (192, 1, 1))
    wide: int = 5


class Fading(nn.Module):
    def __init__(self):
        super().__init__()
        self.fade = 0.0

    def forward(self, x):
        if self.fade == 1:
            return x
        y = F.relu6(x)
        return y if self.fade == 0 else torch.lerp(y, x, self.fade)


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, times, wide):
        super().__init__()
        inner = inputs * times
        self.wide, self.adds, self.folded = wide, stride == 1 and inputs == outputs, False
        self.expand = nn.Conv2d(inputs, inner, 1, padding=1 if wide else 0, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.act1 = Fading() if wide else nn.ReLU6()
        self.depthwise = nn.Conv2d(inner, inner, 3, stride, 0 if wide else 1, groups=inner, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.act2 = Fading() if wide else nn.Identity()
        self.project = nn.Conv2d(inner, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)

    @torch.no_grad()
    def fold(self):
        """Without inner activations: the inner normalizations go into the weights. What they add is the same everywhere,
        in the padding too, so bn3 takes it away: only its mean moves. Then each inner channel's three slices of weights
        get the same norm, for the optimizer's sake."""
        for conv, bn in ((self.expand, self.bn1), (self.depthwise, self.bn2)):
            conv.weight *= (bn.weight * (bn.running_var + bn.eps).rsqrt()).view(-1, 1, 1, 1)
        shift1, shift2 = (bn.bias - bn.running_mean * bn.weight * (bn.running_var + bn.eps).rsqrt() for bn in (self.bn1, self.bn2))
        inner = shift2 + self.depthwise.weight.sum((1, 2, 3)) * shift1
        self.bn3.running_mean -= self.project.weight.flatten(1) @ inner
        slices = self.expand.weight.flatten(1), self.depthwise.weight.flatten(1), self.project.weight.flatten(1).T
        norms = torch.stack([s.norm(dim=1) for s in slices]).clamp(min=1e-6)
        even = norms.log().mean(0).exp() / norms
        for part, factor in zip(slices, even):
            part *= factor.view(-1, 1)
        self.bn1, self.bn2, self.act1, self.act2 = (nn.Identity() for _ in range(4))
        self.folded = True

    def merged(self):
        """The three convolutions as one, for training what is linear at the price of the shallow network."""
        inner = self.depthwise.weight * self.expand.weight  # (inner, inputs, 3, 3)
        weight = torch.einsum("om,mcab->ocab", self.project.weight.flatten(1), inner)
        return weight.contiguous(memory_format=torch.channels_last)

    def forward(self, x):
        if self.folded:
            y = self.bn3(F.conv2d(x, self.merged(), stride=self.depthwise.stride, padding=1))
            return F.relu6(y + x if self.adds else y)
        y = self.act1(self.bn1(self.expand(x)))
        y = self.bn3(self.project(self.act2(self.bn2(self.depthwise(y)))))
        return F.relu6(y + x if self.adds else y)


class DeepNet(nn.Module):
    def __init__(self, plan):
        super().__init__()
        self.plan = plan
        self.stem = nn.Conv2d(3, plan.stem, 3, padding=1, bias=False)
        self.stem_bn = nn.BatchNorm2d(plan.stem)
        inputs, blocks = plan.stem, []
        for number, (outputs, stride, times) in enumerate(plan.blocks):
            blocks.append(Block(inputs, outputs, stride, times, number < plan.wide))
            inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.classifier = nn.Linear(inputs, CLASSES)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out" if module.groups == 1 else "fan_in")
        self.to(memory_format=torch.channels_last)

    def set_fade(self, fade):
        for module in self.modules():
            if isinstance(module, Fading):
                module.fade = fade
        return self

    def fold(self):
        for block in self.blocks:
            if block.wide:
                block.fold()
        return self

    def forward(self, x):
        x = F.relu6(self.stem_bn(self.stem(x)))
        return self.classifier(self.blocks(x).mean((2, 3)))
