# SPDX-License-Identifier: MIT
"""Accuracy of GGUF files on the test images: python3 evaluate.py --cache CACHE FILE...

The graph is computed as it lies in the file, quantized operators on whole numbers, so this checks the export and
serves as a second opinion on the library.
"""
import argparse
import os

import torch
import torch.nn.functional as F

from data import load, normalize
from graph import read


def pooled(function):
    return lambda a, x: function(x, a["kernel_shape"], a["strides"])


def quantize(a, x, step, zero):
    return (torch.round(x / step) + zero).clamp(-128, 127)


def low_bit(a, x, weight, scale):
    """Whole numbers below 2^24, so float32 sums are exact if x is quantized."""
    sums = F.conv2d(x - a.get("x_zero", 0), weight, stride=a["strides"], padding=a["pads"][:2])
    return sums * (scale * a.get("x_scale", 1.0)).repeat_interleave(a["filters_per_scale"])[: len(weight)].view(1, -1, 1, 1)


OPERATORS = {
    "Add": lambda a, x, y: x + y,
    "AveragePool": pooled(F.avg_pool2d),
    "BatchNormalization": lambda a, x, scale, bias, mean, var: F.batch_norm(x, mean, var, scale, bias, eps=a["epsilon"]),
    "Binarize": lambda a, x, threshold: torch.where(x > threshold.view(1, -1, 1, 1), 1.0, -1.0),
    "Conv": lambda a, x, w: F.conv2d(x, w, stride=a.get("strides", 1), padding=a.get("pads", [0, 0])[:2]),
    "Flatten": lambda a, x: x.flatten(1),
    "Gemm": lambda a, x, weight, bias: F.linear(x, weight, bias),
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "LowBitConv": low_bit,
    "MaxPool": pooled(F.max_pool2d),
    "PRelu": lambda a, x, slope: torch.where(x < 0, x * slope, x),
    "QuantizeLinear": quantize,
    "Relu": lambda a, x: F.relu(x),
}


def run(graph, images):
    values = {name: torch.from_numpy(value.copy()).float() for name, (_, value) in graph.constants.items()}
    values["image"] = images
    for node in graph.nodes:
        inputs = (values[name] for name in node["inputs"])
        values[node["outputs"][0]] = OPERATORS[node["op"]](node.get("attributes", {}), *inputs)
    return values["scores"]


@torch.no_grad()
def accuracy(graph, images, labels):
    parts = zip(images.split(500), labels.split(500))
    right = sum((run(graph, normalize(i)).argmax(1) == l).sum().item() for i, l in parts)
    return 100 * right / len(labels)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cache", required=True)
    options.add_argument("files", nargs="+")
    args = options.parse_args()
    torch.set_num_threads(1)
    test = load(args.cache, "test")
    for path in args.files:
        print(f"{os.path.basename(path):40} {os.path.getsize(path):8} bytes  {accuracy(read(path), *test):.2f} %", flush=True)


if __name__ == "__main__":
    main()
