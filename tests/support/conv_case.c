/* SPDX-License-Identifier: MIT */
#include "support/conv_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "support/check.h"

enum { GUARD = 64 };

eai_conv_shape conv_case_shape(size_t n, size_t in_h, size_t in_w, size_t in_c, size_t out_c,
                               size_t kernel, size_t stride, size_t pad)
{
    return (eai_conv_shape){
        .n = n,
        .in_h = in_h,
        .in_w = in_w,
        .in_c = in_c,
        .out_h = (in_h + 2 * pad - kernel) / stride + 1,
        .out_w = (in_w + 2 * pad - kernel) / stride + 1,
        .out_c = out_c,
        .kernel_h = kernel,
        .kernel_w = kernel,
        .stride_h = stride,
        .stride_w = stride,
        .dilation_h = 1,
        .dilation_w = 1,
        .pad_top = pad,
        .pad_left = pad,
        .groups = 1,
    };
}

static float some_float(eai_rng *rng)
{
    return (float)(2.0 * eai_rng_uniform(rng) - 1.0);
}

static void *memory(size_t bytes)
{
    void *block = aligned_alloc(EAI_ALIGNMENT, eai_align_up(bytes + GUARD));
    assert_non_null(block);
    memset(block, 0, eai_align_up(bytes + GUARD));
    return block;
}

/* Fills a tensor with what its type can hold. */
static void fill(void *out, eai_conv_type type, size_t n_pixels, size_t channels, eai_rng *rng,
                 bool extreme)
{
    unsigned char *bytes = out;
    if (type == EAI_CONV_F32) {
        for (size_t i = 0; i < n_pixels * channels; i++)
            ((float *)out)[i] = some_float(rng);
    } else if (type == EAI_CONV_TRITS) {
        const size_t pixel = (channels + 3) / 4;
        for (size_t i = 0; i < n_pixels * channels; i++) {
            const size_t c = i % channels;
            const int trit = (int)eai_rng_below(rng, 3) - 1;
            unsigned char *byte = bytes + i / channels * pixel + c / 4;
            *byte = (unsigned char)(*byte | (trit & 3) << (c % 4 * 2));
        }
    } else {
        const int low = type == EAI_CONV_S8 ? -128 : 0;
        for (size_t i = 0; i < n_pixels * channels; i++)
            bytes[i] = (unsigned char)(low + (extreme ? 255 * (int)eai_rng_below(rng, 2)
                                                      : (int)eai_rng_below(rng, 256)));
    }
}

static void fill_weights(conv_case *c, const eai_conv_problem *p, eai_rng *rng, bool extreme)
{
    const size_t n = p->shape.out_c * eai_conv_patch_channels(&p->shape);
    c->weights = memory(n * sizeof(float));
    int8_t *bytes = c->weights;
    for (size_t i = 0; i < n; i++)
        switch (p->weights_type) {
        case EAI_CONV_WEIGHTS_F32:
            ((float *)c->weights)[i] = some_float(rng);
            break;
        case EAI_CONV_WEIGHTS_TERNARY:
            bytes[i] = (int8_t)((int)eai_rng_below(rng, 3) - 1);
            break;
        case EAI_CONV_WEIGHTS_BINARY:
            bytes[i] = (int8_t)(2 * (int)eai_rng_below(rng, 2) - 1);
            break;
        default:
            bytes[i] = (int8_t)(extreme ? 255 * (int)eai_rng_below(rng, 2) - 128
                                        : (int)eai_rng_below(rng, 256) - 128);
        }
}

/* How large a sum is, about: random signs. */
static float usual_sum(const eai_conv_problem *p)
{
    float n = sqrtf((float)eai_conv_patch_channels(&p->shape));
    if (p->input_type == EAI_CONV_S8 || p->input_type == EAI_CONV_U8) n *= 100.0f;
    if (p->weights_type == EAI_CONV_WEIGHTS_S8) n *= 100.0f;
    return n;
}

static void make(conv_case *c, const eai_conv_problem *problem, uint64_t seed, bool extreme)
{
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    *c = (conv_case){.problem = *problem};
    eai_conv_problem *p = &c->problem;
    eai_conv_epilogue *e = &p->epilogue;
    const eai_conv_shape *s = &p->shape;
    const size_t n_in = s->n * s->in_h * s->in_w, n_out = s->n * s->out_h * s->out_w;
    fill_weights(c, p, &rng, extreme);
    p->weights = c->weights;
    c->x = memory(eai_conv_tensor_bytes(p->input_type, n_in, s->in_c));
    fill(c->x, p->input_type, n_in, s->in_c, &rng, extreme);
    if (e->has_residual) {
        c->residual = memory(eai_conv_tensor_bytes(e->residual_type, n_out, s->out_c));
        fill(c->residual, e->residual_type, n_out, s->out_c, &rng, false);
    }
    c->arrays = memory(5 * s->out_c * sizeof(float));
    c->offset = memory(s->out_c * sizeof(int32_t));
    const float usual = usual_sum(p);
    for (size_t i = 0; i < s->out_c; i++) {
        c->arrays[i] = (0.5f + (float)eai_rng_uniform(&rng)) / usual;
        for (size_t k = 1; k < 5; k++)
            c->arrays[k * s->out_c + i] = some_float(&rng);
        c->offset[i] = (int32_t)(some_float(&rng) * usual);
    }
    e->scale = c->arrays;
    e->bias = c->arrays + s->out_c;
    e->slope = c->arrays + 2 * s->out_c;
    e->low_threshold = c->arrays + 3 * s->out_c;
    e->high_threshold = c->arrays + 4 * s->out_c;
    e->offset = p->input_type == EAI_CONV_F32 ? NULL : c->offset;
}

void conv_case_make(conv_case *c, const eai_conv_problem *problem, uint64_t seed)
{
    make(c, problem, seed, false);
}

void conv_case_make_extreme(conv_case *c, const eai_conv_problem *problem, uint64_t seed)
{
    make(c, problem, seed, true);
}

void conv_case_free(conv_case *c)
{
    free(c->weights), free(c->x), free(c->residual), free(c->arrays), free(c->offset);
}

void conv_case_random_epilogue(eai_conv_problem *problem, eai_rng *rng)
{
    eai_conv_epilogue *e = &problem->epilogue;
    *e = (eai_conv_epilogue){
        .activation = (eai_conv_activation)eai_rng_below(rng, EAI_CONV_SIGMOID + 1),
        .low = -0.25f,
        .high = 0.75f,
        .has_residual = eai_rng_below(rng, 2) == 1,
        .residual_last = eai_rng_below(rng, 2) == 1,
        .residual_type = (eai_conv_type)eai_rng_below(rng, EAI_CONV_TRITS),
        .residual_scale = 0.01f,
        .output_type = (eai_conv_type)eai_rng_below(rng, EAI_CONV_TRITS + 1),
        .output_inverse_scale = 60.0f,
    };
    if (e->residual_type == EAI_CONV_S8) e->residual_zero = (int)eai_rng_below(rng, 256) - 128;
    if (e->residual_type == EAI_CONV_U8) e->residual_zero = (int)eai_rng_below(rng, 256);
    if (e->output_type == EAI_CONV_S8) e->output_zero = (int)eai_rng_below(rng, 256) - 128;
    if (e->output_type == EAI_CONV_U8) e->output_zero = (int)eai_rng_below(rng, 256);
}

static void *run(const conv_case *c, const eai_conv_way *way, int n_threads, size_t bytes,
                 const char **method)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context;
    eai_conv *conv;
    options.n_threads = n_threads;
    assert_ok(edgeai_context_create(&context, &options));
    assert_ok(eai_conv_create_way(&conv, context, &c->problem, way));
    unsigned char *y = memory(bytes), *scratch = memory(eai_conv_scratch_bytes(conv));
    memset(y, 0xA5, bytes + GUARD);
    memset(scratch + eai_conv_scratch_bytes(conv), 0x5A, GUARD);
    /* Scratch holds anything: here what is not a number. */
    memset(scratch, 0xFF, eai_conv_scratch_bytes(conv));
    eai_conv_run(conv, context, c->x, c->residual, y, scratch);
    *method = eai_conv_method(conv);
    for (size_t i = 0; i < GUARD; i++) {
        if (y[bytes + i] != 0xA5) fail_msg("%s writes behind the output", *method);
        if (scratch[eai_conv_scratch_bytes(conv) + i] != 0x5A)
            fail_msg("%s writes behind its scratch", *method);
    }
    free(scratch);
    eai_conv_free(conv);
    edgeai_context_free(context);
    return y;
}

static void describe(const conv_case *c, const char *method, size_t i, double expected,
                     double found)
{
    const eai_conv_problem *p = &c->problem;
    const eai_conv_shape *s = &p->shape;
    fail_msg(
        "%s: [%zu,%zu,%zu,%zu] to [%zu,%zu,%zu], kernel %zux%zu, stride %zu %zu, dilation %zu "
        "%zu, pad %zu %zu, groups %zu, input %d (zero %d), weights %d, activation %d, residual "
        "%d (last %d), output %d: element %zu: expected %.9g, found %.9g",
        method, s->n, s->in_h, s->in_w, s->in_c, s->out_h, s->out_w, s->out_c, s->kernel_h,
        s->kernel_w, s->stride_h, s->stride_w, s->dilation_h, s->dilation_w, s->pad_top,
        s->pad_left, s->groups, (int)p->input_type, (int)p->input_zero, (int)p->weights_type,
        (int)p->epilogue.activation, p->epilogue.has_residual ? (int)p->epilogue.residual_type : -1,
        p->epilogue.residual_last, (int)p->epilogue.output_type, i, expected, found);
}

void conv_case_check(const conv_case *c, const eai_conv_way *way, int n_threads, double bound)
{
    const eai_conv_problem *p = &c->problem;
    const eai_conv_epilogue *e = &p->epilogue;
    const eai_conv_shape *s = &p->shape;
    const size_t n_out = s->n * s->out_h * s->out_w;
    const size_t bytes = eai_conv_tensor_bytes(e->output_type, n_out, s->out_c);
    const bool is_exact = p->input_type != EAI_CONV_F32 &&
                          !(e->activation == EAI_CONV_SILU || e->activation == EAI_CONV_SIGMOID);
    const char *method;
    unsigned char *expected = run(c, &eai_conv_way_naive, 1, bytes, &method);
    unsigned char *found = run(c, way, n_threads, bytes, &method);
    /* scale / usual sum is at most 1.5 / sqrt(K), and sum |x w| about K / 4. */
    const double magnitude = 1.0 + sqrt((double)eai_conv_patch_channels(s));
    size_t n_other = 0;
    if (e->output_type == EAI_CONV_F32) {
        for (size_t i = 0; i < n_out * s->out_c; i++) {
            const double a = ((const float *)(void *)expected)[i];
            const double b = ((const float *)(void *)found)[i];
            const double allowed = is_exact ? 0.0 : bound * magnitude + 2e-6 * fabs(a);
            if (!(fabs(a - b) <= allowed)) describe(c, method, i, a, b);
        }
    } else {
        for (size_t i = 0; i < bytes; i++) {
            if (expected[i] == found[i]) continue;
            n_other++;
            const int step = abs((int)expected[i] - (int)found[i]);
            if (is_exact || (step != 1 && e->output_type != EAI_CONV_TRITS))
                describe(c, method, i, expected[i], found[i]);
        }
        /* Rounding moves few values over an edge. */
        if (n_other > 2 + bytes / 50) describe(c, method, n_other, 0, 0);
    }
    free(expected), free(found);
}
