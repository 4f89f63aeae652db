/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_STRIDED_H
#define EAI_GRAPH_STRIDED_H

/* Copying n-dimensional boxes of elements whose type does not matter, only their size. */

#include "graph/operator.h"

/* Twice a tensor's, for tiles and depth to space. */
enum { EAI_STRIDED_DIMS_MAX = 2 * EDGEAI_GRAPH_DIMS_MAX };

/* The operand's bytes per element; 0 for TRITS and BITS. */
size_t eai_element_size(const eai_operand *operand);

/* strides[i], in elements, of a row-major tensor. */
void eai_row_major(const int64_t *dims, int n_dims, int64_t *strides);

/*
 * to[sum i_k to_strides_k] = from[sum i_k from_strides_k] for all i in dims. Strides are in
 * elements and may be 0 or negative (the pointers are of element 0, 0, ...). element_size: 1, 2, 4,
 * 8. Nothing happens when a dim is 0.
 */
void eai_copy_strided(void *to, const int64_t *to_strides, const void *from,
                      const int64_t *from_strides, const int64_t *dims, int n_dims,
                      size_t element_size);

/* Sets n elements to the one at `value`. */
void eai_fill(void *to, const void *value, size_t n, size_t element_size);

#endif
