# SPDX-License-Identifier: MIT
"""Writes an ONNX model: y = Relu(Identity(x)), z = Identity(w). Usage: write_small_onnx.py OUT [OPSET]"""
import struct
import sys


def varint(n):
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


def node(op, inputs, outputs):
    return message(1, b"".join(message(1, i) for i in inputs) +
                   b"".join(message(2, o) for o in outputs) + message(4, op))


def value(field, name, *dims):
    shape = b"".join(message(1, number(1, d) if isinstance(d, int) else message(2, d))
                     for d in dims)
    return message(field, message(1, name) + message(2, message(1, number(1, 1) +
                                                                message(2, shape))))


graph = (node("Identity", ["x"], ["h"]) + node("Relu", ["h"], ["y"]) + node("Identity", ["w"], ["z"])
         + message(2, "small")
         + message(5, number(1, 20) + number(2, 1) + message(8, "w")
                   + message(9, struct.pack("<20f", *range(20))))
         + value(11, "x", "N", 3) + value(12, "y", "N", 3) + value(12, "z", 20))
opset = int(sys.argv[2]) if len(sys.argv) > 2 else 13
with open(sys.argv[1], "wb") as file:
    file.write(number(1, 8) + message(7, graph) + message(8, number(2, opset)))
