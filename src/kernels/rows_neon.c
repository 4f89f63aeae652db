/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "kernels/exp_neon.h"
#include "kernels/kernels.h"

/* Four sums side by side: one alone would wait for its last addition. */
static double sum_of_squares(const float *x, size_t n)
{
    float64x2_t sums[4] = {vdupq_n_f64(0.0), vdupq_n_f64(0.0), vdupq_n_f64(0.0), vdupq_n_f64(0.0)};
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        float32x4_t v = vld1q_f32(x + i), w = vld1q_f32(x + i + 4);
        float64x2_t a = vcvt_f64_f32(vget_low_f32(v)), b = vcvt_high_f64_f32(v);
        float64x2_t c = vcvt_f64_f32(vget_low_f32(w)), d = vcvt_high_f64_f32(w);
        sums[0] = vfmaq_f64(sums[0], a, a);
        sums[1] = vfmaq_f64(sums[1], b, b);
        sums[2] = vfmaq_f64(sums[2], c, c);
        sums[3] = vfmaq_f64(sums[3], d, d);
    }
    double sum = vaddvq_f64(vaddq_f64(vaddq_f64(sums[0], sums[1]), vaddq_f64(sums[2], sums[3])));
    for (; i < n; i++)
        sum += (double)x[i] * x[i];
    return sum;
}

void eai_rms_norm_neon(float *y, const float *x, const float *weight, size_t n, float eps)
{
    const double sum = sum_of_squares(x, n);
    size_t i;
    float scale = (float)(1.0 / sqrt(sum / (double)n + eps));
    for (i = 0; i + 4 <= n; i += 4)
        vst1q_f32(y + i, vmulq_f32(vld1q_f32(weight + i), vmulq_n_f32(vld1q_f32(x + i), scale)));
    for (; i < n; i++)
        y[i] = weight[i] * (x[i] * scale);
}

void eai_rope_interleaved_neon(float *x, const float *cosine, const float *sine, size_t n_pairs)
{
    size_t i = 0;
    for (; i + 4 <= n_pairs; i += 4) {
        float32x4x2_t pair = vld2q_f32(x + 2 * i), turned;
        float32x4_t c = vld1q_f32(cosine + i), s = vld1q_f32(sine + i);
        turned.val[0] = vfmsq_f32(vmulq_f32(pair.val[0], c), pair.val[1], s);
        turned.val[1] = vfmaq_f32(vmulq_f32(pair.val[1], c), pair.val[0], s);
        vst2q_f32(x + 2 * i, turned);
    }
    eai_rope_interleaved_ref(x + 2 * i, cosine + i, sine + i, n_pairs - i);
}

void eai_rope_half_neon(float *x, const float *cosine, const float *sine, size_t n_pairs)
{
    float *second = x + n_pairs;
    size_t i = 0;
    for (; i + 4 <= n_pairs; i += 4) {
        float32x4_t a = vld1q_f32(x + i), b = vld1q_f32(second + i);
        float32x4_t c = vld1q_f32(cosine + i), s = vld1q_f32(sine + i);
        vst1q_f32(x + i, vfmsq_f32(vmulq_f32(a, c), b, s));
        vst1q_f32(second + i, vfmaq_f32(vmulq_f32(b, c), a, s));
    }
    for (; i < n_pairs; i++) {
        float a = x[i], b = second[i];
        x[i] = a * cosine[i] - b * sine[i];
        second[i] = a * sine[i] + b * cosine[i];
    }
}

static float32x4_t silu(float32x4_t x)
{
    return vdivq_f32(x, vaddq_f32(vdupq_n_f32(1.0f), eai_exp_neon(vnegq_f32(x))));
}

void eai_silu_gate_neon(float *gate, const float *up, size_t n)
{
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        vst1q_f32(gate + i, vmulq_f32(silu(vld1q_f32(gate + i)), vld1q_f32(up + i)));
    if (i == n) return;
    float32x4_t last = silu(eai_load_tail_neon(gate + i, n - i, 0.0f));
    last = vmulq_f32(last, eai_load_tail_neon(up + i, n - i, 0.0f));
    eai_store_tail_neon(gate + i, last, n - i);
}

void eai_softmax_neon(float *x, size_t n, float scale)
{
    float32x4_t maxima = vdupq_n_f32(-INFINITY);
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        maxima = vmaxq_f32(maxima, vld1q_f32(x + i));
    if (i < n) maxima = vmaxq_f32(maxima, eai_load_tail_neon(x + i, n - i, -INFINITY));
    const float max = vmaxvq_f32(maxima);

    float64x2_t sums = vdupq_n_f64(0.0);
    for (i = 0; i + 4 <= n; i += 4) {
        float32x4_t below = vsubq_f32(vld1q_f32(x + i), vdupq_n_f32(max));
        float32x4_t e = eai_exp_neon(vmulq_n_f32(below, scale));
        vst1q_f32(x + i, e);
        sums = eai_sum_neon(sums, e);
    }
    if (i < n) { /* exp(-infinity) is 0: lanes past the end add nothing */
        float32x4_t below =
            vsubq_f32(eai_load_tail_neon(x + i, n - i, -INFINITY), vdupq_n_f32(max));
        float32x4_t e = eai_exp_neon(vmulq_n_f32(below, scale));
        eai_store_tail_neon(x + i, e, n - i);
        sums = eai_sum_neon(sums, e);
    }
    const float inverse = (float)(1.0 / vaddvq_f64(sums));
    for (i = 0; i + 4 <= n; i += 4)
        vst1q_f32(x + i, vmulq_n_f32(vld1q_f32(x + i), inverse));
    for (; i < n; i++)
        x[i] *= inverse;
}

void eai_add_scaled_neon(float *y, const float *x, float a, size_t n)
{
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        vst1q_f32(y + i, vfmaq_n_f32(vld1q_f32(y + i), vld1q_f32(x + i), a));
    for (; i < n; i++)
        y[i] += a * x[i];
}
