/* SPDX-License-Identifier: MIT */
/*
 * Convolutions take in what follows them, then the graph goes over from N, C, H, W to N, H, W, C,
 * where the fast operators are. Every value of four dimensions has up to two versions; what only
 * one of them was made for is turned over on demand, once.
 */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/fusion.h"
#include "graph/layout.h"
#include "graph/passes.h"
#include "platform/context_internal.h"

static edgeai_status add_turn(eai_layout *l, const char *op_type, int32_t from, int32_t to)
{
    int32_t number;
    EAI_TRY(eai_ir_add_node(l->ir, "edgeai.nhwc", op_type, "", 1, 1, 0, &number));
    l->ir->nodes[number].inputs[0] = from;
    l->ir->nodes[number].outputs[0] = to;
    return EDGEAI_OK;
}

edgeai_status eai_layout_new(eai_layout *l, int32_t like, int32_t *out)
{
    eai_value value = {.name = "", .n_dims = -1};
    value.element = l->ir->values[like].element;
    return eai_ir_add_value(l->ir, &value, out);
}

edgeai_status eai_layout_nhwc(eai_layout *l, int32_t value, int32_t *out)
{
    eai_version *version = &l->versions[value];
    if (version->nhwc == EAI_IR_NONE) {
        EAI_TRY(eai_layout_new(l, value, &version->nhwc));
        EAI_TRY(add_turn(l, "ToNhwc", value, version->nhwc));
    }
    *out = version->nhwc;
    return EDGEAI_OK;
}

/* The value itself; made from its other version if nothing makes it any more. */
static edgeai_status need_nchw(eai_layout *l, int32_t value)
{
    eai_version *version = &l->versions[value];
    if (version->has_nchw) return EDGEAI_OK;
    version->has_nchw = true;
    return add_turn(l, "ToNchw", version->nhwc, value);
}

edgeai_status eai_layout_made(eai_layout *l, int32_t value, int32_t *out)
{
    eai_version *version = &l->versions[value];
    EAI_TRY(eai_layout_new(l, value, &version->nhwc));
    version->has_nchw = false;
    *out = version->nhwc;
    return EDGEAI_OK;
}

static edgeai_status turn_all(eai_layout *l)
{
    const size_t n_nodes = l->ir->n_nodes;
    for (size_t i = 0; i < n_nodes; i++) {
        bool turned = false;
        if (l->ir->nodes[i].dead) continue;
        EAI_TRY(eai_layout_turn(l, (int32_t)i, &turned));
        for (size_t k = 0; k < l->ir->nodes[i].n_inputs && !turned; k++)
            if (l->ir->nodes[i].inputs[k] != EAI_IR_NONE)
                EAI_TRY(need_nchw(l, l->ir->nodes[i].inputs[k]));
    }
    for (size_t i = 0; i < l->ir->n_outputs; i++)
        EAI_TRY(need_nchw(l, l->ir->outputs[i]));
    return EDGEAI_OK;
}

edgeai_status eai_pass_nhwc(eai_ir *ir)
{
    EAI_TRY(eai_fuse_convolutions(ir));
    EAI_TRY(eai_ir_sort(ir));
    const edgeai_allocator *allocator = &ir->context->allocator;
    const size_t n = ir->n_values;
    eai_layout layout = {.ir = ir};
    layout.versions = eai_allocate_array(allocator, n + 1, sizeof *layout.versions, "layouts");
    if (!layout.versions) return EDGEAI_E_MEMORY;
    for (size_t v = 0; v < n; v++)
        layout.versions[v] = (eai_version){.nhwc = EAI_IR_NONE, .has_nchw = true};
    const edgeai_status status = turn_all(&layout);
    eai_release(allocator, layout.versions, (n + 1) * sizeof *layout.versions);
    return status;
}
