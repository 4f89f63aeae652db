/* SPDX-License-Identifier: MIT */
/* The fused convolution of sessions: see nhwc_conv.h. Geometry and types become an eai_conv. */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "conv/conv.h"
#include "graph/nhwc_conv.h"
#include "graph/operator.h"
#include "platform/context_internal.h"

static const char *const activation_names[] = EAI_NHWC_ACTIVATIONS;

static bool conv_type(edgeai_element element, eai_conv_type *type)
{
    switch (element) {
    case EDGEAI_ELEMENT_F32:
        *type = EAI_CONV_F32;
        return true;
    case EDGEAI_ELEMENT_I8:
        *type = EAI_CONV_S8;
        return true;
    case EDGEAI_ELEMENT_U8:
        *type = EAI_CONV_U8;
        return true;
    case EDGEAI_ELEMENT_TRITS:
        *type = EAI_CONV_TRITS;
        return true;
    default:
        return false;
    }
}

/* Four (or two) positive numbers of an attribute, or `otherwise` for each. */
static edgeai_status sizes(const eai_call *call, const char *name, size_t n, int64_t lowest,
                           int64_t *out)
{
    size_t found;
    const int64_t *values = eai_node_ints(call->node, name, &found);
    if (found != 0 && found != n)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "%s: expected %zu numbers, found %zu", name, n,
                             found);
    for (size_t i = 0; i < n; i++) {
        out[i] = found ? values[i] : lowest;
        if (out[i] < lowest || out[i] > 1 << 20)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "%s: expected %d to 2^20, found %lld", name,
                                 (int)lowest, (long long)out[i]);
    }
    return EDGEAI_OK;
}

/* [N, H, W, C]; a fully connected layer's rows [N, K] are images of one pixel. */
static edgeai_status input_sides(const eai_call *call, eai_conv_shape *s)
{
    const eai_operand *x = call->inputs[EAI_NHWC_X], *w = call->inputs[EAI_NHWC_WEIGHTS];
    if ((x->n_dims != 4 && x->n_dims != 2) || w->n_dims != 4)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "expected x of 4 or 2 and w of 4 dimensions");
    s->n = (size_t)x->dims[0];
    s->in_h = x->n_dims == 4 ? (size_t)x->dims[1] : 1;
    s->in_w = x->n_dims == 4 ? (size_t)x->dims[2] : 1;
    s->in_c = (size_t)x->dims[x->n_dims - 1];
    s->out_c = (size_t)w->dims[0];
    s->kernel_h = (size_t)w->dims[2];
    s->kernel_w = (size_t)w->dims[3];
    const int64_t groups = eai_node_int(call->node, "group", 1);
    if (groups < 1 || w->dims[1] * groups != x->dims[x->n_dims - 1])
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "expected %lld x group %lld input channels, found %zu",
                             (long long)w->dims[1], (long long)groups, s->in_c);
    s->groups = (size_t)groups;
    return EDGEAI_OK;
}

static edgeai_status output_side(const eai_call *call, size_t in, int64_t pads, size_t kernel,
                                 int64_t stride, int64_t dilation, size_t *out)
{
    const int64_t room = (int64_t)in + pads - dilation * ((int64_t)kernel - 1) - 1;
    if (kernel < 1 || room < 0)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "the window is larger than the padded input");
    *out = (size_t)(room / stride + 1);
    return EDGEAI_OK;
}

static edgeai_status geometry(const eai_call *call, eai_conv_shape *s)
{
    int64_t strides[2], dilations[2], pads[4];
    EAI_TRY(input_sides(call, s));
    EAI_TRY(sizes(call, "strides", 2, 1, strides));
    EAI_TRY(sizes(call, "dilations", 2, 1, dilations));
    EAI_TRY(sizes(call, "pads", 4, 0, pads));
    s->stride_h = (size_t)strides[0];
    s->stride_w = (size_t)strides[1];
    s->dilation_h = (size_t)dilations[0];
    s->dilation_w = (size_t)dilations[1];
    s->pad_top = (size_t)pads[0];
    s->pad_left = (size_t)pads[1];
    EAI_TRY(output_side(call, s->in_h, pads[0] + pads[2], s->kernel_h, strides[0], dilations[0],
                        &s->out_h));
    return output_side(call, s->in_w, pads[1] + pads[3], s->kernel_w, strides[1], dilations[1],
                       &s->out_w);
}

static edgeai_status infer(const eai_call *call)
{
    eai_conv_shape s;
    EAI_TRY(geometry(call, &s));
    const int64_t output = eai_node_int(call->node, "output", EDGEAI_ELEMENT_F32);
    const int n_dims = call->inputs[EAI_NHWC_X]->n_dims;
    const int64_t image[] = {(int64_t)s.n, (int64_t)s.out_h, (int64_t)s.out_w, (int64_t)s.out_c};
    const int64_t rows[] = {(int64_t)s.n, (int64_t)s.out_c};
    return eai_call_output(call, 0, (edgeai_element)output, n_dims == 4 ? image : rows, n_dims);
}

/* The constant data of an optional input of [M]. */
static const void *channels(const eai_call *call, size_t index)
{
    const eai_operand *operand = eai_call_in(call, index);
    return operand ? operand->data : NULL;
}

static edgeai_status fill_epilogue(const eai_call *call, eai_conv_epilogue *e)
{
    const eai_node *node = call->node;
    const eai_operand *residual = eai_call_in(call, EAI_NHWC_RESIDUAL);
    *e = (eai_conv_epilogue){
        .offset = channels(call, EAI_NHWC_OFFSET),
        .scale = channels(call, EAI_NHWC_SCALE),
        .bias = channels(call, EAI_NHWC_BIAS),
        .low = eai_node_float(node, "low", 0),
        .high = eai_node_float(node, "high", 0),
        .slope = channels(call, EAI_NHWC_SLOPE),
        .has_residual = residual != NULL,
        .residual_last = eai_node_int(node, "residual_last", 0) != 0,
        .residual_scale = eai_node_float(node, "residual_scale", 1),
        .residual_zero = (int32_t)eai_node_int(node, "residual_zero", 0),
        .output_inverse_scale = eai_node_float(node, "output_inverse_scale", 1),
        .output_zero = (int32_t)eai_node_int(node, "output_zero", 0),
        .low_threshold = channels(call, EAI_NHWC_LOW_THRESHOLD),
        .high_threshold = channels(call, EAI_NHWC_HIGH_THRESHOLD),
    };
    const char *name = eai_node_string(node, "activation", activation_names[0]);
    size_t activation = 0;
    while (activation < sizeof activation_names / sizeof *activation_names &&
           strcmp(name, activation_names[activation]) != 0)
        activation++;
    e->activation = (eai_conv_activation)activation;
    if (!conv_type(call->outputs[0]->element, &e->output_type) ||
        (residual && !conv_type(residual->element, &e->residual_type)))
        return eai_call_fail(call, EDGEAI_E_DTYPE, "no such output or residual type");
    return EDGEAI_OK;
}

/* Ternary and binary weights come packed, filter by filter, and are taken as bytes. */
static void unpack_filter(int8_t *out, const uint8_t *packed, size_t n, bool trits)
{
    for (size_t i = 0; i < n; i++) {
        if (trits) {
            const int code = packed[i / 4] >> (2 * (i % 4)) & 3;
            out[i] = (int8_t)(code == 3 ? -1 : code);
        } else {
            out[i] = packed[i / 8] >> (i % 8) & 1 ? -1 : 1;
        }
    }
}

/* Large forms of weights are taken as the session says; *large_bytes is what is left to count. */
static void keep_weights(const eai_call *call, eai_conv_problem *problem, size_t *large_bytes)
{
    *large_bytes = 0;
    problem->small_weights = call->weights == EDGEAI_WEIGHTS_MAPPED;
    if (call->weights != EDGEAI_WEIGHTS_AUTO) return;
    *large_bytes = eai_conv_large_bytes(call->context, problem);
    if (*large_bytes <= call->room_bytes) return;
    eai_log_line(&call->context->log, EDGEAI_LOG_INFO,
                 "%s: weights would take %zu kB in their fastest form: they stay small",
                 call->node->name, *large_bytes >> 10);
    problem->small_weights = true;
    *large_bytes = 0;
}

static edgeai_status create(const eai_call *call, eai_conv_problem *problem, eai_conv **conv,
                            size_t *large_bytes)
{
    const eai_operand *w = call->inputs[EAI_NHWC_WEIGHTS];
    const edgeai_allocator *allocator = &call->context->allocator;
    int8_t *bytes = NULL;
    problem->weights = w->data;
    if (w->element == EDGEAI_ELEMENT_TRITS || w->element == EDGEAI_ELEMENT_BITS) {
        const bool trits = w->element == EDGEAI_ELEMENT_TRITS;
        const size_t filter = w->n / (size_t)w->dims[0];
        const size_t filter_bytes = trits ? (filter + 3) / 4 : (filter + 7) / 8;
        bytes = eai_allocate(allocator, w->n, "weights");
        if (!bytes) return EDGEAI_E_MEMORY;
        for (int64_t m = 0; m < w->dims[0]; m++)
            unpack_filter(bytes + (size_t)m * filter,
                          (const uint8_t *)w->data + (size_t)m * filter_bytes, filter, trits);
        problem->weights = bytes;
    }
    keep_weights(call, problem, large_bytes);
    const edgeai_status status = eai_conv_create(conv, (edgeai_context *)call->context, problem);
    eai_release(allocator, bytes, w->n);
    return status;
}

static eai_conv_weights weights_type(edgeai_element element)
{
    switch (element) {
    case EDGEAI_ELEMENT_TRITS:
        return EAI_CONV_WEIGHTS_TERNARY;
    case EDGEAI_ELEMENT_BITS:
        return EAI_CONV_WEIGHTS_BINARY;
    case EDGEAI_ELEMENT_I8:
        return EAI_CONV_WEIGHTS_S8;
    default:
        return EAI_CONV_WEIGHTS_F32;
    }
}

static edgeai_status prepare(const eai_call *call, eai_prepared *out)
{
    const eai_operand *w = call->inputs[EAI_NHWC_WEIGHTS];
    eai_conv_problem problem = {
        .input_zero = (int32_t)eai_node_int(call->node, "input_zero", 0),
        .weights_type = weights_type(w->element),
    };
    if (!w->data) return eai_call_needs_constant(call, EAI_NHWC_WEIGHTS);
    if (!conv_type(call->inputs[EAI_NHWC_X]->element, &problem.input_type))
        return eai_call_fail(call, EDGEAI_E_DTYPE, "no such input type");
    EAI_TRY(geometry(call, &problem.shape));
    EAI_TRY(fill_epilogue(call, &problem.epilogue));
    eai_conv *conv;
    size_t large_bytes;
    const edgeai_status status = create(call, &problem, &conv, &large_bytes);
    if (status != EDGEAI_OK)
        return eai_fail_within(status, "%s \"%s\"", call->node->op_type, call->node->name);
    const eai_conv_shape *s = &problem.shape;
    *out = (eai_prepared){
        .state = conv,
        .state_bytes = eai_conv_weight_bytes(conv),
        .large_bytes = large_bytes,
        .scratch_bytes = eai_conv_scratch_bytes(conv),
        .method = eai_conv_method(conv),
        .macs = (double)s->n * (double)(s->out_h * s->out_w) * (double)w->n,
    };
    return EDGEAI_OK;
}

static void unprepare(const eai_call *call)
{
    eai_conv_free(call->state);
}

static edgeai_status run(const eai_call *call)
{
    const eai_operand *residual = eai_call_in(call, EAI_NHWC_RESIDUAL);
    eai_conv_run(call->state, call->context, call->inputs[EAI_NHWC_X]->data,
                 residual ? residual->data : NULL, call->outputs[0]->data, call->scratch);
    return EDGEAI_OK;
}

const eai_operator eai_op_nhwc_conv = {
    .domain = "edgeai.nhwc",
    .name = "Conv",
    .min_inputs = 2,
    .max_inputs = EAI_NHWC_INPUTS,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = infer,
    .run = run,
    .prepare = prepare,
    .unprepare = unprepare,
};
