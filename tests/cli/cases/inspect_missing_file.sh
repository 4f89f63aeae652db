#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-inspect nowhere.gguf
