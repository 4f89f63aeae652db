/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_TENSOR_H
#define EDGEAI_TENSOR_H

/**
 * @file tensor.h
 * Element types, tensor views, and conversion between block formats and float32.
 *
 * Shapes are in GGUF's order: shape[0] is the innermost, contiguous dimension. A weight matrix
 * [M, K] (M outputs, K inputs, row-major) therefore has shape {K, M}.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Element types; the numbers are GGUF's tensor type ids (gguf specification, version 3). */
typedef enum edgeai_dtype {
    EDGEAI_DTYPE_F32 = 0,
    EDGEAI_DTYPE_F16 = 1,
    EDGEAI_DTYPE_Q4_0 = 2,
    EDGEAI_DTYPE_Q4_1 = 3,
    EDGEAI_DTYPE_Q5_0 = 6,
    EDGEAI_DTYPE_Q5_1 = 7,
    EDGEAI_DTYPE_Q8_0 = 8,
    EDGEAI_DTYPE_Q2_K = 10,
    EDGEAI_DTYPE_Q3_K = 11,
    EDGEAI_DTYPE_Q4_K = 12,
    EDGEAI_DTYPE_Q5_K = 13,
    EDGEAI_DTYPE_Q6_K = 14,
    EDGEAI_DTYPE_IQ4_NL = 20,
    EDGEAI_DTYPE_I8 = 24,
    EDGEAI_DTYPE_I16 = 25,
    EDGEAI_DTYPE_I32 = 26,
    EDGEAI_DTYPE_I64 = 27,
    EDGEAI_DTYPE_F64 = 28,
    EDGEAI_DTYPE_BF16 = 30,
    EDGEAI_DTYPE_TQ1_0 = 34,
    EDGEAI_DTYPE_TQ2_0 = 35
} edgeai_dtype;

/** Most dimensions a tensor has. */
#define EDGEAI_MAX_DIMS 4

/** A view of a tensor: it owns nothing, and stays valid as long as what it was taken from. */
typedef struct edgeai_tensor {
    const char *name;               /**< NUL-terminated; "" if it has none. */
    edgeai_dtype dtype;             /**< Of the elements. */
    int n_dims;                     /**< 1 to EDGEAI_MAX_DIMS. */
    int64_t shape[EDGEAI_MAX_DIMS]; /**< Elements, innermost first; 1 beyond n_dims. */
    const void *data;               /**< Contiguous rows of blocks. */
    size_t data_bytes;              /**< Bytes at `data`. */
} edgeai_tensor;

/**
 * The type's name as GGUF files are named after: "Q4_K".
 * @param dtype Any value.
 * @return A static string; "?" for a value that is no type.
 * Threads: safe.
 */
EDGEAI_API const char *edgeai_dtype_name(edgeai_dtype dtype);

/**
 * The type with this name, letter case ignored.
 * @param[in]  name  For example "q8_0". Not NULL.
 * @param[out] dtype Unchanged on failure.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_dtype_from_name(const char *name, edgeai_dtype *dtype);

/**
 * Elements in one block: 1 for plain types, 32 or 256 for block formats.
 * @param dtype Any value.
 * @return 0 for a value that is no type.
 * Threads: safe.
 */
EDGEAI_API int edgeai_dtype_block_elements(edgeai_dtype dtype);

/**
 * Bytes of one block.
 * @param dtype Any value.
 * @return 0 for a value that is no type.
 * Threads: safe.
 */
EDGEAI_API size_t edgeai_dtype_block_bytes(edgeai_dtype dtype);

/**
 * Bytes of a contiguous row of `n` elements.
 * @param dtype A type.
 * @param n     Elements; a multiple of the block's.
 * @return 0 if `n` is no multiple, or negative, or the product overflows.
 * Threads: safe.
 */
EDGEAI_API size_t edgeai_dtype_row_bytes(edgeai_dtype dtype, int64_t n);

/**
 * Converts stored elements to float32.
 *
 * @param[in]  dtype F32, F16, BF16 or a block format.
 * @param[in]  src   n / block elements blocks. No alignment needed.
 * @param[out] dst   [n] float32. May not overlap src.
 * @param      n     Elements, a multiple of the block's; 0 is fine.
 * @return EDGEAI_OK; EDGEAI_E_DTYPE (no such conversion); EDGEAI_E_SHAPE (n is no multiple).
 * Numerics: products and sums are rounded to float32 one by one, without fused multiply-add, in
 *           the order that docs/numerics.md gives: every machine gives the same bits.
 * Threads: safe. Memory: allocates nothing.
 * Source: the block layouts of GGUF (ggml).
 */
EDGEAI_API edgeai_status edgeai_dequantize(edgeai_dtype dtype, const void *src, float *dst,
                                           size_t n);

/**
 * Converts float32 to stored elements. Scales are chosen for the least squared error of each block,
 * and the values rounded to nearest for them; Q8_0 takes max / 127.
 *
 * @param[in]  dtype F32, F16, BF16 or a block format.
 * @param[in]  src   [n] float32, finite; within +-65504 for all types but F32 and BF16, whose
 * scales are halves. A block whose values are all below 2^-30 becomes zero.
 * @param[out] dst   edgeai_dtype_row_bytes(dtype, n) bytes. No alignment needed.
 * @param      n     Elements, a multiple of the block's; 0 is fine.
 * @return EDGEAI_OK; EDGEAI_E_UNSUPPORTED (no such conversion); EDGEAI_E_SHAPE (n is no multiple);
 *         EDGEAI_E_INVALID (a value is not finite or too large; dst is untouched).
 * Numerics: errors and how they were found are in docs/numerics.md; the same values give the same
 *           bytes on every machine.
 * Threads: safe. Memory: allocates nothing.
 */
EDGEAI_API edgeai_status edgeai_quantize(edgeai_dtype dtype, const float *src, void *dst, size_t n);

/**
 * The kernels a context uses: operation number `index` and the variant chosen for it.
 * @param      context Not NULL.
 * @param      index   From 0 up to the first that is not found.
 * @param[out] op      For example "softmax"; a static string.
 * @param[out] variant For example "avx2"; a static string.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND (past the last); EDGEAI_E_INVALID.
 * Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_kernel_variant(const edgeai_context *context, size_t index,
                                               const char **op, const char **variant);

#ifdef __cplusplus
}
#endif
#endif
