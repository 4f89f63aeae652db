/* SPDX-License-Identifier: MIT */
/* Products of quantized matrices: to int32, and to quantized ones again. */

#include <math.h>

#include "base/fail.h"
#include "graph/lanes.h"
#include "graph/product.h"
#include "platform/threads.h"

#define TYPES_BYTE  (EAI_TYPE(EDGEAI_ELEMENT_U8) | EAI_TYPE(EDGEAI_ELEMENT_I8))
#define TYPES_SCALE (EAI_TYPE(EDGEAI_ELEMENT_F32) | EAI_TYPES_SMALL_FLOAT)

/* Columns that are summed at once. */
enum { SIDE = 256 };

/* A zero point or a scale: one for all, or one for each row (or column); absent: 0. */
typedef struct setting {
    const eai_operand *operand;
} setting;

static double value_of(setting s, size_t index)
{
    if (!s.operand) return 0;
    return eai_lane_get(s.operand->element, s.operand->data, s.operand->n == 1 ? 0 : index);
}

typedef struct integer_job {
    eai_product product;
    size_t m; /* rows of one matrix: settings by rows repeat */
    const eai_operand *a, *b;
    eai_operand *y;
    setting a_zero, b_zero, a_scale, b_scale, y_scale, y_zero;
} integer_job;

static int32_t byte_at(const eai_operand *x, size_t index)
{
    return x->element == EDGEAI_ELEMENT_I8 ? ((const int8_t *)x->data)[index]
                                           : ((const uint8_t *)x->data)[index];
}

/* sums[j] of one row and n columns from `column`; unsigned, which wraps. */
static void sum_columns(const integer_job *job, size_t a_at, size_t b_at, size_t row, size_t column,
                        size_t n, uint32_t *sums)
{
    const eai_product *p = &job->product;
    const bool b_signed = job->b->element == EDGEAI_ELEMENT_I8;
    const int32_t a_zero = (int32_t)value_of(job->a_zero, row % job->m);
    int32_t b_zeros[SIDE];
    for (size_t j = 0; j < n; j++) {
        b_zeros[j] = (int32_t)value_of(job->b_zero, column + j);
        sums[j] = 0;
    }
    for (size_t k = 0; k < p->k; k++) {
        const int32_t a = byte_at(job->a, a_at + row * p->k + k) - a_zero;
        const size_t at = b_at + k * p->n + column;
        const uint8_t *b = (const uint8_t *)job->b->data + at;
        const int8_t *b_with_sign = (const int8_t *)job->b->data + at;
        if (b_signed)
            for (size_t j = 0; j < n; j++)
                sums[j] += (uint32_t)(a * (b_with_sign[j] - b_zeros[j]));
        else
            for (size_t j = 0; j < n; j++)
                sums[j] += (uint32_t)(a * (b[j] - b_zeros[j]));
    }
}

/* To nearest, ties to even, within the type. NaN gives its zero point. */
static void requantize(const integer_job *job, size_t row, size_t column, const uint32_t *sums,
                       size_t n, size_t to)
{
    const size_t own_row = row % job->m;
    const double a_scale = value_of(job->a_scale, own_row);
    const double y_scale = value_of(job->y_scale, own_row);
    const double zero = value_of(job->y_zero, own_row);
    const bool is_signed = job->y->element == EDGEAI_ELEMENT_I8;
    const double least = is_signed ? -128 : 0, most = is_signed ? 127 : 255;
    for (size_t j = 0; j < n; j++) {
        const double scale = a_scale * value_of(job->b_scale, column + j) / y_scale;
        double value = rint((double)(int32_t)sums[j] * scale) + zero;
        if (value != value) value = zero;
        value = value < least ? least : value > most ? most : value;
        if (is_signed)
            ((int8_t *)job->y->data)[to + j] = (int8_t)value;
        else
            ((uint8_t *)job->y->data)[to + j] = (uint8_t)value;
    }
}

static void run_row(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const integer_job *job = argument;
    const eai_product *p = &job->product;
    const size_t row = item % p->m;
    size_t a_at, b_at;
    eai_product_offsets(p, item / p->m, &a_at, &b_at);
    uint32_t sums[SIDE];
    for (size_t column = 0, n; column < p->n; column += n) {
        n = p->n - column < SIDE ? p->n - column : SIDE;
        sum_columns(job, a_at, b_at, row, column, n, sums);
        const size_t to = item * p->n + column;
        if (job->y->element != EDGEAI_ELEMENT_I32) {
            requantize(job, row, column, sums, n, to);
            continue;
        }
        for (size_t j = 0; j < n; j++)
            ((int32_t *)job->y->data)[to + j] = (int32_t)sums[j];
    }
}

static edgeai_status run(const eai_call *call, integer_job *job, size_t b_index)
{
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    int n_dims = 0;
    EAI_TRY(eai_product_plan(call, 0, b_index, &job->product, dims, &n_dims));
    job->a = call->inputs[0];
    job->b = call->inputs[b_index];
    job->y = call->outputs[0];
    job->m = job->a->n_dims > 1 ? (size_t)job->a->dims[job->a->n_dims - 2] : 1;
    if (job->y->n == 0) return EDGEAI_OK;
    const eai_product *p = &job->product;
    eai_parallel_for_work(call->context, p->batches * p->m, (double)job->y->n * (double)p->k,
                          run_row, job);
    return EDGEAI_OK;
}

/* One element, or one for each of n rows or columns. */
static edgeai_status check_setting(const eai_call *call, size_t index, uint32_t types, size_t n)
{
    const eai_operand *operand = eai_call_in(call, index);
    if (!operand) return EDGEAI_OK;
    EAI_TRY(eai_call_check_type(call, index, types));
    if (operand->n != 1 && operand->n != n)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "input %zu has %zu elements, expected 1 or %zu",
                             index, operand->n, n);
    return EDGEAI_OK;
}

static edgeai_status integer_infer(const eai_call *call)
{
    eai_product product;
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    int n_dims = 0;
    EAI_TRY(eai_call_check_type(call, 0, TYPES_BYTE));
    EAI_TRY(eai_call_check_type(call, 1, TYPES_BYTE));
    EAI_TRY(eai_product_plan(call, 0, 1, &product, dims, &n_dims));
    const eai_operand *a = call->inputs[0];
    const size_t m = a->n_dims > 1 ? (size_t)a->dims[a->n_dims - 2] : 1;
    EAI_TRY(check_setting(call, 2, EAI_TYPE(a->element), m));
    EAI_TRY(check_setting(call, 3, EAI_TYPE(call->inputs[1]->element), product.n));
    return eai_call_output(call, 0, EDGEAI_ELEMENT_I32, dims, n_dims);
}

static edgeai_status integer_run(const eai_call *call)
{
    integer_job job = {.a_zero = {eai_call_in(call, 2)}, .b_zero = {eai_call_in(call, 3)}};
    return run(call, &job, 1);
}

const eai_operator eai_op_matmul_integer = {
    .domain = "",
    .name = "MatMulInteger",
    .min_inputs = 2,
    .max_inputs = 4,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = integer_infer,
    .run = integer_run,
};

enum { A, A_SCALE, A_ZERO, B, B_SCALE, B_ZERO, Y_SCALE, Y_ZERO };

static edgeai_status quantized_infer(const eai_call *call)
{
    eai_product product;
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    int n_dims = 0;
    EAI_TRY(eai_call_check_type(call, A, TYPES_BYTE));
    EAI_TRY(eai_call_check_type(call, B, TYPES_BYTE));
    EAI_TRY(eai_product_plan(call, A, B, &product, dims, &n_dims));
    const eai_operand *a = call->inputs[A];
    const size_t m = a->n_dims > 1 ? (size_t)a->dims[a->n_dims - 2] : 1;
    EAI_TRY(check_setting(call, A_SCALE, TYPES_SCALE, m));
    EAI_TRY(check_setting(call, A_ZERO, EAI_TYPE(a->element), m));
    EAI_TRY(check_setting(call, B_SCALE, TYPES_SCALE, product.n));
    EAI_TRY(check_setting(call, B_ZERO, EAI_TYPE(call->inputs[B]->element), product.n));
    EAI_TRY(check_setting(call, Y_SCALE, TYPES_SCALE, m));
    EAI_TRY(check_setting(call, Y_ZERO, TYPES_BYTE, m));
    return eai_call_output(call, 0, call->inputs[Y_ZERO]->element, dims, n_dims);
}

static edgeai_status quantized_run(const eai_call *call)
{
    integer_job job = {
        .a_zero = {call->inputs[A_ZERO]},
        .b_zero = {call->inputs[B_ZERO]},
        .a_scale = {call->inputs[A_SCALE]},
        .b_scale = {call->inputs[B_SCALE]},
        .y_scale = {call->inputs[Y_SCALE]},
        .y_zero = {call->inputs[Y_ZERO]},
    };
    return run(call, &job, B);
}

const eai_operator eai_op_qlinear_matmul = {
    .domain = "",
    .name = "QLinearMatMul",
    .min_inputs = 8,
    .max_inputs = 8,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = quantized_infer,
    .run = quantized_run,
};
