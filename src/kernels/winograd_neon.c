/* SPDX-License-Identifier: MIT */

/* Channels lie in the vector: 4 floats or sums, 8 integers of 16 bits. */

#include <arm_neon.h>

#include "kernels/kernels.h"
#include "kernels/winograd_transforms.h"

enum { FLOATS = 4, SHORTS = 8, INTS = 4 };

/* Factors are 2, 4 and, for floats only, 8. */
#define SCALE_F32(v, factor) vmulq_n_f32(v, factor)
#define SCALE_S16(v, factor) vshlq_n_s16(v, (factor) / 2)
#define SCALE_S32(v, factor) vshlq_n_s32(v, (factor) / 2)

EAI_WINOGRAD_INPUTS(float_inputs, float32x4_t, vaddq_f32, vsubq_f32, SCALE_F32)
EAI_WINOGRAD_INPUTS(integer_inputs, int16x8_t, vaddq_s16, vsubq_s16, SCALE_S16)
EAI_WINOGRAD_OUTPUTS(float_outputs, float32x4_t, vaddq_f32, vsubq_f32, SCALE_F32)
EAI_WINOGRAD_OUTPUTS8(integer_outputs, int32x4_t, vaddq_s32, vsubq_s32, SCALE_S32)

INLINE float32x4_t load_floats(const void *from, size_t at)
{
    return vld1q_f32((const float *)from + at);
}

INLINE void store_floats(float *to, float32x4_t v)
{
    vst1q_f32(to, v);
}

INLINE int16x8_t load_bytes(const void *from, size_t at, int16x8_t zero, const int is_signed)
{
    const uint8x8_t v = vld1_u8((const uint8_t *)from + at);
    return vsubq_s16(
        is_signed ? vmovl_s8(vreinterpret_s8_u8(v)) : vreinterpretq_s16_u16(vmovl_u8(v)), zero);
}

INLINE void store_shorts(int16_t *to, int16x8_t v)
{
    vst1q_s16(to, v);
}

INLINE int32x4_t load_ints(const int32_t *from)
{
    return vld1q_s32(from);
}

/* The true sum of what is too large by 9 * 2^shift, or 2^shift. */
INLINE void store_quotients(int32_t *to, int32x4_t v, const int m, const int shift)
{
    if (m == 4) v = vmulq_n_s32(v, 954437177);
    vst1q_s32(to, vshlq_s32(v, vdupq_n_s32(-shift)));
}

INLINE size_t input_floats(float *out, size_t out_stride, const void *const *pixels, size_t first,
                           size_t n, const int m)
{
    size_t c = 0;
    for (; c + FLOATS <= n; c += FLOATS) {
#define LOAD(place)     load_floats(pixels[place], first + c)
#define STORE(place, v) store_floats(out + (size_t)(place)*out_stride + c, v)
        EAI_WINOGRAD_TWICE(float32x4_t, float_inputs, m + 2, m + 2, LOAD, STORE, m);
#undef LOAD
#undef STORE
    }
    return c;
}

void eai_winograd_input_neon(float *out, size_t out_stride, const void *const *pixels, size_t first,
                             size_t n, int m)
{
    const size_t c = m == 2 ? input_floats(out, out_stride, pixels, first, n, 2)
                            : input_floats(out, out_stride, pixels, first, n, 4);
    eai_winograd_input_ref(out + c, out_stride, pixels, first + c, n - c, m);
}

INLINE size_t input_bytes(int16_t *out, size_t out_stride, const void *const *pixels, size_t first,
                          size_t n, const int m, int zero, const int is_signed)
{
    const int16x8_t zeros = vdupq_n_s16((int16_t)zero);
    size_t c = 0;
    for (; c + SHORTS <= n; c += SHORTS) {
#define LOAD(place)     load_bytes(pixels[place], first + c, zeros, is_signed)
#define STORE(place, v) store_shorts(out + (size_t)(place)*out_stride + c, v)
        EAI_WINOGRAD_TWICE(int16x8_t, integer_inputs, m + 2, m + 2, LOAD, STORE, m);
#undef LOAD
#undef STORE
    }
    return c;
}

void eai_winograd_input8_neon(int16_t *out, size_t out_stride, const void *const *pixels,
                              size_t first, size_t n, int m, int zero, int is_signed)
{
    size_t c;
    if (m == 2)
        c = is_signed ? input_bytes(out, out_stride, pixels, first, n, 2, zero, 1)
                      : input_bytes(out, out_stride, pixels, first, n, 2, zero, 0);
    else
        c = is_signed ? input_bytes(out, out_stride, pixels, first, n, 4, zero, 1)
                      : input_bytes(out, out_stride, pixels, first, n, 4, zero, 0);
    eai_winograd_input8_ref(out + c, out_stride, pixels, first + c, n - c, m, zero, is_signed);
}

INLINE size_t output_floats(float *out, size_t out_stride, const float *sums, size_t sums_stride,
                            size_t n, const int m)
{
    size_t c = 0;
    for (; c + FLOATS <= n; c += FLOATS) {
#define LOAD(place)     load_floats(sums, (size_t)(place)*sums_stride + c)
#define STORE(place, v) store_floats(out + (size_t)(place)*out_stride + c, v)
        EAI_WINOGRAD_TWICE(float32x4_t, float_outputs, m + 2, m, LOAD, STORE, m);
#undef LOAD
#undef STORE
    }
    return c;
}

void eai_winograd_output_neon(float *out, size_t out_stride, const float *sums, size_t sums_stride,
                              size_t n, int m)
{
    const size_t c = m == 2 ? output_floats(out, out_stride, sums, sums_stride, n, 2)
                            : output_floats(out, out_stride, sums, sums_stride, n, 4);
    eai_winograd_output_ref(out + c, out_stride, sums + c, sums_stride, n - c, m);
}

INLINE int shift_of(const int m, int place)
{
    const int i = place / m, j = place % m;
    if (m == 2) return 2;
    return (i < 2 ? 3 - i : 1) + (j < 2 ? 3 - j : 1);
}

INLINE size_t output_integers(int32_t *out, size_t out_stride, const int32_t *sums,
                              size_t sums_stride, size_t n, const int m)
{
    size_t c = 0;
    for (; c + INTS <= n; c += INTS) {
#define LOAD(place) load_ints(sums + (size_t)(place)*sums_stride + c)
#define STORE(place, v)                                                                            \
    store_quotients(out + (size_t)(place)*out_stride + c, v, m, shift_of(m, place))
        EAI_WINOGRAD_TWICE(int32x4_t, integer_outputs, m + 2, m, LOAD, STORE, m);
#undef LOAD
#undef STORE
    }
    return c;
}

void eai_winograd_output8_neon(int32_t *out, size_t out_stride, const int32_t *sums,
                               size_t sums_stride, size_t n, int m)
{
    const size_t c = m == 2 ? output_integers(out, out_stride, sums, sums_stride, n, 2)
                            : output_integers(out, out_stride, sums, sums_stride, n, 4);
    eai_winograd_output8_ref(out + c, out_stride, sums + c, sums_stride, n - c, m);
}
