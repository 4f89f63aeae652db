#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the seeds of fuzz_graph_gguf and fuzz_import_onnx: small networks of every kind of layer.

    make_seeds.py FOLDER    FOLDER/graph_gguf/NAME, FOLDER/import_onnx/NAME

Tensors of the first are those that fuzz_graph_gguf.c puts into its file.
"""
import json
import os
import struct
import sys

OPSET = 25
OWN = ("LowBitConv", "Ternarize", "Binarize")
TYPES = {"f32": 1, "u8": 2, "i8": 3, "i64": 7, "bool": 9}
FLOATS = (1, -1, 2, 0.5, -0.25, 3, -4)


def node(op, inputs, outputs, **attributes):
    outputs = outputs if isinstance(outputs, list) else [outputs]
    return {"op": op, "inputs": inputs, "outputs": outputs, "attributes": attributes}


def tensor(name, kind, shape, source):
    """source: a tensor of the file, or the values themselves."""
    key = "values" if isinstance(source, list) else "tensor"
    return {"name": name, "type": kind, "shape": shape, key: source}


WEIGHTS = tensor("w", "f32", [4, 4, 3, 3], "f144")
BYTES = tensor("w", "i8", [4, 4, 3, 3], "b144")
TRITS = tensor("w", "trits", [4, 4, 3, 3], "b36")
CHANNELS = [tensor(name, "f32", [4], "f4") for name in "abcd"]
SCALE = tensor("s", "f32", [], "f1")
ZERO = tensor("z", "i8", [], [3])
IMAGE = {"name": "x", "type": "f32", "shape": ["N", 4, 6, 6]}
BYTE_IMAGE = {"name": "x", "type": "u8", "shape": [1, 4, 6, 6]}
PADS = [1, 1, 1, 1]

def chain(start, *operators):
    """Operators of one input, one behind the other: NAME or (NAME, attributes); the last is y."""
    nodes = []
    for i, each in enumerate(operators):
        op, attributes = (each, {}) if isinstance(each, str) else each
        name = "y" if i + 1 == len(operators) else "k%d" % i
        nodes.append(node(op, [nodes[-1]["outputs"][0] if nodes else start], name, **attributes))
    return nodes


# name: (input or inputs, constants, nodes); what is called y... comes out.
NETWORKS = {
    "residual": (IMAGE, [WEIGHTS] + CHANNELS, [
        node("Conv", ["x", "w"], "h", pads=PADS),
        node("BatchNormalization", ["h", "a", "b", "c", "d"], "k"),
        node("Relu", ["k"], "r"), node("Add", ["r", "x"], "y")]),
    "depthwise": (IMAGE, [tensor("w", "f32", [4, 1, 3, 3], "f36"), CHANNELS[0],
                          tensor("l", "f32", [], "f1"), tensor("m", "f32", [4, 4], "w")], [
        node("Conv", ["x", "w", "a"], "h", group=4, pads=PADS, strides=[2, 2]),
        node("Clip", ["h", "", "l"], "k"), node("MaxPool", ["k"], "p", kernel_shape=[2, 2]),
        node("GlobalAveragePool", ["p"], "q"), node("Flatten", ["q"], "f"),
        node("Gemm", ["f", "m", "a"], "y", transB=1)]),
    "transposed": (IMAGE, [WEIGHTS] + CHANNELS[:2], [
        node("ConvTranspose", ["x", "w"], "h", strides=[2, 2], output_padding=[1, 1]),
        node("InstanceNormalization", ["h", "a", "b"], "k"), node("LRN", ["k"], "l", size=3),
        node("Sigmoid", ["l"], "y")]),
    "trits": (IMAGE, [TRITS, SCALE, tensor("t", "f32", [1], "f1"),
                      tensor("p", "f32", [4, 1, 1], "f4")] + CHANNELS[:2], [
        node("Ternarize", ["x", "t", "t"], "q"),
        node("LowBitConv", ["q", "w", "a", "b"], "h", pads=PADS),
        node("PRelu", ["h", "p"], "k"), node("Add", ["k", "x"], "y")]),
    "bits": (IMAGE, [tensor("w", "bits", [4, 4, 2, 4], "b"), tensor("v", "trits", [4, 4, 1, 1],
                                                                    "b4"), CHANNELS[0]], [
        node("Binarize", ["x", "a"], "q"),
        node("LowBitConv", ["q", "w", "a"], "h", filters_per_scale=1),
        node("Binarize", ["h"], "k"), node("LowBitConv", ["k", "v"], "y")]),
    "input_map": (IMAGE, [TRITS, CHANNELS[0], tensor("c", "i64", [1], [1])], [
        node("Binarize", ["x"], "q"), node("LowBitConv", ["q", "w", "a"], "h", pads=PADS),
        node("Abs", ["x"], "m"), node("ReduceMean", ["m", "c"], "k"),
        node("AveragePool", ["k"], "p", kernel_shape=[3, 3], count_include_pad=1, pads=PADS),
        node("Mul", ["h", "p"], "y")]),
    "ternary8": (IMAGE, [TRITS, SCALE, ZERO] + CHANNELS[:2], [
        node("QuantizeLinear", ["x", "s", "z"], "q"),
        node("LowBitConv", ["q", "w", "a", "b"], "y", x_scale=0.5, x_zero=3, pads=PADS)]),
    "int8": (IMAGE, [BYTES, SCALE, ZERO, CHANNELS[1]], [
        node("QuantizeLinear", ["x", "s", "z"], "q"),
        node("DequantizeLinear", ["q", "s", "z"], "e"), node("DequantizeLinear", ["w", "s"], "v"),
        node("Conv", ["e", "v", "b"], "h", pads=PADS),
        node("QuantizeLinear", ["h", "s", "z"], "j"),
        node("DequantizeLinear", ["j", "s", "z"], "y")]),
    "qlinear": (BYTE_IMAGE, [BYTES, SCALE, tensor("n", "i8", [], [0]), tensor("z", "u8", [],
                                                                              [128])], [
        node("QLinearConv", ["x", "s", "z", "w", "s", "n", "s", "z"], "y", pads=PADS)]),
    "shapes": (IMAGE, [tensor("i", "i64", [1], [0]), tensor("j", "i64", [1], [-1])], [
        node("Shape", ["x"], "h"), node("Gather", ["h", "i"], "k"),
        node("Concat", ["k", "j"], "l", axis=0), node("Reshape", ["x", "l"], "r"),
        node("Transpose", ["r"], "t", perm=[1, 0]), node("MatMul", ["r", "t"], "m"),
        node("Softmax", ["m"], "y")]),
    "slices": (IMAGE, [tensor("z", "i64", [4], [1, 4, 8, 3]), tensor("a", "i64", [2], [0, 1]),
                       tensor("b", "i64", [2], [3, 3]), tensor("c", "i64", [2], [2, 3]),
                       tensor("p", "i64", [8], [0, 0, 1, 1, 0, 0, 1, 1]),
                       tensor("o", "i64", [1], [1])], [
        node("Resize", ["x", "", "", "z"], "h", mode="linear"),
        node("Slice", ["h", "a", "b", "c"], "k"), node("Pad", ["k", "p"], "q"),
        node("Split", ["q"], ["u", "v"], axis=1, num_outputs=2),
        node("Sub", ["u", "v"], "w"), node("ReduceMean", ["w", "c"], "m", keepdims=0),
        node("TopK", ["m", "o"], ["y", "y2"])]),
    "indices": ([{"name": "x", "type": "f32", "shape": [3, 4]},
                 {"name": "i", "type": "i64", "shape": [2, 4]}],
                [tensor("n", "i64", [2, 1], [0, 2]), tensor("a", "i64", [], [1]),
                 tensor("d", "i64", [], [3]), tensor("v", "f32", [2], "f2"),
                 tensor("z", "i64", [2], [2, 1])], [
        node("GatherElements", ["x", "i"], "g", axis=0),
        node("ScatterElements", ["x", "i", "g"], "s", axis=0, reduction="add"),
        node("GatherND", ["s", "n"], "h"),
        node("ScatterND", ["s", "n", "h"], "t", reduction="max"),
        node("CumSum", ["t", "a"], "c", reverse=1), node("Trilu", ["c"], "y", upper=0),
        node("OneHot", ["i", "d", "v"], "y2", axis=0), node("ArgMin", ["c"], "y3", axis=1),
        node("Gather", ["t", "i"], "y4", axis=1), node("NonZero", ["t"], "y5"),
        node("Range", ["a", "d", "a"], "y6"), node("Tile", ["h", "z"], "y7"),
        node("Hardmax", ["t"], "y8"), node("Expand", ["a", "z"], "y9")]),
    "boxes": ([{"name": "x", "type": "f32", "shape": [1, 6, 4]},
               {"name": "s", "type": "f32", "shape": [1, 2, 6]}],
              [tensor("m", "i64", [1], [3]), tensor("t", "f32", [1], "f1")], [
        node("NonMaxSuppression", ["x", "s", "m", "t"], "y", center_point_box=1)]),
    "unpool": (IMAGE, [], [
        node("MaxPool", ["x"], ["p", "i"], kernel_shape=[2, 2], strides=[2, 2]),
        node("MaxUnpool", ["p", "i"], "u", kernel_shape=[2, 2], strides=[2, 2]),
        node("SpaceToDepth", ["u"], "d", blocksize=2), node("DepthToSpace", ["d"], "e", blocksize=2),
        node("LpPool", ["e"], "q", kernel_shape=[3, 3], p=3), node("GlobalMaxPool", ["q"], "y"),
        node("LpNormalization", ["q"], "y2", axis=1), node("GlobalLpPool", ["q"], "y3")]),
    "doubles": (IMAGE, [], chain("x", ("Cast", {"to": 11}), "Exp", "Erf", "Round", "Softplus",
                                 "Elu", "LeakyRelu", "Sqrt", ("ReduceLogSumExp", {"keepdims": 1}),
                                 ("Softmax", {"axis": 0}), ("Cast", {"to": 12}))
                + [node("Max", ["k0", "k1"], "m"), node("Mod", ["k0", "k1"], "f", fmod=1),
                   node("Div", ["m", "f"], "q"), node("LessOrEqual", ["q", "m"], "l"),
                   node("Not", ["l"], "o"), node("Xor", ["l", "o"], "e"),
                   node("Where", ["e", "q", "m"], "w"), node("ReduceProd", ["w"], "y2"),
                   node("MatMul", ["w", "w"], "y3"), node("IsNaN", ["w"], "y4")]),
    "wholes": ([{"name": "x", "type": "u8", "shape": [1, 2, 4, 4]},
                {"name": "w", "type": "u8", "shape": [3, 2, 3, 3]}],
               [tensor("z", "u8", [], [128])], [
        node("ConvInteger", ["x", "w", "z"], "c", pads=PADS),
        node("MatMulInteger", ["x", "x", "z", "z"], "m"), node("Cast", ["m"], "u", to=13),
        node("Cast", ["c"], "i", to=7), node("Mod", ["i", "i"], "d"), node("Div", ["i", "i"], "q"),
        node("BitShift", ["u", "u"], "b", direction="LEFT"), node("BitwiseXor", ["b", "u"], "y"),
        node("Min", ["i", "d", "q"], "n"), node("ArgMax", ["n"], "y2"),
        node("ReduceMax", ["n"], "y3")]),
}
# Only in ONNX: what an older operator set says in another way.
OLD_OPSET = 9
OLD = (IMAGE, [tensor("s", "f32", [4], [1, 1, 2, 1.5])], [
    node("Clip", ["x"], "h", min=0.0, max=6.0), node("Softmax", ["h"], "k", axis=2),
    node("Unsqueeze", ["k"], "u", axes=[0]), node("Squeeze", ["u"], "v", axes=[0]),
    node("Slice", ["v"], "w", starts=[0], ends=[3], axes=[2]),
    node("Pad", ["w"], "p", pads=[0, 0, 1, 1, 0, 0, 1, 1], mode="constant", value=0.5),
    node("Upsample", ["p", "s"], "y"), node("TopK", ["w"], ["y2", "y3"], k=1)])
GROUPS_OPSET = 18
GROUPS = (IMAGE, [tensor("a", "f32", [2], "f2"), tensor("b", "f32", [2], "f2")], [
    node("GroupNormalization", ["x", "a", "b"], "h", num_groups=2, epsilon=0.5),
    node("Relu", ["h"], "y")])
PREPROCESS = {"version": 1, "width": 6, "height": 6, "fit": "letterbox", "filter": "nearest",
              "channels": "bgr", "scale": 0.5, "mean": [0.5], "std": [1, 2, 3], "layout": "nchw",
              "fill": [1, 2, 3]}


def outputs_of(nodes):
    return [name for each in nodes for name in each["outputs"] if name.startswith("y")]


def listed(inputs):
    return inputs if isinstance(inputs, list) else [inputs]


def as_json(inputs, constants, nodes):
    nodes = [dict(each, domain="edgeai") if each["op"] in OWN else each for each in nodes]
    return json.dumps({"version": 1, "opset": OPSET, "inputs": listed(inputs),
                       "outputs": outputs_of(nodes), "constants": constants, "nodes": nodes},
                      separators=(",", ":"))


# Protocol buffers: (field number, value) with whole numbers, floats, text or bytes.
def varint(number):
    number &= (1 << 64) - 1
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def message(*fields):
    out = b""
    for number, value in fields:
        if isinstance(value, int):
            out += varint(number << 3) + varint(value)
        elif isinstance(value, float):
            out += varint(number << 3 | 5) + struct.pack("<f", value)
        else:
            value = value.encode() if isinstance(value, str) else value
            out += varint(number << 3 | 2) + varint(len(value)) + value
    return out


def attribute(name, value):
    if isinstance(value, list):
        return message((1, name), *[(8, each) for each in value], (20, 7))
    kind, field = {int: (2, 3), float: (1, 2), str: (3, 4)}[type(value)]
    return message((1, name), (field, value), (20, kind))


def elements(constant):
    n = 1
    for dim in constant["shape"]:
        n *= dim
    kind = {"f32": "f", "i64": "q"}.get(constant["type"], "b" if constant["type"] == "i8" else "B")
    values = constant.get("values") or [FLOATS[i % len(FLOATS)] if kind == "f" else i % 5
                                        for i in range(n)]
    return struct.pack("<%d%s" % (n, kind), *values)


def value_info(port):
    dims = [(1, message((2, d) if isinstance(d, str) else (1, d))) for d in port["shape"]]
    tensor_type = message((1, TYPES[port["type"]]), (2, message(*dims)))
    return message((1, port["name"]), (2, message((1, tensor_type))))


def as_onnx(inputs, constants, nodes, opset=OPSET):
    graph = [(1, message(*[(1, name) for name in each["inputs"]],
                         *[(2, name) for name in each["outputs"]], (4, each["op"]),
                         *[(5, attribute(*pair)) for pair in each["attributes"].items()]))
             for each in nodes]
    graph += [(5, message(*[(1, dim) for dim in each["shape"]], (2, TYPES[each["type"]]),
                          (8, each["name"]), (9, elements(each)))) for each in constants]
    graph += [(11, value_info(port)) for port in listed(inputs)]
    graph += [(12, message((1, name))) for name in outputs_of(nodes)]
    return message((1, 8), (8, message((2, opset))), (7, message(*graph)))


def write(folder, target, name, data):
    os.makedirs(os.path.join(folder, target), exist_ok=True)
    with open(os.path.join(folder, target, name), "wb") as file:
        file.write(data)


def main(folder):
    for name, network in NETWORKS.items():
        write(folder, "graph_gguf", name, as_json(*network).encode())
        if not any(each["op"] in OWN for each in network[2]):
            write(folder, "import_onnx", name, as_onnx(*network))
    write(folder, "import_onnx", "older", as_onnx(*OLD, opset=OLD_OPSET))
    write(folder, "import_onnx", "groups", as_onnx(*GROUPS, opset=GROUPS_OPSET))
    text = as_json(*NETWORKS["residual"]) + "\0" + json.dumps(PREPROCESS)
    write(folder, "graph_gguf", "preprocess", text.encode())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
