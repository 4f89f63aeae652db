/* SPDX-License-Identifier: MIT */
#include "graph/window.h"

#include <string.h>

#include "base/fail.h"

/* Of kernels, strides, dilations, pads, and of spatial sizes. */
#define NUMBER_MAX ((int64_t)1 << 30)
#define SIZE_LIMIT NUMBER_MAX

typedef enum pad_mode { PAD_GIVEN, PAD_VALID, PAD_SAME_UPPER, PAD_SAME_LOWER } pad_mode;

/* An attribute of n numbers from `low` to NUMBER_MAX; left out: all are `otherwise`. */
static edgeai_status read_numbers(const eai_call *call, const char *name, int64_t low, int n,
                                  int64_t otherwise, int64_t *out)
{
    size_t n_found = 0;
    const int64_t *found = eai_node_ints(call->node, name, &n_found);
    if (n_found == 0) {
        for (int i = 0; i < n; i++)
            out[i] = otherwise;
        return EDGEAI_OK;
    }
    if (n_found != (size_t)n)
        return eai_call_fail(call, EDGEAI_E_FORMAT, "%s has %zu numbers, expected %d", name,
                             n_found, n);
    for (int i = 0; i < n; i++) {
        if (found[i] < low || found[i] > NUMBER_MAX)
            return eai_call_fail(call, EDGEAI_E_LIMIT, "%s has %lld, expected %lld to %lld", name,
                                 (long long)found[i], (long long)low, (long long)NUMBER_MAX);
        out[i] = found[i];
    }
    return EDGEAI_OK;
}

static edgeai_status read_pads(const eai_call *call, eai_window *w, pad_mode *mode)
{
    const char *name = eai_node_string(call->node, "auto_pad", "NOTSET");
    int64_t pads[2 * EAI_WINDOW_AXES_MAX];
    *mode = PAD_GIVEN;
    if (strcmp(name, "VALID") == 0)
        *mode = PAD_VALID;
    else if (strcmp(name, "SAME_UPPER") == 0)
        *mode = PAD_SAME_UPPER;
    else if (strcmp(name, "SAME_LOWER") == 0)
        *mode = PAD_SAME_LOWER;
    else if (strcmp(name, "NOTSET") != 0 && name[0] != '\0')
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                             "auto_pad is none of NOTSET, VALID, SAME_UPPER, SAME_LOWER");
    if (*mode != PAD_GIVEN) return EDGEAI_OK; /* the two exclude each other */
    EAI_TRY(read_numbers(call, "pads", 0, 2 * w->n, 0, pads));
    memcpy(w->begin, pads, (size_t)w->n * sizeof *pads);
    memcpy(w->end, pads + w->n, (size_t)w->n * sizeof *pads);
    return EDGEAI_OK;
}

static edgeai_status read_kernel(const eai_call *call, const int64_t *kernel, eai_window *w)
{
    size_t n_found = 0;
    eai_node_ints(call->node, "kernel_shape", &n_found);
    if (!kernel && n_found == 0)
        return eai_call_fail(call, EDGEAI_E_FORMAT, "kernel_shape is missing");
    EAI_TRY(read_numbers(call, "kernel_shape", 1, w->n, 0, w->kernel));
    for (int i = 0; kernel && i < w->n; i++) {
        if (kernel[i] < 1 || kernel[i] > NUMBER_MAX)
            return eai_call_fail(call, EDGEAI_E_LIMIT,
                                 "the weights' kernel has size %lld, expected 1 to %lld",
                                 (long long)kernel[i], (long long)NUMBER_MAX);
        if (n_found != 0 && w->kernel[i] != kernel[i])
            return eai_call_fail(call, EDGEAI_E_SHAPE,
                                 "kernel_shape says %lld where the weights have %lld",
                                 (long long)w->kernel[i], (long long)kernel[i]);
        w->kernel[i] = kernel[i];
    }
    return EDGEAI_OK;
}

static edgeai_status read_common(const eai_call *call, const int64_t *in, int n,
                                 const int64_t *kernel, eai_window *w, pad_mode *mode)
{
    memset(w, 0, sizeof *w);
    if (n < 1 || n > EAI_WINDOW_AXES_MAX)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "%d spatial dimensions, expected 1 to %d", n,
                             (int)EAI_WINDOW_AXES_MAX);
    w->n = n;
    for (int i = 0; i < n; i++) {
        if (in[i] < 0 || in[i] > SIZE_LIMIT)
            return eai_call_fail(call, EDGEAI_E_LIMIT, "spatial size %lld, expected 0 to %lld",
                                 (long long)in[i], (long long)SIZE_LIMIT);
        w->in[i] = in[i];
    }
    EAI_TRY(read_kernel(call, kernel, w));
    EAI_TRY(read_numbers(call, "strides", 1, n, 1, w->stride));
    EAI_TRY(read_numbers(call, "dilations", 1, n, 1, w->dilation));
    return read_pads(call, w, mode);
}

static int64_t extent(const eai_window *w, int i)
{
    return (w->kernel[i] - 1) * w->dilation[i] + 1;
}

static void split_padding(eai_window *w, int i, int64_t total, bool more_at_end)
{
    if (total < 0) total = 0;
    w->begin[i] = more_at_end ? total / 2 : total - total / 2;
    w->end[i] = total - w->begin[i];
}

edgeai_status eai_window_read(const eai_call *call, const int64_t *in, int n, const int64_t *kernel,
                              eai_window *w)
{
    pad_mode mode = PAD_GIVEN;
    EAI_TRY(read_common(call, in, n, kernel, w, &mode));
    const bool ceil_mode = eai_node_int(call->node, "ceil_mode", 0) != 0;
    for (int i = 0; i < n; i++) {
        const int64_t stride = w->stride[i];
        if (mode == PAD_SAME_UPPER || mode == PAD_SAME_LOWER) {
            w->out[i] = (w->in[i] + stride - 1) / stride;
            split_padding(w, i, (w->out[i] - 1) * stride + extent(w, i) - w->in[i],
                          mode == PAD_SAME_UPPER);
            continue;
        }
        const int64_t room = w->in[i] + w->begin[i] + w->end[i] - extent(w, i);
        if (room < 0)
            return eai_call_fail(call, EDGEAI_E_SHAPE,
                                 "a kernel that covers %lld does not fit in %lld + %lld + %lld of "
                                 "spatial dimension %d",
                                 (long long)extent(w, i), (long long)w->begin[i],
                                 (long long)w->in[i], (long long)w->end[i], i);
        w->out[i] = (ceil_mode ? room + stride - 1 : room) / stride + 1;
        if (ceil_mode && (w->out[i] - 1) * stride >= w->in[i] + w->begin[i]) w->out[i]--;
    }
    return EDGEAI_OK;
}

edgeai_status eai_window_read_transposed(const eai_call *call, const int64_t *in, int n,
                                         const int64_t *kernel, eai_window *w)
{
    pad_mode mode = PAD_GIVEN;
    int64_t more[EAI_WINDOW_AXES_MAX], shape[EAI_WINDOW_AXES_MAX];
    size_t n_shape = 0;
    EAI_TRY(read_common(call, in, n, kernel, w, &mode));
    EAI_TRY(read_numbers(call, "output_padding", 0, n, 0, more));
    const int64_t *given = eai_node_ints(call->node, "output_shape", &n_shape);
    /* Some files give N and C too. */
    if (n_shape == (size_t)n + 2) given += 2;
    if (n_shape != 0 && n_shape != (size_t)n && n_shape != (size_t)n + 2)
        return eai_call_fail(call, EDGEAI_E_FORMAT, "output_shape has %zu numbers, expected %d",
                             n_shape, n);
    for (int i = 0; i < n; i++) {
        const int64_t full = (w->in[i] - 1) * w->stride[i] + more[i] + extent(w, i);
        const bool same = mode == PAD_SAME_UPPER || mode == PAD_SAME_LOWER;
        if (w->in[i] < 1)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "spatial dimension %d is empty", i);
        shape[i] = n_shape != 0 ? given[i] : same ? w->in[i] * w->stride[i] : -1;
        if (n_shape != 0 && (shape[i] < 1 || shape[i] > SIZE_LIMIT))
            return eai_call_fail(call, EDGEAI_E_LIMIT, "output_shape has %lld, expected 1 to %lld",
                                 (long long)shape[i], (long long)SIZE_LIMIT);
        if (shape[i] >= 0) split_padding(w, i, full - shape[i], mode == PAD_SAME_UPPER);
        w->out[i] = shape[i] >= 0 ? shape[i] : full - w->begin[i] - w->end[i];
        if (w->out[i] < 1)
            return eai_call_fail(call, EDGEAI_E_SHAPE,
                                 "padding %lld + %lld leaves nothing of spatial dimension %d",
                                 (long long)w->begin[i], (long long)w->end[i], i);
    }
    return EDGEAI_OK;
}

void eai_window_extend(eai_window *w)
{
    const int add = EAI_WINDOW_RUN_AXES - w->n;
    if (add <= 0) return;
    int64_t *const lists[] = {w->kernel, w->stride, w->dilation, w->begin, w->end, w->in, w->out};
    for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++) {
        memmove(lists[k] + add, lists[k], (size_t)w->n * sizeof **lists);
        for (int i = 0; i < add; i++)
            lists[k][i] = lists[k] == w->begin || lists[k] == w->end ? 0 : 1;
    }
    w->n = EAI_WINDOW_RUN_AXES;
}

void eai_window_range(int64_t offset, int64_t stride, int64_t limit, int64_t n, int64_t *first,
                      int64_t *last)
{
    *first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
    *last = limit - offset <= 0 ? 0 : (limit - offset - 1) / stride + 1;
    if (*last > n) *last = n;
    if (*first > *last) *first = *last;
}

double eai_window_taps(const eai_window *w)
{
    double taps = 1;
    for (int i = 0; i < w->n; i++)
        taps *= (double)w->kernel[i];
    return taps;
}

edgeai_status eai_window_check_rank(const eai_call *call, const eai_operand *x)
{
    if (x->n_dims >= 3 && x->n_dims <= 2 + EAI_WINDOW_RUN_AXES) return EDGEAI_OK;
    return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                         "the input has %d dimensions, only 3 to 5 (1 to 3 spatial) work",
                         x->n_dims);
}
