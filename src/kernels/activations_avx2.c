/* SPDX-License-Identifier: MIT */

/* Eight elements at a time; what is left goes through the same operations, so that an element's
 * result does not depend on where it lies. */

#include "kernels/exp_avx2.h"
#include "kernels/kernels.h"
#include "kernels/tanh_terms.h"

static __m256 sigmoid(__m256 x)
{
    const __m256 one = _mm256_set1_ps(1.0f);
    const __m256 e = eai_exp_avx2(_mm256_xor_ps(x, _mm256_set1_ps(-0.0f)));
    return _mm256_div_ps(one, _mm256_add_ps(one, e));
}

/* NaN fails the comparison and comes out of the exponential. */
static __m256 hyperbolic_tangent(__m256 x)
{
    const __m256 sign = _mm256_and_ps(x, _mm256_set1_ps(-0.0f)), size = _mm256_xor_ps(x, sign);
    const __m256 one = _mm256_set1_ps(1.0f), two = _mm256_set1_ps(2.0f);
    const __m256 e = eai_exp_avx2(_mm256_add_ps(size, size));
    const __m256 large = _mm256_sub_ps(one, _mm256_div_ps(two, _mm256_add_ps(e, one)));
    const __m256 z = _mm256_mul_ps(x, x);
    __m256 p = _mm256_set1_ps(EAI_TANH_P4);
    p = _mm256_fmadd_ps(p, z, _mm256_set1_ps(EAI_TANH_P3));
    p = _mm256_fmadd_ps(p, z, _mm256_set1_ps(EAI_TANH_P2));
    p = _mm256_fmadd_ps(p, z, _mm256_set1_ps(EAI_TANH_P1));
    p = _mm256_fmadd_ps(p, z, _mm256_set1_ps(EAI_TANH_P0));
    const __m256 small = _mm256_fmadd_ps(_mm256_mul_ps(x, z), p, x);
    const __m256 is_small = _mm256_cmp_ps(size, _mm256_set1_ps(EAI_TANH_SMALL), _CMP_LT_OQ);
    return _mm256_or_ps(_mm256_blendv_ps(large, small, is_small), sign); /* of -0 too */
}

#define DEFINE_ROW(name, function)                                                                 \
    void name(float *y, const float *x, size_t n)                                                  \
    {                                                                                              \
        size_t i = 0;                                                                              \
        for (; i + 8 <= n; i += 8)                                                                 \
            _mm256_storeu_ps(y + i, function(_mm256_loadu_ps(x + i)));                             \
        if (i == n) return;                                                                        \
        const __m256i tail = eai_lanes_avx2(n - i);                                                \
        _mm256_maskstore_ps(y + i, tail, function(_mm256_maskload_ps(x + i, tail)));               \
    }
DEFINE_ROW(eai_exp_row_avx2, eai_exp_avx2)
DEFINE_ROW(eai_sigmoid_row_avx2, sigmoid)
DEFINE_ROW(eai_tanh_row_avx2, hyperbolic_tangent)
