/* SPDX-License-Identifier: MIT */

/* edgeai_quantize(): checks the values and chooses among the formats that can be written. */

#include <edgeai/tensor.h>

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/fail.h"
#include "kernels/half.h"
#include "tensor/quantize_blocks.h"

#define HALF_MAX 65504.0f

static void quantize_f32(const float *src, void *dst, size_t n)
{
    memcpy(dst, src, n * sizeof *src);
}

static void quantize_f16(const float *src, void *dst, size_t n)
{
    uint8_t *bytes = dst;
    for (size_t i = 0; i < n; i++)
        eai_store_half(bytes + 2 * i, eai_float_to_half(src[i]));
}

static void quantize_bf16(const float *src, void *dst, size_t n)
{
    uint8_t *bytes = dst;
    for (size_t i = 0; i < n; i++)
        eai_store_half(bytes + 2 * i, eai_float_to_bfloat(src[i]));
}

typedef void (*quantizer)(const float *src, void *dst, size_t n_blocks);

static quantizer find_quantizer(edgeai_dtype dtype)
{
    switch (dtype) {
    case EDGEAI_DTYPE_F32:
        return quantize_f32;
    case EDGEAI_DTYPE_F16:
        return quantize_f16;
    case EDGEAI_DTYPE_BF16:
        return quantize_bf16;
    case EDGEAI_DTYPE_Q4_0:
        return eai_quantize_q4_0;
    case EDGEAI_DTYPE_Q4_1:
        return eai_quantize_q4_1;
    case EDGEAI_DTYPE_Q5_0:
        return eai_quantize_q5_0;
    case EDGEAI_DTYPE_Q5_1:
        return eai_quantize_q5_1;
    case EDGEAI_DTYPE_Q8_0:
        return eai_quantize_q8_0;
    case EDGEAI_DTYPE_IQ4_NL:
        return eai_quantize_iq4_nl;
    case EDGEAI_DTYPE_Q2_K:
        return eai_quantize_q2_k;
    case EDGEAI_DTYPE_Q3_K:
        return eai_quantize_q3_k;
    case EDGEAI_DTYPE_Q4_K:
        return eai_quantize_q4_k;
    case EDGEAI_DTYPE_Q5_K:
        return eai_quantize_q5_k;
    case EDGEAI_DTYPE_Q6_K:
        return eai_quantize_q6_k;
    case EDGEAI_DTYPE_TQ1_0:
        return eai_quantize_tq1_0;
    case EDGEAI_DTYPE_TQ2_0:
        return eai_quantize_tq2_0;
    default:
        return NULL;
    }
}

edgeai_status edgeai_quantize(edgeai_dtype dtype, const float *src, void *dst, size_t n)
{
    quantizer quantize = find_quantizer(dtype);
    if (!quantize)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "quantize: no conversion from F32 to type %s (%d)",
                        edgeai_dtype_name(dtype), (int)dtype);
    size_t block = (size_t)edgeai_dtype_block_elements(dtype);
    if (n % block != 0)
        return eai_fail(EDGEAI_E_SHAPE,
                        "quantize: expected a multiple of %zu elements for %s, found %zu", block,
                        edgeai_dtype_name(dtype), n);
    if (n == 0) return EDGEAI_OK;
    if (!src || !dst) return eai_fail(EDGEAI_E_INVALID, "quantize: NULL argument");
    bool is_wide = dtype == EDGEAI_DTYPE_F32 || dtype == EDGEAI_DTYPE_BF16;
    float limit = is_wide ? FLT_MAX : HALF_MAX;
    for (size_t i = 0; i < n; i++)
        if (!(fabsf(src[i]) <= limit))
            return eai_fail(EDGEAI_E_INVALID,
                            "quantize: element %zu: expected a value within %g for %s, found %g", i,
                            (double)limit, edgeai_dtype_name(dtype), (double)src[i]);
    quantize(src, dst, n / block);
    return EDGEAI_OK;
}
