/* SPDX-License-Identifier: MIT */

/* As activations_avx2.c, four elements at a time. */

#include "kernels/exp_neon.h"
#include "kernels/kernels.h"
#include "kernels/tanh_terms.h"

static float32x4_t sigmoid(float32x4_t x)
{
    const float32x4_t one = vdupq_n_f32(1.0f);
    return vdivq_f32(one, vaddq_f32(one, eai_exp_neon(vnegq_f32(x))));
}

static float32x4_t hyperbolic_tangent(float32x4_t x)
{
    const float32x4_t size = vabsq_f32(x), one = vdupq_n_f32(1.0f), two = vdupq_n_f32(2.0f);
    const float32x4_t e = eai_exp_neon(vaddq_f32(size, size));
    const float32x4_t large = vsubq_f32(one, vdivq_f32(two, vaddq_f32(e, one)));
    const float32x4_t z = vmulq_f32(x, x);
    float32x4_t p = vdupq_n_f32(EAI_TANH_P4);
    p = vfmaq_f32(vdupq_n_f32(EAI_TANH_P3), p, z);
    p = vfmaq_f32(vdupq_n_f32(EAI_TANH_P2), p, z);
    p = vfmaq_f32(vdupq_n_f32(EAI_TANH_P1), p, z);
    p = vfmaq_f32(vdupq_n_f32(EAI_TANH_P0), p, z);
    const float32x4_t small = vfmaq_f32(x, vmulq_f32(x, z), p);
    const float32x4_t y = vbslq_f32(vcltq_f32(size, vdupq_n_f32(EAI_TANH_SMALL)), small, large);
    return vbslq_f32(vdupq_n_u32(0x80000000u), x, y); /* the sign of -0 too */
}

#define DEFINE_ROW(name, function)                                                                 \
    void name(float *y, const float *x, size_t n)                                                  \
    {                                                                                              \
        size_t i = 0;                                                                              \
        for (; i + 4 <= n; i += 4)                                                                 \
            vst1q_f32(y + i, function(vld1q_f32(x + i)));                                          \
        if (i == n) return;                                                                        \
        eai_store_tail_neon(y + i, function(eai_load_tail_neon(x + i, n - i, 0.0f)), n - i);       \
    }
DEFINE_ROW(eai_exp_row_neon, eai_exp_neon)
DEFINE_ROW(eai_sigmoid_row_neon, sigmoid)
DEFINE_ROW(eai_tanh_row_neon, hyperbolic_tangent)
