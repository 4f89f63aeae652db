/* SPDX-License-Identifier: MIT */

/*
 * Convolutions with one input and one output channel a group. A row of outputs is an item; the
 * outputs whose window lies inside the image go in runs, those at its sides one by one, with the
 * taps in the padding left out.
 */

#include "base/memory.h"
#include "conv/conv_internal.h"
#include "platform/context_internal.h"
#include "platform/threads.h"

enum {
    OUTPUTS = 8, /* of a run: their sums stay in the first-level cache */
    TAPS_MAX = 256,
    CHANNELS = 16 /* weights of a tap are filled up to a multiple */
};

typedef struct depthwise {
    char *weights; /* [kernel_h * kernel_w] of tap_bytes */
    size_t tap_bytes;
    size_t slot_bytes;
} depthwise;

static double cost(const eai_conv_problem *p, const eai_kernels *kernels)
{
    const eai_conv_shape *s = &p->shape;
    (void)kernels;
    if (p->input_type == EAI_CONV_TRITS || s->groups != s->in_c || s->out_c != s->in_c ||
        s->kernel_h * s->kernel_w > TAPS_MAX)
        return -1.0;
    return (double)(s->n * s->out_h * s->out_w) * (double)s->out_c *
           (2.0 + (double)(s->kernel_h * s->kernel_w) / 8.0);
}

static void pack(const depthwise *state, const eai_conv_problem *p)
{
    const size_t n_taps = eai_conv_patch_channels(&p->shape);
    for (size_t c = 0; c < p->shape.out_c; c++)
        for (size_t tap = 0; tap < n_taps; tap++) {
            void *to = state->weights + tap * state->tap_bytes;
            const int8_t *bytes = p->weights;
            const size_t at = c * n_taps + tap;
            if (p->input_type != EAI_CONV_F32)
                ((int16_t *)to)[c] = bytes[at];
            else
                ((float *)to)[c] = p->weights_type == EAI_CONV_WEIGHTS_F32
                                       ? ((const float *)p->weights)[at]
                                       : (float)bytes[at];
        }
}

static edgeai_status create(eai_conv *conv, const eai_conv_problem *p)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    const size_t padded = (p->shape.out_c + CHANNELS - 1) / CHANNELS * CHANNELS;
    depthwise *state = conv->state = eai_allocate(allocator, sizeof *state, "convolution");
    if (!state) return EDGEAI_E_MEMORY;
    state->tap_bytes = padded * (p->input_type == EAI_CONV_F32 ? 4 : 2);
    state->slot_bytes = eai_align_up(OUTPUTS * padded * 4);
    conv->weight_bytes = eai_conv_patch_channels(&p->shape) * state->tap_bytes;
    conv->scratch_bytes = (size_t)conv->context->n_threads * state->slot_bytes;
    state->weights = eai_allocate(allocator, conv->weight_bytes, "weights of a convolution");
    if (!state->weights) return EDGEAI_E_MEMORY;
    pack(state, p);
    return EDGEAI_OK;
}

static void release(eai_conv *conv)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    depthwise *state = conv->state;
    if (!state) return;
    eai_release(allocator, state->weights, conv->weight_bytes);
    eai_release(allocator, state, sizeof *state);
}

typedef struct job {
    const eai_conv *conv;
    const char *x;
    const void *residual;
    void *y;
    char *scratch;
} job;

/* A row of outputs: its image and place in it. */
typedef struct row {
    const job *j;
    size_t image, y;
    void *sums;
} row;

/* The kernel's columns [first, end) inside the image. */
static void columns_inside(const eai_conv_shape *s, size_t x, size_t *first, size_t *end)
{
    *first = s->kernel_w;
    *end = 0;
    for (size_t k = 0; k < s->kernel_w; k++) {
        const size_t at = x * s->stride_w + k * s->dilation_w;
        if (at < s->pad_left || at - s->pad_left >= s->in_w) continue;
        if (*first == s->kernel_w) *first = k;
        *end = k + 1;
    }
}

/* Outputs [x, x + n), which see the kernel's columns [first, end). */
static void run_outputs(const row *r, size_t x, size_t n, size_t first, size_t end)
{
    const eai_conv *conv = r->j->conv;
    const eai_conv_problem *p = &conv->problem;
    const eai_conv_shape *s = &p->shape;
    const depthwise *state = conv->state;
    const size_t pixel = eai_conv_tensor_bytes(p->input_type, 1, s->in_c);
    const void *taps[TAPS_MAX], *weights[TAPS_MAX];
    eai_depthwise d = {.taps = taps,
                       .weights = weights,
                       .step = s->stride_w * pixel,
                       .n_outputs = n,
                       .n_channels = s->in_c,
                       .zero = p->input_zero,
                       .is_signed = p->input_type == EAI_CONV_S8};
    for (size_t ky = 0; ky < s->kernel_h; ky++) {
        const size_t at = r->y * s->stride_h + ky * s->dilation_h;
        if (at < s->pad_top || at - s->pad_top >= s->in_h) continue;
        const size_t image_row = r->image * s->in_h + at - s->pad_top;
        for (size_t kx = first; kx < end; kx++) {
            const size_t column = x * s->stride_w + kx * s->dilation_w - s->pad_left;
            taps[d.n_taps] = r->j->x + (image_row * s->in_w + column) * pixel;
            weights[d.n_taps++] = state->weights + (ky * s->kernel_w + kx) * state->tap_bytes;
        }
    }
    if (p->input_type == EAI_CONV_F32)
        conv->kernels.depthwise_floats(r->sums, s->out_c, &d);
    else
        conv->kernels.depthwise_bytes(r->sums, s->out_c, &d);
    eai_conv_finish(conv, r->sums, s->out_c, (r->image * s->out_h + r->y) * s->out_w + x, n, 0,
                    s->out_c, r->j->residual, r->j->y);
}

static void run_row(void *opaque, size_t item, size_t slot)
{
    const job *j = opaque;
    const eai_conv_shape *s = &j->conv->problem.shape;
    const depthwise *state = j->conv->state;
    const row r = {j, item / s->out_h, item % s->out_h, j->scratch + slot * state->slot_bytes};
    for (size_t x = 0, n; x < s->out_w; x += n) {
        size_t first, end, next_first = 0, next_end = s->kernel_w;
        columns_inside(s, x, &first, &end);
        /* A run goes on as long as the whole kernel is inside. */
        for (n = 1; n < OUTPUTS && x + n < s->out_w && first == 0 && end == s->kernel_w; n++) {
            columns_inside(s, x + n, &next_first, &next_end);
            if (next_first != 0 || next_end != s->kernel_w) break;
        }
        run_outputs(&r, x, n, first, end);
    }
}

static void run(const eai_conv *conv, const edgeai_context *context, const void *x,
                const void *residual, void *y, void *scratch)
{
    job j = {conv, x, residual, y, scratch};
    const eai_conv_shape *s = &conv->problem.shape;
    eai_parallel_for_work(context, s->n * s->out_h, cost(&conv->problem, NULL), run_row, &j);
}

const eai_conv_way eai_conv_way_depthwise = {"depthwise", cost, NULL, create, release, run};
