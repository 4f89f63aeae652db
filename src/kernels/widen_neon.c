/* SPDX-License-Identifier: MIT */
#include <arm_neon.h>

#include "kernels/kernels.h"

void eai_widen_half_neon(float *y, const void *halves, size_t n)
{
    const unsigned char *bytes = halves;
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        float16x8_t eight = vreinterpretq_f16_u8(vld1q_u8(bytes + 2 * i));
        vst1q_f32(y + i, vcvt_f32_f16(vget_low_f16(eight)));
        vst1q_f32(y + i + 4, vcvt_high_f32_f16(eight));
    }
    eai_widen_half_ref(y + i, bytes + 2 * i, n - i);
}
