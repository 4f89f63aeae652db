#!/bin/sh
# SPDX-License-Identifier: MIT
EDGEAI_THREADS=many edgeai-inspect --cpu
