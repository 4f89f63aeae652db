/* SPDX-License-Identifier: MIT */
#include "support/blas_threads.h"

#include <cblas.h>

/* Enough products for OpenBLAS to share them out. */
enum { SIDE = 256 };

void blas_threads_settle(void)
{
    static float zeros[SIDE * SIDE], product[SIDE * SIDE];
    const int n_threads = openblas_get_num_threads();
    openblas_set_num_threads(openblas_get_num_procs());
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, SIDE, SIDE, SIDE, 1.0f, zeros, SIDE,
                zeros, SIDE, 0.0f, product, SIDE);
    openblas_set_num_threads(n_threads);
}
