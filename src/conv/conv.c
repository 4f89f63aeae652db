/* SPDX-License-Identifier: MIT */
#include "conv/conv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "conv/conv_internal.h"
#include "platform/context_internal.h"

/* The ways there are; of those that can, the cheapest is taken, the first of equals. */
static const eai_conv_way *const ways[] = {
    &eai_conv_way_table,       &eai_conv_way_ternary8,  &eai_conv_way_low_bit_f32,
    &eai_conv_way_winograd,    &eai_conv_way_winograd2, &eai_conv_way_winograd8,
    &eai_conv_way_winograd8_2, &eai_conv_way_depthwise, &eai_conv_way_gemm,
    &eai_conv_way_naive,
};

/* Longest side, stride and so on; most channels and pixels; largest tensor and patch in bytes. */
#define SIDE_MAX     ((size_t)1 << 20)
#define CHANNELS_MAX ((size_t)1 << 24)
#define BYTES_MAX    ((size_t)1 << 40)

/* Channels whose epilogue may be read: vectors need not stop at the last. */
enum { EPILOGUE_CHANNELS = 64 };

static size_t channel_bytes(eai_conv_type type, size_t channels)
{
    switch (type) {
    case EAI_CONV_F32:
        return 4 * channels;
    case EAI_CONV_TRITS:
        return (channels + 3) / 4;
    default:
        return channels;
    }
}

size_t eai_conv_tensor_bytes(eai_conv_type type, size_t n_pixels, size_t channels)
{
    return n_pixels * channel_bytes(type, channels);
}

static edgeai_status check_size(const char *what, size_t value, size_t lowest, size_t highest)
{
    if (value >= lowest && value <= highest) return EDGEAI_OK;
    return eai_fail(value < lowest ? EDGEAI_E_SHAPE : EDGEAI_E_LIMIT,
                    "convolution: %s: expected %zu to %zu, found %zu", what, lowest, highest,
                    value);
}

static edgeai_status check_product(const char *what, const size_t *factors, size_t n)
{
    size_t product = 1;
    for (size_t i = 0; i < n; i++)
        if (!eai_size_multiply(product, factors[i], &product) || product > BYTES_MAX)
            return eai_fail(EDGEAI_E_LIMIT, "convolution: %s: more than %zu bytes", what,
                            BYTES_MAX);
    return EDGEAI_OK;
}

static edgeai_status check_sides(const eai_conv_shape *s)
{
    const struct {
        const char *name;
        size_t value, lowest, highest;
    } sizes[] = {
        {"n", s->n, 1, SIDE_MAX},
        {"in_h", s->in_h, 1, SIDE_MAX},
        {"in_w", s->in_w, 1, SIDE_MAX},
        {"in_c", s->in_c, 1, CHANNELS_MAX},
        {"out_h", s->out_h, 1, SIDE_MAX},
        {"out_w", s->out_w, 1, SIDE_MAX},
        {"out_c", s->out_c, 1, CHANNELS_MAX},
        {"kernel_h", s->kernel_h, 1, SIDE_MAX},
        {"kernel_w", s->kernel_w, 1, SIDE_MAX},
        {"stride_h", s->stride_h, 1, SIDE_MAX},
        {"stride_w", s->stride_w, 1, SIDE_MAX},
        {"dilation_h", s->dilation_h, 1, SIDE_MAX},
        {"dilation_w", s->dilation_w, 1, SIDE_MAX},
        {"pad_top", s->pad_top, 0, SIDE_MAX},
        {"pad_left", s->pad_left, 0, SIDE_MAX},
        {"groups", s->groups, 1, CHANNELS_MAX},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        EAI_TRY(check_size(sizes[i].name, sizes[i].value, sizes[i].lowest, sizes[i].highest));
    return EDGEAI_OK;
}

static edgeai_status check_shape(const eai_conv_shape *s)
{
    EAI_TRY(check_sides(s));
    if (s->in_c % s->groups != 0 || s->out_c % s->groups != 0)
        return eai_fail(EDGEAI_E_SHAPE,
                        "convolution: groups: expected a divisor of %zu and %zu channels, found "
                        "%zu",
                        s->in_c, s->out_c, s->groups);
    const size_t input[] = {s->n, s->in_h, s->in_w, s->in_c, sizeof(float)};
    const size_t output[] = {s->n, s->out_h, s->out_w, s->out_c, sizeof(float)};
    const size_t weights[] = {s->out_c, s->in_c / s->groups, s->kernel_h, s->kernel_w,
                              sizeof(float)};
    EAI_TRY(check_product("input", input, 5));
    EAI_TRY(check_product("output", output, 5));
    return check_product("weights", weights, 5);
}

static bool can_combine(eai_conv_type input, eai_conv_weights weights)
{
    switch (input) {
    case EAI_CONV_F32:
        return weights != EAI_CONV_WEIGHTS_S8;
    case EAI_CONV_TRITS:
        return weights == EAI_CONV_WEIGHTS_TERNARY || weights == EAI_CONV_WEIGHTS_BINARY;
    default:
        return weights != EAI_CONV_WEIGHTS_F32;
    }
}

/* A zero point outside its type's range. */
static edgeai_status check_zero(const char *what, eai_conv_type type, int32_t zero)
{
    const int32_t low = type == EAI_CONV_S8 ? -128 : 0;
    const int32_t high = type == EAI_CONV_S8 ? 127 : type == EAI_CONV_U8 ? 255 : 0;
    if (zero >= low && zero <= high) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_INVALID, "convolution: %s: expected %d to %d, found %d", what,
                    (int)low, (int)high, (int)zero);
}

static edgeai_status check_types(const eai_conv_problem *p)
{
    const eai_conv_epilogue *e = &p->epilogue;
    if (p->input_type > EAI_CONV_TRITS || p->weights_type > EAI_CONV_WEIGHTS_BINARY ||
        e->output_type > EAI_CONV_TRITS || !can_combine(p->input_type, p->weights_type))
        return eai_fail(EDGEAI_E_DTYPE,
                        "convolution: input type %d, weights %d, output type %d: no such "
                        "combination",
                        (int)p->input_type, (int)p->weights_type, (int)e->output_type);
    if (e->has_residual && e->residual_type > EAI_CONV_U8)
        return eai_fail(EDGEAI_E_DTYPE, "convolution: residual type %d cannot be added",
                        (int)e->residual_type);
    if (e->activation > EAI_CONV_SIGMOID)
        return eai_fail(EDGEAI_E_INVALID, "convolution: activation: expected 0 to %d, found %d",
                        (int)EAI_CONV_SIGMOID, (int)e->activation);
    EAI_TRY(check_zero("input_zero", p->input_type, p->input_zero));
    if (e->output_type == EAI_CONV_S8 || e->output_type == EAI_CONV_U8)
        EAI_TRY(check_zero("output_zero", e->output_type, e->output_zero));
    if (e->has_residual && e->residual_type != EAI_CONV_F32)
        EAI_TRY(check_zero("residual_zero", e->residual_type, e->residual_zero));
    return EDGEAI_OK;
}

/* The largest |x - input_zero| of an integer input. */
static int64_t largest_input(const eai_conv_problem *p)
{
    const int64_t zero = p->input_zero;
    switch (p->input_type) {
    case EAI_CONV_S8:
        return zero > 0 ? zero + 128 : 127 - zero > 128 ? 127 - zero : 128;
    case EAI_CONV_U8:
        return zero > 255 - zero ? zero : 255 - zero;
    default:
        return 1;
    }
}

static bool is_allowed(eai_conv_weights type, int8_t weight)
{
    if (type == EAI_CONV_WEIGHTS_TERNARY) return weight >= -1 && weight <= 1;
    return type != EAI_CONV_WEIGHTS_BINARY || weight == -1 || weight == 1;
}

size_t eai_conv_patch_channels(const eai_conv_shape *s)
{
    return s->in_c / s->groups * s->kernel_h * s->kernel_w;
}

int64_t eai_conv_sum_bound(const eai_conv_problem *p, size_t channel)
{
    const size_t n = eai_conv_patch_channels(&p->shape);
    const int8_t *weights = (const int8_t *)p->weights + channel * n;
    int64_t magnitude = 0;
    for (size_t i = 0; i < n; i++)
        magnitude += abs(weights[i]);
    return magnitude * largest_input(p);
}

static edgeai_status check_weights(const eai_conv_problem *p)
{
    if (p->weights_type == EAI_CONV_WEIGHTS_F32) return EDGEAI_OK;
    const size_t n = p->shape.out_c * eai_conv_patch_channels(&p->shape);
    const int8_t *weights = p->weights;
    for (size_t i = 0; i < n; i++)
        if (!is_allowed(p->weights_type, weights[i]))
            return eai_fail(EDGEAI_E_INVALID, "convolution: weight %zu: expected %s, found %d", i,
                            p->weights_type == EAI_CONV_WEIGHTS_BINARY ? "-1 or 1" : "-1 to 1",
                            weights[i]);
    if (p->input_type == EAI_CONV_F32) return EDGEAI_OK;
    for (size_t c = 0; c < p->shape.out_c; c++) {
        int64_t bound = eai_conv_sum_bound(p, c);
        if (p->epilogue.offset) bound += llabs((long long)p->epilogue.offset[c]);
        if (bound > INT32_MAX)
            return eai_fail(EDGEAI_E_LIMIT,
                            "convolution: channel %zu: sums up to %lld do not fit 32 bits", c,
                            (long long)bound);
    }
    return EDGEAI_OK;
}

/* One array of the epilogue, copied or filled; whatever lies behind the last channel is zero. */
static void *place(char **memory, const void *from, size_t n, size_t padded, const float *filling)
{
    char *to = *memory;
    if (from)
        memcpy(to, from, n * 4);
    else if (filling)
        for (size_t i = 0; i < n; i++)
            memcpy(to + 4 * i, filling, 4);
    *memory += 4 * padded;
    return to;
}

static edgeai_status copy_epilogue(eai_conv *conv, const eai_conv_epilogue *from)
{
    enum { N_ARRAYS = 6 };
    const size_t n = conv->problem.shape.out_c;
    const size_t padded = (n + EPILOGUE_CHANNELS - 1) / EPILOGUE_CHANNELS * EPILOGUE_CHANNELS;
    const float one = 1.0f;
    eai_conv_epilogue *e = &conv->problem.epilogue;
    conv->epilogue_bytes = N_ARRAYS * 4 * padded;
    conv->epilogue_memory =
        eai_allocate(&conv->context->allocator, conv->epilogue_bytes, "convolution's epilogue");
    if (!conv->epilogue_memory) return EDGEAI_E_MEMORY;
    char *memory = conv->epilogue_memory;
    e->offset = place(&memory, from->offset, n, padded, NULL);
    e->scale = place(&memory, from->scale, n, padded, &one);
    e->bias = place(&memory, from->bias, n, padded, NULL);
    e->slope = place(&memory, from->slope, n, padded, NULL);
    e->low_threshold = place(&memory, from->low_threshold, n, padded, NULL);
    e->high_threshold = place(&memory, from->high_threshold, n, padded, NULL);
    return EDGEAI_OK;
}

static const eai_conv_way *cheapest(const eai_conv_problem *problem, const eai_kernels *kernels)
{
    const eai_conv_way *best = NULL;
    double least = INFINITY;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (problem->small_weights && ways[i]->large_bytes) continue;
        const double cost = ways[i]->cost(problem, kernels);
        if (cost < 0.0 || cost >= least) continue;
        least = cost;
        best = ways[i];
    }
    return best;
}

size_t eai_conv_large_bytes(const edgeai_context *context, const eai_conv_problem *problem)
{
    eai_kernels kernels;
    if (problem->input_type == EAI_CONV_F32 || check_shape(&problem->shape) != EDGEAI_OK ||
        check_types(problem) != EDGEAI_OK)
        return 0;
    eai_kernels_init(&kernels, context->cpu);
    const eai_conv_way *way = cheapest(problem, &kernels);
    return way->large_bytes ? way->large_bytes(problem) : 0;
}

edgeai_status eai_conv_create_way(eai_conv **out, edgeai_context *context,
                                  const eai_conv_problem *problem, const eai_conv_way *way)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "convolution: out is NULL");
    *out = NULL;
    if (!context || !problem || !problem->weights)
        return eai_fail(EDGEAI_E_INVALID, "convolution: an argument or its weights are NULL");
    EAI_TRY(check_shape(&problem->shape));
    EAI_TRY(check_types(problem));
    EAI_TRY(check_weights(problem));
    eai_conv *conv = eai_allocate(&context->allocator, sizeof *conv, "convolution");
    if (!conv) return EDGEAI_E_MEMORY;
    conv->context = context;
    conv->problem = *problem;
    conv->problem.weights = NULL;
    eai_kernels_init(&conv->kernels, context->cpu);
    conv->way = way ? way : cheapest(problem, &conv->kernels);
    edgeai_status status = copy_epilogue(conv, &problem->epilogue);
    if (status == EDGEAI_OK) status = conv->way->create(conv, problem);
    if (status != EDGEAI_OK) {
        eai_conv_free(conv);
        return status;
    }
    conv->scratch_bytes = eai_align_up(conv->scratch_bytes);
    *out = conv;
    return EDGEAI_OK;
}

edgeai_status eai_conv_create(eai_conv **out, edgeai_context *context,
                              const eai_conv_problem *problem)
{
    return eai_conv_create_way(out, context, problem, NULL);
}

void eai_conv_free(eai_conv *conv)
{
    if (!conv) return;
    const edgeai_allocator *allocator = &conv->context->allocator;
    if (conv->way->free) conv->way->free(conv);
    eai_release(allocator, conv->epilogue_memory, conv->epilogue_bytes);
    eai_release(allocator, conv, sizeof *conv);
}

size_t eai_conv_scratch_bytes(const eai_conv *conv)
{
    return conv->scratch_bytes;
}

size_t eai_conv_weight_bytes(const eai_conv *conv)
{
    return conv->weight_bytes;
}

const char *eai_conv_method(const eai_conv *conv)
{
    return conv->way->name;
}

void eai_conv_run(const eai_conv *conv, const edgeai_context *context, const void *x,
                  const void *residual, void *y, void *scratch)
{
    conv->way->run(conv, context, x, residual, y, scratch);
}
