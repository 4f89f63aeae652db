# SPDX-License-Identifier: MIT
"""Accuracy at each size, as it is and with the normalizations measured again at that size:

    python3 resolutions.py --cache CACHE --runs RUNS NAME...

On training images held out of training; --part test once, at the end.
"""
import argparse
import copy
import os

import numpy as np
import torch

import blocks  # noqa: F401  first: it finds the scripts of edgeai-cifar
from data import batches, load
from train_deep import SIZES, accuracy, load_deep, resized

BATCHES, BATCH = 10, 256


@torch.no_grad()
def measure_again(net, images, labels, sizes):
    """Mean and variance of every normalization over augmented batches of these sizes in turn; nothing else trains."""
    net = copy.deepcopy(net).eval()
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None
            module.train()
    rng = np.random.default_rng(1)
    for number, (batch, _, _) in enumerate(batches(images, labels, BATCH, rng, lambda: images.shape[1], 0)):
        if number == BATCHES:
            break
        net(resized(batch, sizes[number % len(sizes)]))
    return net.eval()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cache", required=True)
    options.add_argument("--runs", required=True)
    options.add_argument("--part", default="held", choices=("held", "test"))
    options.add_argument("--last", action="store_true", help="the last weights instead of their moving average")
    options.add_argument("names", nargs="+")
    args = options.parse_args()
    torch.set_num_threads(1)
    train, part = (load(args.cache, p) for p in ("train", args.part))
    for name in args.names:
        net = load_deep(os.path.join(args.runs, name + ".pt"), averaged=not args.last)
        for size in SIZES:
            again = accuracy(measure_again(net, *train, (size,)), *part, size)
            print(f"{name:16} {size}: {accuracy(net, *part, size):.2f} % as it is, {again:.2f} % measured again", flush=True)


if __name__ == "__main__":
    main()
