/* SPDX-License-Identifier: MIT */
#ifndef EAI_TENSOR_BLOCK_FORMATS_H
#define EAI_TENSOR_BLOCK_FORMATS_H

/* One function for each stored format: n_blocks blocks at any address to float32. The order of the
 * float operations is docs/numerics.md's. src and dst do not overlap. */

#include <stddef.h>
#include <stdint.h>

typedef void (*eai_dequantizer)(const void *restrict src, float *restrict dst, size_t n_blocks);

void eai_dequantize_f32(const void *restrict src, float *restrict dst, size_t n);
void eai_dequantize_f16(const void *restrict src, float *restrict dst, size_t n);
void eai_dequantize_bf16(const void *restrict src, float *restrict dst, size_t n);

/* Blocks of 32. */
void eai_dequantize_q4_0(const void *restrict src, float *restrict dst, size_t n_blocks);
void eai_dequantize_q4_1(const void *restrict src, float *restrict dst, size_t n_blocks);
void eai_dequantize_q5_0(const void *restrict src, float *restrict dst, size_t n_blocks);
void eai_dequantize_q5_1(const void *restrict src, float *restrict dst, size_t n_blocks);
void eai_dequantize_q8_0(const void *restrict src, float *restrict dst, size_t n_blocks);
void eai_dequantize_iq4_nl(const void *restrict src, float *restrict dst, size_t n_blocks);

/* Superblocks of 256. */
void eai_dequantize_q2_k(const void *restrict src, float *restrict dst, size_t n_blocks);
void eai_dequantize_q3_k(const void *restrict src, float *restrict dst, size_t n_blocks);
void eai_dequantize_q4_k(const void *restrict src, float *restrict dst, size_t n_blocks);
void eai_dequantize_q5_k(const void *restrict src, float *restrict dst, size_t n_blocks);
void eai_dequantize_q6_k(const void *restrict src, float *restrict dst, size_t n_blocks);
void eai_dequantize_tq1_0(const void *restrict src, float *restrict dst, size_t n_blocks);
void eai_dequantize_tq2_0(const void *restrict src, float *restrict dst, size_t n_blocks);

#endif
