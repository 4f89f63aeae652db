/* SPDX-License-Identifier: MIT */
#include "tensor/panel_scales.h"

#include <string.h>

#include "kernels/block_layouts.h"

/* Constants divide faster than format->block, and few rows ask for every stretch. */
static size_t n_blocks_of(const eai_panel_format *format, size_t n)
{
    return format->block == EAI_BLOCK ? n / EAI_BLOCK : n / EAI_SUPERBLOCK;
}

size_t eai_scale_bytes(const eai_panel_format *format, size_t n)
{
    const size_t n_kinds = format->has_m ? 2 : 1; /* d and scales; m and mins */
    return n_kinds * EAI_PANEL * (2 * n_blocks_of(format, n) + (size_t)format->n_scales);
}

eai_scale_planes eai_scale_planes_at(const eai_panel_format *format, unsigned char *at, size_t n)
{
    const size_t n_blocks = n_blocks_of(format, n), half_bytes = 2 * EAI_PANEL * n_blocks;
    eai_scale_planes planes = {.d = at, .n_blocks = n_blocks};
    planes.m = planes.d + half_bytes;
    planes.scales = planes.m + (format->has_m ? half_bytes : 0);
    planes.mins = planes.scales + (size_t)format->n_scales * EAI_PANEL;
    return planes;
}

/* Bytes of a block, and where its d and m are. */
typedef struct block_shape {
    size_t bytes, d, m;
} block_shape;

static block_shape shape_of(eai_code_format format)
{
    switch (format) {
    case EAI_CODES_Q4_0:
        return (block_shape){sizeof(eai_block_q4_0), offsetof(eai_block_q4_0, d), 0};
    case EAI_CODES_Q4_1:
        return (block_shape){sizeof(eai_block_q4_1), offsetof(eai_block_q4_1, d),
                             offsetof(eai_block_q4_1, m)};
    case EAI_CODES_Q5_0:
        return (block_shape){sizeof(eai_block_q5_0), offsetof(eai_block_q5_0, d), 0};
    case EAI_CODES_Q5_1:
        return (block_shape){sizeof(eai_block_q5_1), offsetof(eai_block_q5_1, d),
                             offsetof(eai_block_q5_1, m)};
    case EAI_CODES_Q8_0:
        return (block_shape){sizeof(eai_block_q8_0), offsetof(eai_block_q8_0, d), 0};
    case EAI_CODES_IQ4_NL:
        return (block_shape){sizeof(eai_block_iq4_nl), offsetof(eai_block_iq4_nl, d), 0};
    case EAI_CODES_Q4_K:
        return (block_shape){sizeof(eai_block_q4_k), offsetof(eai_block_q4_k, d),
                             offsetof(eai_block_q4_k, dmin)};
    case EAI_CODES_Q5_K:
        return (block_shape){sizeof(eai_block_q5_k), offsetof(eai_block_q5_k, d),
                             offsetof(eai_block_q5_k, dmin)};
    case EAI_CODES_Q6_K:
        return (block_shape){sizeof(eai_block_q6_k), offsetof(eai_block_q6_k, d), 0};
    case EAI_CODES_TQ1_0:
        return (block_shape){sizeof(eai_block_tq1_0), offsetof(eai_block_tq1_0, d), 0};
    default:
        return (block_shape){sizeof(eai_block_tq2_0), offsetof(eai_block_tq2_0, d), 0};
    }
}

/* The small integers of a superblock. */
static void gather_small(const eai_panel_format *format, const eai_scale_planes *planes,
                         const unsigned char *block, size_t c)
{
    if (format->codes == EAI_CODES_Q6_K) {
        const eai_block_q6_k *q6 = (const void *)block;
        for (size_t i = 0; i < 16; i++)
            planes->scales[i * EAI_PANEL + c] = (uint8_t)q6->scales[i];
        return;
    }
    const uint8_t *packed = format->codes == EAI_CODES_Q4_K
                                ? ((const eai_block_q4_k *)(const void *)block)->scales
                                : ((const eai_block_q5_k *)(const void *)block)->scales;
    for (int i = 0; i < 8; i++)
        eai_scale_min_k4(packed, i, &planes->scales[(size_t)i * EAI_PANEL + c],
                         &planes->mins[(size_t)i * EAI_PANEL + c]);
}

void eai_scales_gather(const eai_panel_format *format, const eai_scale_planes *planes,
                       const unsigned char *blocks, size_t c)
{
    const block_shape shape = shape_of(format->codes);
    for (size_t b = 0; b < planes->n_blocks; b++) {
        const unsigned char *block = blocks + b * shape.bytes;
        const size_t at = 2 * (b * EAI_PANEL + c);
        memcpy(planes->d + at, block + shape.d, 2);
        if (format->has_m) memcpy(planes->m + at, block + shape.m, 2);
    }
    if (format->n_scales > 0) gather_small(format, planes, blocks, c);
}

/* min = factor * scale: the offset of codes that are stored without sign. */
static void offset_mins(float *restrict mins, const float *restrict scales, size_t n, float factor)
{
    for (size_t i = 0; i < n; i++)
        mins[i] = factor * scales[i];
}

/* A half group's scale is its group's. */
static void double_groups(float *values, size_t n_groups)
{
    for (size_t i = n_groups; i-- > 0;)
        for (size_t half = 2; half-- > 0;)
            memmove(values + (2 * i + half) * EAI_PANEL, values + i * EAI_PANEL,
                    EAI_PANEL * sizeof *values);
}

static void expand_q6_k(const eai_scale_planes *planes, const float d[EAI_PANEL], float *scales)
{
    for (size_t i = 0; i < 16; i++)
        for (size_t c = 0; c < EAI_PANEL; c++)
            scales[i * EAI_PANEL + c] = d[c] * (float)(int8_t)planes->scales[i * EAI_PANEL + c];
}

/* Ternary: one d for the whole superblock. */
static void repeat(float *scales, const float d[EAI_PANEL], size_t n_groups)
{
    for (size_t i = 0; i < n_groups; i++)
        memcpy(scales + i * EAI_PANEL, d, EAI_PANEL * sizeof *scales);
}

void eai_scales_expand(const eai_panel_format *format, const eai_kernels *kernels,
                       const eai_scale_planes *planes, size_t n, float *scales, float *mins)
{
    const size_t n_groups = n / EAI_GROUP, n_values = n_groups * EAI_PANEL;
    if (format->block == EAI_BLOCK) {
        kernels->widen_half(scales, planes->d, n_values);
        if (format->has_m) kernels->widen_half(mins, planes->m, n_values);
    }
    float d[EAI_PANEL];
    if (format->block == EAI_SUPERBLOCK && !format->has_m)
        kernels->widen_half(d, planes->d, EAI_PANEL);
    switch (format->codes) {
    case EAI_CODES_Q4_0:
        offset_mins(mins, scales, n_values, -8.0f);
        break;
    case EAI_CODES_Q5_0:
        offset_mins(mins, scales, n_values, -16.0f);
        break;
    case EAI_CODES_Q4_K:
    case EAI_CODES_Q5_K:
        /* The planes follow each other: d and dmin, then scales and mins. */
        kernels->scale_mins(scales, mins, planes->d, planes->scales);
        break;
    case EAI_CODES_Q6_K:
        expand_q6_k(planes, d, scales);
        offset_mins(mins, scales, 2 * n_values, -32.0f);
        return;
    case EAI_CODES_TQ1_0:
    case EAI_CODES_TQ2_0:
        repeat(scales, d, n_groups);
        offset_mins(mins, scales, n_values, -1.0f);
        break;
    default:
        break;
    }
    if (format->kind != EAI_TILE_U8_HALVES) return;
    double_groups(scales, n_groups);
    double_groups(mins, n_groups);
}
