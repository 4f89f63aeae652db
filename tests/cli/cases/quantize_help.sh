#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-quantize --help
