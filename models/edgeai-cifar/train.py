# SPDX-License-Identifier: MIT
"""Trains one network: python3 train.py --cache CACHE --runs RUNS --name float --minutes 45 [--resume]

Quantized ones start from the float network and learn from its outputs:
    python3 train.py ... --name ternary --weights ternary --activations int8 --teacher float --minutes 28
RUNS/NAME.pt is written after every epoch and NAME.csv gets a line. Rate and image size follow the share of the minutes
used so far, so a run ends on time on any machine. Accuracy is logged on 2,500 training images held out of training;
the test images are not touched.
"""
import argparse
import copy
import csv
import dataclasses
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

from data import batches, load, normalize
from model import Net, Shape, whiten_stem

BATCH, DECAY, AVERAGE = 256, 5e-4, 0.99
SMALL, SMALL_SHARE = 24, 0.35  # crops of 24x24 cost about half: used first, while the network is coarse anyhow
TEMPERATURE = 2.0


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--runs", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--weights", default="float", choices=("float", "ternary", "binary"))
    parser.add_argument("--activations", default="float", choices=("float", "int8", "sign"))
    parser.add_argument("--group", type=int, default=1)
    parser.add_argument("--widths", default="64,128,192")
    parser.add_argument("--depths", default="1,1,1")
    parser.add_argument("--teacher", help="name of a trained network")
    parser.add_argument("--start", help="name of the network whose weights are the start; the teacher if left out")
    parser.add_argument("--rate", type=float, default=0.2)
    parser.add_argument("--adam", action="store_true", help="Adam instead of SGD with Nesterov momentum")
    parser.add_argument("--small-share", type=float, default=SMALL_SHARE)
    parser.add_argument("--cutout", type=int, default=8, help="side of the square that hides a part of each image")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def load_net(path, averaged=True):
    state = torch.load(path, weights_only=True)
    net = Net(Shape(**state["shape"]))
    net.load_state_dict(state["average" if averaged else "net"])
    return net.eval()


@torch.no_grad()
def accuracy(net, images, labels):
    net.eval()
    right = sum((net(normalize(i)).argmax(1) == l).sum().item() for i, l in zip(images.split(500), labels.split(500)))
    net.train()
    return 100 * right / len(labels)


def schedule(share):
    """Up for a sixth of the time, then straight down to zero."""
    return min(share * 6, (1 - share) * 6 / 5)


def optimizer(net, args):
    """No decay for what is not a weight; none at all for Adam, which trains signs: their size means nothing."""
    plain = [p for p in net.parameters() if p.dim() == 1]
    decayed = [p for p in net.parameters() if p.dim() > 1]
    groups = [{"params": plain, "weight_decay": 0.0}, {"params": decayed, "weight_decay": 0.0 if args.adam else DECAY}]
    if args.adam:
        return torch.optim.Adam(groups, lr=args.rate)
    return torch.optim.SGD(groups, lr=args.rate, momentum=0.9, nesterov=True)


def loss_of(outputs, labels, wanted):
    hard = F.cross_entropy(outputs, labels, label_smoothing=0.1 if wanted is None else 0.0)
    if wanted is None:
        return hard
    soft = F.kl_div((outputs / TEMPERATURE).log_softmax(1), (wanted / TEMPERATURE).softmax(1), reduction="batchmean")
    return 0.3 * hard + 0.7 * TEMPERATURE**2 * soft


@torch.no_grad()
def follow(average, net):
    """Moving average of weights and of the normalizations' statistics."""
    for slow, fast in zip(average.state_dict().values(), net.state_dict().values()):
        if slow.is_floating_point():
            slow.lerp_(fast, 1 - AVERAGE)


class Run:
    def __init__(self, args):
        self.args, self.path, self.log = args, *(os.path.join(args.runs, args.name + end) for end in (".pt", ".csv"))
        self.shape = Shape(
            tuple(map(int, args.widths.split(","))), tuple(map(int, args.depths.split(","))),
            args.weights, args.activations, args.group,
        )
        self.teacher = load_net(os.path.join(args.runs, args.teacher + ".pt")) if args.teacher else None
        self.images, self.labels = load(args.cache, "train")
        self.held = load(args.cache, "held")
        self.net = Net(self.shape)
        start = args.start or args.teacher
        if start and not args.resume and not args.start == "none":
            found = load_net(os.path.join(args.runs, start + ".pt")).state_dict()
            self.net.load_state_dict(found, strict=False)  # steps and thresholds are new
        else:
            whiten_stem(self.net, normalize(self.images[:2000]))
        self.average = copy.deepcopy(self.net)
        self.optimizer = optimizer(self.net, args)
        self.epoch, self.used = 0, 0.0
        if args.resume:
            state = torch.load(self.path, weights_only=True)
            self.net.load_state_dict(state["net"])
            self.average.load_state_dict(state["average"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.epoch, self.used = state["epoch"], state["used"]

    def save(self, row):
        state = {"shape": dataclasses.asdict(self.shape), "epoch": self.epoch, "used": self.used}
        state |= {n: getattr(self, n).state_dict() for n in ("net", "average", "optimizer")}
        torch.save(state, self.path + ".part")
        os.replace(self.path + ".part", self.path)
        new = not os.path.exists(self.log) or self.epoch == 1
        with open(self.log, "w" if new else "a", newline="") as file:
            writer = csv.DictWriter(file, row)
            if new:
                writer.writeheader()
            writer.writerow(row)

    def share(self):
        return (self.used + time.monotonic() - self.began) / (60 * self.args.minutes)

    def size(self):
        return SMALL if self.share() < self.args.small_share else 32

    def train_epoch(self):
        rng = np.random.default_rng((self.args.seed, self.epoch))
        losses, right, seen = 0.0, 0, 0
        for images, labels, _ in batches(self.images, self.labels, BATCH, rng, self.size, self.args.cutout):
            share = self.share()
            if share >= 1:
                break
            for group in self.optimizer.param_groups:
                group["lr"] = self.args.rate * schedule(share)
            with torch.no_grad():
                wanted = self.teacher(images) if self.teacher else None
            outputs = self.net(images)
            loss = loss_of(outputs, labels, wanted)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            follow(self.average, self.net)
            losses += loss.item() * len(labels)
            right += (outputs.argmax(1) == labels).sum().item()
            seen += len(labels)
        return losses / max(seen, 1), 100 * right / max(seen, 1), seen

    def run(self):
        self.began = time.monotonic()
        while self.share() < 1:
            size = self.size()
            loss, right, seen = self.train_epoch()
            self.epoch += 1
            row = {"epoch": self.epoch, "minutes": f"{self.share() * self.args.minutes:.2f}", "images": seen, "size": size}
            row |= {"loss": f"{loss:.4f}", "train": f"{right:.2f}", "held": f"{accuracy(self.net, *self.held):.2f}"}
            row |= {"average": f"{accuracy(self.average, *self.held):.2f}", "cpu": f"{time.process_time() / 60:.2f}"}
            now = time.monotonic()
            self.used, self.began = self.used + now - self.began, now
            self.save(row)
            print(row, flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    arguments = options()
    torch.manual_seed(arguments.seed)
    Run(arguments).run()
