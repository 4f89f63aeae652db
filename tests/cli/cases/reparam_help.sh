#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-reparam --help
