# SPDX-License-Identifier: MIT
"""What several trained networks think of every training image: python3 opinions.py --cache CACHE --runs RUNS --out NAME NET...

RUNS/NAME.npy is (images, 10) float32: their probabilities at the temperature of training, averaged over the networks and
the image and its mirror image, as logits at that temperature. A student learns from them at no cost per step.
"""
import argparse
import os

import numpy as np
import torch

from data import load, normalize
from train import TEMPERATURE, load_net


@torch.no_grad()
def opinion(nets, images):
    views = [normalize(images), normalize(images).flip(3)]
    votes = [(net(view) / TEMPERATURE).softmax(1) for net in nets for view in views]
    return TEMPERATURE * torch.stack(votes).mean(0).log()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cache", required=True)
    options.add_argument("--runs", required=True)
    options.add_argument("--out", required=True)
    options.add_argument("names", nargs="+")
    args = options.parse_args()
    torch.set_num_threads(1)
    nets = [load_net(os.path.join(args.runs, name + ".pt")) for name in args.names]
    images, _ = load(args.cache, "train")
    found = torch.cat([opinion(nets, part) for part in images.split(500)])
    np.save(os.path.join(args.runs, args.out + ".npy"), found.numpy())


if __name__ == "__main__":
    main()
