/* SPDX-License-Identifier: MIT */

/* Products of tiles: the definition, sum over sum, of what every other variant gives to the bit. */

#include <math.h>

#include "kernels/kernels.h"

/* Rows [first, first + r) of one group, and where its data begin. */
typedef struct group {
    size_t first, r;
} group;

static group group_at(const eai_rows *rows, size_t first)
{
    size_t left = rows->n_rows - first;
    return (group){first, left < EAI_ROW_GROUP ? left : EAI_ROW_GROUP};
}

static float at(const float *per_group, const eai_rows *rows, group g, size_t row, size_t inputs,
                size_t index)
{
    return per_group[g.first * (rows->n_inputs / inputs) + index * g.r + row];
}

void eai_multiply_f32_ref(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                          size_t first_input)
{
    const float *weights = tile->codes, *x = rows->codes;
    for (size_t first = 0; first < rows->n_rows; first += EAI_ROW_GROUP) {
        group g = group_at(rows, first);
        for (size_t row = 0; row < g.r; row++)
            for (size_t k = 0; k < tile->n_inputs; k++)
                for (size_t c = 0; c < EAI_PANEL; c++) {
                    float *out = y + (first + row) * y_stride + c;
                    *out = fmaf(at(x, rows, g, row, 1, first_input + k), weights[k * EAI_PANEL + c],
                                *out);
                }
    }
}

/* Code of input k of the tile for column c, as its kind stores it. */
static int weight_at(const eai_tile *tile, eai_tile_kind kind, size_t k, size_t c)
{
    if (kind == EAI_TILE_S16)
        return ((const int16_t *)tile->codes)[(k / 2 * EAI_PANEL + c) * 2 + k % 2];
    size_t at = (k / 4 * EAI_PANEL + c) * 4 + k % 4;
    if (kind == EAI_TILE_S8) return ((const int8_t *)tile->codes)[at];
    return ((const uint8_t *)tile->codes)[at];
}

static int input_at(const eai_rows *rows, eai_tile_kind kind, group g, size_t row, size_t k)
{
    if (kind == EAI_TILE_S16)
        return ((const int16_t *)
                    rows->codes)[g.first * rows->n_inputs + (k / 2 * g.r + row) * 2 + k % 2];
    return (
        (const int8_t *)rows->codes)[g.first * rows->n_inputs + (k / 4 * g.r + row) * 4 + k % 4];
}

static int dot(const eai_tile *tile, eai_tile_kind kind, const eai_rows *rows, group g, size_t row,
               size_t c, size_t begin, size_t n, size_t first_input)
{
    int sum = 0;
    for (size_t k = begin; k < begin + n; k++)
        sum += weight_at(tile, kind, k, c) * input_at(rows, kind, g, row, first_input + k);
    return sum;
}

/* What group i of inputs adds, before the row's scale. */
static float group_sum(const eai_tile *tile, eai_tile_kind kind, const eai_rows *rows, group g,
                       size_t row, size_t c, size_t i, size_t first_input)
{
    const size_t begin = i * EAI_GROUP;
    if (kind != EAI_TILE_U8_HALVES) {
        const size_t at_c = i * EAI_PANEL + c;
        float sum = tile->scales[at_c] *
                    (float)dot(tile, kind, rows, g, row, c, begin, EAI_GROUP, first_input);
        if (kind != EAI_TILE_U8) return sum;
        float codes = at(rows->sums, rows, g, row, EAI_GROUP, first_input / EAI_GROUP + i);
        return fmaf(codes, tile->mins[at_c], sum);
    }
    float sum = 0.0f;
    for (size_t half = 0; half < 2; half++) {
        float product = (float)dot(tile, kind, rows, g, row, c, begin + half * EAI_HALF_GROUP,
                                   EAI_HALF_GROUP, first_input);
        float scale = tile->scales[(2 * i + half) * EAI_PANEL + c];
        sum = half == 0 ? scale * product : fmaf(scale, product, sum);
    }
    for (size_t half = 0; half < 2; half++) {
        float codes = at(rows->half_sums, rows, g, row, EAI_HALF_GROUP,
                         first_input / EAI_HALF_GROUP + 2 * i + half);
        sum = fmaf(codes, tile->mins[(2 * i + half) * EAI_PANEL + c], sum);
    }
    return sum;
}

static void multiply(float *y, size_t y_stride, const eai_tile *tile, eai_tile_kind kind,
                     const eai_rows *rows, size_t first_input)
{
    for (size_t first = 0; first < rows->n_rows; first += EAI_ROW_GROUP) {
        group g = group_at(rows, first);
        for (size_t row = 0; row < g.r; row++)
            for (size_t c = 0; c < EAI_PANEL; c++)
                for (size_t i = 0; i < tile->n_inputs / EAI_GROUP; i++) {
                    float *out = y + (first + row) * y_stride + c;
                    float scale =
                        at(rows->scales, rows, g, row, EAI_GROUP, first_input / EAI_GROUP + i);
                    *out =
                        fmaf(group_sum(tile, kind, rows, g, row, c, i, first_input), scale, *out);
                }
    }
}

void eai_multiply_u8_ref(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                         size_t first_input)
{
    multiply(y, y_stride, tile, EAI_TILE_U8, rows, first_input);
}

void eai_multiply_u8_halves_ref(float *y, size_t y_stride, const eai_tile *tile,
                                const eai_rows *rows, size_t first_input)
{
    multiply(y, y_stride, tile, EAI_TILE_U8_HALVES, rows, first_input);
}

void eai_multiply_s8_ref(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                         size_t first_input)
{
    multiply(y, y_stride, tile, EAI_TILE_S8, rows, first_input);
}

void eai_multiply_s16_ref(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                          size_t first_input)
{
    multiply(y, y_stride, tile, EAI_TILE_S16, rows, first_input);
}
