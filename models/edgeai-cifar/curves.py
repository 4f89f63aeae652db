# SPDX-License-Identifier: MIT
"""Draws the accuracy of each run over its minutes: python3 curves.py OUT.png LOG.csv..."""
import csv
import os
import sys

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, LEFT, BOTTOM, LOW = 860, 480, 60, 50, 40
COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e", "#8c564b")


def main():
    runs = {os.path.basename(p)[:-4]: list(csv.DictReader(open(p))) for p in sys.argv[2:]}
    longest = max(float(rows[-1]["minutes"]) for rows in runs.values())
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(14)

    def place(minutes, percent):
        return LEFT + (WIDTH - LEFT - 20) * minutes / longest, HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 20) * (percent - LOW) / (100 - LOW)

    for percent in range(LOW, 101, 10):
        draw.line([place(0, percent), place(longest, percent)], "#dddddd")
        draw.text((LEFT - 40, place(0, percent)[1] - 8), f"{percent} %", "black", font)
    for minutes in range(0, int(longest) + 1, 10):
        draw.text((place(minutes, LOW)[0] - 6, HEIGHT - BOTTOM + 6), str(minutes), "black", font)
    draw.text((WIDTH / 2 - 230, HEIGHT - 24), "minutes; dots: averaged weights on held-out images (-2) or test images; thin: training batches", "black", font)
    for number, (name, rows) in enumerate(runs.items()):
        colour = COLOURS[number]
        points = {c: [place(float(r["minutes"]), max(LOW, float(r[c]))) for r in rows] for c in ("average", "train")}
        draw.line(points["train"], colour, 1)
        draw.line(points["average"], colour, 3)
        for x, y in points["average"]:
            draw.ellipse((x - 3, y - 3, x + 3, y + 3), colour)
        draw.text((WIDTH - 200, HEIGHT - BOTTOM - 110 + 20 * number), f"{name} {float(rows[-1]['average']):.2f} %", colour, font)
    image.save(sys.argv[1], optimize=True)


if __name__ == "__main__":
    main()
