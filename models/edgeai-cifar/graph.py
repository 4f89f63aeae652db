# SPDX-License-Identifier: MIT
"""A trained network as the graph that docs/formats/graph.md describes, and GGUF files of such graphs."""
import json
import os

import gguf
import numpy as np
import torch

from data import CLASSES, MEAN, STD
from model import codes, scales

PREPROCESS = {
    "version": 1, "width": 32, "height": 32, "fit": "stretch", "filter": "bilinear", "channels": "rgb",
    "scale": 1 / 255, "mean": MEAN, "std": STD,
}
INTEGERS = {"i8": np.int8, "i64": np.int64}
TAKES_BITS = {"trits": 2, "bits": 1}


class Graph:
    """Nodes in order and constants: name -> (type, array); trits and bits are arrays of -1, 0, 1."""

    def __init__(self):
        self.nodes, self.constants = [], {}

    def constant(self, name, value, kind="f32"):
        value = value.detach().numpy() if isinstance(value, torch.Tensor) else np.asarray(value)
        self.constants[name] = kind, value.astype(INTEGERS.get(kind, np.int8 if kind in TAKES_BITS else np.float32))
        return name

    def add(self, op, name, inputs, domain="", **attributes):
        """Appends a node with one output, which is called like the node."""
        node = {"op": op, "name": name, "inputs": inputs, "outputs": [name]}
        self.nodes.append(node | ({"domain": domain} if domain else {}) | ({"attributes": attributes} if attributes else {}))
        return name

    def normalize(self, name, x, bn):
        parts = {"scale": bn.weight, "bias": bn.bias, "mean": bn.running_mean, "variance": bn.running_var}
        inputs = [self.constant(f"{name}.{part}", value) for part, value in parts.items()]
        return self.add("BatchNormalization", name, [x] + inputs, epsilon=float(bn.eps))


def add_conv(graph, name, x, conv):
    """The quantizer of the activations, the convolution and its normalization."""
    shape = {"pads": [1, 1, 1, 1], "strides": [conv.stride] * 2}
    if conv.activations == "sign":
        x = graph.add("Binarize", name + ".sign", [x, graph.constant(name + ".threshold", conv.threshold)], "edgeai")
    if conv.activations == "int8":
        step = graph.constant(name + ".step", conv.step)
        x = graph.add("QuantizeLinear", name + ".i8", [x, step, graph.constant(name + ".zero", 0, "i8")])
        shape |= {"x_scale": float(conv.step), "x_zero": 0}
    if conv.kind == "float":
        y = graph.add("Conv", name, [x, graph.constant(name + ".weight", conv.weight)], **shape)
    else:
        code = codes(conv.weight, conv.kind)
        size = len(code) if conv.group == 0 else conv.group
        kind = "bits" if conv.kind == "binary" else "trits"
        inputs = [x, graph.constant(name + ".weight", code, kind)]
        inputs.append(graph.constant(name + ".scale", scales(conv.weight, code, conv.group)[::size]))
        y = graph.add("LowBitConv", name, inputs, "edgeai", filters_per_scale=size, **shape)
    return graph.normalize(name + ".bn", y, conv.bn)


def graph_of(net):
    graph = Graph()
    x = graph.add("Conv", "stem", ["image", graph.constant("stem.weight", net.stem.weight)], pads=[1, 1, 1, 1])
    assert (net.stem_bn.weight > 0).all()  # then pooling may follow, and the normalization folds into the convolution
    x = graph.add("Relu", "stem.relu", [graph.normalize("stem.bn", x, net.stem_bn)])
    x = graph.add("MaxPool", "stem.pool", [x], kernel_shape=[2, 2], strides=[2, 2])
    for number, block in enumerate(net.blocks):
        name, shortcut = f"conv{number + 1}", None
        y = add_conv(graph, name, x, block.conv)
        if block.shortcut:
            shortcut = graph.add("AveragePool", name + ".pool", [x], kernel_shape=[2, 2], strides=[2, 2])
            weight = graph.constant(name + ".side.weight", block.shortcut[1].weight)
            shortcut = graph.add("Conv", name + ".side", [shortcut, weight])
            shortcut = graph.normalize(name + ".side.bn", shortcut, block.shortcut[2])
        elif block.adds:
            shortcut = x
        if shortcut:
            y = graph.add("Add", name + ".sum", [y, shortcut])
        if block.binary:
            slope = graph.constant(name + ".slope", block.prelu.weight.view(-1, 1, 1))
            x = graph.add("PRelu", name + ".prelu", [y, slope])
        else:
            x = graph.add("Relu", name + ".relu", [y])
    x = graph.add("Flatten", "features", [graph.add("GlobalAveragePool", "mean", [x])])
    weight, bias = (graph.constant("classifier." + n, getattr(net.classifier, n)) for n in ("weight", "bias"))
    graph.add("Gemm", "scores", [x, weight, bias], transB=1)
    return graph


def pack(array, kind):
    """One filter after the other, each from a new byte on; the first element in the lowest bits."""
    width = TAKES_BITS[kind]
    fields = (array.reshape(len(array), -1) < 0) if kind == "bits" else array.reshape(len(array), -1) & 3
    per_byte = 8 // width
    fields = np.pad(fields.astype(np.uint8), ((0, 0), (0, -fields.shape[1] % per_byte))).reshape(len(array), -1, per_byte)
    return np.bitwise_or.reduce(fields << (width * np.arange(per_byte, dtype=np.uint8)), 2).astype(np.uint8).view(np.int8)


def unpack(raw, kind, shape):
    width = TAKES_BITS[kind]
    fields = raw.view(np.uint8).reshape(shape[0], -1, 1) >> (width * np.arange(8 // width, dtype=np.uint8)) & (1 << width) - 1
    fields = fields.reshape(shape[0], -1)[:, : int(np.prod(shape[1:]))].astype(np.int8).reshape(shape)
    return 1 - 2 * fields if kind == "bits" else np.where(fields == 3, -1, fields).astype(np.int8)


def write(graph, path, name, description, half, sizes=(32, 32)):
    """`half`: matrices and filters that are not packed go as F16. `sizes`: of the image; strings leave them open."""
    writer = gguf.GGUFWriter(path + ".part", "edgeai-graph")
    writer.add_name(name)
    writer.add_description(description)
    writer.add_license("mit")
    constants = []
    for key, (kind, value) in graph.constants.items():
        entry = {"name": key, "type": kind, "shape": list(value.shape)}
        if kind in INTEGERS:
            constants.append(entry | {"values": value.reshape(-1).tolist()})
            continue
        stored = pack(value, kind) if kind in TAKES_BITS else value.astype(np.float16) if half and value.ndim > 1 else value
        writer.add_tensor(key, stored.reshape(-1))
        constants.append(entry | {"tensor": key})
    image = {"name": "image", "type": "f32", "shape": ["N", 3, *sizes]}
    text = {"version": 1, "opset": 25, "inputs": [image], "outputs": ["scores"], "constants": constants, "nodes": graph.nodes}
    writer.add_string("edgeai.graph", json.dumps(text, separators=(",", ":")))
    writer.add_array("edgeai.labels", list(CLASSES))
    writer.add_string("edgeai.preprocess", json.dumps(PREPROCESS))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.replace(path + ".part", path)


def read(path):
    reader = gguf.GGUFReader(path)
    text = json.loads(reader.fields["edgeai.graph"].contents())
    tensors = {t.name: t.data for t in reader.tensors}
    graph = Graph()
    graph.nodes = text["nodes"]
    for entry in text["constants"]:
        kind, shape = entry["type"], entry["shape"]
        if "values" in entry:
            value = np.array(entry["values"], INTEGERS[kind]).reshape(shape)
        elif kind in TAKES_BITS:
            value = unpack(tensors[entry["tensor"]], kind, shape)
        else:
            value = tensors[entry["tensor"]].astype(np.float32).reshape(shape)
        graph.constants[entry["name"]] = kind, value
    return graph
