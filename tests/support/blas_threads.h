/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_BLAS_THREADS_H
#define TESTS_SUPPORT_BLAS_THREADS_H

/*
 * OpenBLAS starts threads of its own when it is loaded, which allocate a little once they come to
 * run: on a busy machine that may be after main() began. Returns when all of them have worked, so
 * that allocations counted afterwards are ours.
 */
void blas_threads_settle(void);

#endif
