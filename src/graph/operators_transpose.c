/* SPDX-License-Identifier: MIT */
/* Operators that read the same elements in another order, or several times. */

#include <string.h>

#include "base/fail.h"
#include "graph/strided.h"

/* perm of Transpose; without it the dimensions are reversed. */
static edgeai_status read_permutation(const eai_call *call, int *perm)
{
    const int n = call->inputs[0]->n_dims;
    size_t n_given = 0;
    const int64_t *given = eai_node_ints(call->node, "perm", &n_given);
    bool marked[EDGEAI_GRAPH_DIMS_MAX] = {false};
    if (n_given != 0 && n_given != (size_t)n)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "perm has %zu numbers for %d dimensions",
                             n_given, n);
    for (int i = 0; i < n; i++) {
        const int64_t axis = n_given != 0 ? given[i] : n - 1 - i;
        if (axis < 0 || axis >= n || marked[axis])
            return eai_call_fail(call, EDGEAI_E_SHAPE, "perm is no order of 0 to %d", n - 1);
        marked[axis] = true;
        perm[i] = (int)axis;
    }
    return EDGEAI_OK;
}

static edgeai_status transpose_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    int perm[EDGEAI_GRAPH_DIMS_MAX];
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    EAI_TRY(read_permutation(call, perm));
    for (int i = 0; i < x->n_dims; i++)
        dims[i] = x->dims[perm[i]];
    return eai_call_output(call, 0, x->element, dims, x->n_dims);
}

static edgeai_status transpose_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    int perm[EDGEAI_GRAPH_DIMS_MAX];
    int64_t own[EDGEAI_GRAPH_DIMS_MAX], from[EDGEAI_GRAPH_DIMS_MAX], to[EDGEAI_GRAPH_DIMS_MAX];
    EAI_TRY(read_permutation(call, perm));
    eai_row_major(x->dims, x->n_dims, own);
    eai_row_major(y->dims, y->n_dims, to);
    for (int i = 0; i < x->n_dims; i++)
        from[i] = own[perm[i]];
    eai_copy_strided(y->data, to, x->data, from, y->dims, y->n_dims, eai_element_size(x));
    return EDGEAI_OK;
}

static edgeai_status expand_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    eai_operand shape = {.n = 1};
    size_t n = 0;
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    int n_dims = 0;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    EAI_TRY(eai_call_ints(call, 1, shape.dims, EDGEAI_GRAPH_DIMS_MAX, &n));
    shape.n_dims = (int)n;
    const eai_operand *const both[] = {x, &shape};
    if (!eai_broadcast_dims(both, 2, dims, &n_dims))
        return eai_call_fail(call, EDGEAI_E_SHAPE, "the input's shape cannot be broadcast to it");
    return eai_call_output(call, 0, x->element, dims, n_dims);
}

static edgeai_status expand_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    int64_t from[EDGEAI_GRAPH_DIMS_MAX], to[EDGEAI_GRAPH_DIMS_MAX];
    if (y->n == 0) return EDGEAI_OK;
    eai_broadcast_strides(x, y->dims, y->n_dims, from);
    eai_row_major(y->dims, y->n_dims, to);
    eai_copy_strided(y->data, to, x->data, from, y->dims, y->n_dims, eai_element_size(x));
    return EDGEAI_OK;
}

static edgeai_status tile_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    size_t n = 0;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    EAI_TRY(eai_call_ints(call, 1, dims, EDGEAI_GRAPH_DIMS_MAX, &n));
    if (n != (size_t)x->n_dims)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "%zu repeats for %d dimensions", n, x->n_dims);
    for (int i = 0; i < x->n_dims; i++) {
        if (dims[i] < 0 || (x->dims[i] > 0 && dims[i] > INT64_MAX / x->dims[i]))
            return eai_call_fail(call, EDGEAI_E_LIMIT, "dimension %d is repeated %lld times", i,
                                 (long long)dims[i]);
        dims[i] *= x->dims[i];
    }
    return eai_call_output(call, 0, x->element, dims, x->n_dims);
}

/* Each dimension is two: which repeat, with stride 0, and the input's own. */
static edgeai_status tile_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    int64_t own[EDGEAI_GRAPH_DIMS_MAX], to[EDGEAI_GRAPH_DIMS_MAX];
    int64_t dims[EAI_STRIDED_DIMS_MAX], from_twice[EAI_STRIDED_DIMS_MAX];
    int64_t to_twice[EAI_STRIDED_DIMS_MAX];
    if (y->n == 0) return EDGEAI_OK;
    eai_row_major(x->dims, x->n_dims, own);
    eai_row_major(y->dims, y->n_dims, to);
    for (int i = 0; i < x->n_dims; i++) {
        dims[2 * i] = y->dims[i] / x->dims[i];
        dims[2 * i + 1] = x->dims[i];
        from_twice[2 * i] = 0;
        from_twice[2 * i + 1] = own[i];
        to_twice[2 * i] = to[i] * x->dims[i];
        to_twice[2 * i + 1] = to[i];
    }
    eai_copy_strided(y->data, to_twice, x->data, from_twice, dims, 2 * x->n_dims,
                     eai_element_size(x));
    return EDGEAI_OK;
}

static edgeai_status block_size(const eai_call *call, int64_t *block)
{
    *block = eai_node_int(call->node, "blocksize", 0);
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    if (call->inputs[0]->n_dims != 4)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "the input has %d dimensions, expected 4",
                             call->inputs[0]->n_dims);
    if (*block < 1 || *block > INT16_MAX)
        return eai_call_fail(call, EDGEAI_E_LIMIT, "blocksize is %lld, expected 1 to %d",
                             (long long)*block, INT16_MAX);
    return EDGEAI_OK;
}

/* Whether depth is [C, b, b] and not [b, b, C]. */
static edgeai_status read_mode(const eai_call *call, bool *channels_first)
{
    const char *mode = eai_node_string(call->node, "mode", "DCR");
    *channels_first = strcmp(mode, "CRD") == 0;
    if (*channels_first || strcmp(mode, "DCR") == 0) return EDGEAI_OK;
    return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "mode is neither DCR nor CRD");
}

static edgeai_status depth_to_space_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    int64_t b = 0;
    bool channels_first = false;
    EAI_TRY(block_size(call, &b));
    EAI_TRY(read_mode(call, &channels_first));
    if (x->dims[1] % (b * b) != 0)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "%lld channels are no multiple of blocksize %lld squared",
                             (long long)x->dims[1], (long long)b);
    if (x->dims[2] > INT64_MAX / b || x->dims[3] > INT64_MAX / b)
        return eai_call_fail(call, EDGEAI_E_LIMIT, "the output is too large");
    const int64_t dims[] = {x->dims[0], x->dims[1] / (b * b), x->dims[2] * b, x->dims[3] * b};
    return eai_call_output(call, 0, x->element, dims, 4);
}

static edgeai_status space_to_depth_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    int64_t b = 0;
    bool channels_first = false;
    EAI_TRY(block_size(call, &b));
    EAI_TRY(read_mode(call, &channels_first));
    if (x->dims[2] % b != 0 || x->dims[3] % b != 0)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "%lld x %lld is no multiple of blocksize %lld",
                             (long long)x->dims[2], (long long)x->dims[3], (long long)b);
    if (x->dims[1] > INT64_MAX / (b * b))
        return eai_call_fail(call, EDGEAI_E_LIMIT, "the output is too large");
    const int64_t dims[] = {x->dims[0], x->dims[1] * b * b, x->dims[2] / b, x->dims[3] / b};
    return eai_call_output(call, 0, x->element, dims, 4);
}

/* Between [N, C b b, H, W] and [N, C, H b, W b]: loops over n, c, block row, block column, h, w. */
static void move_blocks(const eai_operand *deep, const eai_operand *wide, int64_t b,
                        bool channels_first, int64_t *dims, int64_t *deep_strides,
                        int64_t *wide_strides)
{
    const int64_t c = wide->dims[1], h = deep->dims[2], w = deep->dims[3], plane = h * w;
    const int64_t box[] = {wide->dims[0], c, b, b, h, w};
    const int64_t deep_box[] = {c * b * b * plane,
                                channels_first ? b * b * plane : plane,
                                channels_first ? b * plane : b * c * plane,
                                channels_first ? plane : c * plane,
                                w,
                                1};
    const int64_t wide_box[] = {c * b * b * plane, b * b * plane, w * b, 1, b * w * b, b};
    memcpy(dims, box, sizeof box);
    memcpy(deep_strides, deep_box, sizeof deep_box);
    memcpy(wide_strides, wide_box, sizeof wide_box);
}

static edgeai_status depth_to_space_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    bool channels_first = false;
    int64_t dims[6], from[6], to[6];
    EAI_TRY(read_mode(call, &channels_first));
    if (y->n == 0) return EDGEAI_OK;
    move_blocks(x, y, eai_node_int(call->node, "blocksize", 1), channels_first, dims, from, to);
    eai_copy_strided(y->data, to, x->data, from, dims, 6, eai_element_size(x));
    return EDGEAI_OK;
}

static edgeai_status space_to_depth_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    bool channels_first = false;
    int64_t dims[6], from[6], to[6];
    EAI_TRY(read_mode(call, &channels_first));
    if (y->n == 0) return EDGEAI_OK;
    move_blocks(y, x, eai_node_int(call->node, "blocksize", 1), channels_first, dims, to, from);
    eai_copy_strided(y->data, to, x->data, from, dims, 6, eai_element_size(x));
    return EDGEAI_OK;
}

#define OPERATOR(identifier, operator_name, n_in, the_infer, the_run)                              \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "",                                                                              \
        .name = operator_name,                                                                     \
        .min_inputs = n_in,                                                                        \
        .max_inputs = n_in,                                                                        \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .infer = the_infer,                                                                        \
        .run = the_run,                                                                            \
    }

OPERATOR(depth_to_space, "DepthToSpace", 1, depth_to_space_infer, depth_to_space_run);
OPERATOR(expand, "Expand", 2, expand_infer, expand_run);
OPERATOR(space_to_depth, "SpaceToDepth", 1, space_to_depth_infer, space_to_depth_run);
OPERATOR(tile, "Tile", 2, tile_infer, tile_run);
OPERATOR(transpose, "Transpose", 1, transpose_infer, transpose_run);
