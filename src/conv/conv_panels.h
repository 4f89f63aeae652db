/* SPDX-License-Identifier: MIT */
#ifndef EAI_CONV_CONV_PANELS_H
#define EAI_CONV_CONV_PANELS_H

/*
 * Matrices of weights as panels of EAI_PANEL columns, and products of prepared rows with them, cut
 * into tiles that stay in the first-level cache.
 */

#include "kernels/kernels.h"

/* What panels hold. */
typedef enum eai_conv_panel_kind {
    EAI_CONV_PANEL_FLOATS, /* [K][EAI_PANEL] float32 */
    EAI_CONV_PANEL_PAIRS,  /* [K / 2][EAI_PANEL][2] int16 */
    EAI_CONV_PANEL_BYTES,  /* the same in int8, widened tile by tile while rows are multiplied */
} eai_conv_panel_kind;

typedef struct eai_conv_panels {
    eai_conv_panel_kind kind;
    size_t n_inputs;   /* K; even but for floats */
    size_t n_columns;  /* of weights that there are */
    const void *codes; /* [panels], aligned to 64 */
} eai_conv_panels;

/* Bytes of memory that eai_conv_panels_multiply() needs, aligned to 64: a tile. */
size_t eai_conv_panels_scratch(eai_conv_panel_kind kind);

/* Inputs as panels hold them: pairs are filled up. */
size_t eai_conv_panel_inputs(eai_conv_panel_kind kind, size_t n_inputs);

size_t eai_conv_panels_bytes(eai_conv_panel_kind kind, size_t n_inputs, size_t n_columns);

/* Puts one weight into panels at `codes`, which were zero. n_inputs: as they hold them. */
void eai_conv_panels_put_float(void *codes, size_t n_inputs, size_t input, size_t column,
                               float weight);
void eai_conv_panels_put_pair(void *codes, size_t n_inputs, size_t input, size_t column,
                              int16_t weight);
void eai_conv_panels_put_byte(void *codes, size_t n_inputs, size_t input, size_t column,
                              int8_t weight);

/* sums[n_rows, stride] = rows times panels [panel, panel + n_panels), 4-byte sums; EAI_PANEL
 * columns a panel are written. rows->n_inputs is that of the panels. */
void eai_conv_panels_multiply(const eai_conv_panels *panels, const eai_kernels *kernels,
                              const eai_rows *rows, size_t panel, size_t n_panels, void *sums,
                              size_t stride, void *scratch);

#endif
