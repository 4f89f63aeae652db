/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_GATHER_INDEX_H
#define EAI_GRAPH_GATHER_INDEX_H

/*
 * Indices that are tensors, as Gather, Scatter and their relatives have them: i32 or i64, maybe
 * negative. One out of range fails (EDGEAI_E_INVALID) when it is read.
 */

#include "graph/operator.h"

#define EAI_INDEX_TYPES (EAI_TYPE(EDGEAI_ELEMENT_I64) | EAI_TYPE(EDGEAI_ELEMENT_I32))

/* Index number i, as 0 .. dim-1. */
edgeai_status eai_gather_index(const eai_call *call, const eai_operand *indices, size_t i,
                               int64_t dim, size_t *out);

/* The product of n dims, which the caller knows to be small enough. */
size_t eai_gather_count(const int64_t *dims, int n);

/* ...Elements: the element of x that index number `at` means along `axis`. */
edgeai_status eai_gather_element(const eai_call *call, const eai_operand *x,
                                 const eai_operand *indices, int axis, size_t at, size_t *out);

/* ...ND: how many axes of input 0 behind `batch` each tuple of input 1 names: its last dimension.
 */
edgeai_status eai_gather_depth(const eai_call *call, int batch, int *depth);

/* ...ND: the slice of x that tuple number `tuple` means, counted from its axes first .. first +
 * depth - 1. */
edgeai_status eai_gather_slice(const eai_call *call, const eai_operand *x,
                               const eai_operand *indices, int first, int depth, size_t tuple,
                               size_t *out);

#endif
