#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-run --decodr dico -p x
edgeai-run -p x -i
edgeai-run -p x --cfg 1 --cache dual
edgeai-run --decoder none -p x
edgeai-run -p x -n many
