/* SPDX-License-Identifier: MIT */
#include "conv/conv_patches.h"

#include <string.h>

#include "base/rng.h"
#include "support/check.h"
#include "support/conv_case.h"

enum { PAD = 0xEE, BYTES_MAX = 1 << 16 };

/* The byte that belongs at a place of a patch, by its definition. */
static unsigned char byte_at(const eai_patch_source *source, size_t pixel, size_t at)
{
    const eai_conv_shape *s = source->shape;
    const size_t byte = at % source->n_bytes, kx = at / source->n_bytes % s->kernel_w;
    const size_t ky = at / source->n_bytes / s->kernel_w;
    const long y =
        (long)(pixel / s->out_w % s->out_h * s->stride_h + ky * s->dilation_h) - (long)s->pad_top;
    const long x = (long)(pixel % s->out_w * s->stride_w + kx * s->dilation_w) - (long)s->pad_left;
    const size_t image = pixel / s->out_w / s->out_h;
    if (y < 0 || x < 0 || y >= (long)s->in_h || x >= (long)s->in_w) return PAD;
    return ((const unsigned char *)source
                ->x)[((image * s->in_h + (size_t)y) * s->in_w + (size_t)x) * source->pixel_bytes +
                     source->first_byte + byte];
}

static void check(const eai_patch_source *source, size_t pixel, size_t n)
{
    static unsigned char buffer[BYTES_MAX];
    const size_t bytes = eai_patch_bytes(source);
    size_t stride = bytes + 3;
    assert_true(n * stride < sizeof buffer);
    memset(buffer, 0x77, sizeof buffer);
    const unsigned char *rows = eai_patches_rows(buffer, &stride, source, pixel, n);
    for (size_t i = 0; i < n; i++)
        for (size_t at = 0; at < bytes; at++)
            if (rows[i * stride + at] != byte_at(source, pixel + i, at))
                fail_msg("pixel %zu, byte %zu: expected %d, found %d", pixel + i, at,
                         byte_at(source, pixel + i, at), rows[i * stride + at]);
    if (rows != buffer) return;
    for (size_t i = 0; i < n; i++)
        for (size_t at = bytes; at < stride; at++)
            assert_int_equal(buffer[i * stride + at], 0x77);
    assert_int_equal(buffer[n * stride], 0x77);
}

static void test_any_shape(void **state)
{
    (void)state;
    static unsigned char x[BYTES_MAX];
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    for (size_t i = 0; i < sizeof x; i++)
        x[i] = (unsigned char)(i * 37 + i / 251);
    for (int i = 0; i < 400; i++) {
        eai_conv_shape s = {
            .n = 1 + eai_rng_below(&rng, 2),
            .in_h = 1 + eai_rng_below(&rng, 7),
            .in_w = 1 + eai_rng_below(&rng, 7),
            .in_c = 6,
            .out_h = 1 + eai_rng_below(&rng, 7),
            .out_w = 1 + eai_rng_below(&rng, 7),
            .out_c = 1,
            .kernel_h = 1 + eai_rng_below(&rng, 4),
            .kernel_w = 1 + eai_rng_below(&rng, 4),
            .stride_h = 1 + eai_rng_below(&rng, 3),
            .stride_w = 1 + eai_rng_below(&rng, 3),
            .dilation_h = 1 + eai_rng_below(&rng, 3),
            .dilation_w = 1 + eai_rng_below(&rng, 3),
            .pad_top = eai_rng_below(&rng, 5),
            .pad_left = eai_rng_below(&rng, 5),
            .groups = 1,
        };
        const bool is_part = i % 2;
        const eai_patch_source source = {&s, x, 6, is_part ? 2 : 0, is_part ? 3 : 6, PAD};
        const size_t n = s.n * s.out_h * s.out_w, first = eai_rng_below(&rng, n);
        check(&source, first, 1 + eai_rng_below(&rng, n - first));
    }
}

static void test_pixels_are_not_copied(void **state)
{
    (void)state;
    static const float x[2 * 3 * 8] = {0};
    eai_conv_problem p = {.shape = conv_case_shape(1, 2, 3, 8, 4, 1, 1, 0)};
    p.shape.groups = 2;
    const eai_patch_source source = eai_patch_source_of(&p, x, 1);
    size_t stride = 0;
    const void *rows = eai_patches_rows(NULL, &stride, &source, 4, 2);
    assert_ptr_equal(rows, x + 4 * 8 + 4);
    assert_int_equal(stride, 32);
    assert_int_equal(eai_patch_bytes(&source), 16);
}

static void test_sources(void **state)
{
    (void)state;
    const char x[1] = {0};
    eai_conv_problem p = {.shape = conv_case_shape(1, 2, 3, 16, 4, 3, 1, 1),
                          .input_type = EAI_CONV_S8,
                          .input_zero = -3};
    assert_int_equal(eai_patch_source_of(&p, x, 0).pad, 253);
    p.input_type = EAI_CONV_TRITS;
    p.shape.groups = 2;
    const eai_patch_source source = eai_patch_source_of(&p, x, 1);
    assert_int_equal(source.pixel_bytes, 4);
    assert_int_equal(source.first_byte, 2);
    assert_int_equal(eai_patch_bytes(&source), 18);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_shape),
        cmocka_unit_test(test_pixels_are_not_copied),
        cmocka_unit_test(test_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
