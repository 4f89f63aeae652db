/* SPDX-License-Identifier: MIT */
#ifndef EAI_TENSOR_MATMUL_H
#define EAI_TENSOR_MATMUL_H

/*
 * y[n, M] = x[n, K] W[M, K]^T (+ bias[M]): weights of any element type against float32 rows.
 *
 * W is cut into tiles of rows whose size depends on its shape alone. A tile is converted to float32
 * into the running thread's scratch (float32 weights are used where they lie) and multiplied by
 * OpenBLAS's sgemm on one thread; tiles run in parallel. Which thread computes a tile changes
 * nothing in it, so results do not depend on the number of threads.
 */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/context.h>
#include <edgeai/tensor.h>

#include "kernels/kernels.h"

/* Longest rows and columns that a plan takes: products of two stay far from overflow. */
#define EAI_MATMUL_MAX ((size_t)1 << 28)

/* A weight matrix made ready. A plain view: it owns nothing and may be copied. */
typedef struct eai_matmul {
    edgeai_dtype dtype;
    size_t n_in, n_out;        /* K, M */
    const unsigned char *rows; /* [M] rows of row_bytes; NULL: there is no such matrix */
    size_t row_bytes;
    const float *bias; /* [M]; NULL: none */
    size_t tile_rows;
    const eai_kernels *kernels;
    bool small_kernels; /* sgemm is faster on small products than on large ones with few rows */
} eai_matmul;

/*
 * Plans over the rows of a tensor of shape {K, M} or {K, M / E, E}, all its outer dimensions taken
 * together; `kernels` must outlive the plan. EDGEAI_E_DTYPE for a type that cannot be converted,
 * EDGEAI_E_SHAPE for absurd sizes.
 */
edgeai_status eai_matmul_plan(eai_matmul *plan, const edgeai_tensor *tensor,
                              const eai_kernels *kernels);

/* The same matrix cut down to rows [first, first + n): parts of a fused matrix, or one expert. */
eai_matmul eai_matmul_rows(const eai_matmul *plan, size_t first, size_t n);

/* Floats of scratch that a tile of this matrix needs; 0 where weights are used as they lie. */
size_t eai_matmul_scratch(const eai_matmul *plan);

/* Tiles that the output's M columns are cut into; all but the last have tile_rows of them. */
size_t eai_matmul_tiles(const eai_matmul *plan);

/*
 * One tile by the calling thread: columns [tile * tile_rows, ...) of x W^T + bias to y[n, stride],
 * whose first column is the tile's first. Returns the number of columns.
 */
size_t eai_matmul_tile(const eai_matmul *plan, size_t tile, const float *x, size_t x_stride,
                       size_t n, float *y, size_t y_stride, bool accumulate, float *scratch);

/* One product; those of one call run side by side and must not overlap in y. */
typedef struct eai_matmul_job {
    const eai_matmul *plan;
    const float *x; /* [n, x_stride], the first K of each row used */
    size_t x_stride;
    size_t n;
    float *y; /* [n, y_stride] */
    size_t y_stride;
    bool accumulate; /* add to y in place of setting it */
} eai_matmul_job;

/* Float scratch for every thread of the context. */
typedef struct eai_scratch {
    float *floats;      /* [threads, slot_floats] */
    size_t slot_floats; /* a multiple of 16: slots do not share cache lines */
} eai_scratch;

/* Runs all jobs and returns when they are done; scratch holds the largest of their plans. */
void eai_matmul_run(const edgeai_context *context, const eai_matmul_job *jobs, size_t n_jobs,
                    eai_scratch scratch);

#endif
