/* SPDX-License-Identifier: MIT */
/* MatMul and Gemm. */

#include <string.h>

#include "base/fail.h"
#include "graph/product.h"

#define TYPES                                                                                      \
    (EAI_TYPE(EDGEAI_ELEMENT_F32) | EAI_TYPE(EDGEAI_ELEMENT_F64) | EAI_TYPE(EDGEAI_ELEMENT_I32) |  \
     EAI_TYPE(EDGEAI_ELEMENT_I64) | EAI_TYPE(EDGEAI_ELEMENT_U32) | EAI_TYPE(EDGEAI_ELEMENT_U64))

static edgeai_status check_types(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, TYPES));
    return eai_call_check_type(call, 1, EAI_TYPE(call->inputs[0]->element));
}

static double work_of(const eai_product *p)
{
    return (double)p->batches * (double)p->m * (double)p->n * (double)p->k;
}

static edgeai_status matmul_infer(const eai_call *call)
{
    eai_product product = {0};
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    int n_dims = 0;
    EAI_TRY(check_types(call));
    EAI_TRY(eai_product_plan(call, 0, 1, &product, dims, &n_dims));
    return eai_call_output(call, 0, call->inputs[0]->element, dims, n_dims);
}

static edgeai_status matmul_prepare(const eai_call *call, eai_prepared *out)
{
    eai_product product = {0};
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    int n_dims = 0;
    EAI_TRY(eai_product_plan(call, 0, 1, &product, dims, &n_dims));
    out->method = "blocked";
    out->macs = work_of(&product);
    return EDGEAI_OK;
}

static edgeai_status matmul_run(const eai_call *call)
{
    const eai_operand *y = call->outputs[0];
    eai_product product = {0};
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    int n_dims = 0;
    EAI_TRY(eai_product_plan(call, 0, 1, &product, dims, &n_dims));
    product.a = call->inputs[0]->data;
    product.b = call->inputs[1]->data;
    product.c = y->data;
    memset(y->data, 0, edgeai_element_bytes(y->element, y->n));
    eai_product_run(call->context, &product);
    return EDGEAI_OK;
}

const eai_operator eai_op_matmul = {
    .domain = "",
    .name = "MatMul",
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = matmul_infer,
    .run = matmul_run,
    .prepare = matmul_prepare,
};

/* Inputs as they are multiplied: transposed ones by their strides. */
static edgeai_status gemm_plan(const eai_call *call, eai_product *p)
{
    const eai_operand *a = call->inputs[0], *b = call->inputs[1];
    if (a->n_dims != 2 || b->n_dims != 2)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "inputs 0 and 1 have %d and %d dimensions, expected 2", a->n_dims,
                             b->n_dims);
    const bool a_turned = eai_node_int(call->node, "transA", 0) != 0;
    const bool b_turned = eai_node_int(call->node, "transB", 0) != 0;
    *p = (eai_product){.m = (size_t)a->dims[a_turned],
                       .k = (size_t)a->dims[!a_turned],
                       .n = (size_t)b->dims[!b_turned],
                       .batches = 1,
                       .element = a->element,
                       .alpha = eai_node_float(call->node, "alpha", 1)};
    if (p->k != (size_t)b->dims[b_turned])
        return eai_call_fail(call, EDGEAI_E_SHAPE, "rows of %zu elements by columns of %lld", p->k,
                             (long long)b->dims[b_turned]);
    p->a_row = a_turned ? 1 : p->k;
    p->a_column = a_turned ? p->m : 1;
    p->b_row = b_turned ? 1 : p->n;
    p->b_column = b_turned ? p->k : 1;
    return EDGEAI_OK;
}

static edgeai_status gemm_infer(const eai_call *call)
{
    eai_product p;
    EAI_TRY(check_types(call));
    EAI_TRY(gemm_plan(call, &p));
    const int64_t dims[] = {(int64_t)p.m, (int64_t)p.n};
    const eai_operand *c = eai_call_in(call, 2);
    if (c) {
        EAI_TRY(eai_call_check_type(call, 2, EAI_TYPE(call->inputs[0]->element)));
        for (int i = 0; i < c->n_dims; i++)
            if (c->n_dims > 2 || (c->dims[i] != 1 && c->dims[i] != dims[2 - c->n_dims + i]))
                return eai_call_fail(call, EDGEAI_E_SHAPE,
                                     "input 2 cannot be broadcast to [%lld][%lld]",
                                     (long long)dims[0], (long long)dims[1]);
    }
    const bool whole = EAI_TYPE(call->inputs[0]->element) & (EAI_TYPES_SIGNED | EAI_TYPES_UNSIGNED);
    if (whole && (p.alpha != 1 || eai_node_float(call->node, "beta", 1) != 1))
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                             "alpha and beta of integers are not 1, which is not supported");
    return eai_call_output(call, 0, call->inputs[0]->element, dims, 2);
}

/* beta * C, broadcast, or zeros. */
static void fill(const eai_call *call, const eai_operand *y)
{
    const eai_operand *c = eai_call_in(call, 2);
    const size_t size = edgeai_element_bytes(y->element, 1);
    const float beta = eai_node_float(call->node, "beta", 1);
    if (!c || y->n == 0) {
        memset(y->data, 0, y->n * size);
        return;
    }
    int64_t strides[EDGEAI_GRAPH_DIMS_MAX];
    eai_broadcast_strides(c, y->dims, 2, strides);
    const size_t n = (size_t)y->dims[1];
    for (size_t i = 0; i < (size_t)y->dims[0]; i++)
        for (size_t j = 0; j < n; j++) {
            const size_t from = i * (size_t)strides[0] + j * (size_t)strides[1];
            const size_t to = i * n + j;
            if (y->element == EDGEAI_ELEMENT_F32)
                ((float *)y->data)[to] = beta * ((const float *)c->data)[from];
            else if (y->element == EDGEAI_ELEMENT_F64)
                ((double *)y->data)[to] = (double)beta * ((const double *)c->data)[from];
            else
                memcpy((char *)y->data + to * size, (const char *)c->data + from * size, size);
        }
}

static edgeai_status gemm_prepare(const eai_call *call, eai_prepared *out)
{
    eai_product product = {0};
    EAI_TRY(gemm_plan(call, &product));
    out->method = "blocked";
    out->macs = work_of(&product);
    return EDGEAI_OK;
}

static edgeai_status gemm_run(const eai_call *call)
{
    eai_product product = {0};
    EAI_TRY(gemm_plan(call, &product));
    fill(call, call->outputs[0]);
    product.a = call->inputs[0]->data;
    product.b = call->inputs[1]->data;
    product.c = call->outputs[0]->data;
    eai_product_run(call->context, &product);
    return EDGEAI_OK;
}

const eai_operator eai_op_gemm = {
    .domain = "",
    .name = "Gemm",
    .min_inputs = 2,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = gemm_infer,
    .run = gemm_run,
    .prepare = gemm_prepare,
};
