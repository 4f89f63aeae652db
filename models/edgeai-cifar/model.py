# SPDX-License-Identifier: MIT
"""The networks: a residual CNN with float, ternary or binary weights, and one with binary activations too.

Float, ternary and binary-weight networks are one architecture; relu follows every addition:
    stem: conv 3x3 3->64, max pool 2, BN, relu; then for each width: [conv 3x3 stride 2, BN, relu,] x + BN(conv 3x3), relu
    global average pool, classifier.
The binary x binary network has a real-valued shortcut around every binary convolution (Bi-Real net), a learned
threshold a channel in front of it and PReLU in place of relu.
"""
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

CLASSES = 10


@dataclass(frozen=True)
class Shape:
    widths: tuple = (64, 128, 192)
    depths: tuple = (1, 1, 1)
    weights: str = "float"  # float, ternary, binary
    activations: str = "float"  # float, int8, sign
    group: int = 1  # filters that share one scale; 0: all of a layer


class _Through(torch.autograd.Function):
    """Straight-through estimator: the quantized value forward, the gradient of the value itself backward."""

    @staticmethod
    def forward(ctx, value, quantized):
        return quantized

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


class _Sign(torch.autograd.Function):
    """Sign forward, the derivative of Bi-Real's piecewise quadratic (2 - 2|x| inside [-1, 1]) backward."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.where(x > 0, 1.0, -1.0)

    @staticmethod
    def backward(ctx, gradient):
        (x,) = ctx.saved_tensors
        return gradient * (2 - 2 * x.abs()).clamp_(min=0)


def codes(weight, kind):
    """-1, 0, 1 of each weight. Ternary: TWN's threshold, 0.7 of the mean magnitude of the filter."""
    if kind == "binary":
        return torch.where(weight >= 0, 1.0, -1.0)
    threshold = 0.7 * weight.abs().mean((1, 2, 3), keepdim=True)
    return weight.sign() * (weight.abs() > threshold)


def scales(weight, code, group):
    """Least-squares scale of each filter, or shared by `group` neighbours: mean magnitude where the code is not zero."""
    total = (weight.abs() * code.abs()).sum((1, 2, 3))
    count = code.abs().sum((1, 2, 3))
    size = len(weight) if group == 0 else group
    total, count = (v.split(size) for v in (total, count))
    shared = [(t.sum() / c.sum().clamp(min=1)).expand(len(t)) for t, c in zip(total, count)]
    return torch.cat(shared)


class Conv(nn.Module):
    """Quantizer of the activations, 3x3 convolution, batch normalization."""

    def __init__(self, inputs, outputs, stride, shape):
        super().__init__()
        self.stride, self.kind, self.activations, self.group = stride, shape.weights, shape.activations, shape.group
        self.weight = nn.Parameter(torch.empty(outputs, inputs, 3, 3))
        nn.init.kaiming_normal_(self.weight)
        self.bn = nn.BatchNorm2d(outputs)
        if self.activations == "sign":
            self.threshold = nn.Parameter(torch.zeros(inputs))
        if self.activations == "int8":
            self.register_buffer("step", torch.tensor(0.0))

    def quantized_weight(self):
        if self.kind == "float":
            return self.weight
        with torch.no_grad():
            code = codes(self.weight, self.kind)
            quantized = code * scales(self.weight, code, self.group).view(-1, 1, 1, 1)
        return _Through.apply(self.weight, quantized.contiguous(memory_format=torch.channels_last))

    def quantized_input(self, x):
        if self.activations == "sign":
            return _Sign.apply(x - self.threshold.view(1, -1, 1, 1))
        if self.activations == "float":
            return x
        if self.training:  # the running mean of the batches' largest values becomes 127
            step = x.detach().amax() / 127
            self.step.copy_(step if self.step == 0 else 0.99 * self.step + 0.01 * step)
        limited = x.clamp(max=127 * self.step.item())
        return _Through.apply(limited, (limited.detach() / self.step).round_().mul_(self.step))

    def forward(self, x):
        return self.bn(F.conv2d(self.quantized_input(x), self.quantized_weight(), stride=self.stride, padding=1))


class Residual(nn.Module):
    """x + conv(x) at stride 1; conv(x) alone at stride 2, but with a shortcut where activations are binary."""

    def __init__(self, inputs, outputs, stride, shape):
        super().__init__()
        self.conv = Conv(inputs, outputs, stride, shape)
        self.binary = shape.activations == "sign"
        self.shortcut = None
        if self.binary:
            self.prelu = nn.PReLU(outputs)
            if stride == 2:
                self.shortcut = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))
        self.adds = stride == 1

    def forward(self, x):
        y = self.conv(x)
        if self.shortcut:
            y = y + self.shortcut(x)
        elif self.adds:
            y = y + x
        return self.prelu(y) if self.binary else F.relu(y)


class Net(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.shape = shape
        widths = shape.widths
        self.stem = nn.Conv2d(3, widths[0], 3, padding=1, bias=False)
        self.stem_bn = nn.BatchNorm2d(widths[0])
        blocks = []
        for stage, (width, depth) in enumerate(zip(widths, shape.depths)):
            if stage:
                blocks.append(Residual(widths[stage - 1], width, 2, shape))
            blocks += [Residual(width, width, 1, shape) for _ in range(depth)]
        self.blocks = nn.Sequential(*blocks)
        self.classifier = nn.Linear(widths[-1], CLASSES)
        self.to(memory_format=torch.channels_last)

    def forward(self, x):
        x = F.relu(self.stem_bn(F.max_pool2d(self.stem(x), 2)))
        return self.classifier(self.blocks(x).mean((2, 3)))


def whiten_stem(net, images):
    """First filters: the principal directions of 3x3 patches, both signs, scaled to unit variance (airbench's start)."""
    patches = F.unfold(images, 3).permute(0, 2, 1).reshape(-1, 27)
    values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
    filters = (vectors / (values + 1e-2).sqrt()).T.reshape(-1, 3, 3, 3)
    with torch.no_grad():
        both = torch.cat([filters.flip(0), -filters.flip(0)])[: len(net.stem.weight)]
        net.stem.weight[: len(both)] = both


def multiply_adds(net):
    """Of one 32x32 image."""
    total = 0

    def count(module, inputs, output):
        nonlocal total
        weight = module.weight
        total += weight.numel() * (output.shape[2] * output.shape[3] if output.dim() == 4 else 1)

    kinds = (Conv, nn.Conv2d, nn.Linear)
    hooks = [m.register_forward_hook(count) for m in net.modules() if isinstance(m, kinds)]
    net(torch.zeros(1, 3, 32, 32))
    for hook in hooks:
        hook.remove()
    return total
