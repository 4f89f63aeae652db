#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-bench -V
