#!/bin/sh
# SPDX-License-Identifier: MIT
colours() { python3 "$SOURCE/tests/cli/write_colours.py" "$@"; }
colours network net.gguf
colours pictures .
edgeai-classify red/a.ppm; echo $?
edgeai-classify -m net.gguf; echo $?
edgeai-classify -m nowhere.gguf red/a.ppm; echo $?
edgeai-classify -m net.gguf --labels-from-folders -; echo $?
edgeai-classify -m net.gguf --labels-from-folders red; echo $?
edgeai-classify -m net.gguf --labels-from-folders nowhere; echo $?
edgeai-classify -m net.gguf --mean 1:2 red/a.ppm; echo $?
edgeai-classify -m net.gguf --channels grey red/a.ppm; echo $?
edgeai-classify -m net.gguf --fit up red/a.ppm; echo $?
echo no picture > broken.ppm
edgeai-classify -m net.gguf -k 1 broken.ppm red/a.ppm; echo $?
edgeai-classify -m broken.ppm red/a.ppm; echo $?
edgeai-classify -m "$MODELS/alphabet.gguf" red/a.ppm; echo $?
