#!/bin/sh
# SPDX-License-Identifier: MIT
EDGEAI_CPU=ref EDGEAI_THREADS=3 edgeai-inspect --cpu
