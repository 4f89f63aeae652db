#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-run --help
