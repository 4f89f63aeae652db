/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "kernels/exp_avx2.h"
#include "kernels/kernels.h"

/* sum + x^2 of 4 floats. */
static __m256d add_squares(__m256d sum, const float *x)
{
    __m256d a = _mm256_cvtps_pd(_mm_loadu_ps(x));
    return _mm256_fmadd_pd(a, a, sum);
}

/* Four sums side by side: one alone would wait for its last addition. */
static double sum_of_squares(const float *x, size_t n)
{
    __m256d a = _mm256_setzero_pd(), b = a, c = a, d = a;
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        a = add_squares(a, x + i);
        b = add_squares(b, x + i + 4);
        c = add_squares(c, x + i + 8);
        d = add_squares(d, x + i + 12);
    }
    for (; i + 4 <= n; i += 4)
        a = add_squares(a, x + i);
    double sum = eai_reduce_sum_avx2(_mm256_add_pd(_mm256_add_pd(a, b), _mm256_add_pd(c, d)));
    for (; i < n; i++)
        sum += (double)x[i] * x[i];
    return sum;
}

void eai_rms_norm_avx2(float *y, const float *x, const float *weight, size_t n, float eps)
{
    const double sum = sum_of_squares(x, n);
    size_t i;
    float scale = (float)(1.0 / sqrt(sum / (double)n + eps));
    const __m256 scales = _mm256_set1_ps(scale);
    for (i = 0; i + 8 <= n; i += 8) {
        __m256 scaled = _mm256_mul_ps(_mm256_loadu_ps(x + i), scales);
        _mm256_storeu_ps(y + i, _mm256_mul_ps(_mm256_loadu_ps(weight + i), scaled));
    }
    for (; i < n; i++)
        y[i] = weight[i] * (x[i] * scale);
}

void eai_rope_interleaved_avx2(float *x, const float *cosine, const float *sine, size_t n_pairs)
{
    const __m256i twice = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
    size_t i = 0;
    for (; i + 4 <= n_pairs; i += 4) {
        __m256 v = _mm256_loadu_ps(x + 2 * i);
        __m256 c = _mm256_castps128_ps256(_mm_loadu_ps(cosine + i));
        __m256 s = _mm256_castps128_ps256(_mm_loadu_ps(sine + i));
        c = _mm256_permutevar8x32_ps(c, twice);
        s = _mm256_permutevar8x32_ps(s, twice);
        __m256 swapped = _mm256_permute_ps(v, 0xB1);
        _mm256_storeu_ps(x + 2 * i, _mm256_fmaddsub_ps(v, c, _mm256_mul_ps(swapped, s)));
    }
    eai_rope_interleaved_ref(x + 2 * i, cosine + i, sine + i, n_pairs - i);
}

void eai_rope_half_avx2(float *x, const float *cosine, const float *sine, size_t n_pairs)
{
    float *second = x + n_pairs;
    size_t i = 0;
    for (; i + 8 <= n_pairs; i += 8) {
        __m256 a = _mm256_loadu_ps(x + i), b = _mm256_loadu_ps(second + i);
        __m256 c = _mm256_loadu_ps(cosine + i), s = _mm256_loadu_ps(sine + i);
        _mm256_storeu_ps(x + i, _mm256_fmsub_ps(a, c, _mm256_mul_ps(b, s)));
        _mm256_storeu_ps(second + i, _mm256_fmadd_ps(a, s, _mm256_mul_ps(b, c)));
    }
    for (; i < n_pairs; i++) {
        float a = x[i], b = second[i];
        x[i] = a * cosine[i] - b * sine[i];
        second[i] = a * sine[i] + b * cosine[i];
    }
}

static __m256 silu(__m256 x)
{
    __m256 e = eai_exp_avx2(_mm256_sub_ps(_mm256_setzero_ps(), x));
    return _mm256_div_ps(x, _mm256_add_ps(_mm256_set1_ps(1.0f), e));
}

void eai_silu_gate_avx2(float *gate, const float *up, size_t n)
{
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_ps(gate + i,
                         _mm256_mul_ps(silu(_mm256_loadu_ps(gate + i)), _mm256_loadu_ps(up + i)));
    __m256i tail = eai_lanes_avx2(n - i);
    __m256 last = silu(_mm256_maskload_ps(gate + i, tail));
    _mm256_maskstore_ps(gate + i, tail, _mm256_mul_ps(last, _mm256_maskload_ps(up + i, tail)));
}

static float max_of(const float *x, size_t n)
{
    const __m256 lowest = _mm256_set1_ps(-INFINITY);
    __m256 max = lowest;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        max = _mm256_max_ps(_mm256_loadu_ps(x + i), max);
    __m256i tail = eai_lanes_avx2(n - i);
    __m256 last = _mm256_maskload_ps(x + i, tail);
    max = _mm256_max_ps(_mm256_blendv_ps(lowest, last, _mm256_castsi256_ps(tail)), max);
    float lane[8];
    _mm256_storeu_ps(lane, max);
    for (i = 1; i < 8; i++)
        if (lane[i] > lane[0]) lane[0] = lane[i];
    return lane[0];
}

void eai_softmax_avx2(float *x, size_t n, float scale)
{
    const __m256 max = _mm256_set1_ps(max_of(x, n)), scales = _mm256_set1_ps(scale);
    __m256d sum = _mm256_setzero_pd();
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256 below = _mm256_sub_ps(_mm256_loadu_ps(x + i), max);
        __m256 e = eai_exp_avx2(_mm256_mul_ps(below, scales));
        _mm256_storeu_ps(x + i, e);
        sum = eai_sum_avx2(sum, e);
    }
    __m256i tail = eai_lanes_avx2(n - i);
    __m256 below = _mm256_sub_ps(_mm256_maskload_ps(x + i, tail), max);
    __m256 e = eai_exp_avx2(_mm256_mul_ps(below, scales));
    _mm256_maskstore_ps(x + i, tail, e);
    sum = eai_sum_avx2(sum, _mm256_and_ps(e, _mm256_castsi256_ps(tail)));

    float inverse = (float)(1.0 / eai_reduce_sum_avx2(sum));
    const __m256 inverses = _mm256_set1_ps(inverse);
    for (i = 0; i + 8 <= n; i += 8)
        _mm256_storeu_ps(x + i, _mm256_mul_ps(_mm256_loadu_ps(x + i), inverses));
    for (; i < n; i++)
        x[i] *= inverse;
}

void eai_add_scaled_avx2(float *y, const float *x, float a, size_t n)
{
    const __m256 factor = _mm256_set1_ps(a);
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm256_storeu_ps(y + i,
                         _mm256_fmadd_ps(factor, _mm256_loadu_ps(x + i), _mm256_loadu_ps(y + i)));
    for (; i < n; i++)
        y[i] += a * x[i];
}
