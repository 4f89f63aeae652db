# SPDX-License-Identifier: MIT
"""Writes a trained network as GGUF: python3 export.py --runs RUNS --name ternary --out edgeai-cifar-ternary.gguf

--onnx FILE writes the network as ONNX as well (only those with float weights and activations).
"""
import argparse
import os

import torch

from data import load
from graph import graph_of, write
from groups import measure_again
from train import load_net


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", required=True)
    options.add_argument("--name", required=True)
    options.add_argument("--out", required=True)
    options.add_argument("--half", action="store_true", help="weights that are not quantized go as F16")
    options.add_argument("--last", action="store_true", help="the last weights instead of their moving average")
    options.add_argument("--cache", help="measure the normalizations again on training images: averaged quantized weights need it")
    options.add_argument("--onnx")
    args = options.parse_args()
    net = load_net(os.path.join(args.runs, args.name + ".pt"), averaged=not args.last)
    if args.cache:
        net = measure_again(net, *load(args.cache, "train"))
    shape = net.shape
    description = f"CIFAR-10 classifier: {shape.weights} weights, {shape.activations} activations"
    write(graph_of(net), args.out, "edgeai-cifar-" + args.name, description, args.half)
    if args.onnx:
        axes = {"image": {0: "N"}, "scores": {0: "N"}}
        image = torch.zeros(2, 3, 32, 32)
        torch.onnx.export(net, image, args.onnx, input_names=["image"], output_names=["scores"], dynamic_axes=axes, dynamo=False)


if __name__ == "__main__":
    main()
