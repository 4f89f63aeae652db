/* SPDX-License-Identifier: MIT */

/* Winograd's ways against the specification, and that they are exact where they say they can. */

#include "conv/conv_internal.h"

#include <string.h>

#include "support/check.h"
#include "support/conv_case.h"

static const eai_conv_way *const ways[] = {&eai_conv_way_winograd, &eai_conv_way_winograd2,
                                           &eai_conv_way_winograd8, &eai_conv_way_winograd8_2};

static eai_conv_problem some_problem(size_t i, eai_rng *rng)
{
    eai_conv_problem p = {.input_type = EAI_CONV_F32};
    if (i % 4 >= 2) {
        static const eai_conv_weights weights[] = {EAI_CONV_WEIGHTS_S8, EAI_CONV_WEIGHTS_TERNARY,
                                                   EAI_CONV_WEIGHTS_BINARY};
        p.input_type = i / 4 % 2 ? EAI_CONV_S8 : EAI_CONV_U8;
        p.weights_type = weights[i / 8 % 3];
        p.input_zero = (int)eai_rng_below(rng, 256) - (p.input_type == EAI_CONV_S8 ? 128 : 0);
    }
    p.shape = conv_case_shape(1 + eai_rng_below(rng, 3), 1 + eai_rng_below(rng, 13),
                              1 + eai_rng_below(rng, 13), 16 + eai_rng_below(rng, 40),
                              16 + eai_rng_below(rng, 60), 3, 1, 1);
    p.shape.pad_top = eai_rng_below(rng, 4);
    p.shape.pad_left = eai_rng_below(rng, 4);
    p.shape.out_h = 1 + eai_rng_below(rng, p.shape.in_h + 3);
    p.shape.out_w = 1 + eai_rng_below(rng, p.shape.in_w + 3);
    return p;
}

static void test_any_shape(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 31);
    for (size_t i = 0; i < 160; i++) {
        eai_conv_problem p = some_problem(i, &rng);
        conv_case_random_epilogue(&p, &rng);
        conv_case c;
        if (i % 5 == 0)
            conv_case_make_extreme(&c, &p, i);
        else
            conv_case_make(&c, &p, i);
        assert_true(ways[i % 4]->cost(&c.problem, NULL) > 0.0);
        conv_case_check(&c, ways[i % 4], 1 + (int)(i % 3), i % 4 == 0 ? 3e-6 : 1e-6);
        conv_case_free(&c);
    }
}

/* Ternary weights of bytes are widened where there is no better product, those of floats never. */
static void test_ternary_weights(void **state)
{
    (void)state;
    eai_conv_problem p = {.shape = conv_case_shape(1, 14, 14, 64, 64, 3, 1, 1),
                          .weights_type = EAI_CONV_WEIGHTS_TERNARY};
    eai_kernels kernels = {.signed_kind = EAI_TILE_S16};
    for (int bytes = 0; bytes < 2; bytes++) {
        conv_case c;
        p.input_type = bytes ? EAI_CONV_S8 : EAI_CONV_F32;
        conv_case_make(&c, &p, 5);
        for (size_t i = 0; i < 4; i++)
            assert_int_equal(ways[i]->cost(&c.problem, &kernels) > 0.0, bytes && i >= 2);
        kernels.signed_kind = EAI_TILE_S8;
        for (size_t i = 0; i < 4; i++)
            assert_true(ways[i]->cost(&c.problem, &kernels) < 0.0);
        kernels.signed_kind = EAI_TILE_S16;
        conv_case_free(&c);
    }
}

/* More than one wave, and more inputs than one tile of weights has. */
static void test_large(void **state)
{
    (void)state;
    for (size_t turn = 0; turn < 6; turn++) {
        const size_t i = turn < 4 ? turn : turn - 2;
        eai_conv_problem p = {.shape = conv_case_shape(1, 38, 41, 64, 64, 3, 1, 1)};
        p.epilogue.output_type = i < 2 ? EAI_CONV_F32 : EAI_CONV_S8;
        p.epilogue.output_inverse_scale = 60.0f;
        if (i >= 2) p.input_type = EAI_CONV_S8, p.weights_type = EAI_CONV_WEIGHTS_S8;
        if (turn >= 4) p.weights_type = EAI_CONV_WEIGHTS_TERNARY;
        conv_case c;
        conv_case_make(&c, &p, i);
        conv_case_check(&c, ways[i], 2, 3e-6);
        conv_case_free(&c);
        p.shape = conv_case_shape(1, 4, 4, 530, 16, 3, 1, 1);
        conv_case_make(&c, &p, i);
        if (ways[i]->cost(&c.problem, NULL) > 0.0) conv_case_check(&c, ways[i], 1, 3e-6);
        conv_case_free(&c);
    }
}

/* The largest sums that are exact, and the smallest that are refused. */
static void test_limits(void **state)
{
    (void)state;
    static int8_t weights[16 * 257 * 9];
    memset(weights, -128, sizeof weights);
    eai_conv_problem p = {.shape = conv_case_shape(1, 8, 8, 227, 16, 3, 1, 1),
                          .input_type = EAI_CONV_S8,
                          .weights_type = EAI_CONV_WEIGHTS_S8,
                          .weights = weights};
    assert_true(eai_conv_way_winograd8.cost(&p, NULL) > 0.0); /* 227 * 9 * 128 * 128 < 2^25 */
    p.shape.in_c = 228;
    assert_true(eai_conv_way_winograd8.cost(&p, NULL) < 0.0);
    assert_true(eai_conv_way_winograd8_2.cost(&p, NULL) > 0.0);
    p.shape.in_c = 227;
    p.epilogue.output_type = EAI_CONV_F32;
    conv_case c;
    conv_case_make_extreme(&c, &p, 1);
    memset(c.weights, -128, (size_t)16 * 227 * 9);
    memset(c.x, -128, (size_t)8 * 8 * 227);
    conv_case_check(&c, &eai_conv_way_winograd8, 1, 0.0);
    conv_case_free(&c);
}

static void test_what_it_cannot(void **state)
{
    (void)state;
    eai_conv_problem p = {.shape = conv_case_shape(1, 8, 8, 32, 32, 3, 1, 1)};
    assert_true(eai_conv_way_winograd.cost(&p, NULL) > 0.0);
    assert_true(eai_conv_way_winograd8.cost(&p, NULL) < 0.0);
    p.shape.stride_w = 2;
    assert_true(eai_conv_way_winograd.cost(&p, NULL) < 0.0);
    p.shape.stride_w = 1, p.shape.dilation_h = 2;
    assert_true(eai_conv_way_winograd.cost(&p, NULL) < 0.0);
    p.shape.dilation_h = 1, p.shape.groups = 2;
    assert_true(eai_conv_way_winograd.cost(&p, NULL) < 0.0);
    p.shape.groups = 1, p.shape.kernel_h = 5;
    assert_true(eai_conv_way_winograd.cost(&p, NULL) < 0.0);
    p.shape.kernel_h = 3, p.shape.in_c = 15;
    assert_true(eai_conv_way_winograd.cost(&p, NULL) < 0.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_shape),
                                       cmocka_unit_test(test_ternary_weights),
                                       cmocka_unit_test(test_large), cmocka_unit_test(test_limits),
                                       cmocka_unit_test(test_what_it_cannot)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
