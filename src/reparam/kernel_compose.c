/* SPDX-License-Identifier: MIT */
/* Two kernels in a row as one. */

#include <string.h>

#include "base/fail.h"
#include "reparam/kernel_algebra.h"

static size_t common_divisor(size_t a, size_t b)
{
    while (b != 0) {
        const size_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Channels of the first kernel's input that output o of the second depends on: [*begin, *end). */
static void input_range(const eai_kernel_shape *first, const eai_kernel_shape *second, size_t o,
                        size_t *begin, size_t *end)
{
    const size_t block = second->in_channels / second->groups;
    const size_t m = o / (second->out_channels / second->groups) * block;
    const size_t group_out = first->out_channels / first->groups,
                 group_in = first->in_channels / first->groups;
    *begin = m / group_out * group_in;
    *end = ((m + block - 1) / group_out + 1) * group_in;
}

/* The most groups in which every output depends on inputs of its own group alone. */
static size_t joint_groups(const eai_kernel_shape *first, const eai_kernel_shape *second)
{
    const size_t most = common_divisor(first->in_channels, second->out_channels);
    for (size_t groups = most; groups > 1; groups--) {
        if (most % groups != 0) continue;
        const size_t out_block = second->out_channels / groups,
                     in_block = first->in_channels / groups;
        bool inside = true;
        for (size_t o = 0; o < second->out_channels && inside; o++) {
            size_t begin, end;
            input_range(first, second, o, &begin, &end);
            const size_t block = o / out_block;
            inside = begin >= block * in_block && end <= (block + 1) * in_block;
        }
        if (inside) return groups;
    }
    return 1;
}

/* Tap e of the first and a of the second meet at first_step e + second_step a of the joint one. */
typedef struct joint_steps {
    size_t first[2], second[2];
} joint_steps;

static edgeai_status find_joint(const eai_kernel_shape *first, const eai_kernel_shape *second,
                                eai_kernel_shape *out, joint_steps *steps)
{
    if (first->out_channels != second->in_channels)
        return eai_fail(EDGEAI_E_SHAPE, "kernel: %zu channels before a kernel of %zu",
                        first->out_channels, second->in_channels);
    *out = (eai_kernel_shape){second->out_channels, first->in_channels, joint_groups(first, second),
                              .size = {0}};
    for (int i = 0; i < 2; i++) {
        /* In elements of the input; a common divisor is the joint dilation. */
        const size_t one = first->size[i] > 1 ? first->dilations[i] : 0;
        const size_t two = second->size[i] > 1 ? first->strides[i] * second->dilations[i] : 0;
        const size_t dilation = one + two > 0 ? common_divisor(one, two) : 1;
        steps->first[i] = one / dilation;
        steps->second[i] = two / dilation;
        out->size[i] =
            steps->first[i] * (first->size[i] - 1) + steps->second[i] * (second->size[i] - 1) + 1;
        out->dilations[i] = dilation;
        out->strides[i] = first->strides[i] * second->strides[i];
        out->pads[i] = first->pads[i] + first->strides[i] * second->pads[i];
        out->pads[i + 2] = first->pads[i + 2] + first->strides[i] * second->pads[i + 2];
    }
    return EDGEAI_OK;
}

edgeai_status eai_kernel_joint_shape(const eai_kernel_shape *first, const eai_kernel_shape *second,
                                     eai_kernel_shape *out)
{
    joint_steps steps;
    return find_joint(first, second, out, &steps);
}

/* joint += w * first's plane, from its tap `at` on, in steps. */
static void add_plane(double *joint, const eai_kernel_shape *s, double w, const double *plane,
                      const eai_kernel_shape *first, const size_t at[2], const size_t step[2])
{
    for (size_t r = 0; r < first->size[0]; r++)
        for (size_t q = 0; q < first->size[1]; q++)
            joint[(at[0] + step[0] * r) * s->size[1] + at[1] + step[1] * q] +=
                w * plane[r * first->size[1] + q];
}

/* What output o takes through channel m, whose place among the inputs of o's group is m_index. */
static void add_channel(const eai_kernel *first, const eai_kernel *second, const joint_steps *steps,
                        size_t o, size_t m, size_t m_index, eai_kernel *out)
{
    const eai_kernel_shape *s1 = &first->shape, *s2 = &second->shape, *s = &out->shape;
    const size_t second_in = s2->in_channels / s2->groups, first_in = s1->in_channels / s1->groups,
                 joint_in = s->in_channels / s->groups;
    const size_t first_channel = m / (s1->out_channels / s1->groups) * first_in,
                 joint_channel = o / (s->out_channels / s->groups) * joint_in;
    for (size_t r = 0; r < s2->size[0]; r++)
        for (size_t q = 0; q < s2->size[1]; q++) {
            const double w =
                second->weights[((o * second_in + m_index) * s2->size[0] + r) * s2->size[1] + q];
            out->bias[o] += w * first->bias[m];
            if (w == 0) continue;
            const size_t at[2] = {steps->second[0] * r, steps->second[1] * q};
            for (size_t c = 0; c < first_in; c++)
                add_plane(out->weights + (o * joint_in + first_channel + c - joint_channel) *
                                             s->size[0] * s->size[1],
                          s, w, first->weights + (m * first_in + c) * s1->size[0] * s1->size[1], s1,
                          at, steps->first);
        }
}

edgeai_status eai_kernel_compose(const eai_kernel *first, const eai_kernel *second,
                                 const edgeai_allocator *allocator, eai_kernel *out)
{
    eai_kernel_shape shape;
    joint_steps steps;
    *out = (eai_kernel){0};
    EAI_TRY(find_joint(&first->shape, &second->shape, &shape, &steps));
    EAI_TRY(eai_kernel_create(out, &shape, allocator));
    const eai_kernel_shape *s2 = &second->shape;
    const size_t block = s2->in_channels / s2->groups;
    for (size_t o = 0; o < s2->out_channels; o++) {
        out->bias[o] = second->bias[o];
        const size_t m = o / (s2->out_channels / s2->groups) * block;
        for (size_t k = 0; k < block; k++)
            add_channel(first, second, &steps, o, m + k, k, out);
    }
    return EDGEAI_OK;
}

/* Whether position p of the first kernel's output, which may lie outside, sees any input along this
 * axis; an unknown input size (0) has no end. */
static bool sees_input(const eai_kernel_shape *first, int axis, int64_t p, size_t input_size)
{
    const int64_t at = p * (int64_t)first->strides[axis] - (int64_t)first->pads[axis];
    for (size_t e = 0; e < first->size[axis]; e++) {
        const int64_t x = at + (int64_t)(e * first->dilations[axis]);
        if (x >= 0 && (input_size == 0 || x < (int64_t)input_size)) return true;
    }
    return false;
}

/* Whether any of the `pad` outputs of the first kernel that the second takes for zero does. Of an
 * unknown size: the first one beyond the end begins at most a reach, less one, before the padding's
 * end. */
static bool side_sees_input(const eai_kernel_shape *first, int side, size_t input_size, size_t pad)
{
    const int axis = side % 2;
    if (side >= 2 && input_size == 0)
        return first->dilations[axis] * (first->size[axis] - 1) > first->pads[side];
    const int64_t end = (int64_t)eai_kernel_output_size(first, axis, input_size);
    for (int64_t k = 0; k < (int64_t)pad; k++)
        if (sees_input(first, axis, side < 2 ? -1 - k : end + k, input_size)) return true;
    return false;
}

/* Outputs of the second kernel whose last tap lies beyond its input. */
static size_t ring_at_end(const eai_kernel_shape *first, const eai_kernel_shape *second, int axis,
                          size_t input_size)
{
    const size_t pad = second->pads[axis + 2], stride = second->strides[axis];
    if (input_size == 0) return (pad + stride - 1) / stride;
    const size_t middle = eai_kernel_output_size(first, axis, input_size),
                 end = eai_kernel_output_size(second, axis, middle);
    const size_t reach = second->dilations[axis] * (second->size[axis] - 1);
    size_t ring = 0;
    while (ring < end && (end - 1 - ring) * stride + reach >= middle + second->pads[axis])
        ring++;
    return ring;
}

void eai_kernel_judge(const eai_kernel_shape *s1, bool biased, const eai_kernel_shape *s2,
                      const size_t input_size[2], eai_kernel_border *border)
{
    *border = (eai_kernel_border){EAI_KERNEL_EXACT, {0}};
    for (int side = 0; side < 4; side++) {
        const int axis = side % 2;
        if (s2->pads[side] == 0) continue;
        const bool sees = side_sees_input(s1, side, input_size[axis], s2->pads[side]);
        if (!sees && !biased) continue;
        border->ring[side] = side < 2 ? (s2->pads[side] + s2->strides[axis] - 1) / s2->strides[axis]
                                      : ring_at_end(s1, s2, axis, input_size[axis]);
        const eai_kernel_exactness here = sees ? EAI_KERNEL_INEXACT : EAI_KERNEL_BORDER_CONSTANT;
        if (border->ring[side] > 0 && here > border->exactness) border->exactness = here;
    }
}

/* One plane's part: y += w * x shifted, for one tap. */
static void add_tap(const eai_kernel_shape *s, double w, const double *x,
                    const size_t input_size[2], const int64_t at[2], double *y,
                    const size_t output_size[2])
{
    for (size_t r = 0; r < output_size[0]; r++) {
        const int64_t row = (int64_t)(r * s->strides[0]) + at[0];
        if (row < 0 || row >= (int64_t)input_size[0]) continue;
        for (size_t q = 0; q < output_size[1]; q++) {
            const int64_t column = (int64_t)(q * s->strides[1]) + at[1];
            if (column >= 0 && column < (int64_t)input_size[1])
                y[r * output_size[1] + q] += w * x[(size_t)row * input_size[1] + (size_t)column];
        }
    }
}

void eai_kernel_apply(const eai_kernel *kernel, const double *input, const size_t input_size[2],
                      double *output)
{
    const eai_kernel_shape *s = &kernel->shape;
    const size_t size[2] = {eai_kernel_output_size(s, 0, input_size[0]),
                            eai_kernel_output_size(s, 1, input_size[1])};
    const size_t group_in = s->in_channels / s->groups, taps = s->size[0] * s->size[1];
    for (size_t o = 0; o < s->out_channels; o++) {
        double *y = output + o * size[0] * size[1];
        for (size_t i = 0; i < size[0] * size[1]; i++)
            y[i] = kernel->bias[o];
        const size_t channel = o / (s->out_channels / s->groups) * group_in;
        for (size_t c = 0; c < group_in; c++)
            for (size_t a = 0; a < taps; a++) {
                const int64_t at[2] = {
                    (int64_t)(a / s->size[1] * s->dilations[0]) - (int64_t)s->pads[0],
                    (int64_t)(a % s->size[1] * s->dilations[1]) - (int64_t)s->pads[1]};
                add_tap(s, kernel->weights[(o * group_in + c) * taps + a],
                        input + (channel + c) * input_size[0] * input_size[1], input_size, at, y,
                        size);
            }
    }
}
