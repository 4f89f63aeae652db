#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A network that tells colours apart, and pictures for it.

    write_colours.py network OUT.gguf [bare]   scores are 4 times the mean of red, green and blue;
                                               bare: without labels and preprocessing
    write_colours.py pictures FOLDER           one colour each, in subfolders; red/b.ppm is greenish
"""
import json
import os
import struct
import sys

STRING, ARRAY, F32 = 8, 9, 0
SIZE = 4
PICTURES = {"red/a": (255, 0, 0), "red/b": (200, 250, 0), "green/a": (0, 255, 0),
            "blue/a": (0, 0, 255), "blue/b": (51, 51, 204)}


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def string(key, value):
    return text(key) + struct.pack("<I", STRING) + text(value)


def strings(key, values):
    return text(key) + struct.pack("<IIQ", ARRAY, STRING, len(values)) + b"".join(map(text, values))


def topology():
    return {
        "version": 1, "opset": 25,
        "inputs": [{"name": "image", "type": "f32", "shape": ["N", 3, SIZE, SIZE]}],
        "outputs": ["scores"],
        "constants": [{"name": "w", "type": "f32", "shape": [3, 3, 1, 1], "tensor": "w"}],
        "nodes": [
            {"op": "Conv", "name": "colours", "inputs": ["image", "w"], "outputs": ["c"]},
            {"op": "GlobalAveragePool", "name": "means", "inputs": ["c"], "outputs": ["m"]},
            {"op": "Flatten", "name": "scores", "inputs": ["m"], "outputs": ["scores"]},
        ],
    }


def write_network(path, is_bare):
    entries = [string("general.architecture", "edgeai-graph"),
               string("edgeai.graph", json.dumps(topology()))]
    if not is_bare:
        entries += [strings("edgeai.labels", ["red", "green", "blue"]),
                    string("edgeai.preprocess",
                           json.dumps({"version": 1, "width": SIZE, "height": SIZE}))]
    weights = [4.0 if i % 4 == 0 else 0.0 for i in range(9)]
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(entries)) + b"".join(entries)
    head += text("w") + struct.pack("<IQIQ", 1, 9, F32, 0)
    head += bytes(-len(head) % 32)
    data = struct.pack("<9f", *weights)
    with open(path, "wb") as file:
        file.write(head + data + bytes(-len(data) % 32))


def write_pictures(folder):
    for name, colour in PICTURES.items():
        path = os.path.join(folder, name + ".ppm")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(b"P6\n6 5\n255\n" + bytes(colour) * 30)


if __name__ == "__main__":
    if sys.argv[1] == "network":
        write_network(sys.argv[2], "bare" in sys.argv[3:])
    else:
        write_pictures(sys.argv[2])
