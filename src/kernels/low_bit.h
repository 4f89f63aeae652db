/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_LOW_BIT_H
#define EAI_KERNELS_LOW_BIT_H

/*
 * Products with ternary and binary weights: sums[n, M] = x[n, K] W[M, K]^T, exact in 32 bits. Sums
 * are row-major; rows of x are row-major too and may start anywhere.
 *
 * Trits, four in a byte as in an activation tensor (channel 4 j + i in bits 2 i and 2 i + 1 of byte
 * j: 0, 1, or 3 for -1), select one of 256 tables of sixteen sums: entry m is the sum of those
 * trits whose bit is set in m. A vector shuffle looks the weights of 16 or 32 columns up in one
 * table. Rows hold offsets of tables, 16 times the byte, so that a table's address is one addition.
 */

#include <stddef.h>
#include <stdint.h>

enum {
    EAI_TRIT_PANEL = 32,  /* columns of a panel of packed trits or signs */
    EAI_CODE_COLUMNS = 16 /* columns of a tile of codes */
};

/* out[i] = 16 * trits[i]. */
typedef void eai_trit_offsets_fn(uint16_t *out, const uint8_t *trits, size_t n);

/* Weights and rows of a product of trits. n_fours is the number of bytes of trits of a row. */
typedef struct eai_trit_product {
    const uint8_t *weights;
    size_t panel_bytes; /* from one panel to the next */
    size_t n_panels;    /* 1 or 2, side by side */
    const uint16_t *rows;
    size_t row_stride; /* in offsets */
    size_t n_rows;
    size_t n_fours;
} eai_trit_product;

/*
 * sums[n_rows, sums_stride], n_panels * EAI_TRIT_PANEL columns of them, become the products.
 *
 * Binary weights: a byte holds the signs of column c for the inputs of two bytes of trits, the
 * first in its low half; a set bit is +1. Panels are [n_fours / 2][EAI_TRIT_PANEL] bytes; n_fours
 * is even.
 * Ternary weights: a byte holds column c's for one byte of trits: which are +1 in its low half,
 * which are -1 in its high half. Panels are [n_fours][EAI_TRIT_PANEL] bytes.
 */
typedef void eai_trit_sums_fn(int32_t *sums, size_t sums_stride, const eai_trit_product *product);
typedef eai_trit_sums_fn eai_trit_sums_binary_fn, eai_trit_sums_ternary_fn;

/* The tables: sums of trits where a bit is set, and the same minus those where it is not. */
extern const int8_t eai_trit_set_sums[256][16], eai_trit_sign_sums[256][16];

/*
 * sums[n_rows, sums_stride], EAI_CODE_COLUMNS columns of them, += rows times codes. Codes are 0, 1
 * or 2, [n_inputs / 4][EAI_CODE_COLUMNS][4], aligned to 32 bytes; n_inputs is a multiple of 4 and
 * at most EAI_STRETCH: 64 additions of two products, down to -2^15, still fit 16 bits. With a
 * code standing for weight + 1, the sum of weights' products is this less the row's sum.
 */
typedef void eai_multiply_codes_fn(int32_t *sums, size_t sums_stride, const uint8_t *codes,
                                   const int8_t *rows, size_t row_stride, size_t n_rows,
                                   size_t n_inputs);

/* out[i] = codes[i] - 1: weights as float32. n is a multiple of 32. */
typedef void eai_codes_to_floats_fn(float *out, const uint8_t *codes, size_t n);

/* sums[i] = the sum of n elements of row i. n is below 2^24. */
typedef void eai_sum_rows_fn(int32_t *sums, const int8_t *rows, size_t row_stride, size_t n_rows,
                             size_t n);

#endif
