#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes cnvW2A2 or cnvW1A1, the CIFAR-10 networks of Xilinx' BNN-PYNQ, as GGUF of architecture
edgeai-graph (docs/formats/graph.md).

    make_cnv_graph.py [--input i8|f32] FOLDER OUT.gguf

FOLDER has layerK_weights.npy (int8: convolutions [O, ky, kx, C], fully connected [O, I]) and
layerK_thresholds.npy (float64 [O, levels - 1]). The input "image" is [N, 3, 32, 32]: k as int8, or
k / 128 as float32, where k = min(floor((2 p / 255 - 1) * 128), 127) for a pixel p. The output
"scores", [N, 10], is the dot products of the last layer.
"""

import argparse
import json
import os
import struct

import numpy as np

F32, I8, STRING, ARRAY = 0, 24, 8, 9
ALIGNMENT = 32
CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split()
POOLED = (1, 3)  # layers with a pool of 2 x 2 behind them


def text(string):
    data = string.encode()
    return struct.pack("<Q", len(data)) + data


def key_string(key, value):
    return text(key) + struct.pack("<I", STRING) + text(value)


def key_strings(key, values):
    return text(key) + struct.pack("<IIQ", ARRAY, STRING, len(values)) + b"".join(map(text, values))


def padding(n):
    return b"\0" * (-n % ALIGNMENT)


def write_gguf(path, entries, tensors):
    """tensors: name to (type, array of one dimension)."""
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries)
    data = b""
    for name, (kind, array) in tensors.items():
        head += text(name) + struct.pack("<IQIQ", 1, len(array), kind, len(data))
        data += array.tobytes() + padding(array.nbytes)
    with open(path, "wb") as file:
        file.write(head + padding(len(head)) + data)


def pack(weights, n_bits):
    """[O, n] codes of n_bits as [O, bytes], the first in the lowest bits."""
    per_byte = 8 // n_bits
    rows = np.zeros((weights.shape[0], -(-weights.shape[1] // per_byte) * per_byte), np.uint8)
    rows[:, : weights.shape[1]] = weights
    rows = rows.reshape(weights.shape[0], -1, per_byte)
    return np.bitwise_or.reduce(rows << (n_bits * np.arange(per_byte, dtype=np.uint8)), axis=2)


class Graph:
    def __init__(self):
        self.constants, self.nodes, self.tensors = [], [], {}

    def constant(self, name, kind, shape, tensor_kind, data):
        self.constants.append({"name": name, "type": kind, "shape": list(shape), "tensor": name})
        self.tensors[name] = (tensor_kind, np.ascontiguousarray(data).reshape(-1))
        return name

    def floats(self, name, values):
        values = np.asarray(values, np.float32)
        return self.constant(name, "f32", values.shape, F32, values)

    def weights(self, name, weights):
        """[O, C, ky, kx] of -1, 0, 1: bits where there is no zero."""
        rows = weights.reshape(weights.shape[0], -1)
        if (rows == 0).any():
            return self.constant(name, "trits", weights.shape, I8, pack(rows & 3, 2).view(np.int8))
        return self.constant(name, "bits", weights.shape, I8, pack(rows < 0, 1).view(np.int8))

    def node(self, op, name, inputs, domain=None, **attributes):
        node = {"op": op, "name": name, "inputs": inputs, "outputs": [name]}
        if domain:
            node["domain"] = domain
        if attributes:
            node["attributes"] = attributes
        self.nodes.append(node)
        return name


def quantized(graph, layer, x, thresholds):
    """-1 + [x > t0] + [x > t1], or the sign of x - t.

    Dot products are whole numbers (of the first layer, of 1/128), so a threshold may be rounded
    down to one, which float32 holds exactly.
    """
    steps = 128 if layer == 0 else 1
    thresholds = np.floor(thresholds * steps) / steps
    names = [graph.floats(f"threshold{layer}.{i}", thresholds[:, i])
             for i in range(thresholds.shape[1])]
    op = {1: "Binarize", 2: "Ternarize"}[len(names)]
    return graph.node(op, f"quantized{layer}", [x] + names, domain="edgeai")


def build(folder, input_kind):
    graph = Graph()
    x = "image"
    n_layers = sum(os.path.exists(os.path.join(folder, f"layer{k}_weights.npy")) for k in range(99))
    for layer in range(n_layers):
        weights = np.load(os.path.join(folder, f"layer{layer}_weights.npy"))
        if weights.ndim == 4:
            weights = weights.transpose(0, 3, 1, 2)
        else:
            weights = weights[:, :, None, None]
        is_last = layer == n_layers - 1
        if is_last:
            weights = weights[: len(CLASSES)]
        first = {"x_scale": 1 / 128, "x_zero": 0} if layer == 0 and input_kind == "i8" else {}
        x = graph.node("LowBitConv", f"conv{layer}", [x, graph.weights(f"weight{layer}", weights)],
                       domain="edgeai", **first)
        if is_last:
            break
        # The largest of quantized values is the quantized largest value.
        if layer in POOLED:
            x = graph.node("MaxPool", f"pool{layer}", [x], kernel_shape=[2, 2], strides=[2, 2])
        x = quantized(graph, layer, x, np.load(os.path.join(folder, f"layer{layer}_thresholds.npy")))
    graph.node("Flatten", "scores", [x], axis=1)
    return graph


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    options.add_argument("--input", choices=("i8", "f32"), default="i8")
    options.add_argument("folder")
    options.add_argument("out")
    args = options.parse_args()
    graph = build(args.folder, args.input)
    topology = {
        "version": 1, "opset": 25,
        "inputs": [{"name": "image", "type": args.input, "shape": ["N", 3, 32, 32]}],
        "outputs": ["scores"], "constants": graph.constants, "nodes": graph.nodes,
    }
    entries = [
        key_string("general.architecture", "edgeai-graph"),
        key_string("general.name", os.path.basename(os.path.normpath(args.folder))),
        key_string("edgeai.graph", json.dumps(topology)),
        key_strings("edgeai.labels", CLASSES),
    ]
    write_gguf(args.out, entries, graph.tensors)


if __name__ == "__main__":
    main()
