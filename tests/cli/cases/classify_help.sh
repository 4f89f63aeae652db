#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-classify --help
