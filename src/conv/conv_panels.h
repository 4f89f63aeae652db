/* SPDX-License-Identifier: MIT */
#ifndef EAI_CONV_CONV_PANELS_H
#define EAI_CONV_CONV_PANELS_H

/*
 * Matrices of weights as panels of EAI_PANEL columns, float32 or int16 in pairs, and products of
 * prepared rows with them, cut into tiles that stay in the first-level cache.
 */

#include "kernels/kernels.h"

typedef struct eai_conv_panels {
    bool has_floats;   /* else int16 pairs */
    size_t n_inputs;   /* K; even for pairs */
    size_t n_columns;  /* of weights that there are */
    const void *codes; /* [panels][K / 1 or 2][EAI_PANEL] dwords, aligned to 64 */
} eai_conv_panels;

/* Inputs as panels hold them: pairs are filled up. */
size_t eai_conv_panel_inputs(bool has_floats, size_t n_inputs);

size_t eai_conv_panels_bytes(bool has_floats, size_t n_inputs, size_t n_columns);

/* Puts one weight into panels at `codes`, which were zero. n_inputs: as they hold them. */
void eai_conv_panels_put_float(void *codes, size_t n_inputs, size_t input, size_t column,
                               float weight);
void eai_conv_panels_put_integer(void *codes, size_t n_inputs, size_t input, size_t column,
                                 int16_t weight);

/* sums[n_rows, stride] = rows times panels [panel, panel + n_panels), 4-byte sums; EAI_PANEL
 * columns a panel are written. rows->n_inputs is that of the panels. */
void eai_conv_panels_multiply(const eai_conv_panels *panels, const eai_kernels *kernels,
                              const eai_rows *rows, size_t panel, size_t n_panels, void *sums,
                              size_t stride);

#endif
