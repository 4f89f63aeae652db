/* SPDX-License-Identifier: MIT */
#include "reparam/kernel_algebra.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

static bool fits(const eai_kernel_shape *s)
{
    bool ok = s->out_channels > 0 && s->in_channels > 0 && s->groups > 0 &&
              s->out_channels % s->groups == 0 && s->in_channels % s->groups == 0;
    for (int i = 0; i < 2; i++)
        ok = ok && s->size[i] > 0 && s->strides[i] > 0 && s->dilations[i] > 0;
    return ok;
}

size_t eai_kernel_filter_weights(const eai_kernel_shape *s)
{
    return s->in_channels / s->groups * s->size[0] * s->size[1];
}

size_t eai_kernel_n_weights(const eai_kernel_shape *s)
{
    return s->out_channels * eai_kernel_filter_weights(s);
}

static size_t block_bytes(const eai_kernel_shape *s)
{
    return (eai_kernel_n_weights(s) + s->out_channels) * sizeof(double);
}

edgeai_status eai_kernel_create(eai_kernel *out, const eai_kernel_shape *shape,
                                const edgeai_allocator *allocator)
{
    *out = (eai_kernel){0};
    if (!fits(shape))
        return eai_fail(EDGEAI_E_SHAPE, "kernel: %zu of %zu channels in %zu groups, %zu x %zu",
                        shape->out_channels, shape->in_channels, shape->groups, shape->size[0],
                        shape->size[1]);
    size_t n;
    if (!eai_size_multiply(shape->in_channels / shape->groups, shape->size[0], &n) ||
        !eai_size_multiply(n, shape->size[1], &n) ||
        !eai_size_multiply(n, shape->out_channels, &n) || n > EAI_KERNEL_WEIGHTS_MAX ||
        shape->out_channels > EAI_KERNEL_WEIGHTS_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "kernel: expected at most %zu weights, found %zu",
                        EAI_KERNEL_WEIGHTS_MAX, n);
    out->weights = eai_allocate(allocator, block_bytes(shape), "kernel");
    if (!out->weights) return EDGEAI_E_MEMORY;
    out->bias = out->weights + n;
    out->shape = *shape;
    out->allocator = allocator;
    return EDGEAI_OK;
}

void eai_kernel_free(eai_kernel *kernel)
{
    if (kernel->weights)
        eai_release(kernel->allocator, kernel->weights, block_bytes(&kernel->shape));
    *kernel = (eai_kernel){0};
}

size_t eai_kernel_output_size(const eai_kernel_shape *s, int axis, size_t input_size)
{
    const size_t padded = input_size + s->pads[axis] + s->pads[axis + 2];
    const size_t reach = s->dilations[axis] * (s->size[axis] - 1) + 1;
    return padded < reach ? 0 : (padded - reach) / s->strides[axis] + 1;
}

static eai_kernel_shape plain_shape(size_t out_channels, size_t in_channels, size_t groups)
{
    return (eai_kernel_shape){out_channels, in_channels, groups, {1, 1}, {1, 1}, {1, 1}, {0}};
}

edgeai_status eai_kernel_identity(eai_kernel *out, size_t channels,
                                  const edgeai_allocator *allocator)
{
    const eai_kernel_shape shape = plain_shape(channels, channels, channels);
    EAI_TRY(eai_kernel_create(out, &shape, allocator));
    for (size_t c = 0; c < channels; c++)
        out->weights[c] = 1;
    return EDGEAI_OK;
}

edgeai_status eai_kernel_average(eai_kernel *out, size_t channels, const size_t size[2],
                                 const size_t strides[2], const size_t pads[4],
                                 const edgeai_allocator *allocator)
{
    eai_kernel_shape shape = plain_shape(channels, channels, channels);
    memcpy(shape.size, size, sizeof shape.size);
    memcpy(shape.strides, strides, sizeof shape.strides);
    memcpy(shape.pads, pads, sizeof shape.pads);
    EAI_TRY(eai_kernel_create(out, &shape, allocator));
    for (size_t i = 0; i < eai_kernel_n_weights(&shape); i++)
        out->weights[i] = 1.0 / (double)(size[0] * size[1]);
    return EDGEAI_OK;
}

edgeai_status eai_kernel_flat_matrix(eai_kernel *out, size_t n, size_t channels, size_t rows,
                                     size_t columns, const double *matrix,
                                     const edgeai_allocator *allocator)
{
    eai_kernel_shape shape = plain_shape(n, channels, 1);
    shape.size[0] = rows;
    shape.size[1] = columns;
    EAI_TRY(eai_kernel_create(out, &shape, allocator));
    memcpy(out->weights, matrix, eai_kernel_n_weights(&shape) * sizeof *matrix);
    return EDGEAI_OK;
}

void eai_kernel_batch_norm(size_t n, const double *gamma, const double *beta, const double *mean,
                           const double *variance, double epsilon, double *scale, double *shift)
{
    for (size_t c = 0; c < n; c++) {
        scale[c] = gamma[c] / sqrt(variance[c] + epsilon);
        shift[c] = beta[c] - mean[c] * scale[c];
    }
}

void eai_kernel_affine_after(eai_kernel *kernel, const double *scale, const double *shift)
{
    const size_t n = eai_kernel_filter_weights(&kernel->shape);
    for (size_t o = 0; o < kernel->shape.out_channels; o++) {
        for (size_t i = 0; i < n; i++)
            kernel->weights[o * n + i] *= scale[o];
        kernel->bias[o] = kernel->bias[o] * scale[o] + shift[o];
    }
}

void eai_kernel_affine_before(eai_kernel *kernel, const double *scale, const double *shift)
{
    const eai_kernel_shape *s = &kernel->shape;
    const size_t group_in = s->in_channels / s->groups, group_out = s->out_channels / s->groups,
                 taps = s->size[0] * s->size[1];
    for (size_t o = 0; o < s->out_channels; o++)
        for (size_t c = 0; c < group_in; c++) {
            const size_t channel = o / group_out * group_in + c;
            double *w = kernel->weights + (o * group_in + c) * taps;
            for (size_t a = 0; a < taps; a++) {
                kernel->bias[o] += w[a] * shift[channel];
                w[a] *= scale[channel];
            }
        }
}

bool eai_kernel_is_biased(const eai_kernel *kernel)
{
    for (size_t o = 0; o < kernel->shape.out_channels; o++)
        if (kernel->bias[o] != 0) return true;
    return false;
}

/* A kernel of another shape takes the place of this one. */
static void become(eai_kernel *kernel, eai_kernel *with)
{
    memcpy(with->bias, kernel->bias, kernel->shape.out_channels * sizeof(double));
    eai_kernel_free(kernel);
    *kernel = *with;
}

/* Tap (r, q) of every filter goes to (first[0] + step[0] r, first[1] + step[1] q) of a larger one.
 */
static void place_taps(const eai_kernel *from, eai_kernel *to, const size_t first[2],
                       const size_t step[2])
{
    const size_t planes = from->shape.out_channels * from->shape.in_channels / from->shape.groups;
    for (size_t plane = 0; plane < planes; plane++)
        for (size_t r = 0; r < from->shape.size[0]; r++)
            for (size_t q = 0; q < from->shape.size[1]; q++) {
                const size_t row = first[0] + step[0] * r, column = first[1] + step[1] * q;
                to->weights[(plane * to->shape.size[0] + row) * to->shape.size[1] + column] =
                    from->weights[(plane * from->shape.size[0] + r) * from->shape.size[1] + q];
            }
}

edgeai_status eai_kernel_spread(eai_kernel *kernel)
{
    eai_kernel_shape shape = kernel->shape;
    if (shape.dilations[0] == 1 && shape.dilations[1] == 1) return EDGEAI_OK;
    for (int i = 0; i < 2; i++) {
        shape.size[i] = shape.dilations[i] * (shape.size[i] - 1) + 1;
        shape.dilations[i] = 1;
    }
    eai_kernel larger;
    EAI_TRY(eai_kernel_create(&larger, &shape, kernel->allocator));
    place_taps(kernel, &larger, (size_t[2]){0, 0}, kernel->shape.dilations);
    become(kernel, &larger);
    return EDGEAI_OK;
}

edgeai_status eai_kernel_embed(eai_kernel *kernel, const size_t size[2], const size_t pads[4])
{
    EAI_TRY(eai_kernel_spread(kernel));
    eai_kernel_shape shape = kernel->shape;
    size_t first[2];
    for (int i = 0; i < 2; i++) {
        if (pads[i] < shape.pads[i] || size[i] < pads[i] - shape.pads[i] + shape.size[i])
            return eai_fail(EDGEAI_E_SHAPE,
                            "kernel: axis %d: %zu taps with padding %zu do not fit into %zu taps "
                            "with padding %zu",
                            i, shape.size[i], shape.pads[i], size[i], pads[i]);
        first[i] = pads[i] - shape.pads[i];
        shape.size[i] = size[i];
    }
    memcpy(shape.pads, pads, sizeof shape.pads);
    eai_kernel larger;
    EAI_TRY(eai_kernel_create(&larger, &shape, kernel->allocator));
    place_taps(kernel, &larger, first, (size_t[2]){1, 1});
    become(kernel, &larger);
    return EDGEAI_OK;
}

void eai_kernel_cover_shape(eai_kernel_shape *shape, const size_t input_size[2])
{
    memset(shape->pads, 0, sizeof shape->pads);
    for (int i = 0; i < 2; i++) {
        shape->size[i] = input_size[i];
        shape->strides[i] = shape->dilations[i] = 1;
    }
}

edgeai_status eai_kernel_cover(eai_kernel *kernel, const size_t input_size[2])
{
    if (eai_kernel_output_size(&kernel->shape, 0, input_size[0]) != 1 ||
        eai_kernel_output_size(&kernel->shape, 1, input_size[1]) != 1)
        return eai_fail(EDGEAI_E_SHAPE, "kernel: expected one output of %zu x %zu", input_size[0],
                        input_size[1]);
    EAI_TRY(eai_kernel_spread(kernel));
    const eai_kernel_shape from = kernel->shape;
    eai_kernel_shape shape = from;
    eai_kernel_cover_shape(&shape, input_size);
    eai_kernel whole;
    EAI_TRY(eai_kernel_create(&whole, &shape, kernel->allocator));
    const size_t planes = shape.out_channels * shape.in_channels / shape.groups;
    for (size_t plane = 0; plane < planes; plane++)
        for (size_t r = 0; r < shape.size[0]; r++)
            for (size_t q = 0; q < shape.size[1]; q++) {
                const size_t row = r + from.pads[0], column = q + from.pads[1];
                if (row < from.size[0] && column < from.size[1])
                    whole.weights[(plane * shape.size[0] + r) * shape.size[1] + q] =
                        kernel->weights[(plane * from.size[0] + row) * from.size[1] + column];
            }
    become(kernel, &whole);
    return EDGEAI_OK;
}

/* Copies what both groupings have in common; the rest of `to` stays zero. */
static void copy_channels(const eai_kernel *from, eai_kernel *to)
{
    const eai_kernel_shape *s = &from->shape, *t = &to->shape;
    const size_t taps = s->size[0] * s->size[1];
    const size_t from_in = s->in_channels / s->groups, to_in = t->in_channels / t->groups;
    for (size_t o = 0; o < s->out_channels; o++) {
        const size_t from_first = o / (s->out_channels / s->groups) * from_in;
        const size_t to_first = o / (t->out_channels / t->groups) * to_in;
        for (size_t c = 0; c < s->in_channels; c++)
            if (c >= from_first && c < from_first + from_in && c >= to_first &&
                c < to_first + to_in)
                memcpy(to->weights + (o * to_in + c - to_first) * taps,
                       from->weights + (o * from_in + c - from_first) * taps,
                       taps * sizeof(double));
    }
}

static edgeai_status change_groups(eai_kernel *kernel, size_t groups)
{
    if (groups == kernel->shape.groups) return EDGEAI_OK;
    eai_kernel_shape shape = kernel->shape;
    shape.groups = groups;
    eai_kernel other;
    EAI_TRY(eai_kernel_create(&other, &shape, kernel->allocator));
    copy_channels(kernel, &other);
    become(kernel, &other);
    return EDGEAI_OK;
}

edgeai_status eai_kernel_regroup(eai_kernel *kernel, size_t groups)
{
    if (groups == 0 || kernel->shape.groups % groups != 0)
        return eai_fail(EDGEAI_E_SHAPE, "kernel: %zu groups cannot become %zu",
                        kernel->shape.groups, groups);
    return change_groups(kernel, groups);
}

/* Whether all weights that are not zero lie in `groups` blocks. */
static bool lies_in_blocks(const eai_kernel *kernel, size_t groups)
{
    const eai_kernel_shape *s = &kernel->shape;
    const size_t taps = s->size[0] * s->size[1], group_in = s->in_channels / s->groups;
    for (size_t o = 0; o < s->out_channels; o++)
        for (size_t c = 0; c < group_in; c++) {
            const size_t channel = o / (s->out_channels / s->groups) * group_in + c;
            if (channel / (s->in_channels / groups) == o / (s->out_channels / groups)) continue;
            for (size_t a = 0; a < taps; a++)
                if (kernel->weights[(o * group_in + c) * taps + a] != 0) return false;
        }
    return true;
}

static size_t common_divisor(size_t a, size_t b)
{
    while (b != 0) {
        const size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

edgeai_status eai_kernel_find_groups(eai_kernel *kernel)
{
    const size_t most = common_divisor(kernel->shape.in_channels, kernel->shape.out_channels);
    for (size_t groups = most; groups > kernel->shape.groups; groups--)
        if (most % groups == 0 && lies_in_blocks(kernel, groups))
            return change_groups(kernel, groups);
    return EDGEAI_OK;
}

static size_t reach(const eai_kernel_shape *s, int axis)
{
    return s->dilations[axis] * (s->size[axis] - 1) + 1;
}

edgeai_status eai_kernel_check_branches(const eai_kernel_shape *a, const eai_kernel_shape *b)
{
    if (a->out_channels != b->out_channels || a->in_channels != b->in_channels)
        return eai_fail(EDGEAI_E_SHAPE, "kernel: branches of %zu to %zu and %zu to %zu channels",
                        a->in_channels, a->out_channels, b->in_channels, b->out_channels);
    for (int i = 0; i < 2; i++) {
        /* Padding minus reach decides the output's size. */
        const size_t left = a->pads[i] + a->pads[i + 2] + reach(b, i),
                     right = b->pads[i] + b->pads[i + 2] + reach(a, i);
        if (a->strides[i] != b->strides[i] || left != right)
            return eai_fail(EDGEAI_E_SHAPE,
                            "kernel: branches with strides %zu and %zu, %zu and %zu taps, padding "
                            "%zu and %zu",
                            a->strides[i], b->strides[i], a->size[i], b->size[i],
                            a->pads[i] + a->pads[i + 2], b->pads[i] + b->pads[i + 2]);
    }
    return EDGEAI_OK;
}

edgeai_status eai_kernel_add(eai_kernel *kernel, eai_kernel *other)
{
    EAI_TRY(eai_kernel_check_branches(&kernel->shape, &other->shape));
    if (memcmp(kernel->shape.size, other->shape.size, sizeof other->shape.size) != 0 ||
        memcmp(kernel->shape.dilations, other->shape.dilations, sizeof other->shape.dilations) !=
            0 ||
        memcmp(kernel->shape.pads, other->shape.pads, sizeof other->shape.pads) != 0) {
        EAI_TRY(eai_kernel_spread(kernel));
        EAI_TRY(eai_kernel_spread(other));
    }
    const eai_kernel_shape *a = &kernel->shape, *b = &other->shape;
    size_t size[2], pads[4];
    for (int i = 0; i < 4; i++)
        pads[i] = a->pads[i] > b->pads[i] ? a->pads[i] : b->pads[i];
    for (int i = 0; i < 2; i++) {
        const size_t for_a = pads[i] - a->pads[i] + a->size[i],
                     for_b = pads[i] - b->pads[i] + b->size[i];
        size[i] = for_a > for_b ? for_a : for_b;
    }
    if (memcmp(size, a->size, sizeof size) != 0 || memcmp(pads, a->pads, sizeof pads) != 0)
        EAI_TRY(eai_kernel_embed(kernel, size, pads));
    if (memcmp(size, b->size, sizeof size) != 0 || memcmp(pads, b->pads, sizeof pads) != 0)
        EAI_TRY(eai_kernel_embed(other, size, pads));
    const size_t groups = common_divisor(a->groups, b->groups);
    EAI_TRY(eai_kernel_regroup(kernel, groups));
    EAI_TRY(eai_kernel_regroup(other, groups));
    for (size_t i = 0; i < eai_kernel_n_weights(&kernel->shape); i++)
        kernel->weights[i] += other->weights[i];
    for (size_t o = 0; o < kernel->shape.out_channels; o++)
        kernel->bias[o] += other->bias[o];
    return EDGEAI_OK;
}
