/* SPDX-License-Identifier: MIT */
#include <arm_neon.h>

#include "kernels/kernels.h"

/* Rows of four dwords to columns: pairs of rows change dwords, then halves. */
static void transpose_4x4(uint32x4_t v[4])
{
    uint64x2_t a = vreinterpretq_u64_u32(vtrn1q_u32(v[0], v[1]));
    uint64x2_t b = vreinterpretq_u64_u32(vtrn2q_u32(v[0], v[1]));
    uint64x2_t c = vreinterpretq_u64_u32(vtrn1q_u32(v[2], v[3]));
    uint64x2_t d = vreinterpretq_u64_u32(vtrn2q_u32(v[2], v[3]));
    v[0] = vreinterpretq_u32_u64(vtrn1q_u64(a, c));
    v[1] = vreinterpretq_u32_u64(vtrn1q_u64(b, d));
    v[2] = vreinterpretq_u32_u64(vtrn2q_u64(a, c));
    v[3] = vreinterpretq_u32_u64(vtrn2q_u64(b, d));
}

void eai_transpose_dwords_neon(void *out, const void *src, size_t src_stride, size_t n_columns,
                               size_t n)
{
    if (n_columns < EAI_PANEL) {
        eai_transpose_dwords_ref(out, src, src_stride, n_columns, n);
        return;
    }
    uint32_t *to = out;
    const uint8_t *from = src;
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (size_t first = 0; first < EAI_PANEL; first += 4) {
            uint32x4_t v[4];
            for (size_t c = 0; c < 4; c++)
                v[c] = vreinterpretq_u32_u8(vld1q_u8(from + (first + c) * src_stride + 4 * i));
            transpose_4x4(v);
            for (size_t j = 0; j < 4; j++)
                vst1q_u32(to + (i + j) * EAI_PANEL + first, v[j]);
        }
    eai_transpose_dwords_ref(to + i * EAI_PANEL, from + 4 * i, src_stride, n_columns, n - i);
}

void eai_unpack_nibbles_neon(uint8_t *out, const uint8_t *packed, size_t n)
{
    const uint8x16_t low = vdupq_n_u8(15);
    for (size_t i = 0; i < n; i += 64, packed += 32) {
        uint8x16_t v0 = vld1q_u8(packed), v1 = vld1q_u8(packed + 16);
        vst1q_u8(out + i, vandq_u8(v0, low));
        vst1q_u8(out + i + 16, vandq_u8(v1, low));
        vst1q_u8(out + i + 32, vshrq_n_u8(v0, 4));
        vst1q_u8(out + i + 48, vshrq_n_u8(v1, 4));
    }
}

void eai_unpack_pairs_neon(uint8_t *out, const uint8_t *packed, size_t n)
{
    const uint8x16_t low = vdupq_n_u8(3);
    for (size_t i = 0; i < n; i += 128, packed += 32)
        for (size_t half = 0; half < 32; half += 16) {
            uint8x16_t v = vld1q_u8(packed + half);
            uint8_t *to = out + i + half;
            vst1q_u8(to, vandq_u8(v, low));
            vst1q_u8(to + 32, vandq_u8(vshrq_n_u8(v, 2), low));
            vst1q_u8(to + 64, vandq_u8(vshrq_n_u8(v, 4), low));
            vst1q_u8(to + 96, vshrq_n_u8(v, 6));
        }
}

void eai_widen_bytes_neon(int16_t *out, const int8_t *in, size_t n)
{
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        int8x16_t bytes = vld1q_s8(in + i);
        vst1q_s16(out + i, vmovl_s8(vget_low_s8(bytes)));
        vst1q_s16(out + i + 8, vmovl_high_s8(bytes));
    }
    eai_widen_bytes_ref(out + i, in + i, n - i);
}

/* NaNs become quiet: only they differ from themselves. */
static void store_quiet(float *out, uint32x4_t bits)
{
    float32x4_t wide = vreinterpretq_f32_u32(bits);
    uint32x4_t quiet = vbicq_u32(vdupq_n_u32(0x00400000), vceqq_f32(wide, wide));
    vst1q_f32(out, vreinterpretq_f32_u32(vorrq_u32(bits, quiet)));
}

void eai_widen_bfloat_neon(float *out, const void *in, size_t n)
{
    const uint8_t *bytes = in;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        uint16x8_t eight = vreinterpretq_u16_u8(vld1q_u8(bytes + 2 * i));
        store_quiet(out + i, vshll_n_u16(vget_low_u16(eight), 16));
        store_quiet(out + i + 4, vshll_high_n_u16(eight, 16));
    }
    eai_widen_bfloat_ref(out + i, bytes + 2 * i, n - i);
}
