/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_MULTIPLY_NEON_H
#define EAI_KERNELS_MULTIPLY_NEON_H

/* Parts that the products of tiles for NEON and for dot products share. */

#include <arm_neon.h>

#include "kernels/multiply_groups.h"

/*
 * Keeps the instructions of one unrolled step together. Without it gcc loads the weights of many
 * steps first, and the sums go to the stack.
 */
#define END_STEP __asm__ volatile("" :)

INLINE int8x16_t load(const char *from)
{
    return vld1q_s8((const int8_t *)from);
}

/* y += t * scale, four columns. */
INLINE void add_scaled(float *y, float32x4_t t, float scale)
{
    vst1q_f32(y, vfmaq_n_f32(vld1q_f32(y), t, scale));
}

#endif
