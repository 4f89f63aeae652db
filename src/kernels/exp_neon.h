/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_EXP_NEON_H
#define EAI_KERNELS_EXP_NEON_H

/* Included by files compiled for AArch64 only. */

#include <arm_neon.h>
#include <stddef.h>

/* The first n (1 to 3) of four lanes from memory, the others `other`. */
static inline float32x4_t eai_load_tail_neon(const float *x, size_t n, float other)
{
    float lane[4] = {other, other, other, other};
    for (size_t i = 0; i < n; i++)
        lane[i] = x[i];
    return vld1q_f32(lane);
}

static inline void eai_store_tail_neon(float *y, float32x4_t value, size_t n)
{
    float lane[4];
    vst1q_f32(lane, value);
    for (size_t i = 0; i < n; i++)
        y[i] = lane[i];
}

/*
 * exp(x) of 4 floats, as eai_exp_avx2(): ln 2 in two parts, Taylor polynomial of degree 7. At most
 * 1 ulp off for x in [-87.33, 88.37]; 0 below, infinity above 88.73; NaN stays NaN.
 */
static inline float32x4_t eai_exp_neon(float32x4_t x)
{
    const float32x4_t low = vdupq_n_f32(-87.33f);
    float32x4_t clamped = vminq_f32(vmaxq_f32(x, low), vdupq_n_f32(89.0f));
    float32x4_t k = vrndnq_f32(vmulq_f32(clamped, vdupq_n_f32(1.44269504f)));
    float32x4_t r = vfmsq_f32(clamped, k, vdupq_n_f32(0.693359375f));
    r = vfmsq_f32(r, k, vdupq_n_f32(-2.12194440e-4f));
    float32x4_t p = vdupq_n_f32(1.0f / 5040.0f);
    p = vfmaq_f32(vdupq_n_f32(1.0f / 720.0f), p, r);
    p = vfmaq_f32(vdupq_n_f32(1.0f / 120.0f), p, r);
    p = vfmaq_f32(vdupq_n_f32(1.0f / 24.0f), p, r);
    p = vfmaq_f32(vdupq_n_f32(1.0f / 6.0f), p, r);
    p = vfmaq_f32(vdupq_n_f32(0.5f), p, r);
    p = vfmaq_f32(vdupq_n_f32(1.0f), p, r);
    p = vfmaq_f32(vdupq_n_f32(1.0f), p, r);
    int32x4_t exponent = vaddq_s32(vcvtq_s32_f32(k), vdupq_n_s32(127));
    p = vmulq_f32(p, vreinterpretq_f32_s32(vshlq_n_s32(exponent, 23)));
    return vbslq_f32(vcltq_f32(x, low), vdupq_n_f32(0.0f), p);
}

/* Adds 4 floats to 2 float64 sums, each rounded once. */
static inline float64x2_t eai_sum_neon(float64x2_t sum, float32x4_t x)
{
    sum = vaddq_f64(sum, vcvt_f64_f32(vget_low_f32(x)));
    return vaddq_f64(sum, vcvt_high_f64_f32(x));
}

#endif
