/* SPDX-License-Identifier: MIT */
#ifndef EAI_TENSOR_MATMUL_H
#define EAI_TENSOR_MATMUL_H

/*
 * y[n, M] = x[n, K] W[M, K]^T (+ bias[M]): weights of any element type against float32 rows.
 *
 * Rows of x are prepared once for all matrices that read them: as eight-bit integers with a scale
 * for every 32 inputs where the weights are quantized, else as they are. W is cut into items of a
 * few panels (panels.h) whose number depends on its shape alone, and items run in parallel. Which
 * thread computes one changes nothing in it, so results do not depend on the number of threads; nor
 * do they depend on which rows are multiplied together.
 */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/context.h>
#include <edgeai/tensor.h>

#include "kernels/kernels.h"
#include "tensor/panels.h"

/* Longest rows and columns that a plan takes: products of two stay far from overflow. */
#define EAI_MATMUL_MAX ((size_t)1 << 28)

/* Rows that are multiplied together: more go in turns, which bounds the prepared rows. */
#define EAI_MATMUL_ROWS ((size_t)64 * EAI_ROW_GROUP)

/* A weight matrix made ready. A plain view: it owns nothing and may be copied. */
typedef struct eai_matmul {
    size_t n_in, n_out;        /* K, M */
    const unsigned char *rows; /* [M] rows of row_bytes; NULL: there is no such matrix */
    size_t row_bytes;
    const unsigned char *packed; /* [panels] of panel_bytes; NULL: rows are used as they lie */
    size_t panel_bytes;
    const float *bias;   /* [M]; NULL: none */
    size_t item_columns; /* a multiple of EAI_PANEL */
    eai_panel_format format;
    const eai_kernels *kernels;
} eai_matmul;

/*
 * Plans over the rows of a tensor of shape {K, M} or {K, M / E, E}, all its outer dimensions taken
 * together; `kernels` must outlive the plan. `exact`: weights are dequantized and x stays float32.
 * EDGEAI_E_DTYPE for a type that cannot be converted, EDGEAI_E_SHAPE for absurd sizes.
 */
edgeai_status eai_matmul_plan(eai_matmul *plan, const edgeai_tensor *tensor, bool exact,
                              const eai_kernels *kernels);

/* Memory of running products. */
typedef struct eai_scratch {
    float *floats;      /* [threads, slot_floats] */
    size_t slot_floats; /* a multiple of 16: slots do not share cache lines */
    void *prepared;     /* aligned to 64; rows prepared for all threads */
    size_t prepared_bytes;
} eai_scratch;

/* Bytes that eai_matmul_pack() fills; 0 where the type has no packed form. */
size_t eai_matmul_packed_bytes(const eai_matmul *plan);

/*
 * Re-lays the weights into panels at `memory`, aligned to 64, on all threads; rows are not read any
 * more. scratch: eai_matmul_scratch() for each thread.
 */
void eai_matmul_pack(eai_matmul *plan, const edgeai_context *context, void *memory,
                     const eai_scratch *scratch);

/*
 * The same matrix cut down to rows [first, first + n): parts of a fused matrix, or one expert. Of a
 * packed matrix, first is a multiple of EAI_PANEL.
 */
eai_matmul eai_matmul_rows(const eai_matmul *plan, size_t first, size_t n);

/* Floats of scratch that each thread needs for any matrix. */
size_t eai_matmul_scratch(void);

/* Bytes of n prepared rows of this matrix. */
size_t eai_matmul_prepared_bytes(const eai_matmul *plan, size_t n);

/* Items that the output's M columns are cut into; all but the last have item_columns of them. */
size_t eai_matmul_items(const eai_matmul *plan);

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

/*
 * Runs all jobs and returns when they are done. Neighbouring jobs with the same x share its
 * prepared rows. prepared_bytes holds at least EAI_ROW_GROUP rows of each plan; more is faster, up
 * to the jobs' rows or EAI_MATMUL_ROWS.
 */
void eai_matmul_run(const edgeai_context *context, const eai_matmul_job *jobs, size_t n_jobs,
                    eai_scratch scratch);

/* Prepares n rows (at most EAI_MATMUL_ROWS) in scratch.prepared for eai_matmul_item(). */
void eai_matmul_prepare(const edgeai_context *context, const eai_matmul *plan, const float *x,
                        size_t x_stride, size_t n, const eai_scratch *scratch, eai_rows *rows);

/*
 * One item by the calling thread: columns [item * item_columns, ...) of x W^T + bias to
 * y[n, stride], whose first column is the item's first. Returns the number of columns. slot: the
 * calling thread's eai_matmul_scratch() floats.
 */
size_t eai_matmul_item(const eai_matmul *plan, size_t item, const eai_rows *rows, float *y,
                       size_t y_stride, bool accumulate, float *slot);

#endif
