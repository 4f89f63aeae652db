/* SPDX-License-Identifier: MIT */
#include "support/kernel_case.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "support/check.h"

static image_case image_zero(size_t channels, size_t rows, size_t columns)
{
    image_case image = {channels, {rows, columns}, NULL};
    image.x = calloc(channels * rows * columns + 1, sizeof *image.x);
    assert_non_null(image.x);
    return image;
}

size_t random_between(eai_rng *rng, size_t least, size_t most)
{
    return least + (size_t)eai_rng_below(rng, most - least + 1);
}

double random_around_zero(eai_rng *rng)
{
    return 2 * eai_rng_uniform(rng) - 1;
}

image_case image_random(eai_rng *rng, size_t channels, size_t rows, size_t columns)
{
    image_case image = image_zero(channels, rows, columns);
    for (size_t i = 0; i < channels * rows * columns; i++)
        image.x[i] = random_around_zero(rng);
    return image;
}

void image_free(image_case *image)
{
    free(image->x);
    image->x = NULL;
}

eai_kernel kernel_random(eai_rng *rng, const eai_kernel_shape *shape)
{
    static edgeai_allocator allocator;
    allocator = eai_default_allocator();
    eai_kernel kernel;
    assert_ok(eai_kernel_create(&kernel, shape, &allocator));
    for (size_t i = 0; i < eai_kernel_n_weights(shape); i++)
        kernel.weights[i] = random_around_zero(rng);
    for (size_t o = 0; o < shape->out_channels; o++)
        kernel.bias[o] = random_around_zero(rng);
    return kernel;
}

/* Rows or columns as the standard says, with a floor. */
static size_t out_size(const eai_kernel_shape *s, int axis, size_t in)
{
    const int64_t room = (int64_t)(in + s->pads[axis] + s->pads[axis + 2]) -
                         (int64_t)(s->dilations[axis] * (s->size[axis] - 1)) - 1;
    return room < 0 ? 0 : (size_t)room / s->strides[axis] + 1;
}

static image_case convolve(const eai_kernel *kernel, const image_case *image, bool narrow)
{
    const eai_kernel_shape *s = &kernel->shape;
    image_case y =
        image_zero(s->out_channels, out_size(s, 0, image->size[0]), out_size(s, 1, image->size[1]));
    const size_t in = s->in_channels / s->groups, kh = s->size[0], kw = s->size[1];
    assert_int_equal(s->in_channels, image->channels);
    for (size_t o = 0; o < y.channels; o++)
        for (size_t r = 0; r < y.size[0]; r++)
            for (size_t q = 0; q < y.size[1]; q++) {
                double sum = kernel->bias[o];
                float narrow_sum = (float)sum;
                for (size_t c = 0; c < in; c++)
                    for (size_t a = 0; a < kh * kw; a++) {
                        const int64_t row =
                            (int64_t)(r * s->strides[0] + a / kw * s->dilations[0]) -
                            (int64_t)s->pads[0];
                        const int64_t col =
                            (int64_t)(q * s->strides[1] + a % kw * s->dilations[1]) -
                            (int64_t)s->pads[1];
                        if (row < 0 || col < 0 || row >= (int64_t)image->size[0] ||
                            col >= (int64_t)image->size[1])
                            continue;
                        const size_t channel = o / (y.channels / s->groups) * in + c;
                        const double w = kernel->weights[(o * in + c) * kh * kw + a];
                        const double x =
                            image->x[(channel * image->size[0] + (size_t)row) * image->size[1] +
                                     (size_t)col];
                        sum += w * x;
                        narrow_sum += (float)w * (float)x;
                    }
                y.x[(o * y.size[0] + r) * y.size[1] + q] = narrow ? (double)narrow_sum : sum;
            }
    return y;
}

image_case kernel_naive(const eai_kernel *kernel, const image_case *image)
{
    return convolve(kernel, image, false);
}

image_case kernel_naive_f32(const eai_kernel *kernel, const image_case *image)
{
    return convolve(kernel, image, true);
}

double image_difference(const image_case *a, const image_case *b)
{
    assert_int_equal(a->channels, b->channels);
    assert_int_equal(a->size[0], b->size[0]);
    assert_int_equal(a->size[1], b->size[1]);
    double most = 0;
    for (size_t i = 0; i < a->channels * a->size[0] * a->size[1]; i++)
        most = fmax(most, fabs(a->x[i] - b->x[i]));
    return most;
}

double image_largest(const image_case *image)
{
    double most = 0;
    for (size_t i = 0; i < image->channels * image->size[0] * image->size[1]; i++)
        most = fmax(most, fabs(image->x[i]));
    return most;
}
