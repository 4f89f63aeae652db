/* SPDX-License-Identifier: MIT */
#include "graph/conv_shape.h"

#include "base/fail.h"

static edgeai_status read_shape(const eai_call *call, const eai_operand *x, const eai_operand *w,
                                bool transposed, eai_conv_shape *s)
{
    *s = (eai_conv_shape){0};
    EAI_TRY(eai_window_check_rank(call, x));
    if (w->n_dims != x->n_dims)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "the weights have %d dimensions, expected %d as the input", w->n_dims,
                             x->n_dims);
    const int64_t group = eai_node_int(call->node, "group", 1);
    const int64_t channels = x->dims[1], first = w->dims[0], second = w->dims[1];
    if (group < 1 || channels % group != 0 || first % group != 0)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "%lld groups do not divide %lld channels and weights of %lld",
                             (long long)group, (long long)channels, (long long)first);
    if (transposed ? first != channels : second != channels / group)
        return eai_call_fail(
            call, EDGEAI_E_SHAPE,
            "the weights are [%lld, %lld, ...], which does not fit %lld channels in %lld groups",
            (long long)first, (long long)second, (long long)channels, (long long)group);
    s->n_spatial = x->n_dims - 2;
    EAI_TRY((transposed ? eai_window_read_transposed : eai_window_read)(
        call, x->dims + 2, s->n_spatial, w->dims + 2, &s->window));
    eai_window_extend(&s->window);
    s->batch = (size_t)x->dims[0];
    s->channels = (size_t)channels;
    s->group = (size_t)group;
    s->group_channels = s->channels / s->group;
    s->group_filters = transposed ? (size_t)second : (size_t)first / s->group;
    s->filters = s->group_filters * s->group;
    s->in_plane = s->out_plane = s->taps = 1;
    for (int i = 0; i < EAI_WINDOW_RUN_AXES; i++) {
        s->in_plane *= (size_t)s->window.in[i];
        s->out_plane *= (size_t)s->window.out[i];
        s->taps *= (size_t)s->window.kernel[i];
    }
    return EDGEAI_OK;
}

edgeai_status eai_conv_shape_read(const eai_call *call, const eai_operand *x, const eai_operand *w,
                                  eai_conv_shape *s)
{
    return read_shape(call, x, w, false, s);
}

edgeai_status eai_conv_shape_read_transposed(const eai_call *call, const eai_operand *x,
                                             const eai_operand *w, eai_conv_shape *s)
{
    return read_shape(call, x, w, true, s);
}

edgeai_status eai_conv_shape_output(const eai_call *call, const eai_conv_shape *s,
                                    edgeai_element element)
{
    int64_t dims[2 + EAI_WINDOW_RUN_AXES] = {(int64_t)s->batch, (int64_t)s->filters};
    for (int i = 0; i < s->n_spatial; i++)
        dims[2 + i] = s->window.out[EAI_WINDOW_RUN_AXES - s->n_spatial + i];
    return eai_call_output(call, 0, element, dims, 2 + s->n_spatial);
}

edgeai_status eai_conv_check_vector(const eai_call *call, size_t index, size_t n)
{
    const eai_operand *v = eai_call_in(call, index);
    if (!v || (v->n_dims == 1 && v->n == n)) return EDGEAI_OK;
    return eai_call_fail(call, EDGEAI_E_SHAPE,
                         "input %zu has %zu elements in %d dimensions, expected [%zu]", index, v->n,
                         v->n_dims, n);
}

double eai_conv_shape_macs(const eai_conv_shape *s)
{
    return (double)s->batch * (double)s->filters * (double)s->out_plane *
           (double)s->group_channels * (double)s->taps;
}
