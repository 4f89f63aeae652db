# SPDX-License-Identifier: MIT
"""CIFAR-10 as arrays, decoded once from the JPEG archives: python3 data.py --archives DIR --cache DIR

train_images.npy is (50000, 32, 32, 3) uint8 RGB, train_labels.npy is uint8; the same for test. Order is that of the
sorted paths, so it does not depend on the archive.
"""
import argparse
import io
import os
import tarfile

import numpy as np
import torch
from PIL import Image

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
MEAN = (0.4914, 0.4822, 0.4465)
STD = (0.2470, 0.2435, 0.2616)
HELD = 2500


def decode(archive):
    with tarfile.open(archive, "r:xz") as tar:
        files = {m.name: tar.extractfile(m).read() for m in tar if m.isfile() and m.name.endswith(".jpg")}
    names = sorted(files)
    images = np.stack([np.asarray(Image.open(io.BytesIO(files[n])).convert("RGB")) for n in names])
    labels = np.array([CLASSES.index(n.split("/")[-2]) for n in names], np.uint8)
    return images, labels


def load(cache, part):
    """Images as bytes, (count, 32, 32, 3), and labels. part: train, test, or held: the training images kept for choosing."""
    files = "test" if part == "test" else "train"
    images, labels = (np.load(os.path.join(cache, f"{files}_{what}.npy")) for what in ("images", "labels"))
    images, labels = torch.from_numpy(images), torch.from_numpy(labels).long()
    if part == "test":
        return images, labels
    order = torch.from_numpy(np.random.default_rng(2024).permutation(len(images)))
    chosen = order[:HELD] if part == "held" else order[HELD:]
    return images[chosen], labels[chosen]


def normalize(images):
    """(count, height, width, 3) bytes to (count, 3, height, width) floats; in memory the channels stay last."""
    return ((images.float() / 255 - torch.tensor(MEAN)) / torch.tensor(STD)).permute(0, 3, 1, 2)


def crop(images, rng, size):
    """Mirror half of them and cut out size x size at a random place, with a mirrored border of four if size is 32."""
    count, width = images.shape[:2]
    border = 4 if size == width else 0
    room = torch.from_numpy(np.pad(np.arange(width), border, mode="reflect"))
    rows, columns = (
        room[torch.from_numpy(rng.integers(0, width + 2 * border - size + 1, (count, 1))) + torch.arange(size)]
        for _ in range(2)
    )
    flip = torch.from_numpy(rng.random((count, 1)) < 0.5)
    columns = torch.where(flip, columns.flip(1), columns)
    return images[torch.arange(count).view(-1, 1, 1), rows.unsqueeze(2), columns.unsqueeze(1)]


def cut_out(images, rng, side):
    """A square of the mean colour over each image, partly outside at the borders."""
    count, _, height, width = images.shape
    y, x = (torch.from_numpy(rng.integers(0, n, (count, 1))) for n in (height, width))
    near_y, near_x = ((torch.arange(n) - c + 0.5).abs() < side / 2 for n, c in ((height, y), (width, x)))
    return images.masked_fill((near_y.unsqueeze(2) & near_x.unsqueeze(1)).unsqueeze(1), 0)


def batches(images, labels, batch, rng, size, side):
    """One epoch of augmented batches with labels and numbers of the images; the remainder that fills no batch is left out.
    `size` is asked for every batch."""
    order = torch.from_numpy(rng.permutation(len(images)))
    for start in range(0, len(order) - batch + 1, batch):
        chosen = order[start : start + batch]
        cropped = crop(images[chosen], rng, size())
        yield cut_out(normalize(cropped), rng, side), labels[chosen], chosen


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--archives", required=True)
    options.add_argument("--cache", required=True)
    args = options.parse_args()
    os.makedirs(args.cache, exist_ok=True)
    for part in ("train", "test"):
        images, labels = decode(os.path.join(args.archives, part + ".tar.xz"))
        np.save(os.path.join(args.cache, part + "_images.npy"), images)
        np.save(os.path.join(args.cache, part + "_labels.npy"), labels)
        print(part, images.shape, np.bincount(labels))


if __name__ == "__main__":
    main()
