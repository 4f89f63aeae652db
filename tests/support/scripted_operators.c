/* SPDX-License-Identifier: MIT */
#include "support/scripted_operators.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"

#define SIDES(inputs, outputs)                                                                     \
    .min_inputs = (inputs), .max_inputs = (inputs), .min_outputs = (outputs),                      \
    .max_outputs = (outputs)

static edgeai_status add(const eai_call *call)
{
    const float *x = call->inputs[0]->data, *y = call->inputs[1]->data;
    float *z = call->outputs[0]->data;
    for (size_t i = 0; i < call->outputs[0]->n; i++)
        z[i] = x[i] + y[i];
    return EDGEAI_OK;
}

const eai_operator scripted_add = {.domain = "test",
                                   .name = "Add",
                                   SIDES(2, 1),
                                   .flags = EAI_OP_IN_PLACE | EAI_OP_IN_PLACE_SECOND,
                                   .run = add};

static edgeai_status negate(const eai_call *call)
{
    const float *x = call->inputs[0]->data;
    float *z = call->outputs[0]->data;
    for (size_t i = 0; i < call->outputs[0]->n; i++)
        z[i] = -x[i];
    return EDGEAI_OK;
}

const eai_operator scripted_negate = {
    .domain = "test", .name = "Negate", SIDES(1, 1), .flags = EAI_OP_IN_PLACE, .run = negate};

const eai_operator scripted_copy = {
    .domain = "test", .name = "Copy", SIDES(1, 1), .run = eai_run_copy};

const eai_operator scripted_late = {
    .domain = "test", .name = "Late", SIDES(1, 1), .flags = EAI_OP_FOLD_LATE, .run = eai_run_copy};

static edgeai_status infer_grow(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    memcpy(dims, x->dims, sizeof dims);
    if (x->n_dims < 1) return eai_call_fail(call, EDGEAI_E_SHAPE, "a scalar does not grow");
    dims[x->n_dims - 1] *= eai_node_int(call->node, "times", 2);
    return eai_call_output(call, 0, EDGEAI_ELEMENT_F32, dims, x->n_dims);
}

static edgeai_status grow(const eai_call *call)
{
    const float *x = call->inputs[0]->data;
    float *z = call->outputs[0]->data;
    const size_t times = call->inputs[0]->n ? call->outputs[0]->n / call->inputs[0]->n : 0;
    for (size_t i = 0; i < call->outputs[0]->n; i++)
        z[i] = x[i / times];
    return EDGEAI_OK;
}

const eai_operator scripted_grow = {
    .domain = "test", .name = "Grow", SIDES(1, 1), .infer = infer_grow, .run = grow};

static edgeai_status infer_flat(const eai_call *call)
{
    const int64_t n = (int64_t)call->inputs[0]->n;
    return eai_call_output(call, 0, call->inputs[0]->element, &n, 1);
}

const eai_operator scripted_flat = {.domain = "test",
                                    .name = "Flat",
                                    SIDES(1, 1),
                                    .flags = EAI_OP_ALIAS,
                                    .infer = infer_flat,
                                    .run = eai_run_copy};

static edgeai_status positive(const eai_call *call)
{
    const float *x = call->inputs[0]->data;
    eai_operand *y = call->outputs[0];
    float *z = y->data;
    size_t n = 0;
    if (y->n != call->inputs[0]->n) /* the bound, also after an earlier run */
        return eai_call_fail(call, EDGEAI_E_INTERNAL, "the output has room for %zu", y->n);
    for (size_t i = 0; i < call->inputs[0]->n; i++)
        if (x[i] > 0) z[n++] = x[i];
    y->n = n;
    y->dims[0] = (int64_t)n;
    return EDGEAI_OK;
}

const eai_operator scripted_positive = {.domain = "test",
                                        .name = "Positive",
                                        SIDES(1, 1),
                                        .flags = EAI_OP_DATA_SHAPE,
                                        .infer = infer_flat,
                                        .run = positive};

static edgeai_status infer_fill(const eai_call *call)
{
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    size_t n = 0;
    EAI_TRY(eai_call_ints(call, 0, dims, EDGEAI_GRAPH_DIMS_MAX, &n));
    return eai_call_output(call, 0, EDGEAI_ELEMENT_F32, dims, (int)n);
}

static edgeai_status fill(const eai_call *call)
{
    float *z = call->outputs[0]->data;
    for (size_t i = 0; i < call->outputs[0]->n; i++)
        z[i] = 1;
    return EDGEAI_OK;
}

const eai_operator scripted_fill = {
    .domain = "test", .name = "Fill", SIDES(1, 1), .infer = infer_fill, .run = fill};

static edgeai_status infer_shape(const eai_call *call)
{
    const int64_t n = call->inputs[0]->n_dims;
    return eai_call_output(call, 0, EDGEAI_ELEMENT_I64, &n, 1);
}

static edgeai_status shape(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    memcpy(call->outputs[0]->data, x->dims, (size_t)x->n_dims * sizeof x->dims[0]);
    return EDGEAI_OK;
}

const eai_operator scripted_shape = {.domain = "test",
                                     .name = "Shape",
                                     SIDES(1, 1),
                                     .flags = EAI_OP_SHAPE_ONLY,
                                     .infer = infer_shape,
                                     .run = shape};

const eai_operator scripted_random = {
    .domain = "test", .name = "Random", SIDES(1, 1), .flags = EAI_OP_RANDOM};

enum { STATE_BYTES = 100, SCRATCH_BYTES = 1000 };

static edgeai_status prepare(const eai_call *call, eai_prepared *out)
{
    out->state = eai_allocate(&call->context->allocator, STATE_BYTES, "state");
    if (!out->state) return EDGEAI_E_MEMORY;
    *(float *)out->state = 1;
    out->state_bytes = STATE_BYTES;
    out->scratch_bytes = SCRATCH_BYTES;
    out->method = "by state";
    out->macs = (double)call->outputs[0]->n;
    return EDGEAI_OK;
}

static void unprepare(const eai_call *call)
{
    eai_release(&call->context->allocator, call->state, STATE_BYTES);
}

static edgeai_status run_prepared(const eai_call *call)
{
    const float *x = call->inputs[0]->data, *state = call->state;
    float *z = call->outputs[0]->data;
    memset(call->scratch, 0, SCRATCH_BYTES);
    for (size_t i = 0; i < call->outputs[0]->n; i++) {
        if (i == 0 && x[0] < 0) return eai_call_fail(call, EDGEAI_E_INVALID, "x[0] is negative");
        z[i] = x[i] + *state;
    }
    return EDGEAI_OK;
}

const eai_operator scripted_prepared = {.domain = "test",
                                        .name = "Prepared",
                                        SIDES(1, 1),
                                        .run = run_prepared,
                                        .prepare = prepare,
                                        .unprepare = unprepare};

static edgeai_status prepare_packed(const eai_call *call, eai_prepared *out)
{
    EAI_TRY(prepare(call, out));
    *(float *)out->state = *(const float *)call->inputs[1]->data;
    out->packed_inputs = 1u << 1;
    return EDGEAI_OK;
}

const eai_operator scripted_packed = {.domain = "test",
                                      .name = "Packed",
                                      SIDES(2, 1),
                                      .run = run_prepared,
                                      .prepare = prepare_packed,
                                      .unprepare = unprepare};

static edgeai_status infer_halves(const eai_call *call)
{
    const int64_t n = (int64_t)call->inputs[0]->n / 2;
    EAI_TRY(eai_call_output(call, 0, EDGEAI_ELEMENT_F32, &n, 1));
    return eai_call_output(call, 1, EDGEAI_ELEMENT_F32, &n, 1);
}

static edgeai_status halves(const eai_call *call)
{
    const size_t n = call->outputs[0]->n;
    const float *x = call->inputs[0]->data;
    memcpy(call->outputs[0]->data, x, n * sizeof *x);
    memcpy(call->outputs[1]->data, x + n, n * sizeof *x);
    return EDGEAI_OK;
}

const eai_operator scripted_halves = {
    .domain = "test", .name = "Halves", SIDES(1, 2), .infer = infer_halves, .run = halves};
