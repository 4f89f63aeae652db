#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-inspect --jsn model.gguf
