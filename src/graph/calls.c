/* SPDX-License-Identifier: MIT */
/* What operators need again and again: checks, error texts, outputs. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "graph/operator.h"

edgeai_status eai_call_fail(const eai_call *call, edgeai_status status, const char *format, ...)
{
    char text[EAI_ERROR_BYTES], name[128];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const eai_node *node = call->node;
    return eai_fail(status, "%s \"%s\": %s", node->op_type,
                    eai_printable(node->name, strlen(node->name), name, sizeof name), text);
}

edgeai_status eai_call_needs_constant(const eai_call *call, size_t index)
{
    return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                         "input %zu decides the output's shape and is not a constant; bind the "
                         "inputs that it depends on to values",
                         index);
}

edgeai_status eai_call_check_type(const eai_call *call, size_t index, uint32_t mask)
{
    const eai_operand *operand = eai_call_in(call, index);
    if (!operand) return eai_call_fail(call, EDGEAI_E_FORMAT, "input %zu is missing", index);
    if (!(EAI_TYPE(operand->element) & mask))
        return eai_call_fail(call, EDGEAI_E_DTYPE, "input %zu is %s, which is not supported", index,
                             edgeai_element_name(operand->element));
    return EDGEAI_OK;
}

edgeai_status eai_call_axis(const eai_call *call, int64_t axis, int n_dims, int *out)
{
    *out = 0;
    if (axis < -n_dims || axis >= n_dims)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "axis %lld, expected %d to %d", (long long)axis,
                             -n_dims, n_dims - 1);
    *out = (int)(axis < 0 ? axis + n_dims : axis);
    return EDGEAI_OK;
}

edgeai_status eai_call_ints(const eai_call *call, size_t index, int64_t *values, size_t max,
                            size_t *n)
{
    *n = 0;
    const eai_operand *operand = eai_call_in(call, index);
    if (!operand) return EDGEAI_OK;
    EAI_TRY(eai_call_check_type(call, index,
                                EAI_TYPE(EDGEAI_ELEMENT_I64) | EAI_TYPE(EDGEAI_ELEMENT_I32)));
    if (!operand->data) return eai_call_needs_constant(call, index);
    if (operand->n > max)
        return eai_call_fail(call, EDGEAI_E_LIMIT,
                             "input %zu has %zu elements, expected at most %zu", index, operand->n,
                             max);
    for (size_t i = 0; i < operand->n; i++)
        values[i] = operand->element == EDGEAI_ELEMENT_I64 ? ((const int64_t *)operand->data)[i]
                                                           : ((const int32_t *)operand->data)[i];
    *n = operand->n;
    return EDGEAI_OK;
}

edgeai_status eai_call_output(const eai_call *call, size_t index, edgeai_element element,
                              const int64_t *dims, int n_dims)
{
    eai_operand *operand = eai_call_out(call, index);
    if (!operand) return EDGEAI_OK;
    if (n_dims < 0 || n_dims > EDGEAI_GRAPH_DIMS_MAX)
        return eai_call_fail(call, EDGEAI_E_LIMIT, "output %zu has %d dimensions, at most %d work",
                             index, n_dims, EDGEAI_GRAPH_DIMS_MAX);
    size_t n = 1;
    for (int i = 0; i < n_dims; i++) {
        if (dims[i] < 0)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "output %zu: dimension %d would be %lld",
                                 index, i, (long long)dims[i]);
        if (!eai_size_multiply(n, (size_t)dims[i], &n) || n > EAI_ELEMENTS_MAX)
            return eai_call_fail(call, EDGEAI_E_LIMIT, "output %zu has more than %zu elements",
                                 index, EAI_ELEMENTS_MAX);
    }
    operand->element = element;
    operand->n_dims = n_dims;
    if (n_dims > 0) memmove(operand->dims, dims, (size_t)n_dims * sizeof *dims);
    operand->n = n;
    return EDGEAI_OK;
}

edgeai_status eai_infer_same(const eai_call *call)
{
    const eai_operand *x = eai_call_in(call, 0);
    return eai_call_output(call, 0, x->element, x->dims, x->n_dims);
}

edgeai_status eai_infer_broadcast(const eai_call *call)
{
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    int n_dims = 0;
    if (!eai_broadcast_dims((const eai_operand *const *)call->inputs, call->n_inputs, dims,
                            &n_dims))
        return eai_call_fail(call, EDGEAI_E_SHAPE, "the inputs' shapes cannot be broadcast");
    return eai_call_output(call, 0, call->inputs[0]->element, dims, n_dims);
}

edgeai_status eai_run_copy(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    eai_operand *y = call->outputs[0];
    if (y->data == x->data) return EDGEAI_OK;
    eai_value value = {.element = y->element, .n_dims = y->n_dims};
    memcpy(value.dims, y->dims, sizeof value.dims);
    size_t bytes = 0;
    if (!eai_value_size(&value, &bytes))
        return eai_call_fail(call, EDGEAI_E_LIMIT, "output 0 is too large");
    if (bytes > 0) memcpy(y->data, x->data, bytes);
    return EDGEAI_OK;
}
