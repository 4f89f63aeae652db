/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_MATMUL_FIXTURE_H
#define TESTS_SUPPORT_MATMUL_FIXTURE_H

/* A random product of any type with its expected result, computed in float64 from definitions. */

#include "tensor/matmul.h"

enum { MATMUL_N = 15, MATMUL_STRIDE = 64, MATMUL_M_MAX = 53, MATMUL_K_MAX = 512 };

typedef struct matmul_fixture {
    edgeai_context *context;
    eai_kernels kernels;
    edgeai_tensor tensor; /* {n_in, n_out} */
    eai_matmul plan;
    size_t n_in, n_out;
    unsigned char *blocks;
    void *packed;
    eai_scratch scratch;
    float x[MATMUL_N * MATMUL_K_MAX];
    float y[MATMUL_N * MATMUL_STRIDE];
    float bias[MATMUL_M_MAX];
    double expected[MATMUL_N * MATMUL_M_MAX]; /* [MATMUL_N, n_out] x W^T */
    double magnitude;                         /* largest sum of |x w| */
} matmul_fixture;

/* The types that products take. */
enum { MATMUL_N_DTYPES = 16 };
extern const edgeai_dtype matmul_dtypes[MATMUL_N_DTYPES];

/* K is no multiple of a stretch where the type allows it, M none of a panel. */
matmul_fixture *matmul_fixture_make(edgeai_dtype dtype, bool exact, int n_threads);

void matmul_fixture_pack(matmul_fixture *f);

/* The first n rows of x to y. */
void matmul_fixture_run(matmul_fixture *f, const eai_matmul *plan, size_t n, bool accumulate);

void matmul_fixture_free(matmul_fixture *f);

/* A tensor named "w" of shape {k, m}. */
edgeai_tensor matmul_view(edgeai_dtype dtype, const void *data, int64_t k, int64_t m);

#endif
