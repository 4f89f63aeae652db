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

/** How weight matrices are kept in memory. */
typedef enum edgeai_weights {
    EDGEAI_WEIGHTS_AUTO = 0, /**< Packed when that fits in half of the free memory, else mapped. */
    EDGEAI_WEIGHTS_MAPPED = 1, /**< Used as they lie; nothing is copied. */
    EDGEAI_WEIGHTS_PACKED = 2  /**< Re-laid once into panels for the kernels. Types without a packed
                                    form (Q2_K, Q3_K) stay mapped. 5- and 6-bit types and IQ4_NL
                                    take 8 bits an element, the others what they take in the file. */
} edgeai_weights;

/** What a product of quantized weights reads of its inputs. */
typedef enum edgeai_activations {
    EDGEAI_ACTIVATIONS_AUTO = 0, /**< Against quantized weights, integers of 8 bits with a scale for
                                      every 32 inputs; against F32, F16 and BF16, float32. */
    EDGEAI_ACTIVATIONS_F32 = 1   /**< Always float32: weights are dequantized exactly. Slower. */
} edgeai_activations;

/** Settings of edgeai_matmul_create(). */
typedef struct edgeai_matmul_options {
    size_t struct_size;             /**< sizeof(edgeai_matmul_options). */
    edgeai_weights weights;         /**< How to keep them. */
    edgeai_activations activations; /**< What the product reads. */
    size_t n_rows_max;              /**< Most rows of one run; 0: 512. */
} edgeai_matmul_options;

/** Initializer with every field at its default. */
#define EDGEAI_MATMUL_OPTIONS_INIT EDGEAI_SIZED_INIT(edgeai_matmul_options)

/** A weight matrix made ready for products. Belongs to one thread at a time. */
typedef struct edgeai_matmul edgeai_matmul;

/**
 * Plans y = x W^T and allocates all that running takes; weights are packed here.
 *
 * @param[out] out     Yours, free with edgeai_matmul_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the product.
 * @param[in]  weights W: shape {K, M}, F32, F16, BF16 or a block format; `data` must outlive the
 *                     product, packed or not.
 * @param[in]  options NULL for all defaults.
 * @return EDGEAI_OK; EDGEAI_E_DTYPE (no such conversion); EDGEAI_E_SHAPE (not two dimensions, or
 *         rows that are no multiple of the block); EDGEAI_E_MEMORY; EDGEAI_E_INVALID.
 * Numerics: docs/numerics.md, "Products"; the same bits for any number of threads and rows, and
 *           for every instruction set.
 */
EDGEAI_API edgeai_status edgeai_matmul_create(edgeai_matmul **out, edgeai_context *context,
                                              const edgeai_tensor *weights,
                                              const edgeai_matmul_options *options);

/**
 * Bytes that edgeai_matmul_create() will allocate.
 * @param[in]  context Not NULL.
 * @param[in]  weights As for edgeai_matmul_create().
 * @param[in]  options NULL for all defaults.
 * @param[out] bytes   Not NULL.
 * @return As edgeai_matmul_create(), but for EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_matmul_memory(edgeai_context *context, const edgeai_tensor *weights,
                                              const edgeai_matmul_options *options, size_t *bytes);

/**
 * y = x W^T.
 * @param[in]  matmul Not NULL.
 * @param[in]  x      [n_rows, K] float32, row-major. An input that is not finite makes its whole
 * row of y not-a-number or infinite.
 * @param      n_rows 0 to n_rows_max.
 * @param[out] y      [n_rows, M] float32, row-major. May not overlap x.
 * @return EDGEAI_OK; EDGEAI_E_LIMIT (too many rows); EDGEAI_E_INVALID. On error y is unchanged.
 * Memory: allocates nothing.
 */
EDGEAI_API edgeai_status edgeai_matmul_run(edgeai_matmul *matmul, const float *x, size_t n_rows,
                                           float *y);

/** Frees it. @param matmul NULL is fine. */
EDGEAI_API void edgeai_matmul_free(edgeai_matmul *matmul);

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
