/* SPDX-License-Identifier: MIT */

/* Eight channels at a time, in the reference's order of operations, so that bits agree. */

#include <arm_neon.h>
#include <math.h>
#include <string.h>

#include "kernels/exp_neon.h"
#include "kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))

/* What eight channels are made from. */
typedef struct source {
    const eai_conv_epilogue *e;
    const char *sums, *residual; /* at the first of them */
    size_t channel;
    int has_floats;
} source;

typedef struct values {
    float32x4_t v[2];
} values;

/* Comparisons as the reference writes them: what is not a number is never above anything. */
INLINE float32x4_t above_or(float32x4_t a, float32x4_t b, float32x4_t yes, float32x4_t no)
{
    return vbslq_f32(vcgtq_f32(a, b), yes, no);
}

INLINE float32x4_t clip(float32x4_t v, float low, float high)
{
    const float32x4_t l = vdupq_n_f32(low), h = vdupq_n_f32(high);
    v = above_or(l, v, l, v);
    return above_or(v, h, h, v);
}

INLINE values residual_at(const source *s)
{
    const eai_conv_epilogue *e = s->e;
    if (e->residual_type == EAI_CONV_F32) {
        const float *floats = (const float *)(const void *)s->residual;
        return (values){{vld1q_f32(floats), vld1q_f32(floats + 4)}};
    }
    const uint8x8_t bytes = vld1_u8((const uint8_t *)s->residual);
    const int16x8_t wide = e->residual_type == EAI_CONV_S8 ? vmovl_s8(vreinterpret_s8_u8(bytes))
                                                           : vreinterpretq_s16_u16(vmovl_u8(bytes));
    const int16x8_t r = vsubq_s16(wide, vdupq_n_s16((int16_t)e->residual_zero));
    return (values){{vmulq_n_f32(vcvtq_f32_s32(vmovl_s16(vget_low_s16(r))), e->residual_scale),
                     vmulq_n_f32(vcvtq_f32_s32(vmovl_high_s16(r)), e->residual_scale)}};
}

INLINE float32x4_t activated(const eai_conv_epilogue *e, float32x4_t v, size_t channel)
{
    const float32x4_t zero = vdupq_n_f32(0.0f), one = vdupq_n_f32(1.0f);
    switch (e->activation) {
    case EAI_CONV_RELU:
        return above_or(zero, v, zero, v);
    case EAI_CONV_CLIP:
        return clip(v, e->low, e->high);
    case EAI_CONV_LEAKY:
        return above_or(v, zero, v, vmulq_n_f32(v, e->low));
    case EAI_CONV_PRELU:
        return above_or(v, zero, v, vmulq_f32(vld1q_f32(e->slope + channel), v));
    case EAI_CONV_HARD_SWISH: {
        const float32x4_t gate = vaddq_f32(vdivq_f32(v, vdupq_n_f32(6.0f)), vdupq_n_f32(0.5f));
        return vmulq_f32(v, clip(gate, 0.0f, 1.0f));
    }
    case EAI_CONV_SILU:
        return vdivq_f32(v, vaddq_f32(one, eai_exp_neon(vnegq_f32(v))));
    case EAI_CONV_SIGMOID:
        return vdivq_f32(one, vaddq_f32(one, eai_exp_neon(vnegq_f32(v))));
    default:
        return v;
    }
}

INLINE float32x4_t sum_at(const source *s, size_t i)
{
    if (s->has_floats) return vld1q_f32((const float *)(const void *)s->sums + i);
    const int32x4_t sum = vld1q_s32((const int32_t *)(const void *)s->sums + i);
    return vcvtq_f32_s32(vaddq_s32(sum, vld1q_s32(s->e->offset + s->channel + i)));
}

INLINE values value(const source *s)
{
    const eai_conv_epilogue *e = s->e;
    values y, r = {{vdupq_n_f32(0.0f), vdupq_n_f32(0.0f)}};
    if (e->has_residual) r = residual_at(s);
    for (size_t i = 0; i < 2; i++) {
        const size_t channel = s->channel + 4 * i;
        float32x4_t v = vmulq_f32(sum_at(s, 4 * i), vld1q_f32(e->scale + channel));
        v = vaddq_f32(v, vld1q_f32(e->bias + channel));
        if (e->has_residual && !e->residual_last) v = vaddq_f32(v, r.v[i]);
        v = activated(e, v, channel);
        if (e->has_residual && e->residual_last) v = vaddq_f32(v, r.v[i]);
        y.v[i] = v;
    }
    return y;
}

INLINE int32x4_t quantized(const eai_conv_epilogue *e, float32x4_t v)
{
    const int lowest = e->output_type == EAI_CONV_S8 ? -128 : 0;
    const float32x4_t low = vdupq_n_f32((float)(lowest - e->output_zero));
    const float32x4_t high = vdupq_n_f32((float)(lowest + 255 - e->output_zero));
    v = vmulq_n_f32(v, e->output_inverse_scale);
    v = above_or(v, low, v, low);
    v = above_or(high, v, v, high);
    return vaddq_s32(vcvtnq_s32_f32(v), vdupq_n_s32(e->output_zero));
}

INLINE int32x4_t trits(const eai_conv_epilogue *e, float32x4_t v, size_t channel)
{
    const int32x4_t above =
        vreinterpretq_s32_u32(vaddq_u32(vcgtq_f32(v, vld1q_f32(e->low_threshold + channel)),
                                        vcgtq_f32(v, vld1q_f32(e->high_threshold + channel))));
    return vsubq_s32(vdupq_n_s32(-1), above);
}

/* n (1 to 8) of eight channels to where they belong. */
INLINE void put(const source *s, char *to, size_t n)
{
    const eai_conv_epilogue *e = s->e;
    const values y = value(s);
    if (e->output_type == EAI_CONV_F32) {
        float all[8];
        vst1q_f32(all, y.v[0]);
        vst1q_f32(all + 4, y.v[1]);
        memcpy(to, all, n * sizeof(float));
        return;
    }
    uint8_t all[8];
    if (e->output_type == EAI_CONV_TRITS) {
        static const int8_t shifts[8] = {0, 2, 4, 6, 0, 2, 4, 6};
        const int16x8_t wide = vcombine_s16(vmovn_s32(trits(e, y.v[0], s->channel)),
                                            vmovn_s32(trits(e, y.v[1], s->channel + 4)));
        const uint8x8_t fields = vand_u8(vreinterpret_u8_s8(vmovn_s16(wide)), vdup_n_u8(3));
        uint8x8_t sum = vshl_u8(fields, vld1_s8(shifts));
        sum = vpadd_u8(sum, sum);
        vst1_u8(all, vpadd_u8(sum, sum));
        if (n % 4 != 0) all[n / 4] = (uint8_t)(all[n / 4] & ((1u << (2 * (n % 4))) - 1));
        memcpy(to, all, (n + 3) / 4);
        return;
    }
    const int16x8_t wide =
        vcombine_s16(vmovn_s32(quantized(e, y.v[0])), vmovn_s32(quantized(e, y.v[1])));
    vst1_u8(all, vreinterpret_u8_s8(vmovn_s16(wide))); /* in range: the low bytes */
    memcpy(to, all, n);
}

/* The last channels, which may lie at the end of memory. */
INLINE void put_tail(const source *s, char *to, size_t n)
{
    _Alignas(16) char sums[32] = {0}, residual[32] = {0};
    source tail = *s;
    memcpy(sums, s->sums, 4 * n);
    if (s->e->has_residual)
        memcpy(residual, s->residual, n * (s->e->residual_type == EAI_CONV_F32 ? 4 : 1));
    tail.sums = sums;
    tail.residual = residual;
    put(&tail, to, n);
}

INLINE void finish(const eai_conv_epilogue *e, const eai_finish_rows *rows, const int has_floats)
{
    const size_t residual_bytes = e->residual_type == EAI_CONV_F32 ? 32 : 8, n = rows->n_channels;
    const size_t y_bytes = e->output_type == EAI_CONV_F32     ? 32
                           : e->output_type == EAI_CONV_TRITS ? 2
                                                              : 8;
    for (size_t i = 0; i < rows->n_rows; i++) {
        char *to = (char *)rows->y + i * rows->y_stride;
        source s = {.e = e, .channel = rows->channel, .has_floats = has_floats};
        s.sums = (const char *)rows->sums + 4 * i * rows->sums_stride;
        if (e->has_residual) s.residual = (const char *)rows->residual + i * rows->residual_stride;
        for (size_t c = 0; c + 8 <= n; c += 8) {
            put(&s, to, 8);
            s.sums += 32;
            if (e->has_residual) s.residual += residual_bytes;
            s.channel += 8;
            to += y_bytes;
        }
        if (n % 8 != 0) put_tail(&s, to, n % 8);
    }
}

void eai_finish_integers_neon(const eai_conv_epilogue *epilogue, const eai_finish_rows *rows)
{
    finish(epilogue, rows, 0);
}

void eai_finish_floats_neon(const eai_conv_epilogue *epilogue, const eai_finish_rows *rows)
{
    finish(epilogue, rows, 1);
}
