#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes blocks of known networks as ONNX, with random weights and statistics.

Usage: write_blocks_onnx.py BLOCK OUT.onnx [open], open leaving the size of the image open, BLOCK being repvgg, mobileone, acnet, dbb, fastvit,
mobilenetv2 (activations marked as removable; padding in the depthwise layer), padfirst
(a network of four such blocks that pad in front, over pictures) or pairs (two 3x3).
"""
import random
import struct
import sys

CHANNELS, SIZE = 8, 12
random.seed(4)


def varint(n):
    n &= (1 << 64) - 1
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def number(field, n):
    return varint(field << 3) + varint(n)


def message(field, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(data)) + data


def attribute(name, value):
    if isinstance(value, list):
        body = b"".join(number(8, v) for v in value) + number(20, 7)
    elif isinstance(value, float):
        body = varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    else:
        body = number(3, value) + number(20, 2)
    return message(5, message(1, name) + body)


class Graph:
    """Nodes and constants; values are named by numbers."""

    def __init__(self):
        self.parts, self.n_values = b"", 0

    def name(self):
        self.n_values += 1
        return "v%d" % self.n_values

    def node(self, op, *inputs, **attributes):
        out = self.name()
        self.parts += message(1, b"".join(message(1, i) for i in inputs) + message(2, out)
                              + message(3, op.lower() + out[1:]) + message(4, op)
                              + b"".join(attribute(k, v) for k, v in attributes.items()))
        return out

    def constant_of(self, dims, values, letter="f"):
        out = self.name()
        raw = struct.pack("<%d%s" % (len(values), letter), *values)
        self.parts += message(5, b"".join(number(1, d) for d in dims)
                              + number(2, {"f": 1, "q": 7}[letter]) + message(8, out)
                              + message(9, raw))
        return out

    def constant(self, dims, middle, size):
        n = 1
        for d in dims:
            n *= d
        return self.constant_of(dims, [middle + size * random.uniform(-1, 1) for _ in range(n)])

    def conv(self, x, n_in, n_out, rows, columns=None, groups=1, stride=1, pads=None):
        columns = columns or rows
        pads = pads or [rows // 2, columns // 2, rows // 2, columns // 2]
        dims = [n_out, n_in // groups, rows, columns]
        size = (1.5 * 3 / (dims[1] * rows * columns)) ** 0.5
        return self.node("Conv", x, self.constant(dims, 0, size), group=groups,
                         strides=[stride, stride], pads=pads, kernel_shape=[rows, columns])

    def norm(self, x, n):
        return self.node("BatchNormalization", x, self.constant([n], 1, 0.5),
                         self.constant([n], 0, 1), self.constant([n], 0, 0.5),
                         self.constant([n], 1, 0.7), epsilon=1e-5)

    def norm_and_pad(self, x, n):
        """Pads with what the normalization makes of zero: DBB's BNAndPad, its assignments to slices
        being ScatterND as in an exported network."""
        gamma, beta, mean, variance = ([random.uniform(*r) for _ in range(n)]
                                       for r in ((0.5, 1.5), (-1, 1), (-0.5, 0.5), (0.3, 1.7)))
        x = self.node("BatchNormalization", x, *(self.constant_of([n], v)
                                                 for v in (gamma, beta, mean, variance)), epsilon=1e-5)
        x = self.node("Pad", x, self.constant_of([8], [0, 0, 1, 1, 0, 0, 1, 1], "q"))
        values = [b - m * g / (v + 1e-5) ** 0.5 for g, b, m, v in zip(gamma, beta, mean, variance)]
        for axis, at in ((2, 0), (2, -1), (3, 0), (3, -1)):
            tuples = [(0, c, at, i) if axis == 2 else (0, c, i, at)
                      for c in range(n) for i in range(SIZE + 2)]
            dims = [1, n, SIZE + 2, 1]
            x = self.node("ScatterND", x, self.constant_of(dims + [4], sum(tuples, ()), "q"),
                          self.constant_of(dims, [values[t[1]] for t in tuples]))
        return x

    def conv_norm(self, x, n_in, n_out, *args, **kwargs):
        return self.norm(self.conv(x, n_in, n_out, *args, **kwargs), n_out)

    def total(self, *values):
        sum_ = values[0]
        for value in values[1:]:
            sum_ = self.node("Add", sum_, value)
        return sum_


def repvgg(g, x):
    c = CHANNELS
    x = g.node("Relu", g.total(g.conv_norm(x, c, c, 3), g.conv_norm(x, c, c, 1), g.norm(x, c)))
    return g.node("Relu", g.total(g.conv_norm(x, c, 2 * c, 3, stride=2),
                                  g.conv_norm(x, c, 2 * c, 1, stride=2)))


def mobileone(g, x):
    c = CHANNELS
    copies = [g.conv_norm(x, c, c, 3, groups=c) for _ in range(4)]
    x = g.node("Relu", g.total(g.norm(x, c), g.conv_norm(x, c, c, 1, groups=c), *copies))
    copies = [g.conv_norm(x, c, c, 1) for _ in range(4)]
    return g.node("Relu", g.total(g.norm(x, c), *copies))


def acnet(g, x):
    c = CHANNELS
    return g.node("Relu", g.total(g.conv_norm(x, c, c, 3), g.conv_norm(x, c, c, 1, 3),
                                  g.conv_norm(x, c, c, 3, 1)))


def dbb(g, x):
    c = CHANNELS
    wide = g.conv_norm(g.norm_and_pad(g.conv(x, c, c, 1), c), c, c, 3, pads=[0, 0, 0, 0])
    mean = g.norm(g.node("AveragePool", g.norm_and_pad(g.conv(x, c, c, 1), c), kernel_shape=[3, 3],
                         strides=[1, 1]), c)
    return g.node("Relu", g.total(g.conv_norm(x, c, c, 3), g.conv_norm(x, c, c, 1), wide, mean))


def fastvit(g, x):
    c = CHANNELS
    mixer = g.total(g.conv_norm(x, c, c, 3, groups=c), g.conv_norm(x, c, c, 1, groups=c),
                    g.norm(x, c))
    scaled = g.node("Mul", g.constant([c, 1, 1], 0.5, 0.5), g.node("Sub", mixer, g.norm(x, c)))
    return g.node("Add", x, scaled)


def mobilenetv2(g, x):
    c = CHANNELS
    for _ in range(2):
        y = g.node("Relu", g.conv_norm(x, c, 6 * c, 1), edgeai_linearizable=1)
        y = g.node("Relu", g.conv_norm(y, 6 * c, 6 * c, 3, groups=6 * c), edgeai_linearizable=1)
        x = g.node("Relu", g.node("Add", g.conv_norm(y, 6 * c, c, 1), x))
    return x


def padfirst(g, x):
    c, ones, none = CHANNELS, [1, 1, 1, 1], [0, 0, 0, 0]
    x = g.node("Relu", g.conv_norm(x, 3, c, 3))
    for _ in range(4):
        y = g.node("Relu", g.conv_norm(x, c, 6 * c, 1, pads=ones), edgeai_linearizable=1)
        y = g.conv_norm(y, 6 * c, 6 * c, 3, groups=6 * c, pads=none)
        y = g.conv_norm(g.node("Relu", y, edgeai_linearizable=1), 6 * c, c, 1)
        x = g.node("Relu", g.node("Add", x, y))
    x = g.node("Flatten", g.node("GlobalAveragePool", x), axis=1)
    return g.node("Gemm", x, g.constant([c, 10], 0, 1), g.constant([10], 0, 1))


padfirst.channels, padfirst.rank = 3, 2


def pairs(g, x):
    return g.conv(g.conv(x, CHANNELS, CHANNELS, 3), CHANNELS, CHANNELS, 3)


def main():
    def port(field, name, dims):
        shape = b"".join(message(1, number(1, d) if d > 0 else message(2, "open%d" % i))
                         for i, d in enumerate(dims))
        return message(field, message(1, name)
                       + message(2, message(1, number(1, 1) + message(2, shape))))

    blocks = {f.__name__: f for f in (repvgg, mobileone, acnet, dbb, fastvit, mobilenetv2, padfirst,
                                      pairs)}
    graph = Graph()
    block = blocks[sys.argv[1]]
    y = block(graph, "x")
    body = graph.parts + message(2, sys.argv[1]) + port(11, "x", [1, getattr(block, "channels", CHANNELS)] + [0 if "open" in sys.argv else SIZE] * 2)
    body += port(12, y, [0] * getattr(block, "rank", 4))
    with open(sys.argv[2], "wb") as file:
        file.write(number(1, 8) + message(7, body) + message(8, message(1, "") + number(2, 17)))


if __name__ == "__main__":
    main()
