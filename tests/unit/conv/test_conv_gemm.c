/* SPDX-License-Identifier: MIT */

/* Convolutions as matrix products against the specification. */

#include "conv/conv_internal.h"

#include "support/check.h"
#include "support/conv_case.h"

static const struct {
    eai_conv_type input;
    eai_conv_weights weights;
} pairs[] = {
    {EAI_CONV_F32, EAI_CONV_WEIGHTS_F32},    {EAI_CONV_S8, EAI_CONV_WEIGHTS_S8},
    {EAI_CONV_U8, EAI_CONV_WEIGHTS_S8},      {EAI_CONV_F32, EAI_CONV_WEIGHTS_TERNARY},
    {EAI_CONV_U8, EAI_CONV_WEIGHTS_TERNARY}, {EAI_CONV_F32, EAI_CONV_WEIGHTS_BINARY},
};

static void check(eai_conv_problem p, uint64_t seed, int n_threads)
{
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    if (p.input_type == EAI_CONV_S8) p.input_zero = (int)eai_rng_below(&rng, 256) - 128;
    if (p.input_type == EAI_CONV_U8) p.input_zero = (int)eai_rng_below(&rng, 256);
    conv_case_random_epilogue(&p, &rng);
    if (eai_conv_way_gemm.cost(&p, NULL) < 0.0) p.epilogue.output_type = EAI_CONV_F32;
    conv_case c;
    if (seed % 4 == 0)
        conv_case_make_extreme(&c, &p, seed);
    else
        conv_case_make(&c, &p, seed);
    conv_case_check(&c, &eai_conv_way_gemm, n_threads, 4e-7);
    conv_case_free(&c);
}

static void test_any_shape(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 21);
    for (size_t i = 0; i < 150; i++) {
        const size_t groups = 1 + eai_rng_below(&rng, 3);
        eai_conv_problem p = {.input_type = pairs[i % 6].input,
                              .weights_type = pairs[i % 6].weights};
        p.shape = conv_case_shape(
            1 + eai_rng_below(&rng, 3), 3 + eai_rng_below(&rng, 12), 3 + eai_rng_below(&rng, 12),
            groups * (1 + eai_rng_below(&rng, 30)), groups * (1 + eai_rng_below(&rng, 70)),
            1 + eai_rng_below(&rng, 3), 1 + eai_rng_below(&rng, 3), 1);
        p.shape.groups = groups;
        p.shape.dilation_h = 1 + eai_rng_below(&rng, 2);
        p.shape.dilation_w = 1 + eai_rng_below(&rng, 2);
        p.shape.pad_left = eai_rng_below(&rng, 3);
        check(p, i, 1 + (int)(i % 3));
    }
}

/* Pixels that are patches, fully connected layers cut by columns, more inputs than one tile has. */
static void test_pixels_and_layers(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        eai_conv_problem p = {.input_type = pairs[i].input, .weights_type = pairs[i].weights};
        p.shape = conv_case_shape(2, 9, 11, 33, 40, 1, 1, 0);
        check(p, 100 + i, 2);
        p.shape = conv_case_shape(1, 1, 1, 1100, 300, 1, 1, 0);
        check(p, 200 + i, 3);
        p.shape = conv_case_shape(1, 14, 15, 64, 70, 3, 1, 1);
        check(p, 300 + i, 2);
    }
}

static void test_what_it_cannot(void **state)
{
    (void)state;
    eai_conv_problem p = {.shape = conv_case_shape(1, 4, 4, 6, 6, 1, 1, 0)};
    p.epilogue.output_type = EAI_CONV_TRITS;
    assert_true(eai_conv_way_gemm.cost(&p, NULL) > 0.0);
    p.shape.groups = 3; /* groups of channels that share bytes of trits */
    assert_true(eai_conv_way_gemm.cost(&p, NULL) < 0.0);
    p.shape.groups = 1;
    p.input_type = EAI_CONV_TRITS;
    assert_true(eai_conv_way_gemm.cost(&p, NULL) < 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_shape),
                                       cmocka_unit_test(test_pixels_and_layers),
                                       cmocka_unit_test(test_what_it_cannot)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
