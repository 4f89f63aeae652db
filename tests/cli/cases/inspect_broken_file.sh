#!/bin/sh
# SPDX-License-Identifier: MIT
printf 'GGUF\003\000\000\000\000\000\000\000\000\000\000\000\377\377\377\377\000\000\000\000' > broken.gguf
edgeai-inspect broken.gguf
