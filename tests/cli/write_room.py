#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a recording of a room with a table and two stools, as a camera on a circle sees it.

    write_room.py FOLDER [N_FRAMES]

Frames of 80 x 60 pixels in 7-Scenes' form with exact poses, and FOLDER/seen.json with boxes of
the three things, in our detections' form.
"""

import json
import math
import os
import struct
import sys
import zlib

WIDTH, HEIGHT, FOCAL = 80, 60, 65.0
ROOM = ((0.0, 0.0, 0.0), (5.0, 2.6, 4.0))  # x, y (down), z
THINGS = {"table": ((2.0, 1.9, 1.6), (3.2, 2.6, 2.4)),
          "stool": ((1.2, 2.15, 1.0), (1.6, 2.6, 1.4)),
          "stool 2": ((3.7, 2.15, 2.7), (4.1, 2.6, 3.1))}


def camera(i, n):
    """Camera to world, as three columns and a place: around the room, looking at its middle."""
    angle = 2 * math.pi * i / n
    place = (2.5 + 1.9 * math.cos(angle), 1.1, 2.0 + 1.5 * math.sin(angle))
    forward = unit(tuple(b - a for a, b in zip(place, (2.5, 2.1, 2.0))))
    right = unit((forward[2], 0.0, -forward[0]))
    down = (forward[1] * right[2] - forward[2] * right[1],
            forward[2] * right[0] - forward[0] * right[2],
            forward[0] * right[1] - forward[1] * right[0])
    return right, down, forward, place


def unit(v):
    n = math.sqrt(sum(x * x for x in v))
    return tuple(x / n for x in v)


def slabs(box, place, ray):
    """Distances at which a ray enters and leaves a box."""
    near, far = -math.inf, math.inf
    for k in range(3):
        if abs(ray[k]) < 1e-12:
            if not box[0][k] < place[k] < box[1][k]:
                return math.inf, -math.inf
            continue
        a, b = ((box[side][k] - place[k]) / ray[k] for side in (0, 1))
        near, far = max(near, min(a, b)), min(far, max(a, b))
    return near, far


def look(place, ray):
    """Depth along the ray, and which thing it meets (0: the room)."""
    best, which = slabs(ROOM, place, ray)[1], 0
    for number, box in enumerate(THINGS.values(), 1):
        near, far = slabs(box, place, ray)
        if 0 < near <= far and near < best:
            best, which = near, number
    return best, which


def png(depths):
    rows = b"".join(b"\0" + struct.pack(">%dH" % WIDTH, *depths[y * WIDTH:(y + 1) * WIDTH])
                    for y in range(HEIGHT))

    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data)))

    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def write_frame(folder, name, pose):
    right, down, forward, place = pose
    depths, pixels, seen = [], bytearray(), {}
    for v in range(HEIGHT):
        for u in range(WIDTH):
            x, y = (u - WIDTH / 2) / FOCAL, (v - HEIGHT / 2) / FOCAL
            ray = tuple(right[k] * x + down[k] * y + forward[k] for k in range(3))
            depth, which = look(place, ray)
            depths.append(round(1000 * depth))
            point = [place[k] + depth * ray[k] for k in range(3)]
            shade = 80 + 60 * (sum(math.floor(4 * p + 0.001) for p in point) % 3)
            pixels += bytes((shade, shade // (1 + which), 255 - 60 * which))
            if which:
                seen.setdefault(which, []).append((u, v))
    with open(os.path.join(folder, name + ".depth.png"), "wb") as file:
        file.write(png(depths))
    with open(os.path.join(folder, name + ".color.ppm"), "wb") as file:
        file.write(b"P6\n%d %d\n255\n" % (WIDTH, HEIGHT) + pixels)
    with open(os.path.join(folder, name + ".pose.txt"), "w", encoding="ascii") as file:
        for k in range(3):
            file.write("%.9f %.9f %.9f %.9f\n" % (right[k], down[k], forward[k], place[k]))
        file.write("0 0 0 1\n")
    return seen


def detections(seen):
    found = []
    for which, points in sorted(seen.items()):
        left, top = (min(p[k] for p in points) for k in (0, 1))
        width, height = (max(p[k] for p in points) + 1 - least for k, least in ((0, left), (1, top)))
        if len(points) > 20:
            label = list(THINGS)[which - 1].split()[0]
            found.append({"label": label, "score": 0.9, "box": [left, top, width, height]})
    return found


def main():
    folder = sys.argv[1]
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 16
    os.makedirs(folder, exist_ok=True)
    frames = []
    for i in range(n):
        name = "frame-%06d" % i
        frames.append({"name": name, "detections": detections(
            write_frame(folder, name, camera(i, n)))})
    with open(os.path.join(folder, "camera-intrinsics.txt"), "w", encoding="ascii") as file:
        file.write("%g 0 %g\n0 %g %g\n0 0 1\n" % (FOCAL, WIDTH / 2, FOCAL, HEIGHT / 2))
    with open(os.path.join(folder, "seen.json"), "w", encoding="ascii") as file:
        json.dump({"version": 1, "frames": frames}, file)


if __name__ == "__main__":
    main()
