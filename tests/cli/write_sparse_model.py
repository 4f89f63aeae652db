#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes a model of one matrix of zeros, F16, as a sparse file.

Usage: write_sparse_model.py FILE N_ROWS [ARCHITECTURE [TENSOR]]
"""

import struct
import sys

ROW = 4096
F16 = 1
STRING = 8


def text(value):
    return struct.pack("<Q", len(value)) + value.encode()


def main():
    path, n_rows = sys.argv[1], int(sys.argv[2])
    architecture = sys.argv[3] if len(sys.argv) > 3 else "llada"
    tensor = sys.argv[4] if len(sys.argv) > 4 else "token_embd.weight"
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, 1)
    head += text("general.architecture") + struct.pack("<I", STRING) + text(architecture)
    head += text(tensor) + struct.pack("<IQQIQ", 2, ROW, n_rows, F16, 0)
    head += bytes(-len(head) % 32)
    with open(path, "wb") as file:
        file.write(head)
        file.truncate(len(head) + 2 * ROW * n_rows)


if __name__ == "__main__":
    main()
