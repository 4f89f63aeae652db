/* SPDX-License-Identifier: MIT */
#ifndef EAI_TENSOR_QUANTIZE_BLOCKS_H
#define EAI_TENSOR_QUANTIZE_BLOCKS_H

/* One function for each format that can be written: float32 values, checked to be finite and within
 * a half's range, to n_blocks blocks. */

#include <stddef.h>

void eai_quantize_q4_0(const float *src, void *dst, size_t n_blocks);
void eai_quantize_q4_1(const float *src, void *dst, size_t n_blocks);
void eai_quantize_q5_0(const float *src, void *dst, size_t n_blocks);
void eai_quantize_q5_1(const float *src, void *dst, size_t n_blocks);
void eai_quantize_q8_0(const float *src, void *dst, size_t n_blocks);
void eai_quantize_iq4_nl(const float *src, void *dst, size_t n_blocks);

void eai_quantize_q2_k(const float *src, void *dst, size_t n_blocks);
void eai_quantize_q3_k(const float *src, void *dst, size_t n_blocks);
void eai_quantize_q4_k(const float *src, void *dst, size_t n_blocks);
void eai_quantize_q5_k(const float *src, void *dst, size_t n_blocks);
void eai_quantize_q6_k(const float *src, void *dst, size_t n_blocks);

void eai_quantize_tq1_0(const float *src, void *dst, size_t n_blocks);
void eai_quantize_tq2_0(const float *src, void *dst, size_t n_blocks);

#endif
