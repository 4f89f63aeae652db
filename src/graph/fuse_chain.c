/* SPDX-License-Identifier: MIT */
/* What may follow a convolution inside its epilogue, in the order of eai_conv_epilogue. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "graph/fusion.h"

static bool is_op(const eai_node *node, const char *op_type)
{
    return node->domain[0] == '\0' && strcmp(node->op_type, op_type) == 0;
}

static bool is_own(const eai_node *node, const char *op_type)
{
    return strcmp(node->domain, "edgeai") == 0 && strcmp(node->op_type, op_type) == 0;
}

static bool same_shape(const eai_value *a, const eai_value *b)
{
    return a->n_dims == b->n_dims &&
           memcmp(a->dims, b->dims, (size_t)a->n_dims * sizeof a->dims[0]) == 0;
}

/* The node becomes part of the convolution. */
static void take(eai_fusion *f, eai_node *node)
{
    node->dead = true;
    f->result = node->outputs[0];
}

/* v -> v * factor[c] + term[c]. */
static void rescale(eai_fusion *f, const float *factor, const float *term)
{
    for (size_t c = 0; c < f->n_channels; c++) {
        f->scale[c] *= factor[c];
        f->bias[c] = f->bias[c] * factor[c] + term[c];
    }
}

/* y = gamma (v - mean) / sqrt(variance + epsilon) + beta, computed in float64. */
static bool take_normalization(eai_fusion *f, eai_node *node, float *factor, float *term)
{
    float *all[4];
    const size_t n = f->n_channels;
    float *room = eai_ir_memory(f->ir, 4 * n * sizeof(float));
    if (!room || node->inputs[0] != f->result || node->n_inputs < 5) return false;
    for (size_t i = 0; i < 4; i++) {
        const eai_value *value = &f->ir->values[node->inputs[1 + i]];
        all[i] = room + i * n;
        if (!value->data || value->element != EDGEAI_ELEMENT_F32 || value->n_dims != 1 ||
            value->dims[0] != (int64_t)n)
            return false;
        memcpy(all[i], value->data, n * sizeof(float));
    }
    const double epsilon = eai_node_float(node, "epsilon", 1e-5f);
    for (size_t c = 0; c < n; c++) {
        const double gain = all[0][c] / sqrt(all[3][c] + epsilon);
        factor[c] = (float)gain;
        term[c] = (float)(all[1][c] - all[2][c] * gain);
    }
    return true;
}

/* Mul, Div, Add or Sub with a constant on the other side. */
static bool take_arithmetic(eai_fusion *f, const eai_node *node, float *factor, float *term)
{
    const bool second = node->inputs[1] == f->result;
    float *values = is_op(node, "Mul") || is_op(node, "Div") ? factor : term;
    float *others = values == factor ? term : factor;
    if (node->inputs[0] == node->inputs[1]) return false;
    if (!eai_fusion_channel_values(f, node->inputs[second ? 0 : 1], values)) return false;
    for (size_t c = 0; c < f->n_channels; c++)
        others[c] = others == term ? 0.0f : 1.0f;
    if (is_op(node, "Div")) {
        for (size_t c = 0; c < f->n_channels; c++)
            values[c] = 1.0f / values[c];
        return !second;
    }
    if (is_op(node, "Sub"))
        for (size_t c = 0; c < f->n_channels; c++) {
            if (second)
                factor[c] = -1.0f;
            else
                term[c] = -term[c];
        }
    return true;
}

static edgeai_status grow_affine(eai_fusion *f, eai_node *node, bool *grown)
{
    static const char *const arithmetic[] = {"Mul", "Div", "Add", "Sub"};
    if (f->stage != EAI_FUSION_AFFINE) return EDGEAI_OK;
    float *factor = eai_ir_memory(f->ir, f->n_channels * sizeof(float));
    float *term = eai_ir_memory(f->ir, f->n_channels * sizeof(float));
    if (!factor || !term) return EDGEAI_E_MEMORY;
    bool fits = false;
    if (is_op(node, "BatchNormalization")) fits = take_normalization(f, node, factor, term);
    for (size_t i = 0; i < sizeof arithmetic / sizeof *arithmetic; i++)
        if (is_op(node, arithmetic[i])) fits = take_arithmetic(f, node, factor, term);
    /* A broadcast may make the result larger than the convolution's. */
    if (!fits || !same_shape(&f->ir->values[f->result], &f->ir->values[node->outputs[0]]))
        return EDGEAI_OK;
    rescale(f, factor, term);
    take(f, node);
    *grown = true;
    return EDGEAI_OK;
}

/* The other side of an Add of two equal shapes. */
static void grow_residual(eai_fusion *f, eai_node *node, bool *grown)
{
    if (!is_op(node, "Add") || f->residual != EAI_IR_NONE || f->stage > EAI_FUSION_ACTIVATED)
        return;
    const int32_t other = node->inputs[node->inputs[0] == f->result ? 1 : 0];
    const eai_value *value = &f->ir->values[other];
    if (other == f->result || value->data || value->element != EDGEAI_ELEMENT_F32 ||
        !same_shape(value, &f->ir->values[f->result]))
        return;
    float scale = 1;
    int64_t zero = 0;
    f->residual = other;
    eai_dequantized(f->ir, f->edges, other, &f->residual, &scale, &zero);
    f->epilogue.residual_scale = scale;
    f->epilogue.residual_zero = (int32_t)zero;
    f->epilogue.residual_last = f->stage == EAI_FUSION_ACTIVATED;
    f->stage = f->stage == EAI_FUSION_ACTIVATED ? EAI_FUSION_LAST : EAI_FUSION_ADDED;
    take(f, node);
    *grown = true;
}

/* Bounds of a Clip: constants, or left out. */
static bool clip_bounds(const eai_fusion *f, const eai_node *node, float *low, float *high)
{
    *low = -INFINITY;
    *high = INFINITY;
    for (size_t i = 1; i < node->n_inputs; i++)
        if (node->inputs[i] != EAI_IR_NONE &&
            !eai_constant_float(f->ir, node->inputs[i], i == 1 ? low : high))
            return false;
    return true;
}

static bool prelu_slopes(eai_fusion *f, const eai_node *node)
{
    f->slope = eai_ir_memory(f->ir, f->n_channels * sizeof(float));
    return f->slope && node->inputs[0] == f->result &&
           eai_fusion_channel_values(f, node->inputs[1], f->slope);
}

static void grow_activation(eai_fusion *f, eai_node *node, bool *grown)
{
    if (f->stage > EAI_FUSION_ADDED) return;
    eai_conv_epilogue *e = &f->epilogue;
    if (is_op(node, "Relu")) {
        e->activation = EAI_CONV_RELU;
    } else if (is_op(node, "Clip") && clip_bounds(f, node, &e->low, &e->high)) {
        e->activation = EAI_CONV_CLIP;
    } else if (is_op(node, "LeakyRelu")) {
        e->activation = EAI_CONV_LEAKY;
        e->low = eai_node_float(node, "alpha", 0.01f);
    } else if (is_op(node, "PRelu") && prelu_slopes(f, node)) {
        e->activation = EAI_CONV_PRELU;
    } else if (is_op(node, "HardSwish")) {
        e->activation = EAI_CONV_HARD_SWISH;
    } else if (is_op(node, "Sigmoid")) {
        e->activation = EAI_CONV_SIGMOID;
    } else {
        return;
    }
    f->stage = EAI_FUSION_ACTIVATED;
    take(f, node);
    *grown = true;
}

/* v * Sigmoid(v): v has two readers that meet. */
static void grow_silu(eai_fusion *f, bool *grown)
{
    if (f->stage > EAI_FUSION_ADDED || f->edges->n_readers[f->result] != 2) return;
    const int32_t *readers = f->edges->reader[f->result];
    if (readers[0] == EAI_IR_NONE || readers[1] == EAI_IR_NONE || readers[0] == readers[1]) return;
    for (int i = 0; i < 2; i++) {
        eai_node *sigmoid = &f->ir->nodes[readers[i]], *product = &f->ir->nodes[readers[1 - i]];
        if (sigmoid->dead || product->dead || !is_op(sigmoid, "Sigmoid") ||
            !is_op(product, "Mul") || f->edges->n_readers[sigmoid->outputs[0]] != 1 ||
            (product->inputs[0] != sigmoid->outputs[0] &&
             product->inputs[1] != sigmoid->outputs[0]))
            continue;
        f->epilogue.activation = EAI_CONV_SILU;
        f->stage = EAI_FUSION_ACTIVATED;
        sigmoid->dead = true;
        take(f, product);
        *grown = true;
        return;
    }
}

static void grow_quantized(eai_fusion *f, eai_node *node, bool *grown)
{
    float scale;
    int64_t zero = 0;
    if (!is_op(node, "QuantizeLinear") || node->inputs[0] != f->result) return;
    const edgeai_element element = f->ir->values[node->outputs[0]].element;
    if (element != EDGEAI_ELEMENT_I8 && element != EDGEAI_ELEMENT_U8) return;
    if (!eai_constant_float(f->ir, node->inputs[1], &scale) || !(scale > 0)) return;
    if (node->n_inputs > 2 && node->inputs[2] != EAI_IR_NONE &&
        !eai_constant_int(f->ir, node->inputs[2], &zero))
        return;
    f->output = element;
    f->epilogue.output_inverse_scale = 1.0f / scale;
    f->epilogue.output_zero = (int32_t)zero;
    f->stage = EAI_FUSION_DONE;
    take(f, node);
    *grown = true;
}

static edgeai_status grow_trits(eai_fusion *f, eai_node *node, bool *grown)
{
    const bool binary = is_own(node, "Binarize");
    if ((!binary && !is_own(node, "Ternarize")) || node->inputs[0] != f->result) return EDGEAI_OK;
    float *low = eai_ir_memory(f->ir, f->n_channels * sizeof(float));
    float *high = eai_ir_memory(f->ir, f->n_channels * sizeof(float));
    if (!low || !high) return EDGEAI_E_MEMORY;
    for (size_t i = 1; i < node->n_inputs; i++) {
        const eai_value *value = &f->ir->values[node->inputs[i]];
        size_t n;
        if (!value->data || value->element != EDGEAI_ELEMENT_F32 ||
            !eai_value_elements(value, &n) || (n != 1 && n != f->n_channels))
            return EDGEAI_OK;
        float *to = i == 1 ? low : high;
        for (size_t c = 0; c < f->n_channels; c++)
            memcpy(to + c, (const float *)value->data + (n == 1 ? 0 : c), sizeof *to);
    }
    f->low_threshold = low;
    f->high_threshold = binary ? low : high;
    f->output = EDGEAI_ELEMENT_TRITS;
    f->stage = EAI_FUSION_DONE;
    take(f, node);
    *grown = true;
    return EDGEAI_OK;
}

edgeai_status eai_fusion_grow(eai_fusion *f)
{
    for (bool grown = true; grown && f->stage != EAI_FUSION_DONE;) {
        grown = false;
        grow_silu(f, &grown);
        if (grown) continue;
        if (f->edges->n_readers[f->result] != 1) break;
        const int32_t reader = f->edges->reader[f->result][0];
        if (reader == EAI_IR_NONE || f->ir->nodes[reader].dead) break;
        eai_node *node = &f->ir->nodes[reader];
        EAI_TRY(grow_affine(f, node, &grown));
        if (!grown) grow_residual(f, node, &grown);
        if (!grown) grow_activation(f, node, &grown);
        if (!grown) grow_quantized(f, node, &grown);
        if (!grown) EAI_TRY(grow_trits(f, node, &grown));
    }
    return EDGEAI_OK;
}
