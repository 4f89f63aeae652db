/* SPDX-License-Identifier: MIT */
#ifndef EAI_TENSOR_PANELS_H
#define EAI_TENSOR_PANELS_H

/*
 * Weight matrices as panels of EAI_PANEL rows, and panels as the tiles that kernels multiply.
 *
 * A tile is made either from the tensor's blocks as they lie in the file (mapped), or from a packed
 * panel: the scales of all sixteen rows as the blocks held them, then codes in tile order with as
 * few bits as they need. A packed panel is a row of stretches, each
 *
 *     d       float16 [n blocks][EAI_PANEL]
 *     m       float16, the same (Q4_1, Q5_1, Q4_K, Q5_K)
 *     scales  uint8 [8 or 16][EAI_PANEL] (Q4_K, Q5_K: 8; Q6_K: 16)
 *     mins    uint8 [8][EAI_PANEL] (Q4_K, Q5_K)
 *     codes   [n inputs * EAI_PANEL], 2, 4 or 8 bits each, or 16- or 32-bit floats
 *
 * and is read front to back.
 */

#include <stdbool.h>

#include <edgeai/tensor.h>

#include "kernels/kernels.h"

/* What a matrix's panels are like: from its type and the kernels in use. */
typedef struct eai_panel_format {
    edgeai_dtype dtype;
    eai_tile_kind kind;
    eai_code_format codes; /* integer kinds */
    int code_bits;         /* packed; 0: this type cannot be packed, and is dequantized */
    int block;             /* inputs with one d */
    int n_scales;          /* small integers that scale groups of a superblock; 0: none */
    bool has_m;
} eai_panel_format;

/* Weights as integers, or as float32 where `exact` or the type has no codes. */
eai_panel_format eai_panel_format_of(edgeai_dtype dtype, bool exact, const eai_kernels *kernels);

/* Bytes of one packed panel of K inputs; a multiple of 32. 0: cannot be packed. */
size_t eai_panel_bytes(const eai_panel_format *format, size_t n_inputs);

/* Rows of a matrix as a file holds them. */
typedef struct eai_panel_source {
    const unsigned char *rows; /* the panel's first */
    size_t row_bytes;
    size_t n_columns; /* rows that there are: EAI_PANEL, or fewer in the last panel */
} eai_panel_source;

/* What making a tile takes; one for each thread. */
typedef struct eai_tile_buffers {
    _Alignas(64) float scales[EAI_STRETCH / EAI_HALF_GROUP * EAI_PANEL];
    float mins[EAI_STRETCH / EAI_HALF_GROUP * EAI_PANEL];
    unsigned char codes[EAI_STRETCH * EAI_PANEL * 4];
    unsigned char rows[EAI_STRETCH * EAI_PANEL * 4]; /* in the order of inputs */
} eai_tile_buffers;

/* Inputs [first, first + n) of a panel as a tile, n <= EAI_STRETCH and first a multiple of it. */
void eai_panel_tile_mapped(eai_tile *tile, eai_tile_buffers *buffers,
                           const eai_panel_format *format, const eai_kernels *kernels,
                           const eai_panel_source *source, size_t first, size_t n);
void eai_panel_tile_packed(eai_tile *tile, eai_tile_buffers *buffers,
                           const eai_panel_format *format, const eai_kernels *kernels,
                           const unsigned char *panel, size_t first, size_t n);

/* The kernel for few rows that takes codes and scales as they are packed, or NULL where there is
 * none, and the tile for it. */
eai_multiply_fn *eai_panel_multiply_packed(const eai_panel_format *format,
                                           const eai_kernels *kernels);
void eai_panel_tile_as_packed(eai_tile *tile, const eai_panel_format *format,
                              const unsigned char *panel, size_t first, size_t n);

/* Packs one panel: eai_panel_bytes() at `panel`, aligned to 32. */
void eai_panel_pack(unsigned char *panel, eai_tile_buffers *buffers, const eai_panel_format *format,
                    const eai_kernels *kernels, const eai_panel_source *source, size_t n_inputs);

#endif
