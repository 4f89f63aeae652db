/* SPDX-License-Identifier: MIT */

/* The specification: every sum as it is written down. Other ways are held against it. */

#include "conv/conv_internal.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "platform/threads.h"

/* The plan's weights as they were given. */
typedef struct naive {
    void *weights;
    size_t bytes;
} naive;

/* Measured at some 3 cycles a product, and 6 where trits are taken apart. */
static double cost(const eai_conv_problem *p, const eai_kernels *kernels)
{
    (void)kernels;
    const eai_conv_shape *s = &p->shape;
    return 6.0 * (double)s->n * (double)s->out_h * (double)s->out_w * (double)s->out_c *
           (double)eai_conv_patch_channels(s);
}

static edgeai_status create(eai_conv *conv, const eai_conv_problem *p)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    naive *state = conv->state = eai_allocate(allocator, sizeof *state, "convolution");
    if (!state) return EDGEAI_E_MEMORY;
    state->bytes = p->shape.out_c * eai_conv_patch_channels(&p->shape) *
                   (p->weights_type == EAI_CONV_WEIGHTS_F32 ? sizeof(float) : 1);
    state->weights = eai_allocate_unset(allocator, state->bytes, "weights of a convolution");
    if (!state->weights) return EDGEAI_E_MEMORY;
    memcpy(state->weights, p->weights, state->bytes);
    conv->weight_bytes = state->bytes;
    conv->scratch_bytes =
        (size_t)conv->context->n_threads * eai_align_up(p->shape.out_c * sizeof(float));
    return EDGEAI_OK;
}

static void release(eai_conv *conv)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    naive *state = conv->state;
    if (!state) return;
    eai_release(allocator, state->weights, state->bytes);
    eai_release(allocator, state, sizeof *state);
}

typedef struct job {
    const eai_conv *conv;
    const void *x, *residual;
    void *y;
    char *scratch;
} job;

/* Channel c of a pixel, less the zero point. */
static int input_at(const eai_conv_problem *p, const unsigned char *pixel, size_t c)
{
    switch (p->input_type) {
    case EAI_CONV_S8:
        return (int8_t)pixel[c] - p->input_zero;
    case EAI_CONV_U8:
        return pixel[c] - p->input_zero;
    default: {
        const int bits = pixel[c / 4] >> (c % 4 * 2) & 3;
        return bits == 3 ? -1 : bits;
    }
    }
}

/* Where a window's row or column lies in the image; false: in the padding. */
static bool place(size_t out, size_t stride, size_t k, size_t dilation, size_t pad, size_t size,
                  size_t *in)
{
    const size_t at = out * stride + k * dilation;
    *in = at - pad;
    return at >= pad && at - pad < size;
}

/* One output before the epilogue: in float64, rounded once, or in 32 bits, which hold it. */
typedef struct sums {
    double real;
    int32_t integer;
} sums;

static void add_pixel(sums *sum, const eai_conv_problem *p, const naive *state, const void *pixel,
                      size_t weight, size_t group)
{
    const size_t n = p->shape.in_c / p->shape.groups;
    const size_t step = p->shape.kernel_h * p->shape.kernel_w;
    const bool has_floats = p->weights_type == EAI_CONV_WEIGHTS_F32;
    for (size_t c = 0; c < n; c++, weight += step) {
        const size_t channel = group * n + c;
        if (p->input_type != EAI_CONV_F32)
            sum->integer += input_at(p, pixel, channel) * ((const int8_t *)state->weights)[weight];
        else
            sum->real += (double)((const float *)pixel)[channel] *
                         (has_floats ? (double)((const float *)state->weights)[weight]
                                     : (double)((const int8_t *)state->weights)[weight]);
    }
}

static sums sum_at(const job *j, size_t image, size_t out_y, size_t out_x, size_t out_c)
{
    const eai_conv_problem *p = &j->conv->problem;
    const eai_conv_shape *s = &p->shape;
    const naive *state = j->conv->state;
    const size_t group = out_c / (s->out_c / s->groups);
    const size_t pixel_bytes = eai_conv_tensor_bytes(p->input_type, 1, s->in_c);
    sums sum = {0.0, 0};
    for (size_t ky = 0; ky < s->kernel_h; ky++)
        for (size_t kx = 0; kx < s->kernel_w; kx++) {
            size_t y, x;
            if (!place(out_y, s->stride_h, ky, s->dilation_h, s->pad_top, s->in_h, &y) ||
                !place(out_x, s->stride_w, kx, s->dilation_w, s->pad_left, s->in_w, &x))
                continue;
            const size_t pixel = (image * s->in_h + y) * s->in_w + x;
            add_pixel(&sum, p, state, (const char *)j->x + pixel * pixel_bytes,
                      out_c * eai_conv_patch_channels(s) + ky * s->kernel_w + kx, group);
        }
    return sum;
}

/* One row of output pixels. */
static void run_row(void *opaque, size_t item, size_t slot)
{
    const job *j = opaque;
    const eai_conv_problem *p = &j->conv->problem;
    const eai_conv_shape *s = &p->shape;
    void *row = j->scratch + slot * eai_align_up(s->out_c * sizeof(float));
    for (size_t x = 0; x < s->out_w; x++) {
        for (size_t c = 0; c < s->out_c; c++) {
            const sums sum = sum_at(j, item / s->out_h, item % s->out_h, x, c);
            if (p->input_type == EAI_CONV_F32)
                ((float *)row)[c] = (float)sum.real;
            else
                ((int32_t *)row)[c] = sum.integer;
        }
        eai_conv_finish(j->conv, row, s->out_c, item * s->out_w + x, 1, 0, s->out_c, j->residual,
                        j->y);
    }
}

static void run(const eai_conv *conv, const edgeai_context *context, const void *x,
                const void *residual, void *y, void *scratch)
{
    job j = {conv, x, residual, y, scratch};
    const eai_conv_shape *s = &conv->problem.shape;
    eai_parallel_for_work(context, s->n * s->out_h, cost(&conv->problem, NULL), run_row, &j);
}

const eai_conv_way eai_conv_way_naive = {"naive", cost, NULL, create, release, run};
