# SPDX-License-Identifier: MIT
"""Trains the deep network, then one whose wide blocks can be merged:

    python3 train_deep.py --cache CACHE --runs RUNS --name deep-all --teachers float-distilled --minutes 42
    python3 train_deep.py --cache CACHE --runs RUNS --name deep-linear --start deep-all --teachers deep-all,float-distilled --minutes 44

The second is hybrid and elastic: the inner activations of wide blocks fade to identity over the first part, then the
blocks are trained merged; each step has pictures of another size, all sizes once in four steps, and all learn from what
the teachers say of the pictures in their own size. Teachers are asked once, of each picture and its mirror image.
RUNS/NAME.pt is written after every epoch and NAME.csv gets a line. Rate and the rest follow the share of the minutes
used so far. Accuracy is logged on training images held out of training; the test images are not touched.
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

from blocks import DeepNet, Plan
from data import batches, load, normalize
from model import whiten_stem
from train import follow, load_net, loss_of, schedule

BATCH, DECAY = 128, 5e-4
SIZES = (24, 28, 32, 40)
CROP, CROP_SHARE = 24, 0.35  # crops cost about half: used first, while the network is coarse anyhow
FADE_SHARE = 0.25


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--runs", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--teachers", required=True, help="names of trained networks; their scores are averaged")
    parser.add_argument("--start", help="name of the deep network; with it the run is hybrid and elastic")
    parser.add_argument("--rate", type=float, default=0.15)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args()


def load_deep(path, averaged=True):
    state = torch.load(path, weights_only=True)
    net = DeepNet(Plan(**state["plan"])).set_fade(state["fade"])
    if state["fade"] == 1:
        net.fold()
    net.load_state_dict(state["average" if averaged else "net"])
    return net.eval()


def load_teacher(runs, name):
    path = os.path.join(runs, name + ".pt")
    return load_deep(path) if "plan" in torch.load(path, weights_only=True) else load_net(path)


@torch.no_grad()
def opinion(net, images):
    """Scores of each picture, averaged with those of its mirror image."""
    parts = (normalize(i) for i in images.split(500))
    return torch.cat([(net(x) + net(x.flip(3))) / 2 for x in parts])


def resized(images, size):
    if images.shape[2] == size:
        return images
    smooth = F.interpolate(images, (size, size), mode="bilinear", antialias=True)
    return smooth.contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def accuracy(net, images, labels, size=32):
    net.eval()
    parts = zip(images.split(500), labels.split(500))
    right = sum((net(resized(normalize(i), size)).argmax(1) == l).sum().item() for i, l in parts)
    net.train()
    return 100 * right / len(labels)


def optimizer(net):
    plain = [p for p in net.parameters() if p.dim() == 1]
    decayed = [p for p in net.parameters() if p.dim() > 1]
    groups = [{"params": plain, "weight_decay": 0.0}, {"params": decayed, "weight_decay": DECAY}]
    return torch.optim.SGD(groups, lr=0.0, momentum=0.9, nesterov=True)


class Run:
    def __init__(self, args):
        self.args, self.path, self.log = args, *(os.path.join(args.runs, args.name + end) for end in (".pt", ".csv"))
        self.images, self.labels = load(args.cache, "train")
        self.held = load(args.cache, "held")
        self.wanted = sum(opinion(load_teacher(args.runs, n), self.images) for n in args.teachers.split(","))
        self.wanted /= len(args.teachers.split(","))
        self.epoch, self.used, self.fade = 0, 0.0, 0.0
        if args.resume:
            return self.restore()
        if args.start:
            path = os.path.join(args.runs, args.start + ".pt")
            self.net, self.fade = load_deep(path).train(), torch.load(path, weights_only=True)["fade"]
        else:
            self.net = DeepNet(Plan())
            whiten_stem(self.net, normalize(self.images[:2000]))
        self.follow_anew()

    def follow_anew(self):
        self.average, self.optimizer = copy.deepcopy(self.net), optimizer(self.net)

    def restore(self):
        state = torch.load(self.path, weights_only=True)
        self.net = load_deep(self.path, averaged=False).train()
        self.follow_anew()
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.used, self.fade = state["epoch"], state["used"], state["fade"]

    def save(self, row):
        state = {"plan": dataclasses.asdict(self.net.plan), "epoch": self.epoch, "used": self.used, "fade": self.fade}
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

    def crop(self):
        return CROP if not self.args.start and self.share() < CROP_SHARE else 32

    def fade_out(self):
        """A little less of the inner activations; once nothing is left of them, the blocks are merged for good."""
        if not self.args.start or self.fade == 1:
            return
        self.fade = min(self.share() / FADE_SHARE, 1.0)
        for net in (self.net, self.average):
            net.set_fade(self.fade)
        if self.fade == 1:
            self.net.fold()
            self.follow_anew()

    def train_epoch(self):
        rng = np.random.default_rng((self.args.seed, self.epoch))
        losses, seen, sizes = 0.0, 0, []
        for images, labels, chosen in batches(self.images, self.labels, BATCH, rng, self.crop, 0):
            share = self.share()
            if share >= 1:
                break
            self.fade_out()
            if self.args.start:
                sizes = sizes or list(rng.permutation(SIZES))
                images = resized(images, int(sizes.pop()))
            for group in self.optimizer.param_groups:
                group["lr"] = self.args.rate * schedule(share)
            loss = loss_of(self.net(images), labels, self.wanted[chosen])
            self.optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
            self.optimizer.step()
            follow(self.average, self.net)
            losses += loss.item() * len(chosen)
            seen += len(chosen)
        return losses / max(seen, 1), seen

    def run(self):
        self.began = time.monotonic()
        while self.share() < 1:
            crop = self.crop()
            loss, seen = self.train_epoch()
            self.epoch += 1
            row = {"epoch": self.epoch, "minutes": f"{self.share() * self.args.minutes:.2f}", "images": seen, "crop": crop}
            row |= {"fade": f"{self.fade:.3f}", "loss": f"{loss:.4f}", "held": f"{accuracy(self.net, *self.held):.2f}"}
            row |= {f"average{s}": f"{accuracy(self.average, *self.held, s):.2f}" for s in (SIZES if self.args.start else (32,))}
            row |= {"cpu": f"{time.process_time() / 60:.2f}"}
            now = time.monotonic()
            self.used, self.began = self.used + now - self.began, now
            self.save(row)
            print(row, flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    arguments = options()
    torch.manual_seed(arguments.seed)
    Run(arguments).run()
