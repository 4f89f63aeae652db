/* SPDX-License-Identifier: MIT */

/* Superblocks of 256 elements: the K formats and the ternary ones. */

#include "kernels/block_layouts.h"
#include "kernels/half.h"
#include "tensor/block_formats.h"

void eai_dequantize_q2_k(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_q2_k *blocks = src;
    for (size_t b = 0; b < n_blocks; b++) {
        float d = eai_load_half(blocks[b].d), dmin = eai_load_half(blocks[b].dmin);
        for (int group = 0; group < 16; group++, dst += 16) {
            /* Halves of 128 elements; in each, four shifts of the same 32 bytes, 16 at a time. */
            const uint8_t *qs = blocks[b].qs + 32 * (group / 8) + 16 * (group % 2);
            int shift = group % 8 / 2 * 2;
            float scale = d * (float)(blocks[b].scales[group] & 15);
            float min = dmin * (float)(blocks[b].scales[group] >> 4);
            for (int l = 0; l < 16; l++)
                dst[l] = scale * (float)(qs[l] >> shift & 3) - min;
        }
    }
}

void eai_dequantize_q3_k(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_q3_k *blocks = src;
    for (size_t b = 0; b < n_blocks; b++) {
        float d = eai_load_half(blocks[b].d);
        for (int group = 0; group < 16; group++, dst += 16) {
            const uint8_t *qs = blocks[b].qs + 32 * (group / 8) + 16 * (group % 2);
            const uint8_t *hmask = blocks[b].hmask + 16 * (group % 2);
            int shift = group % 8 / 2 * 2;
            float scale = d * (float)eai_scale_q3_k(blocks[b].scales, group);
            for (int l = 0; l < 16; l++) {
                int high = hmask[l] >> (group / 2) & 1;
                dst[l] = scale * (float)((qs[l] >> shift & 3) + 4 * high - 4);
            }
        }
    }
}

void eai_dequantize_q4_k(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_q4_k *blocks = src;
    for (size_t b = 0; b < n_blocks; b++) {
        float d = eai_load_half(blocks[b].d), dmin = eai_load_half(blocks[b].dmin);
        for (int pair = 0; pair < 4; pair++, dst += 64) {
            const uint8_t *qs = blocks[b].qs + 32 * pair;
            uint8_t sc[2], mn[2];
            eai_scale_min_k4(blocks[b].scales, 2 * pair, &sc[0], &mn[0]);
            eai_scale_min_k4(blocks[b].scales, 2 * pair + 1, &sc[1], &mn[1]);
            float scale0 = d * (float)sc[0], min0 = dmin * (float)mn[0];
            float scale1 = d * (float)sc[1], min1 = dmin * (float)mn[1];
            for (int l = 0; l < 32; l++) {
                dst[l] = scale0 * (float)(qs[l] & 15) - min0;
                dst[l + 32] = scale1 * (float)(qs[l] >> 4) - min1;
            }
        }
    }
}

void eai_dequantize_q5_k(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_q5_k *blocks = src;
    for (size_t b = 0; b < n_blocks; b++) {
        float d = eai_load_half(blocks[b].d), dmin = eai_load_half(blocks[b].dmin);
        const uint8_t *qh = blocks[b].qh;
        for (int pair = 0; pair < 4; pair++, dst += 64) {
            const uint8_t *qs = blocks[b].qs + 32 * pair;
            uint8_t sc[2], mn[2];
            eai_scale_min_k4(blocks[b].scales, 2 * pair, &sc[0], &mn[0]);
            eai_scale_min_k4(blocks[b].scales, 2 * pair + 1, &sc[1], &mn[1]);
            float scale0 = d * (float)sc[0], min0 = dmin * (float)mn[0];
            float scale1 = d * (float)sc[1], min1 = dmin * (float)mn[1];
            for (int l = 0; l < 32; l++) {
                int high = qh[l] >> (2 * pair);
                dst[l] = scale0 * (float)((qs[l] & 15) | (high & 1) << 4) - min0;
                dst[l + 32] = scale1 * (float)(qs[l] >> 4 | (high & 2) << 3) - min1;
            }
        }
    }
}

void eai_dequantize_q6_k(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_q6_k *blocks = src;
    for (size_t b = 0; b < n_blocks; b++) {
        float d = eai_load_half(blocks[b].d);
        for (int group = 0; group < 16; group++, dst += 16) {
            /* Halves of 128; in each, quarters of 32: low nibbles of two runs of 32 bytes, then
             * their high nibbles; every byte of qh gives two bits to each quarter. */
            int half = group / 8, quarter = group % 8 / 2, side = 16 * (group % 2);
            const uint8_t *ql = blocks[b].ql + 64 * half + 32 * (quarter % 2) + side;
            const uint8_t *qh = blocks[b].qh + 32 * half + side;
            int low_shift = quarter / 2 * 4, high_shift = 2 * quarter;
            float scale = d * (float)blocks[b].scales[group];
            for (int l = 0; l < 16; l++) {
                int low = ql[l] >> low_shift & 15, high = qh[l] >> high_shift & 3;
                dst[l] = scale * (float)((low | high << 4) - 32);
            }
        }
    }
}

/* Trit number k of n bytes, 0 to 2. A byte is a fraction of 256 in base 3: times 3^k modulo 256
 * drops the leading k trits, and the whole part of times 3 is the next one. */
static void unpack_trits(const uint8_t *restrict bytes, int n, uint8_t power, float d,
                         float *restrict dst)
{
    for (int m = 0; m < n; m++) {
        uint8_t rest = (uint8_t)(bytes[m] * power);
        dst[m] = d * (float)((rest * 3 >> 8) - 1);
    }
}

void eai_dequantize_tq1_0(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    static const uint8_t powers[5] = {1, 3, 9, 27, 81};
    const eai_block_tq1_0 *blocks = src;
    for (size_t b = 0; b < n_blocks; b++, dst += 256) {
        float d = eai_load_half(blocks[b].d);
        for (int k = 0; k < 5; k++) {
            unpack_trits(blocks[b].qs, 32, powers[k], d, dst + 32 * k);
            unpack_trits(blocks[b].qs + 32, 16, powers[k], d, dst + 160 + 16 * k);
        }
        for (int k = 0; k < 4; k++)
            unpack_trits(blocks[b].qh, 4, powers[k], d, dst + 240 + 4 * k);
    }
}

void eai_dequantize_tq2_0(const void *restrict src, float *restrict dst, size_t n_blocks)
{
    const eai_block_tq2_0 *blocks = src;
    for (size_t b = 0; b < n_blocks; b++) {
        float d = eai_load_half(blocks[b].d);
        for (int part = 0; part < 8; part++, dst += 32) {
            const uint8_t *qs = blocks[b].qs + 32 * (part / 4);
            int shift = part % 4 * 2;
            for (int m = 0; m < 32; m++)
                dst[m] = d * (float)((qs[m] >> shift & 3) - 1);
        }
    }
}
