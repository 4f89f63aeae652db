/* SPDX-License-Identifier: MIT */

/*
 * TQ1_0 and TQ2_0: the scale and zeros that leave the least squared error. For a set of k values
 * that are not zero the best scale is their mean magnitude, and the error saved is (sum)^2 / k; the
 * best set of k are the k largest, so one walk over the sorted magnitudes finds the optimum (Li,
 * Zhang and Liu, "Ternary Weight Networks", 2016, approximate this threshold). Values that are
 * ternary already come back exactly, but for the scale's rounding to half.
 */

#include <math.h>
#include <string.h>

#include "base/sort.h"
#include "kernels/block_layouts.h"
#include "tensor/quantize_blocks.h"
#include "tensor/quantize_fit.h"

static bool larger(const void *user, size_t a, size_t b)
{
    const float *x = user;
    return fabsf(x[a]) > fabsf(x[b]);
}

static float best_scale(const float *x)
{
    size_t order[EAI_SUPERBLOCK];
    for (size_t i = 0; i < EAI_SUPERBLOCK; i++)
        order[i] = i;
    eai_sort_items(order, EAI_SUPERBLOCK, larger, x);
    float sum = 0.0f, best_gain = 0.0f, scale = 0.0f;
    for (size_t k = 0; k < EAI_SUPERBLOCK; k++) {
        sum += fabsf(x[order[k]]);
        float n = (float)(k + 1), gain = sum * sum / n;
        if (gain > best_gain) {
            best_gain = gain;
            scale = sum / n;
        }
    }
    return scale;
}

/* Stores the scale; trits are 0, 1, 2 for -1, 0, 1. */
static void quantize_trits(const float *x, uint8_t d_bytes[2], uint8_t trits[EAI_SUPERBLOCK])
{
    float d = best_scale(x);
    eai_store_half(d_bytes, eai_float_to_half(d));
    float half_d = 0.5f * eai_through_half(d);
    for (int i = 0; i < EAI_SUPERBLOCK; i++)
        trits[i] = half_d == 0.0f ? 1 : (uint8_t)(1 + (x[i] > half_d) - (x[i] < -half_d));
}

/* n bytes of `digits` trits each, the leading one from trits[0..n), the next from trits[n..2n).
 * Five trits, v / 243, become a fraction of 256, rounded up so that reading it again is exact. */
static void pack_trits(const uint8_t *trits, int n, int digits, uint8_t *bytes)
{
    for (int m = 0; m < n; m++) {
        int v = 0;
        for (int k = 0; k < 5; k++)
            v = 3 * v + (k < digits ? trits[k * n + m] : 0);
        bytes[m] = (uint8_t)((v * 256 + 242) / 243);
    }
}

void eai_quantize_tq1_0(const float *src, void *dst, size_t n_blocks)
{
    eai_block_tq1_0 *blocks = dst;
    uint8_t trits[EAI_SUPERBLOCK];
    for (size_t b = 0; b < n_blocks; b++) {
        quantize_trits(src + EAI_SUPERBLOCK * b, blocks[b].d, trits);
        pack_trits(trits, 32, 5, blocks[b].qs);
        pack_trits(trits + 160, 16, 5, blocks[b].qs + 32);
        pack_trits(trits + 240, 4, 4, blocks[b].qh);
    }
}

void eai_quantize_tq2_0(const float *src, void *dst, size_t n_blocks)
{
    eai_block_tq2_0 *blocks = dst;
    uint8_t trits[EAI_SUPERBLOCK];
    for (size_t b = 0; b < n_blocks; b++) {
        quantize_trits(src + EAI_SUPERBLOCK * b, blocks[b].d, trits);
        memset(blocks[b].qs, 0, sizeof blocks[b].qs);
        for (int i = 0; i < EAI_SUPERBLOCK; i++)
            blocks[b].qs[32 * (i / 128) + i % 32] |= (uint8_t)(trits[i] << (i % 128 / 32 * 2));
    }
}
