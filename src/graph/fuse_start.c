/* SPDX-License-Identifier: MIT */
/* Where a fusion begins: convolutions and fully connected layers of float32, and low-bit ones. */

#include <string.h>

#include "base/fail.h"
#include "graph/fusion.h"
#include "graph/window.h"

edgeai_status eai_fusion_channels(eai_fusion *f, size_t n_channels)
{
    f->n_channels = n_channels;
    f->scale = eai_ir_memory(f->ir, n_channels * sizeof(float));
    f->bias = eai_ir_memory(f->ir, n_channels * sizeof(float));
    if (!f->scale || !f->bias) return EDGEAI_E_MEMORY;
    for (size_t c = 0; c < n_channels; c++)
        f->scale[c] = 1.0f;
    return EDGEAI_OK;
}

bool eai_constant_float(const eai_ir *ir, int32_t value, float *out)
{
    size_t n;
    const eai_value *v = value == EAI_IR_NONE ? NULL : &ir->values[value];
    if (!v || !v->data || v->element != EDGEAI_ELEMENT_F32 || !eai_value_elements(v, &n) || n != 1)
        return false;
    memcpy(out, v->data, sizeof *out);
    return true;
}

bool eai_constant_int(const eai_ir *ir, int32_t value, int64_t *out)
{
    size_t n;
    const eai_value *v = value == EAI_IR_NONE ? NULL : &ir->values[value];
    if (!v || !v->data || !eai_value_elements(v, &n) || n != 1) return false;
    switch (v->element) {
    case EDGEAI_ELEMENT_I8:
        *out = *(const int8_t *)v->data;
        return true;
    case EDGEAI_ELEMENT_U8:
        *out = *(const uint8_t *)v->data;
        return true;
    default:
        return false;
    }
}

bool eai_fusion_channel_values(const eai_fusion *f, int32_t value, float *out)
{
    const eai_value *v = &f->ir->values[value];
    const eai_value *result = &f->ir->values[f->result];
    size_t n;
    if (!v->data || v->element != EDGEAI_ELEMENT_F32 || !eai_value_elements(v, &n)) return false;
    if (n != 1 && n != f->n_channels) return false;
    /* Right-aligned, the channels are dimension 1; all others are one long. */
    const int shift = result->n_dims - v->n_dims;
    if (shift < 0) return false;
    for (int d = 0; d < v->n_dims; d++)
        if (v->dims[d] != 1 && (d + shift != 1 || v->dims[d] != (int64_t)f->n_channels))
            return false;
    for (size_t c = 0; c < f->n_channels; c++)
        memcpy(out + c, (const float *)v->data + (n == 1 ? 0 : c), sizeof *out);
    return true;
}

bool eai_dequantized(const eai_ir *ir, const eai_edges *edges, int32_t value, int32_t *quantized,
                     float *scale, int64_t *zero)
{
    if ((size_t)value >= edges->n_values || edges->producer[value] == EAI_IR_NONE) return false;
    const eai_node *node = &ir->nodes[edges->producer[value]];
    if (strcmp(node->op_type, "DequantizeLinear") != 0 || node->domain[0] != '\0') return false;
    const edgeai_element element = ir->values[node->inputs[0]].element;
    float found_scale;
    int64_t found_zero = 0;
    if (element != EDGEAI_ELEMENT_I8 && element != EDGEAI_ELEMENT_U8) return false;
    if (!eai_constant_float(ir, node->inputs[1], &found_scale)) return false;
    if (node->n_inputs > 2 && node->inputs[2] != EAI_IR_NONE &&
        !eai_constant_int(ir, node->inputs[2], &found_zero))
        return false;
    *quantized = node->inputs[0];
    *scale = found_scale;
    *zero = found_zero;
    return true;
}

bool eai_fusion_window(eai_fusion *f, const eai_node *node, const int64_t *in_dims,
                       const int64_t *weight_dims)
{
    const eai_call call = {.node = node, .context = f->ir->context};
    eai_window window;
    if (eai_window_read(&call, in_dims + 2, 2, weight_dims + 2, &window) != EDGEAI_OK) return false;
    for (int i = 0; i < 2; i++) {
        f->strides[i] = window.stride[i];
        f->dilations[i] = window.dilation[i];
        f->pads[i] = window.begin[i];
        f->pads[i + 2] = window.end[i];
    }
    f->group = eai_node_int(node, "group", 1);
    return true;
}

static bool is_constant(const eai_ir *ir, int32_t value, edgeai_element element, int n_dims)
{
    const eai_value *v = &ir->values[value];
    return v->data && v->element == element && v->n_dims == n_dims;
}

/* A bias of [n_channels]: true when it is left out, or taken over. */
static bool take_bias(eai_fusion *f, const eai_node *node, size_t index)
{
    if (index >= node->n_inputs || node->inputs[index] == EAI_IR_NONE) return true;
    if (!is_constant(f->ir, node->inputs[index], EDGEAI_ELEMENT_F32, 1)) return false;
    memcpy(f->bias, f->ir->values[node->inputs[index]].data, f->n_channels * sizeof(float));
    return true;
}

static edgeai_status start_conv(eai_fusion *f, const eai_node *node, bool *starts)
{
    const eai_value *x = &f->ir->values[node->inputs[0]], *w = &f->ir->values[node->inputs[1]];
    if (x->n_dims != 4 || x->element != EDGEAI_ELEMENT_F32) return EDGEAI_OK;
    if (!is_constant(f->ir, node->inputs[1], EDGEAI_ELEMENT_F32, 4))
        return eai_fusion_start_dequantized(f, node, starts);
    f->x = node->inputs[0];
    f->weights = node->inputs[1];
    if (!eai_fusion_window(f, node, x->dims, w->dims)) return EDGEAI_OK;
    EAI_TRY(eai_fusion_channels(f, (size_t)w->dims[0]));
    *starts = take_bias(f, node, 2);
    return EDGEAI_OK;
}

/* y[m] = scale[m / g] * x_scale * sum + bias[m]. */
static edgeai_status start_low_bit(eai_fusion *f, const eai_node *node, bool *starts)
{
    const eai_value *x = &f->ir->values[node->inputs[0]], *w = &f->ir->values[node->inputs[1]];
    if (x->n_dims != 4 || w->n_dims != 4 || !w->data) return EDGEAI_OK;
    f->x = node->inputs[0];
    f->weights = node->inputs[1];
    f->input_zero = eai_node_int(node, "x_zero", 0);
    if (!eai_fusion_window(f, node, x->dims, w->dims)) return EDGEAI_OK;
    EAI_TRY(eai_fusion_channels(f, (size_t)w->dims[0]));
    const size_t group = (size_t)eai_node_int(node, "filters_per_scale", 1);
    const float x_scale = eai_node_float(node, "x_scale", 1.0f);
    const float *scale = NULL;
    if (node->n_inputs > 2 && node->inputs[2] != EAI_IR_NONE) {
        if (!is_constant(f->ir, node->inputs[2], EDGEAI_ELEMENT_F32, 1)) return EDGEAI_OK;
        scale = f->ir->values[node->inputs[2]].data;
    }
    for (size_t c = 0; c < f->n_channels; c++)
        f->scale[c] = (scale ? scale[c / group] : 1.0f) * x_scale;
    *starts = take_bias(f, node, 3);
    return EDGEAI_OK;
}

/* [K, N] becomes [N, K, 1, 1]; a new constant. */
static edgeai_status add_matrix(eai_ir *ir, int32_t from, bool transposed, int32_t *out)
{
    const eai_value *w = &ir->values[from];
    const size_t k = (size_t)w->dims[transposed ? 1 : 0], n = (size_t)w->dims[transposed ? 0 : 1];
    eai_value matrix = {.name = "", .element = EDGEAI_ELEMENT_F32, .n_dims = 4};
    matrix.dims[0] = (int64_t)n;
    matrix.dims[1] = (int64_t)k;
    matrix.dims[2] = matrix.dims[3] = 1;
    matrix.data = w->data;
    matrix.data_bytes = w->data_bytes;
    if (!transposed) {
        float *data = eai_ir_memory(ir, n * k * sizeof(float));
        if (!data) return EDGEAI_E_MEMORY;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < k; j++)
                data[i * k + j] = ((const float *)w->data)[j * n + i];
        matrix.data = data;
    }
    return eai_ir_add_value(ir, &matrix, out);
}

/* Gemm and MatMul of [N, K] with a constant matrix. */
static edgeai_status start_dense(eai_fusion *f, const eai_node *node, bool *starts)
{
    const bool gemm = node->op_type[0] == 'G';
    const bool transposed = gemm && eai_node_int(node, "transB", 0) != 0;
    const eai_value *x = &f->ir->values[node->inputs[0]], *w = &f->ir->values[node->inputs[1]];
    if (x->n_dims != 2 || x->element != EDGEAI_ELEMENT_F32 || x->data ||
        !is_constant(f->ir, node->inputs[1], EDGEAI_ELEMENT_F32, 2) ||
        (gemm && eai_node_int(node, "transA", 0) != 0) || w->dims[0] == 0 || w->dims[1] == 0)
        return EDGEAI_OK;
    const float alpha = eai_node_float(node, "alpha", 1.0f),
                beta = eai_node_float(node, "beta", 1.0f);
    f->x = node->inputs[0];
    f->group = f->strides[0] = f->strides[1] = f->dilations[0] = f->dilations[1] = 1;
    EAI_TRY(eai_fusion_channels(f, (size_t)w->dims[transposed ? 0 : 1]));
    if (gemm && node->n_inputs > 2 && node->inputs[2] != EAI_IR_NONE &&
        !eai_fusion_channel_values(f, node->inputs[2], f->bias))
        return EDGEAI_OK;
    for (size_t c = 0; c < f->n_channels; c++) {
        f->scale[c] = alpha;
        f->bias[c] *= beta;
    }
    EAI_TRY(add_matrix(f->ir, node->inputs[1], transposed, &f->weights));
    *starts = true;
    return EDGEAI_OK;
}

edgeai_status eai_fusion_start(eai_fusion *f, eai_ir *ir, const eai_edges *edges, int32_t node,
                               bool *starts)
{
    const eai_node from = ir->nodes[node];
    *f = (eai_fusion){.ir = ir, .edges = edges, .first = node, .residual = EAI_IR_NONE};
    f->output = EDGEAI_ELEMENT_F32;
    f->epilogue.output_inverse_scale = f->epilogue.residual_scale = 1;
    f->result = from.outputs[0];
    *starts = false;
    if (strcmp(from.domain, "edgeai") == 0 && strcmp(from.op_type, "LowBitConv") == 0)
        return start_low_bit(f, &from, starts);
    if (from.domain[0] != '\0') return EDGEAI_OK;
    if (strcmp(from.op_type, "Conv") == 0) return start_conv(f, &from, starts);
    if (strcmp(from.op_type, "QLinearConv") == 0)
        return eai_fusion_start_quantized(f, &from, starts);
    if (strcmp(from.op_type, "Gemm") == 0 || strcmp(from.op_type, "MatMul") == 0)
        return start_dense(f, &from, starts);
    return EDGEAI_OK;
}
