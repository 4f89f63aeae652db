/* SPDX-License-Identifier: MIT */

/* Channels lie in the vector; weights are loaded once for several outputs. */

#include <arm_neon.h>

#include "kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))

enum { OUTPUTS = 4 };

/* Eight channels of n outputs from number `first` on. */
INLINE void floats(float *sums, size_t stride, const eai_depthwise *d, size_t first, size_t c,
                   const int n)
{
    float32x4_t sum[OUTPUTS][2];
#pragma GCC unroll 4
    for (int i = 0; i < n; i++)
        sum[i][0] = sum[i][1] = vdupq_n_f32(0.0f);
    for (size_t tap = 0; tap < d->n_taps; tap++) {
        const float *w = (const float *)d->weights[tap] + c;
        const float32x4_t w0 = vld1q_f32(w), w1 = vld1q_f32(w + 4);
        const char *from = (const char *)d->taps[tap] + first * d->step + 4 * c;
#pragma GCC unroll 4
        for (int i = 0; i < n; i++) {
            const float *x = (const float *)(const void *)(from + (size_t)i * d->step);
            sum[i][0] = vfmaq_f32(sum[i][0], vld1q_f32(x), w0);
            sum[i][1] = vfmaq_f32(sum[i][1], vld1q_f32(x + 4), w1);
        }
    }
#pragma GCC unroll 4
    for (int i = 0; i < n; i++) {
        float *to = sums + (first + (size_t)i) * stride + c;
        vst1q_f32(to, sum[i][0]);
        vst1q_f32(to + 4, sum[i][1]);
    }
}

void eai_depthwise_floats_neon(float *sums, size_t stride, const eai_depthwise *d)
{
    const size_t n_whole = d->n_channels / 8 * 8;
    size_t i = 0;
    for (; i + OUTPUTS <= d->n_outputs; i += OUTPUTS)
        for (size_t c = 0; c < n_whole; c += 8)
            floats(sums, stride, d, i, c, OUTPUTS);
    for (; i < d->n_outputs; i++)
        for (size_t c = 0; c < n_whole; c += 8)
            floats(sums, stride, d, i, c, 1);
    eai_depthwise_floats_rest(sums, stride, d, n_whole);
}

/* Eight channels of n outputs; inputs less the zero point fit 16 bits. */
INLINE void bytes(int32_t *sums, size_t stride, const eai_depthwise *d, size_t first, size_t c,
                  const int n, const int is_signed)
{
    const int16x8_t zero = vdupq_n_s16((int16_t)d->zero);
    int32x4_t sum[OUTPUTS][2];
#pragma GCC unroll 4
    for (int i = 0; i < n; i++)
        sum[i][0] = sum[i][1] = vdupq_n_s32(0);
    for (size_t tap = 0; tap < d->n_taps; tap++) {
        const int16x8_t w = vld1q_s16((const int16_t *)d->weights[tap] + c);
        const uint8_t *x = (const uint8_t *)d->taps[tap] + first * d->step + c;
#pragma GCC unroll 4
        for (int i = 0; i < n; i++) {
            const uint8x8_t v = vld1_u8(x + (size_t)i * d->step);
            const int16x8_t wide =
                is_signed ? vmovl_s8(vreinterpret_s8_u8(v)) : vreinterpretq_s16_u16(vmovl_u8(v));
            const int16x8_t input = vsubq_s16(wide, zero);
            sum[i][0] = vmlal_s16(sum[i][0], vget_low_s16(input), vget_low_s16(w));
            sum[i][1] = vmlal_high_s16(sum[i][1], input, w);
        }
    }
#pragma GCC unroll 4
    for (int i = 0; i < n; i++) {
        int32_t *to = sums + (first + (size_t)i) * stride + c;
        vst1q_s32(to, sum[i][0]);
        vst1q_s32(to + 4, sum[i][1]);
    }
}

INLINE void bytes_of_kind(int32_t *sums, size_t stride, const eai_depthwise *d, size_t n_whole,
                          const int is_signed)
{
    size_t i = 0;
    for (; i + OUTPUTS <= d->n_outputs; i += OUTPUTS)
        for (size_t c = 0; c < n_whole; c += 8)
            bytes(sums, stride, d, i, c, OUTPUTS, is_signed);
    for (; i < d->n_outputs; i++)
        for (size_t c = 0; c < n_whole; c += 8)
            bytes(sums, stride, d, i, c, 1, is_signed);
}

void eai_depthwise_bytes_neon(int32_t *sums, size_t stride, const eai_depthwise *d)
{
    const size_t n_whole = d->n_channels / 8 * 8;
    if (d->is_signed)
        bytes_of_kind(sums, stride, d, n_whole, 1);
    else
        bytes_of_kind(sums, stride, d, n_whole, 0);
    eai_depthwise_bytes_rest(sums, stride, d, n_whole);
}
