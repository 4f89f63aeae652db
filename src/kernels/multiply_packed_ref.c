/* SPDX-License-Identifier: MIT */

/* Products straight from packed codes, for few rows: what unpacking and multiplying gives. */

#include "kernels/kernels.h"

enum { SCALES = EAI_STRETCH / EAI_GROUP * EAI_PANEL };

static void multiply_nibbles(float *y, size_t y_stride, eai_tile tile, const float *scales,
                             const float *mins, const eai_rows *rows, size_t first_input)
{
    uint8_t codes[EAI_STRETCH * EAI_PANEL];
    eai_unpack_nibbles_ref(codes, tile.codes, tile.n_inputs * EAI_PANEL);
    tile.codes = codes;
    tile.scales = scales;
    tile.mins = mins;
    eai_multiply_u8_ref(y, y_stride, &tile, rows, first_input);
}

void eai_multiply_q4_0_ref(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                           size_t first_input)
{
    const size_t n = tile->n_inputs / EAI_GROUP * EAI_PANEL;
    float scales[SCALES], mins[SCALES];
    eai_widen_half_ref(scales, tile->packed_scales, n);
    for (size_t i = 0; i < n; i++)
        mins[i] = -8.0f * scales[i];
    multiply_nibbles(y, y_stride, *tile, scales, mins, rows, first_input);
}

void eai_multiply_q4_1_ref(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                           size_t first_input)
{
    const size_t n = tile->n_inputs / EAI_GROUP * EAI_PANEL;
    float scales[SCALES], mins[SCALES];
    eai_widen_half_ref(scales, tile->packed_scales, n);
    eai_widen_half_ref(mins, (const char *)tile->packed_scales + 2 * n, n);
    multiply_nibbles(y, y_stride, *tile, scales, mins, rows, first_input);
}

void eai_multiply_q4_k_ref(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                           size_t first_input)
{
    const uint8_t *halves = tile->packed_scales;
    float scales[SCALES], mins[SCALES];
    eai_scale_mins_ref(scales, mins, halves, halves + (size_t)4 * EAI_PANEL);
    multiply_nibbles(y, y_stride, *tile, scales, mins, rows, first_input);
}

void eai_multiply_bytes_ref(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                            size_t first_input)
{
    int16_t codes[EAI_STRETCH * EAI_PANEL];
    float scales[SCALES];
    eai_tile unpacked = *tile;
    eai_widen_bytes_ref(codes, tile->codes, tile->n_inputs * EAI_PANEL);
    eai_widen_half_ref(scales, tile->packed_scales, tile->n_inputs / EAI_GROUP * EAI_PANEL);
    unpacked.codes = codes;
    unpacked.scales = scales;
    eai_multiply_s16_ref(y, y_stride, &unpacked, rows, first_input);
}

void eai_multiply_half_floats_ref(float *y, size_t y_stride, const eai_tile *tile,
                                  const eai_rows *rows, size_t first_input)
{
    float weights[EAI_STRETCH * EAI_PANEL];
    eai_tile unpacked = *tile;
    eai_widen_half_ref(weights, tile->codes, tile->n_inputs * EAI_PANEL);
    unpacked.codes = weights;
    eai_multiply_f32_ref(y, y_stride, &unpacked, rows, first_input);
}
