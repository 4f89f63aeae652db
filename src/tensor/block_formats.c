/* SPDX-License-Identifier: MIT */

/* Blocks of 32 elements, and edgeai_dequantize(), which chooses among all formats. */

#include "tensor/block_formats.h"

#include <edgeai/tensor.h>

#include "base/fail.h"
#include "kernels/block_layouts.h"
#include "kernels/half.h"

void eai_dequantize_q4_0(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_q4_0 *blocks = src;
    for (size_t b = 0; b < n_blocks; b++, dst += 32) {
        float d = eai_load_half(blocks[b].d);
        for (int j = 0; j < 16; j++) {
            dst[j] = d * (float)((blocks[b].qs[j] & 15) - 8);
            dst[j + 16] = d * (float)((blocks[b].qs[j] >> 4) - 8);
        }
    }
}

void eai_dequantize_q4_1(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_q4_1 *blocks = src;
    for (size_t b = 0; b < n_blocks; b++, dst += 32) {
        float d = eai_load_half(blocks[b].d), m = eai_load_half(blocks[b].m);
        for (int j = 0; j < 16; j++) {
            dst[j] = d * (float)(blocks[b].qs[j] & 15) + m;
            dst[j + 16] = d * (float)(blocks[b].qs[j] >> 4) + m;
        }
    }
}

/* Elements of Q5_0 and Q5_1 as integers 0 to 31; apart from the arithmetic, so that each loop
 * vectorises. */
static void unpack_5bit(const uint8_t qh[4], const uint8_t qs[16], int32_t q[32])
{
    for (int j = 0; j < 16; j++) {
        q[j] = qs[j] & 15;
        q[j + 16] = qs[j] >> 4;
    }
    for (int j = 0; j < 32; j++)
        q[j] |= (qh[j / 8] >> (j % 8) & 1) << 4;
}

void eai_dequantize_q5_0(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_q5_0 *blocks = src;
    int32_t q[32];
    for (size_t b = 0; b < n_blocks; b++, dst += 32) {
        float d = eai_load_half(blocks[b].d);
        unpack_5bit(blocks[b].qh, blocks[b].qs, q);
        for (int j = 0; j < 32; j++)
            dst[j] = d * (float)(q[j] - 16);
    }
}

void eai_dequantize_q5_1(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_q5_1 *blocks = src;
    int32_t q[32];
    for (size_t b = 0; b < n_blocks; b++, dst += 32) {
        float d = eai_load_half(blocks[b].d), m = eai_load_half(blocks[b].m);
        unpack_5bit(blocks[b].qh, blocks[b].qs, q);
        for (int j = 0; j < 32; j++)
            dst[j] = d * (float)q[j] + m;
    }
}

void eai_dequantize_q8_0(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_q8_0 *blocks = src;
    for (size_t b = 0; b < n_blocks; b++, dst += 32) {
        float d = eai_load_half(blocks[b].d);
        for (int j = 0; j < 32; j++)
            dst[j] = d * (float)blocks[b].qs[j];
    }
}

void eai_dequantize_iq4_nl(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_iq4_nl *blocks = src;
    for (size_t b = 0; b < n_blocks; b++, dst += 32) {
        float d = eai_load_half(blocks[b].d);
        for (int j = 0; j < 16; j++) {
            dst[j] = d * (float)eai_iq4_nl_values[blocks[b].qs[j] & 15];
            dst[j + 16] = d * (float)eai_iq4_nl_values[blocks[b].qs[j] >> 4];
        }
    }
}

static eai_dequantizer find_dequantizer(edgeai_dtype dtype)
{
    switch (dtype) {
    case EDGEAI_DTYPE_F32:
        return eai_dequantize_f32;
    case EDGEAI_DTYPE_F16:
        return eai_dequantize_f16;
    case EDGEAI_DTYPE_BF16:
        return eai_dequantize_bf16;
    case EDGEAI_DTYPE_Q4_0:
        return eai_dequantize_q4_0;
    case EDGEAI_DTYPE_Q4_1:
        return eai_dequantize_q4_1;
    case EDGEAI_DTYPE_Q5_0:
        return eai_dequantize_q5_0;
    case EDGEAI_DTYPE_Q5_1:
        return eai_dequantize_q5_1;
    case EDGEAI_DTYPE_Q8_0:
        return eai_dequantize_q8_0;
    case EDGEAI_DTYPE_IQ4_NL:
        return eai_dequantize_iq4_nl;
    case EDGEAI_DTYPE_Q2_K:
        return eai_dequantize_q2_k;
    case EDGEAI_DTYPE_Q3_K:
        return eai_dequantize_q3_k;
    case EDGEAI_DTYPE_Q4_K:
        return eai_dequantize_q4_k;
    case EDGEAI_DTYPE_Q5_K:
        return eai_dequantize_q5_k;
    case EDGEAI_DTYPE_Q6_K:
        return eai_dequantize_q6_k;
    case EDGEAI_DTYPE_TQ1_0:
        return eai_dequantize_tq1_0;
    case EDGEAI_DTYPE_TQ2_0:
        return eai_dequantize_tq2_0;
    default:
        return NULL;
    }
}

edgeai_status edgeai_dequantize(edgeai_dtype dtype, const void *src, float *dst, size_t n)
{
    eai_dequantizer dequantizer = find_dequantizer(dtype);
    if (!dequantizer)
        return eai_fail(EDGEAI_E_DTYPE, "dequantize: no conversion from type %s (%d) to F32",
                        edgeai_dtype_name(dtype), (int)dtype);
    size_t block = (size_t)edgeai_dtype_block_elements(dtype);
    if (n % block != 0)
        return eai_fail(EDGEAI_E_SHAPE,
                        "dequantize: expected a multiple of %zu elements of %s, found %zu", block,
                        edgeai_dtype_name(dtype), n);
    if (n == 0) return EDGEAI_OK;
    if (!src || !dst) return eai_fail(EDGEAI_E_INVALID, "dequantize: NULL argument");
    dequantizer(src, dst, n / block);
    return EDGEAI_OK;
}
