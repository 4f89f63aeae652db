/* SPDX-License-Identifier: MIT */
/*
 * Convolutions of bytes: QLinearConv, and Conv between DequantizeLinear and QuantizeLinear. Both
 * become sums of (x - x_zero) * w with int8 weights, scaled by x_scale * w_scale[c] at the end.
 */

#include <string.h>

#include "base/fail.h"
#include "graph/fusion.h"

/* Numbers of a float32 constant with one element, or one for each channel. */
static bool channel_scales(const eai_ir *ir, int32_t value, size_t n_channels, float *out)
{
    const eai_value *v = &ir->values[value];
    size_t n;
    if (!v->data || v->element != EDGEAI_ELEMENT_F32 || !eai_value_elements(v, &n) ||
        (n != 1 && n != n_channels))
        return false;
    for (size_t c = 0; c < n_channels; c++)
        memcpy(out + c, (const float *)v->data + (n == 1 ? 0 : c), sizeof *out);
    return true;
}

/* Whether every zero point of the weights is `zero`. */
static bool all_zeros_are(const eai_ir *ir, int32_t value, int zero)
{
    if (value == EAI_IR_NONE) return zero == 0;
    const eai_value *v = &ir->values[value];
    size_t n;
    if (!v->data || !eai_value_elements(v, &n)) return false;
    for (size_t i = 0; i < n; i++)
        if (((const uint8_t *)v->data)[i] != zero) return false;
    return true;
}

/* int8 weights with zero point 0, or uint8 ones with 128, which are moved. */
static edgeai_status take_weights(eai_fusion *f, int32_t weights, int32_t zeros, bool *fits)
{
    eai_value value = f->ir->values[weights];
    *fits = false;
    if (!value.data || value.n_dims != 4) return EDGEAI_OK;
    if (value.element == EDGEAI_ELEMENT_I8 && all_zeros_are(f->ir, zeros, 0)) {
        f->weights = weights;
        *fits = true;
        return EDGEAI_OK;
    }
    if (value.element != EDGEAI_ELEMENT_U8 || !all_zeros_are(f->ir, zeros, 128)) return EDGEAI_OK;
    uint8_t *moved = eai_ir_duplicate(f->ir, value.data, value.data_bytes);
    if (!moved) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < value.data_bytes; i++)
        moved[i] ^= 0x80;
    value.element = EDGEAI_ELEMENT_I8;
    value.data = moved;
    *fits = true;
    return eai_ir_add_value(f->ir, &value, &f->weights);
}

/* int32 constants of [n_channels] become the offset. */
static edgeai_status take_offset(eai_fusion *f, int32_t value, bool *fits)
{
    if (value == EAI_IR_NONE) return EDGEAI_OK;
    const eai_value *v = &f->ir->values[value];
    *fits = v->data && v->element == EDGEAI_ELEMENT_I32 && v->n_dims == 1 &&
            v->dims[0] == (int64_t)f->n_channels;
    if (!*fits) return EDGEAI_OK;
    f->offset = eai_ir_duplicate(f->ir, v->data, f->n_channels * sizeof *f->offset);
    return f->offset ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

/* (x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero, bias): one multiplier, x_scale *
 * w_scale / y_scale, so that a sum is rounded as the standard says. */
edgeai_status eai_fusion_start_quantized(eai_fusion *f, const eai_node *node, bool *starts)
{
    eai_ir *ir = f->ir;
    const eai_value *x = &ir->values[node->inputs[0]], *w = &ir->values[node->inputs[3]];
    float x_scale, y_scale;
    int64_t y_zero;
    bool fits;
    const edgeai_element output = ir->values[node->outputs[0]].element;
    if (x->n_dims != 4 || (x->element != EDGEAI_ELEMENT_I8 && x->element != EDGEAI_ELEMENT_U8) ||
        (output != EDGEAI_ELEMENT_I8 && output != EDGEAI_ELEMENT_U8) || w->n_dims != 4 ||
        !eai_fusion_window(f, node, x->dims, w->dims))
        return EDGEAI_OK;
    f->x = node->inputs[0];
    EAI_TRY(eai_fusion_channels(f, (size_t)w->dims[0]));
    if (!eai_constant_float(ir, node->inputs[1], &x_scale) ||
        !eai_constant_int(ir, node->inputs[2], &f->input_zero) ||
        !channel_scales(ir, node->inputs[4], f->n_channels, f->scale) ||
        !eai_constant_float(ir, node->inputs[6], &y_scale) ||
        !eai_constant_int(ir, node->inputs[7], &y_zero))
        return EDGEAI_OK;
    EAI_TRY(take_weights(f, node->inputs[3], node->inputs[5], &fits));
    if (fits && node->n_inputs > 8) EAI_TRY(take_offset(f, node->inputs[8], &fits));
    if (!fits) return EDGEAI_OK;
    for (size_t c = 0; c < f->n_channels; c++)
        f->scale[c] = x_scale * f->scale[c] / y_scale;
    f->output = output;
    f->epilogue.output_zero = (int32_t)y_zero;
    f->stage = EAI_FUSION_DONE;
    *starts = true;
    return EDGEAI_OK;
}

static const eai_node *dequantizer(const eai_fusion *f, int32_t value)
{
    if ((size_t)value >= f->edges->n_values || f->edges->producer[value] == EAI_IR_NONE)
        return NULL;
    const eai_node *node = &f->ir->nodes[f->edges->producer[value]];
    return strcmp(node->op_type, "DequantizeLinear") == 0 && node->domain[0] == '\0' ? node : NULL;
}

/* float32, or int32 through a DequantizeLinear: bias[c] = code * scale[c]. */
static bool take_float_bias(eai_fusion *f, int32_t value)
{
    if (value == EAI_IR_NONE) return true;
    const eai_node *node = dequantizer(f, value);
    const eai_value *v = &f->ir->values[node ? node->inputs[0] : value];
    if (!v->data || v->n_dims != 1) return false;
    if (!node) {
        if (v->element != EDGEAI_ELEMENT_F32) return false;
        memcpy(f->bias, v->data, f->n_channels * sizeof(float));
        return true;
    }
    if (v->element != EDGEAI_ELEMENT_I32 ||
        (node->n_inputs > 2 && !all_zeros_are(f->ir, node->inputs[2], 0)) ||
        !channel_scales(f->ir, node->inputs[1], f->n_channels, f->bias))
        return false;
    for (size_t c = 0; c < f->n_channels; c++)
        f->bias[c] *= (float)((const int32_t *)v->data)[c];
    return true;
}

/* Weights kept as bytes beside an input of float32: widened, code by code. */
static edgeai_status widen_weights(eai_fusion *f, const eai_node *weights, bool *fits)
{
    eai_value value = f->ir->values[weights->inputs[0]];
    const size_t n = value.data_bytes, filter = n / f->n_channels;
    const int32_t zeros = weights->n_inputs > 2 ? weights->inputs[2] : EAI_IR_NONE;
    *fits = value.element == EDGEAI_ELEMENT_I8 && value.data && all_zeros_are(f->ir, zeros, 0);
    if (!*fits) return EDGEAI_OK;
    float *wide = eai_ir_memory(f->ir, n * sizeof *wide);
    if (!wide) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        wide[i] = (float)((const int8_t *)value.data)[i] * f->scale[i / filter];
    for (size_t c = 0; c < f->n_channels; c++)
        f->scale[c] = 1.0f;
    value.element = EDGEAI_ELEMENT_F32;
    value.data = wide;
    value.data_bytes = n * sizeof *wide;
    return eai_ir_add_value(f->ir, &value, &f->weights);
}

edgeai_status eai_fusion_start_dequantized(eai_fusion *f, const eai_node *node, bool *starts)
{
    eai_ir *ir = f->ir;
    const eai_node *weights = dequantizer(f, node->inputs[1]);
    float x_scale = 1.0f;
    if (!weights) return EDGEAI_OK;
    f->x = node->inputs[0];
    const bool bytes =
        eai_dequantized(ir, f->edges, node->inputs[0], &f->x, &x_scale, &f->input_zero);
    const eai_value *w = &ir->values[weights->inputs[0]];
    if (w->n_dims != 4 || !eai_fusion_window(f, node, ir->values[node->inputs[0]].dims, w->dims))
        return EDGEAI_OK;
    const int32_t scales = weights->inputs[1];
    size_t n_scales;
    /* One scale, or one for each filter. */
    if (!eai_value_elements(&ir->values[scales], &n_scales) ||
        (n_scales != 1 && eai_node_int(weights, "axis", 1) != 0))
        return EDGEAI_OK;
    EAI_TRY(eai_fusion_channels(f, (size_t)w->dims[0]));
    if (!channel_scales(ir, scales, f->n_channels, f->scale) ||
        !take_float_bias(f, node->n_inputs > 2 ? node->inputs[2] : EAI_IR_NONE))
        return EDGEAI_OK;
    if (!bytes) return widen_weights(f, weights, starts);
    EAI_TRY(take_weights(f, weights->inputs[0],
                         weights->n_inputs > 2 ? weights->inputs[2] : EAI_IR_NONE, starts));
    for (size_t c = 0; c < f->n_channels; c++)
        f->scale[c] *= x_scale;
    return EDGEAI_OK;
}
