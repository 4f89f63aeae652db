#!/bin/sh
# SPDX-License-Identifier: MIT
colours() { python3 "$SOURCE/tests/cli/write_colours.py" "$@"; }
colours network net.gguf
colours network bare.gguf bare
colours pictures .
edgeai-classify -m net.gguf red/a.ppm blue
printf '%s\n' red/*.ppm | edgeai-classify -m net.gguf -k 1 --softmax off -
edgeai-classify -m bare.gguf -k 1 --mean 0.5:0:0 --width 4 red/b.ppm
edgeai-classify -m bare.gguf -q -k 2 --channels bgr --softmax on --plain blue/b.ppm
edgeai-classify -m net.gguf -k 1 --limit 1 blue
