/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_LANES_H
#define EAI_GRAPH_LANES_H

/*
 * Arithmetic on fifteen element types with four loops: elements are widened, a block at a time, to
 * float (F32, F16, BF16), double (F64), uint64_t (U64) or int64_t (every other integer, and BOOL as
 * 0 or 1), and narrowed again. F32, F64, I64 and U64 are used where they lie. Narrowed integers
 * keep their low bits, so sums, differences and products wrap as the small type would.
 */

#include "graph/operator.h"

typedef enum eai_lane {
    EAI_LANE_F32,
    EAI_LANE_F64,
    EAI_LANE_I64,
    EAI_LANE_U64,
} eai_lane;

/* Elements in a block. */
enum { EAI_LANE_BLOCK = 256 };

typedef union eai_lane_block {
    float f32[EAI_LANE_BLOCK];
    double f64[EAI_LANE_BLOCK];
    int64_t i64[EAI_LANE_BLOCK];
    uint64_t u64[EAI_LANE_BLOCK];
} eai_lane_block;

/* Of an element type of whole bytes. */
eai_lane eai_lane_of(edgeai_element element);
/* Elements lie as their lane, so that blocks may have any length. */
bool eai_lane_is_native(edgeai_element element);

/* n (at most EAI_LANE_BLOCK unless native) elements from number `first` as lanes: where they lie,
 * or in *block. */
const void *eai_lane_load(edgeai_element element, const void *data, size_t first, size_t n,
                          eai_lane_block *block);
/* Where results for elements from `first` are to be computed: in place or in *block. */
void *eai_lane_place(edgeai_element element, void *data, size_t first, eai_lane_block *block);
/* Narrows n lanes to elements from `first`; nothing to do where eai_lane_place() gave their place.
 */
void eai_lane_store(edgeai_element element, void *data, size_t first, size_t n, const void *lanes);

/* One element. Floats beyond an integer's range give its nearest value and NaN gives 0. */
double eai_lane_get(edgeai_element element, const void *data, size_t index);

/* Lanes to other lanes, as eai_lane_get() has it. */
void eai_lane_convert(eai_lane from, const void *source, eai_lane to, void *target, size_t n);

/* The integer of a double: truncated, nearest where out of range, 0 for NaN. */
int64_t eai_to_i64(double value);
uint64_t eai_to_u64(double value);

#endif
