#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-convert --help
