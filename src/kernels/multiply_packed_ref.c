/* SPDX-License-Identifier: MIT */

/* Products straight from packed codes, for few rows: what unpacking and multiplying gives. */

#include "kernels/kernels.h"

void eai_multiply_nibbles_ref(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                              size_t first_input)
{
    uint8_t codes[EAI_STRETCH * EAI_PANEL];
    eai_tile unpacked = *tile;
    eai_unpack_nibbles_ref(codes, tile->codes, tile->n_inputs * EAI_PANEL);
    unpacked.codes = codes;
    eai_multiply_u8_ref(y, y_stride, &unpacked, rows, first_input);
}

void eai_multiply_bytes_ref(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                            size_t first_input)
{
    int16_t codes[EAI_STRETCH * EAI_PANEL];
    eai_tile unpacked = *tile;
    eai_widen_bytes_ref(codes, tile->codes, tile->n_inputs * EAI_PANEL);
    unpacked.codes = codes;
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
