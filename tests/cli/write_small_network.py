#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a network with made-up weights, small.gguf, and pictures/dark and pictures/bright, here."""

import json
import os
import struct

STRING, ARRAY, F32 = 8, 9, 0
SIDE = 8


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def numbers(n):
    """From -0.5 to 0.5, the same each time."""
    state, out = 1, []
    for _ in range(n):
        state = (1103515245 * state + 12345) % 2**31
        out.append(state / 2**31 - 0.5)
    return out


def conv(name, x, filters, channels):
    weights = {"name": name + ".weight", "type": "f32", "shape": [filters, channels, 3, 3], "tensor": name + ".weight"}
    node = {"op": "Conv", "name": name, "inputs": [x, name + ".weight"], "outputs": [name],
            "attributes": {"pads": [1, 1, 1, 1]}}
    return weights, node


def unary(op, name, x):
    return {"op": op, "name": name, "inputs": [x], "outputs": [name]}


def graph():
    first, second, third = conv("one", "image", 4, 3), conv("two", "relu1", 8, 4), conv("three", "relu2", 8, 8)
    matrix = {"name": "scores.weight", "type": "f32", "shape": [2, 8], "tensor": "scores.weight"}
    nodes = [first[1], unary("Relu", "relu1", "one"), second[1], unary("Relu", "relu2", "two"), third[1],
             unary("GlobalAveragePool", "mean", "three"), unary("Flatten", "flat", "mean"),
             {"op": "Gemm", "name": "scores", "inputs": ["flat", "scores.weight"], "outputs": ["scores"],
              "attributes": {"transB": 1}}]
    image = {"name": "image", "type": "f32", "shape": ["N", 3, SIDE, SIDE]}
    return {"version": 1, "opset": 25, "inputs": [image], "outputs": ["scores"],
            "constants": [first[0], second[0], third[0], matrix], "nodes": nodes}


def write_network(path):
    topology = graph()
    labels = b"".join(text(name) for name in ("dark", "bright"))
    pairs = [("general.architecture", STRING, text("edgeai-graph")),
             ("edgeai.graph", STRING, text(json.dumps(topology))),
             ("edgeai.labels", ARRAY, struct.pack("<IQ", STRING, 2) + labels),
             ("edgeai.preprocess", STRING, text(json.dumps({"version": 1, "width": SIDE, "height": SIDE})))]
    head = b"GGUF" + struct.pack("<IQQ", 3, len(topology["constants"]), len(pairs))
    for key, kind, value in pairs:
        head += text(key) + struct.pack("<I", kind) + value
    data = b""
    for constant in topology["constants"]:
        n = 1
        for size in constant["shape"]:
            n *= size
        head += text(constant["tensor"]) + struct.pack("<IQIQ", 1, n, F32, len(data))
        data += struct.pack("<%df" % n, *numbers(n))
        data += bytes(-len(data) % 32)
    with open(path, "wb") as file:
        file.write(head + bytes(-len(head) % 32) + data)


def write_pictures():
    for name, least in (("dark", 0), ("bright", 160)):
        os.makedirs("pictures/" + name)
        for number in range(3):
            values = [least + int((x + 0.5) * 90) for x in numbers(3 * SIDE * SIDE + number)[number:]]
            with open("pictures/%s/%d.ppm" % (name, number), "wb") as file:
                file.write(b"P6 %d %d 255\n" % (SIDE, SIDE) + bytes(values))


if __name__ == "__main__":
    write_network("small.gguf")
    write_pictures()
