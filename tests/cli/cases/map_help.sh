#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-map --help
