/* SPDX-License-Identifier: MIT */
#include "reparam/kernel_algebra.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "support/check.h"
#include "support/kernel_case.h"

static eai_rng rng;
static edgeai_allocator allocator;

/* Strides 1 to 3, dilations 1 and 2, even and odd sizes, uneven padding, one to four groups. */
static eai_kernel_shape random_shape(void)
{
    eai_kernel_shape s;
    s.groups = random_between(&rng, 1, 4);
    s.out_channels = s.groups * random_between(&rng, 1, 3);
    s.in_channels = s.groups * random_between(&rng, 1, 3);
    for (int i = 0; i < 2; i++) {
        s.size[i] = random_between(&rng, 1, 4);
        s.strides[i] = random_between(&rng, 1, 3);
        s.dilations[i] = random_between(&rng, 1, 2);
        s.pads[i] = random_between(&rng, 0, 2);
        s.pads[i + 2] = random_between(&rng, 0, 2);
    }
    return s;
}

static image_case random_input(const eai_kernel_shape *s)
{
    return image_random(&rng, s->in_channels, random_between(&rng, 7, 12),
                        random_between(&rng, 7, 12));
}

/* The changed kernel gives what the unchanged gave, in both precisions; frees both. */
static void expect_kept(eai_kernel *kernel, const image_case *input, image_case *expected)
{
    image_case y = kernel_naive(kernel, input), narrow = kernel_naive_f32(kernel, input);
    assert_same_images(&y, expected, 1e-10);
    assert_same_images(&narrow, expected, 1e-4);
    image_free(&y);
    image_free(&narrow);
    image_free(expected);
    eai_kernel_free(kernel);
}

static void applying_is_the_definition(void **state)
{
    (void)state;
    for (int round = 0; round < 100; round++) {
        const eai_kernel_shape s = random_shape();
        eai_kernel kernel = kernel_random(&rng, &s);
        image_case x = random_input(&s), expected = kernel_naive(&kernel, &x);
        image_case y = image_random(&rng, s.out_channels, expected.size[0], expected.size[1]);
        for (int i = 0; i < 2; i++)
            assert_int_equal(eai_kernel_output_size(&s, i, x.size[i]), expected.size[i]);
        eai_kernel_apply(&kernel, x.x, x.size, y.x);
        assert_same_images(&y, &expected, 1e-12);
        image_free(&x);
        image_free(&y);
        image_free(&expected);
        eai_kernel_free(&kernel);
    }
}

static void scale_channels(image_case *image, const double *scale, const double *shift)
{
    const size_t plane = image->size[0] * image->size[1];
    for (size_t i = 0; i < image->channels * plane; i++)
        image->x[i] = image->x[i] * scale[i / plane] + shift[i / plane];
}

static void batch_norm_goes_into_the_kernel_before_it(void **state)
{
    (void)state;
    for (int round = 0; round < 100; round++) {
        const eai_kernel_shape s = random_shape();
        eai_kernel kernel = kernel_random(&rng, &s);
        image_case x = random_input(&s), expected = kernel_naive(&kernel, &x);
        double gamma[12], beta[12], mean[12], variance[12], scale[12], shift[12];
        const size_t plane = expected.size[0] * expected.size[1];
        for (size_t o = 0; o < s.out_channels; o++) {
            gamma[o] = random_around_zero(&rng);
            beta[o] = random_around_zero(&rng);
            mean[o] = random_around_zero(&rng);
            variance[o] = eai_rng_uniform(&rng);
            for (size_t i = o * plane; i < (o + 1) * plane; i++)
                expected.x[i] =
                    (expected.x[i] - mean[o]) / sqrt(variance[o] + 1e-3) * gamma[o] + beta[o];
        }
        eai_kernel_batch_norm(s.out_channels, gamma, beta, mean, variance, 1e-3, scale, shift);
        eai_kernel_affine_after(&kernel, scale, shift);
        expect_kept(&kernel, &x, &expected);
        image_free(&x);
    }
}

static void affine_goes_into_the_kernel_after_it(void **state)
{
    (void)state;
    for (int round = 0; round < 100; round++) {
        eai_kernel_shape s = random_shape();
        const bool padded = round % 2 == 0; /* with padding only scales do */
        if (!padded) memset(s.pads, 0, sizeof s.pads);
        eai_kernel kernel = kernel_random(&rng, &s);
        image_case x = random_input(&s);
        double scale[12], shift[12];
        for (size_t c = 0; c < s.in_channels; c++) {
            scale[c] = random_around_zero(&rng);
            shift[c] = padded ? 0 : random_around_zero(&rng);
        }
        eai_kernel_affine_before(&kernel, scale, shift);
        image_case y = kernel_naive(&kernel, &x);
        /* Undo it by hand: the expected value is the plain kernel on the scaled image. */
        eai_kernel plain = kernel_random(&rng, &s);
        const size_t in = s.in_channels / s.groups, taps = s.size[0] * s.size[1];
        for (size_t o = 0; o < s.out_channels; o++) {
            plain.bias[o] = kernel.bias[o];
            for (size_t c = 0; c < in; c++)
                for (size_t a = 0; a < taps; a++) {
                    const size_t channel = o / (s.out_channels / s.groups) * in + c;
                    const size_t at = (o * in + c) * taps + a;
                    plain.weights[at] = kernel.weights[at] / scale[channel];
                    plain.bias[o] -= plain.weights[at] * shift[channel];
                }
        }
        scale_channels(&x, scale, shift);
        image_case expected = kernel_naive(&plain, &x);
        assert_same_images(&y, &expected, 1e-10);
        image_free(&x);
        image_free(&y);
        image_free(&expected);
        eai_kernel_free(&plain);
        eai_kernel_free(&kernel);
    }
}

static void kernels_may_be_written_larger(void **state)
{
    (void)state;
    for (int round = 0; round < 100; round++) {
        const eai_kernel_shape s = random_shape();
        eai_kernel kernel = kernel_random(&rng, &s);
        image_case x = random_input(&s), expected = kernel_naive(&kernel, &x);
        size_t size[2], pads[4];
        for (int i = 0; i < 2; i++) {
            const size_t front = random_between(&rng, 0, 2), back = random_between(&rng, 0, 2);
            size[i] = front + s.dilations[i] * (s.size[i] - 1) + 1 + back;
            pads[i] = s.pads[i] + front;
            pads[i + 2] = s.pads[i + 2] + back;
        }
        assert_ok(eai_kernel_embed(&kernel, size, pads));
        assert_memory_equal(kernel.shape.size, size, sizeof size);
        expect_kept(&kernel, &x, &expected);
        image_free(&x);
    }
    const eai_kernel_shape s = {1, 1, 1, {3, 3}, {1, 1}, {1, 1}, {0}};
    eai_kernel kernel = kernel_random(&rng, &s);
    assert_fails(eai_kernel_embed(&kernel, (size_t[2]){8, 8}, (size_t[4]){6, 6, 0, 0}),
                 EDGEAI_E_SHAPE);
    eai_kernel_free(&kernel);
}

static void groups_are_joined_and_found_again(void **state)
{
    (void)state;
    for (int round = 0; round < 100; round++) {
        const eai_kernel_shape s = random_shape();
        eai_kernel kernel = kernel_random(&rng, &s);
        image_case x = random_input(&s), expected = kernel_naive(&kernel, &x);
        assert_ok(eai_kernel_regroup(&kernel, 1));
        assert_int_equal(kernel.shape.groups, 1);
        image_case y = kernel_naive(&kernel, &x);
        assert_same_images(&y, &expected, 1e-10);
        assert_ok(eai_kernel_find_groups(&kernel));
        assert_int_equal(kernel.shape.groups, s.groups);
        expect_kept(&kernel, &x, &expected);
        image_free(&y);
        image_free(&x);
    }
}

/* A kernel whose output is as large as that of s: less padding and fewer taps, dilation 1. */
static eai_kernel_shape smaller_shape(const eai_kernel_shape *s)
{
    eai_kernel_shape small = *s;
    for (int i = 0; i < 2; i++) {
        const size_t reach = s->dilations[i] * (s->size[i] - 1) + 1;
        const size_t front = random_between(&rng, 0, s->pads[i] < reach ? s->pads[i] : reach - 1);
        const size_t room = reach - 1 - front;
        const size_t back = random_between(&rng, 0, s->pads[i + 2] < room ? s->pads[i + 2] : room);
        small.dilations[i] = 1;
        small.size[i] = reach - front - back;
        small.pads[i] -= front;
        small.pads[i + 2] -= back;
    }
    return small;
}

static void branches_become_one(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        const eai_kernel_shape s = random_shape();
        eai_kernel_shape t = smaller_shape(&s);
        if (round % 3 == 0) t.groups = 1;
        eai_kernel one = kernel_random(&rng, &s), two = kernel_random(&rng, &t);
        image_case x = random_input(&s), expected = kernel_naive(&one, &x),
                   part = kernel_naive(&two, &x);
        assert_int_equal(part.size[0], expected.size[0]);
        for (size_t i = 0; i < part.channels * part.size[0] * part.size[1]; i++)
            expected.x[i] += part.x[i];
        const bool swap = round % 2 == 0;
        assert_ok(eai_kernel_add(swap ? &two : &one, swap ? &one : &two));
        image_free(&part);
        if (swap) {
            eai_kernel_free(&one);
            one = two;
        } else {
            eai_kernel_free(&two);
        }
        expect_kept(&one, &x, &expected);
        image_free(&x);
    }
}

static void unlike_branches_are_refused(void **state)
{
    (void)state;
    const eai_kernel_shape s = {4, 4, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}};
    eai_kernel_shape other = s;
    other.strides[0] = 2;
    eai_kernel one = kernel_random(&rng, &s), two = kernel_random(&rng, &other);
    assert_fails(eai_kernel_add(&one, &two), EDGEAI_E_SHAPE);
    eai_kernel_free(&two);
    other = s;
    other.pads[0] = 0;
    two = kernel_random(&rng, &other);
    assert_fails(eai_kernel_add(&one, &two), EDGEAI_E_SHAPE);
    eai_kernel_free(&two);
    other = s;
    other.out_channels = 2;
    two = kernel_random(&rng, &other);
    assert_fails(eai_kernel_add(&one, &two), EDGEAI_E_SHAPE);
    eai_kernel_free(&two);
    eai_kernel_free(&one);
}

static void identity_and_average_are_kernels(void **state)
{
    (void)state;
    eai_kernel kernel;
    image_case x = image_random(&rng, 3, 6, 7), expected = image_random(&rng, 3, 6, 7);
    memcpy(expected.x, x.x, sizeof(double) * 3 * 6 * 7);
    assert_ok(eai_kernel_identity(&kernel, 3, &allocator));
    expect_kept(&kernel, &x, &expected);
    /* 2 x 3 windows, stride (2, 1), one row and one column of padding in front. */
    expected = image_random(&rng, 3, 3, 6);
    for (size_t c = 0; c < 3; c++)
        for (int r = 0; r < 3; r++)
            for (int q = 0; q < 6; q++) {
                double sum = 0;
                for (int row = 2 * r - 1; row < 2 * r + 1; row++)
                    for (int column = q - 1; column < q + 2; column++)
                        if (row >= 0 && column >= 0 && row < 6 && column < 7)
                            sum += x.x[c * 42 + (size_t)(row * 7 + column)];
                expected.x[c * 18 + (size_t)(r * 6 + q)] = sum / 6;
            }
    assert_ok(eai_kernel_average(&kernel, 3, (size_t[2]){2, 3}, (size_t[2]){2, 1},
                                 (size_t[4]){1, 1, 0, 0}, &allocator));
    expect_kept(&kernel, &x, &expected);
    image_free(&x);
}

static void matrices_on_flat_images_are_kernels(void **state)
{
    (void)state;
    double matrix[2 * 24];
    for (int i = 0; i < 48; i++)
        matrix[i] = random_around_zero(&rng);
    image_case x = image_random(&rng, 2, 3, 4), expected = image_random(&rng, 2, 1, 1);
    for (size_t n = 0; n < 2; n++) {
        expected.x[n] = 0;
        for (size_t i = 0; i < 24; i++)
            expected.x[n] += matrix[n * 24 + i] * x.x[i];
    }
    eai_kernel kernel;
    assert_ok(eai_kernel_flat_matrix(&kernel, 2, 2, 3, 4, matrix, &allocator));
    expect_kept(&kernel, &x, &expected);
    image_free(&x);
}

/* One output of a padded, strided, dilated kernel, as a matrix of the whole image. */
static void one_output_is_a_matrix(void **state)
{
    (void)state;
    for (int round = 0; round < 100; round++) {
        const size_t groups = random_between(&rng, 1, 3);
        eai_kernel_shape s = {2 * groups, groups, groups, .size = {0}};
        size_t size[2];
        for (int i = 0; i < 2; i++) {
            s.size[i] = random_between(&rng, 1, 4);
            s.dilations[i] = random_between(&rng, 1, 2);
            s.pads[i] = random_between(&rng, 0, 2);
            s.pads[i + 2] = random_between(&rng, 0, 2);
            /* As many as give one output: up to a stride less one more than it reaches. */
            s.strides[i] = random_between(&rng, 1, 3);
            const size_t reach =
                s.dilations[i] * (s.size[i] - 1) + random_between(&rng, 1, s.strides[i]);
            size[i] = reach > s.pads[i] + s.pads[i + 2] ? reach - s.pads[i] - s.pads[i + 2] : 1;
        }
        image_case x = image_random(&rng, groups, size[0], size[1]);
        if (eai_kernel_output_size(&s, 0, size[0]) != 1 ||
            eai_kernel_output_size(&s, 1, size[1]) != 1) {
            eai_kernel kernel = kernel_random(&rng, &s);
            assert_fails(eai_kernel_cover(&kernel, size), EDGEAI_E_SHAPE);
            eai_kernel_free(&kernel);
            image_free(&x);
            continue;
        }
        eai_kernel kernel = kernel_random(&rng, &s);
        image_case expected = kernel_naive(&kernel, &x);
        assert_ok(eai_kernel_cover(&kernel, size));
        for (int i = 0; i < 2; i++) {
            assert_int_equal(kernel.shape.size[i], size[i]);
            assert_int_equal(kernel.shape.pads[i] + kernel.shape.pads[i + 2], 0);
        }
        expect_kept(&kernel, &x, &expected);
        image_free(&x);
    }
}

static void bad_shapes_are_refused(void **state)
{
    (void)state;
    eai_kernel kernel;
    eai_kernel_shape s = {4, 6, 4, {3, 3}, {1, 1}, {1, 1}, {0}};
    assert_fails(eai_kernel_create(&kernel, &s, &allocator), EDGEAI_E_SHAPE);
    s = (eai_kernel_shape){1 << 20, 1 << 20, 1, {3, 3}, {1, 1}, {1, 1}, {0}};
    assert_fails(eai_kernel_create(&kernel, &s, &allocator), EDGEAI_E_LIMIT);
    s.out_channels = s.in_channels = SIZE_MAX;
    assert_fails(eai_kernel_create(&kernel, &s, &allocator), EDGEAI_E_LIMIT);
    eai_kernel_free(&kernel);
}

int main(void)
{
    eai_rng_seed(&rng, 11);
    allocator = eai_default_allocator();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(applying_is_the_definition),
        cmocka_unit_test(batch_norm_goes_into_the_kernel_before_it),
        cmocka_unit_test(affine_goes_into_the_kernel_after_it),
        cmocka_unit_test(kernels_may_be_written_larger),
        cmocka_unit_test(groups_are_joined_and_found_again),
        cmocka_unit_test(branches_become_one),
        cmocka_unit_test(unlike_branches_are_refused),
        cmocka_unit_test(identity_and_average_are_kernels),
        cmocka_unit_test(matrices_on_flat_images_are_kernels),
        cmocka_unit_test(one_output_is_a_matrix),
        cmocka_unit_test(bad_shapes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
