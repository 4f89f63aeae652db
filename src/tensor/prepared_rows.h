/* SPDX-License-Identifier: MIT */
#ifndef EAI_TENSOR_PREPARED_ROWS_H
#define EAI_TENSOR_PREPARED_ROWS_H

/* Rows of x in the order in which products read them: tiles.h says which. */

#include "kernels/kernels.h"

/* Bytes of n rows of K inputs for tiles of this kind; a multiple of 64. */
size_t eai_prepared_bytes(eai_tile_kind kind, size_t n_rows, size_t n_inputs);

/* Lays n rows out at `memory`, aligned to 64; nothing is written yet. */
eai_rows eai_prepared_layout(eai_tile_kind kind, void *memory, size_t n_rows, size_t n_inputs);

/* Prepares group number `group` (rows [6 group, 6 group + 6), or what is left) of x. */
void eai_prepared_fill(const eai_rows *rows, eai_tile_kind kind, const eai_kernels *kernels,
                       const float *x, size_t x_stride, size_t group);

/* Whether rows prepared for one kind serve the other. */
int eai_prepared_alike(eai_tile_kind a, eai_tile_kind b);

#endif
