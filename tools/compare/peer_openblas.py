# SPDX-License-Identifier: MIT
"""Peer: sgemm of the system's OpenBLAS, through ctypes.

float32 weights, whatever the type they are compared with: what a program would do that
dequantizes once and keeps the result.
"""
import ctypes
import ctypes.util
import os
import sys

import alternation
import peer_worker

NAME = "openblas"
ROW_MAJOR, NO_TRANS, TRANS = 101, 111, 112  # cblas.h


def matmul_sides(python, job):
    return [alternation.Side(NAME, [python, os.path.abspath(__file__), *job.arguments()])]


def open_library():
    name = ctypes.util.find_library("openblas") or "libopenblas.so.0"
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        sys.exit(f"no OpenBLAS in this system: {error}")
    for function in ("openblas_get_corename", "openblas_get_config"):
        getattr(library, function).restype = ctypes.c_char_p
    i, f, p = ctypes.c_int, ctypes.c_float, ctypes.c_void_p
    library.cblas_sgemm.argtypes = [i, i, i, i, i, i, f, p, i, p, i, f, p, i]
    library.cblas_sgemm.restype = None
    return library


def main():
    options = peer_worker.matmul_parser("Measures OpenBLAS's sgemm.").parse_args()
    import numpy as np
    library = open_library()
    library.openblas_set_num_threads(options.threads)
    weights = peer_worker.random_weights(options)
    activations = peer_worker.random_activations(options)
    product = np.empty((options.rows, options.m), dtype=np.float32)

    def run():
        library.cblas_sgemm(ROW_MAJOR, NO_TRANS, TRANS, options.rows, options.m, options.k, 1.0,
                            activations.ctypes.data, options.k, weights.ctypes.data, options.k,
                            0.0, product.ctypes.data, options.m)

    samples = peer_worker.time_ms(run, options)
    peer_worker.check_product(product, weights, activations, 1e-4)
    version = library.openblas_get_config().decode().split()[1]
    core = library.openblas_get_corename().decode()
    peer_worker.report(samples, f"sgemm, OpenBLAS {version}, kernels for {core}")


if __name__ == "__main__":
    main()
