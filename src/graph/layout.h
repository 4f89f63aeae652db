/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_LAYOUT_H
#define EAI_GRAPH_LAYOUT_H

/* Turning a graph over to N, H, W, C: pass_nhwc.c keeps the versions, layout_rules.c says what
 * becomes of each operator, layout_constants.c turns constants. */

#include "graph/ir.h"

typedef struct eai_version {
    int32_t nhwc;  /* the value in N, H, W, C, or EAI_IR_NONE */
    bool has_nchw; /* something makes the value itself */
} eai_version;

typedef struct eai_layout {
    eai_ir *ir;
    eai_version *versions; /* of the values there were when the pass began */
} eai_layout;

/* The N, H, W, C version of a value with four dimensions. */
edgeai_status eai_layout_nhwc(eai_layout *l, int32_t value, int32_t *out);

/* A node makes the N, H, W, C version of this value, and the value itself no longer. */
edgeai_status eai_layout_made(eai_layout *l, int32_t value, int32_t *out);

/* A value without a shape yet, of the same type. */
edgeai_status eai_layout_new(eai_layout *l, int32_t like, int32_t *out);

/* Rewrites the node for N, H, W, C where that is wanted; else *turned stays false. */
edgeai_status eai_layout_turn(eai_layout *l, int32_t node, bool *turned);

/* A constant that is broadcast against four dimensions; *out is EAI_IR_NONE when it cannot be
 * turned (no constant, or of odd types). One element stays as it is. */
edgeai_status eai_layout_constant(eai_layout *l, int32_t value, int32_t *out);

/* A constant list of `per` numbers for each of N, C, H, W: float32 or int64, 4 * per elements. */
edgeai_status eai_layout_list(eai_layout *l, int32_t value, size_t per, int32_t *out);

/* A float32 constant of [C] as [1, 1, 1, C]. data: of the graph's memory. */
edgeai_status eai_layout_channels(eai_layout *l, const float *data, size_t n, int32_t *out);

#endif
