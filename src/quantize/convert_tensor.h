/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_CONVERT_TENSOR_H
#define EAI_QUANTIZE_CONVERT_TENSOR_H

/*
 * A tensor in another type, piece by piece on all threads, and how much its values change. A piece
 * is cut into items of the same size whatever the number of threads, and sums are taken in the
 * order of the items, so bytes and errors do not depend on it.
 */

#include <edgeai/tensor.h>

/* Elements of one item: whole blocks of every format. */
#define EAI_CONVERT_ITEM 16384

/* Items of one piece, which is 4 MiB of F32 at most. */
#define EAI_CONVERT_ITEMS 64

/* Sums over an item or a tensor, in float64. */
typedef struct eai_conversion_errors {
    double error_squares, value_squares, error_max;
} eai_conversion_errors;

typedef struct eai_converter {
    edgeai_context *context;
    unsigned char *piece;         /* [4 * EAI_CONVERT_ITEMS * EAI_CONVERT_ITEM] */
    float *scratch;               /* [threads, 2, EAI_CONVERT_ITEM] */
    eai_conversion_errors *items; /* [EAI_CONVERT_ITEMS] */
    edgeai_status *statuses;      /* [EAI_CONVERT_ITEMS] */
    const edgeai_tensor *tensor;  /* the one at work */
    edgeai_dtype dtype;           /* that it gets */
    size_t n_elements, n_done;    /* of it */
    eai_conversion_errors errors; /* so far */
} eai_converter;

/* Takes its memory; on failure nothing is held. */
edgeai_status eai_converter_init(eai_converter *self, edgeai_context *context);

/* A zero struct is fine. */
void eai_converter_free(eai_converter *self);

/*
 * Begins a tensor (borrowed): rows in whole blocks of its own type and of `dtype`, which is its own
 * or one that edgeai_quantize() writes.
 */
void eai_converter_begin(eai_converter *self, const edgeai_tensor *tensor, edgeai_dtype dtype);

/*
 * The next piece, valid until the next call; to be called until n_done is n_elements. Allocates
 * nothing. EDGEAI_E_FORMAT: a value that the type cannot hold.
 */
edgeai_status eai_converter_next(eai_converter *self, const void **bytes, size_t *n_bytes);

/* Root mean square of the errors so far by that of the values; 0 without errors. */
double eai_converter_relative_rms(const eai_converter *self);

#endif
