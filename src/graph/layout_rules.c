/* SPDX-License-Identifier: MIT */
/* What becomes of each operator: some want N, H, W, C, some follow their inputs, the rest stay. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "graph/layout.h"
#include "graph/nhwc_conv.h"
#include "graph/operator.h"

static bool is_op(const eai_node *node, const char *domain, const char *op_type)
{
    return strcmp(node->op_type, op_type) == 0 && strcmp(node->domain, domain) == 0;
}

static const eai_value *input(const eai_layout *l, const eai_node *node, size_t index)
{
    return index < node->n_inputs && node->inputs[index] != EAI_IR_NONE
               ? &l->ir->values[node->inputs[index]]
               : NULL;
}

static bool has_four(const eai_value *value)
{
    return value && value->n_dims == 4;
}

/* Something makes only the N, H, W, C version. */
static bool is_turned(const eai_layout *l, const eai_node *node, size_t index)
{
    return index < node->n_inputs && node->inputs[index] != EAI_IR_NONE &&
           !l->versions[node->inputs[index]].has_nchw;
}

/* Nodes move when the graph grows, so they are named by number. */
static edgeai_status turn_input(eai_layout *l, int32_t number, size_t index)
{
    int32_t turned;
    EAI_TRY(eai_layout_nhwc(l, l->ir->nodes[number].inputs[index], &turned));
    l->ir->nodes[number].inputs[index] = turned;
    return EDGEAI_OK;
}

static edgeai_status turn_output(eai_layout *l, int32_t number, size_t index)
{
    int32_t turned;
    const int32_t value = l->ir->nodes[number].outputs[index];
    if (value == EAI_IR_NONE) return EDGEAI_OK;
    EAI_TRY(eai_layout_made(l, value, &turned));
    l->ir->nodes[number].outputs[index] = turned;
    return EDGEAI_OK;
}

static void become(eai_node *node, const char *op_type)
{
    node->domain = "edgeai.nhwc";
    node->op_type = op_type;
    node->op = eai_operator_find(node->domain, op_type);
}

/* Input 0 and output 0 are turned; the operator is the one of the same name for N, H, W, C. */
static edgeai_status turn_simple(eai_layout *l, int32_t number, const char *op_type, bool *turned)
{
    EAI_TRY(turn_input(l, number, 0));
    EAI_TRY(turn_output(l, number, 0));
    become(&l->ir->nodes[number], op_type);
    *turned = true;
    return EDGEAI_OK;
}

static edgeai_status turn_conv(eai_layout *l, int32_t number, bool *turned)
{
    if (!has_four(input(l, &l->ir->nodes[number], EAI_NHWC_X))) return EDGEAI_OK;
    EAI_TRY(turn_input(l, number, EAI_NHWC_X));
    if (l->ir->nodes[number].inputs[EAI_NHWC_RESIDUAL] != EAI_IR_NONE)
        EAI_TRY(turn_input(l, number, EAI_NHWC_RESIDUAL));
    EAI_TRY(turn_output(l, number, 0));
    *turned = true;
    return EDGEAI_OK;
}

/* Mean over height and width. */
static bool is_global_mean(const eai_layout *l, const eai_node *node)
{
    const eai_value *axes = input(l, node, 1);
    if (!is_op(node, "", "ReduceMean") || !axes || !axes->data || axes->n_dims != 1 ||
        axes->dims[0] != 2 || axes->element != EDGEAI_ELEMENT_I64 ||
        eai_node_int(node, "keepdims", 1) == 0)
        return false;
    int64_t pair[2];
    memcpy(pair, axes->data, sizeof pair);
    for (int i = 0; i < 2; i++)
        pair[i] += pair[i] < 0 ? 4 : 0;
    return (pair[0] == 2 && pair[1] == 3) || (pair[0] == 3 && pair[1] == 2);
}

static edgeai_status turn_wanting(eai_layout *l, int32_t number, bool *turned)
{
    const eai_node *node = &l->ir->nodes[number];
    const eai_value *x = input(l, node, 0);
    if (is_op(node, "edgeai.nhwc", "Conv")) return turn_conv(l, number, turned);
    if (!has_four(x) || x->data) return EDGEAI_OK;
    const bool is_float = x->element == EDGEAI_ELEMENT_F32;
    const bool pools = is_float || x->element == EDGEAI_ELEMENT_I8 ||
                       x->element == EDGEAI_ELEMENT_U8 || x->element == EDGEAI_ELEMENT_TRITS;
    if (is_op(node, "", "MaxPool") && pools && node->n_outputs == 1)
        return turn_simple(l, number, "MaxPool", turned);
    if (is_op(node, "", "AveragePool") && is_float)
        return turn_simple(l, number, "AveragePool", turned);
    if (is_op(node, "", "GlobalAveragePool") && is_float)
        return turn_simple(l, number, "GlobalAveragePool", turned);
    if (is_float && is_global_mean(l, node)) {
        l->ir->nodes[number].n_inputs = 1;
        return turn_simple(l, number, "GlobalAveragePool", turned);
    }
    if (is_op(node, "edgeai", "Ternarize") || is_op(node, "edgeai", "Binarize"))
        return turn_simple(l, number, node->op_type[0] == 'T' ? "Ternarize" : "Binarize", turned);
    return EDGEAI_OK;
}

/* Quantizing along an axis is no work of single elements. */
static bool is_elementwise(const eai_layout *l, const eai_node *node)
{
    const bool quantizes = is_op(node, "", "QuantizeLinear") || is_op(node, "", "DequantizeLinear");
    if (!quantizes) return (node->op->flags & EAI_OP_ANY_LAYOUT) != 0;
    size_t n;
    const eai_value *scale = input(l, node, 1);
    return scale && eai_value_elements(scale, &n) && n == 1;
}

/* Inputs that are not four-dimensional or constant, in a form for N, H, W, C; false: there is none.
 * found[k] is EAI_IR_NONE for those that are turned by themselves. */
static edgeai_status find_others(eai_layout *l, int32_t number, int32_t *found, bool *fits)
{
    for (size_t k = 0; k < l->ir->nodes[number].n_inputs && *fits; k++) {
        const int32_t value = l->ir->nodes[number].inputs[k];
        found[k] = EAI_IR_NONE;
        if (value == EAI_IR_NONE) continue;
        if (!l->ir->values[value].data && has_four(&l->ir->values[value])) continue;
        EAI_TRY(eai_layout_constant(l, value, &found[k]));
        *fits = found[k] != EAI_IR_NONE;
    }
    return EDGEAI_OK;
}

static edgeai_status turn_elementwise(eai_layout *l, int32_t number, bool *turned)
{
    enum { MOST = 16 };
    int32_t others[MOST];
    bool fits = l->ir->nodes[number].n_inputs <= MOST && l->ir->nodes[number].n_outputs == 1 &&
                has_four(&l->ir->values[l->ir->nodes[number].outputs[0]]);
    if (!fits || !is_elementwise(l, &l->ir->nodes[number])) return EDGEAI_OK;
    EAI_TRY(find_others(l, number, others, &fits));
    if (!fits) return EDGEAI_OK;
    for (size_t k = 0; k < l->ir->nodes[number].n_inputs; k++) {
        if (others[k] != EAI_IR_NONE)
            l->ir->nodes[number].inputs[k] = others[k];
        else if (l->ir->nodes[number].inputs[k] != EAI_IR_NONE)
            EAI_TRY(turn_input(l, number, k));
    }
    *turned = true;
    return turn_output(l, number, 0);
}

/* Concat and Split along any axis. */
static edgeai_status turn_axis(eai_layout *l, int32_t number, bool *turned)
{
    static const int64_t to_nhwc[4] = {0, 3, 1, 2};
    eai_node *node = &l->ir->nodes[number];
    const bool concat = is_op(node, "", "Concat");
    for (size_t k = 0; k < (concat ? node->n_inputs : 1); k++)
        if (!has_four(input(l, node, k)) || input(l, node, k)->data) return EDGEAI_OK;
    int64_t axis = eai_node_int(node, "axis", 0);
    axis += axis < 0 ? 4 : 0;
    eai_attribute *attribute = (eai_attribute *)eai_node_attribute(node, "axis");
    if (!attribute || axis < 0 || axis > 3) return EDGEAI_OK;
    attribute->i = to_nhwc[axis];
    for (size_t k = 0; k < (concat ? l->ir->nodes[number].n_inputs : 1); k++)
        EAI_TRY(turn_input(l, number, k));
    for (size_t k = 0; k < l->ir->nodes[number].n_outputs; k++)
        EAI_TRY(turn_output(l, number, k));
    *turned = true;
    return EDGEAI_OK;
}

/* Pad and Resize have lists with numbers for each dimension. */
static edgeai_status turn_lists(eai_layout *l, int32_t number, bool *turned)
{
    const eai_node *node = &l->ir->nodes[number];
    const bool pad = is_op(node, "", "Pad");
    int32_t lists[4] = {EAI_IR_NONE, EAI_IR_NONE, EAI_IR_NONE, EAI_IR_NONE};
    size_t n;
    if (!has_four(input(l, node, 0)) || (pad && input(l, node, 3)) || (!pad && input(l, node, 1)) ||
        (!pad && eai_node_ints(node, "axes", &n)))
        return EDGEAI_OK;
    const size_t first = pad ? 1 : 2, last = pad ? 1 : 3;
    for (size_t k = first; k <= last; k++) {
        if (!input(l, &l->ir->nodes[number], k)) continue;
        EAI_TRY(eai_layout_list(l, l->ir->nodes[number].inputs[k], pad ? 2 : 1, &lists[k]));
        if (lists[k] == EAI_IR_NONE) return EDGEAI_OK;
    }
    for (size_t k = first; k <= last; k++)
        if (lists[k] != EAI_IR_NONE) l->ir->nodes[number].inputs[k] = lists[k];
    EAI_TRY(turn_input(l, number, 0));
    *turned = true;
    return turn_output(l, number, 0);
}

/* A normalization that no convolution took in is a product and a sum. */
static edgeai_status turn_normalization(eai_layout *l, int32_t number, bool *turned)
{
    const eai_node node = l->ir->nodes[number];
    const eai_value *x = input(l, &node, 0);
    const size_t n = (size_t)x->dims[1];
    const float *given[4];
    for (size_t i = 0; i < 4; i++) {
        const eai_value *value = input(l, &node, 1 + i);
        if (!value || !value->data || value->element != EDGEAI_ELEMENT_F32) return EDGEAI_OK;
        given[i] = value->data;
    }
    float *gain = eai_ir_memory(l->ir, n * sizeof *gain), *shift = eai_ir_memory(l->ir, n * 4);
    if (!gain || !shift) return EDGEAI_E_MEMORY;
    for (size_t c = 0; c < n; c++) {
        const double g =
            given[0][c] / sqrt(given[3][c] + (double)eai_node_float(&node, "epsilon", 1e-5f));
        gain[c] = (float)g;
        shift[c] = (float)(given[1][c] - given[2][c] * g);
    }
    int32_t gains, shifts, product, sum, between, from, to;
    EAI_TRY(eai_layout_channels(l, gain, n, &gains));
    EAI_TRY(eai_layout_channels(l, shift, n, &shifts));
    EAI_TRY(eai_layout_nhwc(l, node.inputs[0], &from));
    EAI_TRY(eai_layout_new(l, node.outputs[0], &between));
    EAI_TRY(eai_layout_made(l, node.outputs[0], &to));
    EAI_TRY(eai_ir_add_node(l->ir, "", "Mul", node.name, 2, 1, 0, &product));
    EAI_TRY(eai_ir_add_node(l->ir, "", "Add", node.name, 2, 1, 0, &sum));
    l->ir->nodes[product].inputs[0] = from;
    l->ir->nodes[product].inputs[1] = gains;
    l->ir->nodes[product].outputs[0] = l->ir->nodes[sum].inputs[0] = between;
    l->ir->nodes[sum].inputs[1] = shifts;
    l->ir->nodes[sum].outputs[0] = to;
    l->ir->nodes[number].dead = true;
    *turned = true;
    return EDGEAI_OK;
}

static edgeai_status turn_following(eai_layout *l, int32_t number, bool *turned)
{
    const eai_node *node = &l->ir->nodes[number];
    bool any = false;
    for (size_t k = 0; k < node->n_inputs; k++)
        any = any || is_turned(l, node, k);
    if (!any) return EDGEAI_OK;
    if (is_op(node, "", "Concat") || is_op(node, "", "Split")) return turn_axis(l, number, turned);
    if (is_op(node, "", "Pad") || is_op(node, "", "Resize")) return turn_lists(l, number, turned);
    if (is_op(node, "", "BatchNormalization")) return turn_normalization(l, number, turned);
    return turn_elementwise(l, number, turned);
}

edgeai_status eai_layout_turn(eai_layout *l, int32_t node, bool *turned)
{
    EAI_TRY(turn_wanting(l, node, turned));
    return *turned ? EDGEAI_OK : turn_following(l, node, turned);
}
