/* SPDX-License-Identifier: MIT */
#include "conv/conv_internal.h"

#include "support/check.h"
#include "support/conv_case.h"

static const struct {
    eai_conv_type input;
    eai_conv_weights weights;
} pairs[] = {
    {EAI_CONV_F32, EAI_CONV_WEIGHTS_F32},    {EAI_CONV_S8, EAI_CONV_WEIGHTS_S8},
    {EAI_CONV_U8, EAI_CONV_WEIGHTS_S8},      {EAI_CONV_F32, EAI_CONV_WEIGHTS_BINARY},
    {EAI_CONV_U8, EAI_CONV_WEIGHTS_TERNARY},
};

static void test_any_shape(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 41);
    for (size_t i = 0; i < 200; i++) {
        const size_t channels = 1 + eai_rng_below(&rng, 70);
        eai_conv_problem p = {.input_type = pairs[i % 5].input,
                              .weights_type = pairs[i % 5].weights};
        p.shape = conv_case_shape(1 + eai_rng_below(&rng, 3), 1 + eai_rng_below(&rng, 13),
                                  1 + eai_rng_below(&rng, 29), channels, channels, 1, 1, 0);
        p.shape.groups = channels;
        p.shape.kernel_h = 1 + eai_rng_below(&rng, 5);
        p.shape.kernel_w = 1 + eai_rng_below(&rng, 5);
        p.shape.stride_h = 1 + eai_rng_below(&rng, 3);
        p.shape.stride_w = 1 + eai_rng_below(&rng, 3);
        p.shape.dilation_h = 1 + eai_rng_below(&rng, 2);
        p.shape.dilation_w = 1 + eai_rng_below(&rng, 3);
        p.shape.pad_top = eai_rng_below(&rng, 4);
        p.shape.pad_left = eai_rng_below(&rng, 6);
        p.shape.out_h = 1 + eai_rng_below(&rng, p.shape.in_h + 2);
        p.shape.out_w = 1 + eai_rng_below(&rng, p.shape.in_w + 2);
        if (p.input_type == EAI_CONV_S8) p.input_zero = (int)eai_rng_below(&rng, 256) - 128;
        if (p.input_type == EAI_CONV_U8) p.input_zero = (int)eai_rng_below(&rng, 256);
        conv_case_random_epilogue(&p, &rng);
        conv_case c;
        conv_case_make(&c, &p, i);
        assert_true(eai_conv_way_depthwise.cost(&c.problem, NULL) > 0.0);
        conv_case_check(&c, &eai_conv_way_depthwise, 1 + (int)(i % 3), 4e-7);
        conv_case_free(&c);
    }
}

static void test_what_it_cannot(void **state)
{
    (void)state;
    eai_conv_problem p = {.shape = conv_case_shape(1, 8, 8, 8, 8, 3, 1, 1)};
    assert_true(eai_conv_way_depthwise.cost(&p, NULL) < 0.0);
    p.shape.groups = 8;
    assert_true(eai_conv_way_depthwise.cost(&p, NULL) > 0.0);
    p.shape.out_c = 16;
    assert_true(eai_conv_way_depthwise.cost(&p, NULL) < 0.0);
    p.shape.out_c = 8, p.shape.kernel_h = 100;
    assert_true(eai_conv_way_depthwise.cost(&p, NULL) < 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_shape),
                                       cmocka_unit_test(test_what_it_cannot)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
