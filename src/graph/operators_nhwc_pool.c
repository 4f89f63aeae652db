/* SPDX-License-Identifier: MIT */
/* Pools over [N, H, W, C]: whole pixels of channels are compared or added, row by row of the
 * output, so that the compiler's vectors run along channels. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "graph/operator.h"
#include "graph/pixel_trits.h"
#include "graph/window.h"
#include "platform/context_internal.h"
#include "platform/threads.h"

static edgeai_status read_window(const eai_call *call, eai_window *window)
{
    const eai_operand *x = call->inputs[0];
    if (x->n_dims != 4)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "expected 4 dimensions, found %d", x->n_dims);
    return eai_window_read(call, x->dims + 1, 2, NULL, window);
}

static edgeai_status infer_pool(const eai_call *call)
{
    eai_window w;
    const eai_operand *x = call->inputs[0];
    EAI_TRY(read_window(call, &w));
    const int64_t dims[] = {x->dims[0], w.out[0], w.out[1], x->dims[3]};
    return eai_call_output(call, 0, x->element, dims, 4);
}

/* One run of a pool: how a pixel begins, takes in another, and ends. */
typedef struct pool {
    const eai_operand *x, *y;
    eai_window window;
    size_t pixel_bytes, channels;
    bool include_padding;
    void (*begin)(void *y, size_t n);
    void (*merge)(void *y, const void *x, size_t n);
} pool;

static void begin_max_f32(void *y, size_t n)
{
    float *to = y;
    for (size_t i = 0; i < n; i++)
        to[i] = -INFINITY;
}

static void merge_max_f32(void *y, const void *x, size_t n)
{
    float *restrict to = y;
    const float *restrict from = x;
    for (size_t i = 0; i < n; i++)
        to[i] = from[i] > to[i] ? from[i] : to[i];
}

static void begin_max_i8(void *y, size_t n)
{
    memset(y, 0x80, n);
}

static void merge_max_i8(void *y, const void *x, size_t n)
{
    int8_t *restrict to = y;
    const int8_t *restrict from = x;
    for (size_t i = 0; i < n; i++)
        to[i] = from[i] > to[i] ? from[i] : to[i];
}

static void begin_max_u8(void *y, size_t n)
{
    memset(y, 0, n);
}

static void merge_max_u8(void *y, const void *x, size_t n)
{
    uint8_t *restrict to = y;
    const uint8_t *restrict from = x;
    for (size_t i = 0; i < n; i++)
        to[i] = from[i] > to[i] ? from[i] : to[i];
}

/* Four codes -1 in each byte; n bytes. Codes beyond the channels are cleared at the end. */
static void begin_max_trits(void *y, size_t n)
{
    memset(y, 0xff, n);
}

static void begin_sum(void *y, size_t n)
{
    memset(y, 0, n * sizeof(float));
}

static void merge_sum(void *y, const void *x, size_t n)
{
    float *restrict to = y;
    const float *restrict from = x;
    for (size_t i = 0; i < n; i++)
        to[i] += from[i];
}

/* Taps of axis `a` whose input lies inside, for output o: [*first, *last). */
static void taps(const eai_window *w, int a, int64_t o, int64_t *first, int64_t *last)
{
    eai_window_range(o * w->stride[a] - w->begin[a], w->dilation[a], w->in[a], w->kernel[a], first,
                     last);
}

/* How many taps of axis `a` count when declared padding does: the overhang of ceil_mode does not.
 */
static int64_t counted(const eai_window *w, int a, int64_t o)
{
    int64_t first, last;
    eai_window_range(o * w->stride[a], w->dilation[a], w->in[a] + w->begin[a] + w->end[a],
                     w->kernel[a], &first, &last);
    return last - first;
}

static void finish_mean(const pool *p, float *y, int64_t oy, int64_t ox, int64_t inside)
{
    const eai_window *w = &p->window;
    const int64_t n = p->include_padding ? counted(w, 0, oy) * counted(w, 1, ox) : inside;
    for (size_t c = 0; c < p->channels; c++)
        y[c] /= (float)n;
}

/* One row of the output. */
static void pool_row(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const pool *p = argument;
    const eai_window *w = &p->window;
    const int64_t image = (int64_t)item / w->out[0], oy = (int64_t)item % w->out[0];
    const char *x =
        (const char *)p->x->data + (size_t)(image * w->in[0] * w->in[1]) * p->pixel_bytes;
    char *y = (char *)p->y->data + (size_t)(item * (size_t)w->out[1]) * p->pixel_bytes;
    const size_t n = p->x->element == EDGEAI_ELEMENT_TRITS ? p->pixel_bytes : p->channels;
    int64_t top, bottom, left, right;
    taps(w, 0, oy, &top, &bottom);
    for (int64_t ox = 0; ox < w->out[1]; ox++, y += p->pixel_bytes) {
        taps(w, 1, ox, &left, &right);
        p->begin(y, n);
        for (int64_t ky = top; ky < bottom; ky++)
            for (int64_t kx = left; kx < right; kx++) {
                const int64_t iy = oy * w->stride[0] - w->begin[0] + ky * w->dilation[0];
                const int64_t ix = ox * w->stride[1] - w->begin[1] + kx * w->dilation[1];
                p->merge(y, x + (size_t)(iy * w->in[1] + ix) * p->pixel_bytes, n);
            }
        if (p->merge == merge_sum)
            finish_mean(p, (float *)(void *)y, oy, ox, (bottom - top) * (right - left));
        if (p->merge == eai_pixel_trits_max) eai_pixel_trits_clear((uint8_t *)y, p->channels);
    }
}

static edgeai_status run_pool(const eai_call *call, pool *p)
{
    p->x = call->inputs[0];
    p->y = call->outputs[0];
    EAI_TRY(read_window(call, &p->window));
    if (p->y->n == 0) return EDGEAI_OK;
    p->channels = (size_t)p->x->dims[3];
    p->pixel_bytes = edgeai_element_bytes(p->x->element, p->channels);
    const size_t n_rows = (size_t)(p->x->dims[0] * p->window.out[0]);
    eai_parallel_for_work(call->context, n_rows, (double)p->y->n * eai_window_taps(&p->window) / 4,
                          pool_row, p);
    return EDGEAI_OK;
}

static edgeai_status run_max(const eai_call *call)
{
    pool p = {.begin = begin_max_f32, .merge = merge_max_f32};
    switch (call->inputs[0]->element) {
    case EDGEAI_ELEMENT_I8:
        p = (pool){.begin = begin_max_i8, .merge = merge_max_i8};
        break;
    case EDGEAI_ELEMENT_U8:
        p = (pool){.begin = begin_max_u8, .merge = merge_max_u8};
        break;
    case EDGEAI_ELEMENT_TRITS:
        p = (pool){.begin = begin_max_trits, .merge = eai_pixel_trits_max};
        break;
    default:
        break;
    }
    return run_pool(call, &p);
}

static edgeai_status run_average(const eai_call *call)
{
    pool p = {.begin = begin_sum, .merge = merge_sum};
    p.include_padding = eai_node_int(call->node, "count_include_pad", 0) != 0;
    return run_pool(call, &p);
}

static edgeai_status infer_global(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    if (x->n_dims != 4)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "expected 4 dimensions, found %d", x->n_dims);
    const int64_t dims[] = {x->dims[0], 1, 1, x->dims[3]};
    return eai_call_output(call, 0, x->element, dims, 4);
}

static edgeai_status run_global(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    const size_t channels = (size_t)x->dims[3], n_pixels = (size_t)(x->dims[1] * x->dims[2]);
    for (int64_t image = 0; image < x->dims[0]; image++) {
        const float *from = (const float *)x->data + (size_t)image * n_pixels * channels;
        float *to = (float *)call->outputs[0]->data + (size_t)image * channels;
        begin_sum(to, channels);
        for (size_t p = 0; p < n_pixels; p++)
            merge_sum(to, from + p * channels, channels);
        for (size_t c = 0; c < channels; c++)
            to[c] /= (float)n_pixels;
    }
    return EDGEAI_OK;
}

#define POOL(identifier, op_name, op_infer, op_run)                                                \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "edgeai.nhwc",                                                                   \
        .name = op_name,                                                                           \
        .min_inputs = 1,                                                                           \
        .max_inputs = 1,                                                                           \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .infer = op_infer,                                                                         \
        .run = op_run,                                                                             \
    };

POOL(nhwc_average_pool, "AveragePool", infer_pool, run_average)
POOL(nhwc_max_pool, "MaxPool", infer_pool, run_max)
POOL(nhwc_global_average_pool, "GlobalAveragePool", infer_global, run_global)
