# SPDX-License-Identifier: MIT
"""What sharing one scale among neighbouring filters costs: python3 groups.py --cache CACHE --runs RUNS NAME...

Each trained network is measured with one scale for 1, 4, 16 and all filters of a layer, as it is and after the
statistics of its normalizations were taken again from training images. Nothing is trained.
"""
import argparse
import copy
import os

import numpy as np
import torch

from data import batches, load
from model import Conv
from train import BATCH, accuracy, load_net

BATCHES = 20


def share_scales(net, group):
    net = copy.deepcopy(net)
    for module in net.modules():
        if isinstance(module, Conv):
            module.group = group
    return net


@torch.no_grad()
def measure_again(net, images, labels):
    """Mean and variance of every normalization over some augmented batches; nothing else is in training mode."""
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
        net(batch)
    return net.eval()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cache", required=True)
    options.add_argument("--runs", required=True)
    options.add_argument("--groups", default="1,4,16,0", help="0: all filters of a layer")
    options.add_argument("--last", action="store_true", help="the last weights instead of their moving average")
    options.add_argument("names", nargs="+")
    args = options.parse_args()
    torch.set_num_threads(1)
    train, test = (load(args.cache, part) for part in ("train", "test"))
    for name in args.names:
        net = load_net(os.path.join(args.runs, name + ".pt"), averaged=not args.last)
        for group in map(int, args.groups.split(",")):
            shared = share_scales(net, group)
            plain, again = (accuracy(n, *test) for n in (shared, measure_again(shared, *train)))
            print(f"{name:16} {group or 'all':>4} filters a scale: {plain:.2f} % as it is, {again:.2f} % measured again", flush=True)


if __name__ == "__main__":
    main()
