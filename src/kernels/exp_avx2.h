/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_EXP_AVX2_H
#define EAI_KERNELS_EXP_AVX2_H

/* Included by files compiled for AVX2 and FMA only. */

#include <immintrin.h>

/* The first `n` (0 to 8) lanes set, for masked loads and stores. */
static inline __m256i eai_lanes_avx2(size_t n)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lane);
}

/*
 * exp(x) of 8 floats: x = k ln 2 + r with |r| <= ln 2 / 2, ln 2 in two parts (Cody and Waite), and
 * the Taylor polynomial of degree 7 in r, whose remainder is below 6e-9 relative. At most 1 ulp off
 * for x in [-87.33, 88.37]; 0 below, infinity above 88.73, either in between; NaN stays NaN.
 */
static inline __m256 eai_exp_avx2(__m256 x)
{
    /* With a NaN, min and max return their second operand. */
    const __m256 low = _mm256_set1_ps(-87.33f);
    __m256 clamped = _mm256_min_ps(_mm256_set1_ps(89.0f), _mm256_max_ps(low, x));
    __m256 k = _mm256_round_ps(_mm256_mul_ps(clamped, _mm256_set1_ps(1.44269504f)),
                               _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m256 r = _mm256_fnmadd_ps(k, _mm256_set1_ps(0.693359375f), clamped);
    r = _mm256_fnmadd_ps(k, _mm256_set1_ps(-2.12194440e-4f), r);
    __m256 p = _mm256_set1_ps(1.0f / 5040.0f);
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 720.0f));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 120.0f));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 24.0f));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 6.0f));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.5f));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
    __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(k), _mm256_set1_epi32(127));
    p = _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
    return _mm256_andnot_ps(_mm256_cmp_ps(x, low, _CMP_LT_OQ), p);
}

/* Adds 8 floats to 4 float64 sums, each rounded once. */
static inline __m256d eai_sum_avx2(__m256d sum, __m256 x)
{
    sum = _mm256_add_pd(sum, _mm256_cvtps_pd(_mm256_castps256_ps128(x)));
    return _mm256_add_pd(sum, _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)));
}

static inline double eai_reduce_sum_avx2(__m256d x)
{
    double lane[4];
    _mm256_storeu_pd(lane, x);
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

#endif
