/* SPDX-License-Identifier: MIT */

/*
 * K formats: groups of 16 or 32 values with small integer scales (and mins) of a superblock's half
 * d (and dmin). Each group is fitted on its own; then its integers are chosen among the nearest
 * ones by the error they leave, d and dmin are solved once more with all integers fixed, and the
 * values are rounded for what is stored.
 */

#include <string.h>

#include "kernels/block_layouts.h"
#include "tensor/quantize_blocks.h"
#include "tensor/quantize_fit.h"

enum { N = EAI_SUPERBLOCK, GROUPS_MAX = 16 };

/* A superblock while it is made: x is near d * scale * q - dmin * min, or d * scale * q. */
typedef struct superblock {
    int n_groups;      /* 8 or 16 */
    int low, high;     /* range of q */
    int s_low, s_high; /* range of scales and mins */
    float d, dmin;     /* as stored: halves */
    int scales[GROUPS_MAX], mins[GROUPS_MAX];
    int q[N];
} superblock;

/* Squared error of one group when its scale is d * scale and its offset -dmin * min. */
static float group_error(const superblock *s, const float *x, int n, int scale, int min)
{
    float width = s->d * (float)scale, offset = s->dmin * (float)min;
    float inverse = eai_inverse(width), error = 0.0f;
    for (int i = 0; i < n; i++) {
        int q = eai_nearest_within((x[i] + offset) * inverse, s->low, s->high);
        float difference = width * (float)q - offset - x[i];
        error += difference * difference;
    }
    return error;
}

static void round_group(superblock *s, const float *x, int group)
{
    int n = N / s->n_groups;
    float offset = s->dmin * (float)s->mins[group];
    float inverse = eai_inverse(s->d * (float)s->scales[group]);
    for (int i = 0; i < n; i++)
        s->q[n * group + i] = eai_nearest_within((x[i] + offset) * inverse, s->low, s->high);
}

/* The best integers among the nearest and their neighbours; without a dmin mins stay 0. */
static void choose_integers(superblock *s, const float *x, int group, float scale, float min)
{
    int n = N / s->n_groups, min_steps = s->dmin != 0.0f ? 1 : 0;
    int near = eai_nearest_within(scale * eai_inverse(s->d), s->s_low, s->s_high);
    int near_min = eai_nearest_within(min * eai_inverse(s->dmin), 0, s->s_high);
    float best = group_error(s, x, n, near, near_min);
    s->scales[group] = near;
    s->mins[group] = near_min;
    for (int a = near - 1; a <= near + 1; a++) {
        for (int b = near_min - min_steps; b <= near_min + min_steps; b++) {
            if (a < s->s_low || a > s->s_high || b < 0 || b > s->s_high) continue;
            float error = group_error(s, x, n, a, b);
            if (error >= best) continue;
            best = error;
            s->scales[group] = a;
            s->mins[group] = b;
        }
    }
}

static float total_error(const superblock *s, const float *x)
{
    int n = N / s->n_groups;
    float error = 0.0f;
    for (int group = 0; group < s->n_groups; group++)
        error += group_error(s, x + n * group, n, s->scales[group], s->mins[group]);
    return error;
}

/* Least squares for d and dmin with scales, mins and q as they are; kept if it helps. */
static void solve_again(superblock *s, const float *x)
{
    int n = N / s->n_groups;
    float aa = 0.0f, ab = 0.0f, bb = 0.0f, ax = 0.0f, bx = 0.0f;
    for (int i = 0; i < N; i++) {
        float a = (float)(s->scales[i / n] * s->q[i]), b = -(float)s->mins[i / n];
        aa += a * a;
        ab += a * b;
        bb += b * b;
        ax += a * x[i];
        bx += b * x[i];
    }
    superblock changed = *s;
    float determinant = aa * bb - ab * ab;
    if (s->dmin == 0.0f || bb == 0.0f) {
        if (aa == 0.0f) return;
        changed.d = eai_through_half(ax / aa);
    } else {
        /* Nearly parallel: the solution would be noise. */
        if (determinant <= 1e-4f * aa * bb) return;
        changed.d = eai_through_half((ax * bb - bx * ab) / determinant);
        changed.dmin = eai_through_half((bx * aa - ax * ab) / determinant);
    }
    if (total_error(&changed, x) < total_error(s, x)) *s = changed;
}

static void choose_all(superblock *s, const float *x, const float *scales, const float *mins)
{
    int n = N / s->n_groups;
    for (int group = 0; group < s->n_groups; group++) {
        choose_integers(s, x + n * group, group, scales[group], mins[group]);
        round_group(s, x + n * group, group);
    }
    solve_again(s, x);
    for (int group = 0; group < s->n_groups; group++)
        round_group(s, x + n * group, group);
}

/* Q2_K, Q4_K, Q5_K: q in [0, q_max], scales and mins in [0, s_max]. */
static void fit_affine_superblock(superblock *s, const float *x, int n_groups, int q_max, int s_max)
{
    float scales[GROUPS_MAX], mins[GROUPS_MAX], max_scale = 0.0f, max_min = 0.0f;
    int n = N / n_groups;
    *s = (superblock){.n_groups = n_groups, .high = q_max, .s_high = s_max};
    for (int group = 0; group < n_groups; group++) {
        float m;
        eai_fit_affine(x + n * group, n, q_max, 1, &scales[group], &m);
        mins[group] = -m;
        max_scale = scales[group] > max_scale ? scales[group] : max_scale;
        max_min = mins[group] > max_min ? mins[group] : max_min;
    }
    s->d = eai_through_half(max_scale / (float)s_max);
    s->dmin = eai_through_half(max_min / (float)s_max);
    choose_all(s, x, scales, mins);
}

/* Q3_K, Q6_K: q in [-range, range - 1], scales in [-s_range, s_range - 1]. */
static void fit_symmetric_superblock(superblock *s, const float *x, int range, int s_range)
{
    float scales[GROUPS_MAX], zeros[GROUPS_MAX] = {0.0f};
    *s = (superblock){.n_groups = 16, .low = -range, .high = range - 1};
    s->s_low = -s_range;
    s->s_high = s_range - 1;
    for (int group = 0; group < 16; group++)
        scales[group] = eai_fit_scale(x + 16 * group, 16, range);
    s->d = eai_through_half(eai_largest(scales, 16) / (float)-s_range);
    choose_all(s, x, scales, zeros);
}

static void store_halves(const superblock *s, uint8_t d[2], uint8_t dmin[2])
{
    eai_store_half(d, eai_float_to_half(s->d));
    eai_store_half(dmin, eai_float_to_half(s->dmin));
}

/* Two bits of each of 256 elements, as Q2_K and Q3_K store them: element i is in byte
 * 32 * (i / 128) + i % 32, at bits 2 * (i % 128 / 32). */
static void pack_two_bits(const superblock *s, int bias, uint8_t qs[64])
{
    memset(qs, 0, 64);
    for (int i = 0; i < N; i++)
        qs[32 * (i / 128) + i % 32] |= (uint8_t)(((s->q[i] + bias) & 3) << (i % 128 / 32 * 2));
}

/* Eight scales and mins of six bits; the inverse of eai_scale_min_k4(). */
static void pack_scales_k4(const superblock *s, uint8_t bytes[12])
{
    for (int j = 0; j < 4; j++) {
        int scale = s->scales[j + 4], min = s->mins[j + 4];
        bytes[j] = (uint8_t)(s->scales[j] | scale >> 4 << 6);
        bytes[j + 4] = (uint8_t)(s->mins[j] | min >> 4 << 6);
        bytes[j + 8] = (uint8_t)((scale & 15) | (min & 15) << 4);
    }
}

/* Low nibbles, pairs of 32 elements: element i and i + 32 share a byte. */
static void pack_pairs(const superblock *s, uint8_t qs[128])
{
    for (int i = 0; i < 128; i++) {
        int first = i / 32 * 64 + i % 32;
        qs[i] = (uint8_t)((s->q[first] & 15) | (s->q[first + 32] & 15) << 4);
    }
}

void eai_quantize_q2_k(const float *src, void *dst, size_t n_blocks)
{
    eai_block_q2_k *blocks = dst;
    superblock s;
    for (size_t b = 0; b < n_blocks; b++) {
        fit_affine_superblock(&s, src + N * b, 16, 3, 15);
        store_halves(&s, blocks[b].d, blocks[b].dmin);
        for (int j = 0; j < 16; j++)
            blocks[b].scales[j] = (uint8_t)(s.scales[j] | s.mins[j] << 4);
        pack_two_bits(&s, 0, blocks[b].qs);
    }
}

void eai_quantize_q3_k(const float *src, void *dst, size_t n_blocks)
{
    eai_block_q3_k *blocks = dst;
    superblock s;
    for (size_t b = 0; b < n_blocks; b++) {
        eai_block_q3_k *block = &blocks[b];
        fit_symmetric_superblock(&s, src + N * b, 4, 32);
        eai_store_half(block->d, eai_float_to_half(s.d));
        memset(block->scales, 0, sizeof block->scales);
        for (int j = 0; j < 16; j++) {
            int scale = s.scales[j] + 32;
            block->scales[j % 8] |= (uint8_t)((scale & 15) << (j / 8 * 4));
            block->scales[8 + j % 4] |= (uint8_t)(scale >> 4 << (j / 4 * 2));
        }
        pack_two_bits(&s, 4, block->qs);
        memset(block->hmask, 0, sizeof block->hmask);
        for (int i = 0; i < N; i++)
            block->hmask[i % 32] |= (uint8_t)((s.q[i] + 4) >> 2 << (i / 32));
    }
}

void eai_quantize_q4_k(const float *src, void *dst, size_t n_blocks)
{
    eai_block_q4_k *blocks = dst;
    superblock s;
    for (size_t b = 0; b < n_blocks; b++) {
        fit_affine_superblock(&s, src + N * b, 8, 15, 63);
        store_halves(&s, blocks[b].d, blocks[b].dmin);
        pack_scales_k4(&s, blocks[b].scales);
        pack_pairs(&s, blocks[b].qs);
    }
}

void eai_quantize_q5_k(const float *src, void *dst, size_t n_blocks)
{
    eai_block_q5_k *blocks = dst;
    superblock s;
    for (size_t b = 0; b < n_blocks; b++) {
        fit_affine_superblock(&s, src + N * b, 8, 31, 63);
        store_halves(&s, blocks[b].d, blocks[b].dmin);
        pack_scales_k4(&s, blocks[b].scales);
        pack_pairs(&s, blocks[b].qs);
        memset(blocks[b].qh, 0, sizeof blocks[b].qh);
        for (int i = 0; i < N; i++)
            blocks[b].qh[i % 32] |= (uint8_t)(s.q[i] >> 4 << (i / 32));
    }
}

void eai_quantize_q6_k(const float *src, void *dst, size_t n_blocks)
{
    eai_block_q6_k *blocks = dst;
    superblock s;
    for (size_t b = 0; b < n_blocks; b++) {
        eai_block_q6_k *block = &blocks[b];
        fit_symmetric_superblock(&s, src + N * b, 32, 128);
        eai_store_half(block->d, eai_float_to_half(s.d));
        memset(block->ql, 0, sizeof block->ql);
        memset(block->qh, 0, sizeof block->qh);
        for (int j = 0; j < 16; j++)
            block->scales[j] = (int8_t)s.scales[j];
        for (int i = 0; i < N; i++) {
            int q = s.q[i] + 32, half = i / 128, quarter = i % 128 / 32, l = i % 32;
            block->ql[64 * half + 32 * (quarter % 2) + l] |=
                (uint8_t)((q & 15) << (quarter / 2 * 4));
            block->qh[32 * half + l] |= (uint8_t)(q >> 4 << (2 * quarter));
        }
    }
}
