/* SPDX-License-Identifier: MIT */
#include "graph/pool_shape.h"

#include <string.h>

#include "base/fail.h"

edgeai_status eai_pool_read(const eai_call *call, eai_window *out)
{
    const eai_operand *x = call->inputs[0];
    EAI_TRY(eai_window_check_rank(call, x));
    return eai_window_read(call, x->dims + 2, x->n_dims - 2, NULL, out);
}

edgeai_status eai_pool_output(const eai_call *call, size_t index, const eai_window *v,
                              edgeai_element element)
{
    int64_t dims[2 + EAI_WINDOW_AXES_MAX];
    memcpy(dims, call->inputs[0]->dims, 2 * sizeof *dims);
    memcpy(dims + 2, v->out, (size_t)v->n * sizeof *dims);
    return eai_call_output(call, index, element, dims, 2 + v->n);
}

void eai_pool_clip_window(const eai_window *v, const int64_t *o, eai_pool_clip *out)
{
    for (int i = 0; i < EAI_WINDOW_RUN_AXES; i++) {
        int64_t first = 0, last = 0;
        const int64_t begin = o[i] * v->stride[i] - v->begin[i];
        eai_window_range(begin, v->dilation[i], v->in[i], v->kernel[i], &first, &last);
        out->at[i] = begin + first * v->dilation[i];
        out->n[i] = last - first;
    }
}
