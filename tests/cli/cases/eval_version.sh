#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-eval -V
