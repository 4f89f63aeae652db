/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_KERNEL_CASE_H
#define TESTS_SUPPORT_KERNEL_CASE_H

/* Random kernels of src/reparam and what they compute, straight from the definition. */

#include "base/rng.h"
#include "reparam/kernel_algebra.h"

/* An image [channels, rows, columns] in static memory of the case that made it. */
typedef struct image_case {
    size_t channels, size[2];
    double *x;
} image_case;

image_case image_random(eai_rng *rng, size_t channels, size_t rows, size_t columns);
void image_free(image_case *image);

eai_kernel kernel_random(eai_rng *rng, const eai_kernel_shape *shape);
/* Between least and most. */
size_t random_between(eai_rng *rng, size_t least, size_t most);
double random_around_zero(eai_rng *rng);

/* The definition in eight loops, by its own sums. */
image_case kernel_naive(const eai_kernel *kernel, const image_case *image);
/* The same with all numbers and sums in float32. */
image_case kernel_naive_f32(const eai_kernel *kernel, const image_case *image);

/* Largest difference, and largest value of b; sizes must be the same. */
double image_difference(const image_case *a, const image_case *b);
double image_largest(const image_case *image);
/* Asserts that they are equal within atol * (1 + the largest of b). */
#define assert_same_images(a, b, tolerance)                                                        \
    assert_close(image_difference((a), (b)), 0, (tolerance) * (1 + image_largest(b)), 0)

#endif
