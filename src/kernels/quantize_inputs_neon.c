/* SPDX-License-Identifier: MIT */
#include <arm_neon.h>

#include "kernels/kernels.h"
#include "kernels/quantize_inputs.h"

static uint32_t largest_bits(const float *group)
{
    const uint32x4_t magnitude = vdupq_n_u32(0x7fffffff);
    uint32x4_t max = vdupq_n_u32(0);
    for (size_t k = 0; k < EAI_GROUP; k += 4) {
        uint32x4_t bits = vreinterpretq_u32_f32(vld1q_f32(group + k));
        max = vmaxq_u32(max, vandq_u32(bits, magnitude));
    }
    return vmaxvq_u32(max);
}

/* Eight floats to codes; ties to even. */
static int8x8_t round_eight(const float *x, float inverse)
{
    int32x4_t low = vcvtnq_s32_f32(vmulq_n_f32(vld1q_f32(x), inverse));
    int32x4_t high = vcvtnq_s32_f32(vmulq_n_f32(vld1q_f32(x + 4), inverse));
    return vmovn_s16(vcombine_s16(vmovn_s32(low), vmovn_s32(high)));
}

void eai_quantize_inputs_neon(const eai_row_group *out, const float *x, size_t x_stride, size_t r,
                              size_t n, int wide)
{
    for (size_t i = 0; i < r; i++)
        for (size_t index = 0; index < n / EAI_GROUP; index++) {
            const float *group = x + i * x_stride + index * EAI_GROUP;
            int8_t codes[EAI_GROUP] = {0};
            eai_group_scale by = eai_group_scale_of(largest_bits(group));
            if (by.inverse > 0.0f)
                for (size_t k = 0; k < EAI_GROUP; k += 8)
                    vst1_s8(codes + k, round_eight(group + k, by.inverse));
            eai_store_codes(out, codes, by.scale, i, r, index, wide);
        }
}
