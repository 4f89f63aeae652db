# SPDX-License-Identifier: MIT
"""Writes a trained network as GGUF, weights as F16: python3 export_deep.py --runs RUNS --name deep-linear --out FILE.gguf

The deep network has its inner activations marked as linearizable; the linear one has none, and edgeai-reparam merges it.
"""
import argparse
import os

import torch

from deep_graph import graph_of
from data import load  # found through deep_graph
from graph import write
from resolutions import measure_again
from train_deep import load_deep


@torch.no_grad()
def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", required=True)
    options.add_argument("--name", required=True)
    options.add_argument("--out", required=True)
    options.add_argument("--last", action="store_true", help="the last weights instead of their moving average")
    options.add_argument("--cache", help="measure the normalizations again on training images of the sizes of --again")
    options.add_argument("--again", default="32,40,32,40,32", help="sizes in turn")
    args = options.parse_args()
    net = load_deep(os.path.join(args.runs, args.name + ".pt"), averaged=not args.last)
    if args.cache:
        net = measure_again(net, *load(args.cache, "train"), tuple(map(int, args.again.split(","))))
    title = os.path.splitext(os.path.basename(args.out))[0]
    kind = "wide blocks linear, to be merged" if net.blocks[0].folded else "all activations"
    write(graph_of(net), args.out, title, "CIFAR-10 classifier of any picture size: " + kind, True, ("H", "W"))


if __name__ == "__main__":
    main()
