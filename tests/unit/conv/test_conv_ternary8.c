/* SPDX-License-Identifier: MIT */

/* Convolutions of bytes with ternary and binary weights against the specification. */

#include "conv/conv_internal.h"

#include "support/check.h"
#include "support/conv_case.h"

static void check(eai_conv_problem p, uint64_t seed, int n_threads)
{
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    p.input_type = seed % 2 ? EAI_CONV_U8 : EAI_CONV_S8;
    p.input_zero = (int)eai_rng_below(&rng, 256) - (seed % 2 ? 0 : 128);
    p.weights_type = seed % 3 ? EAI_CONV_WEIGHTS_TERNARY : EAI_CONV_WEIGHTS_BINARY;
    conv_case_random_epilogue(&p, &rng);
    conv_case c;
    if (seed % 4 < 2)
        conv_case_make_extreme(&c, &p, seed);
    else
        conv_case_make(&c, &p, seed);
    conv_case_check(&c, &eai_conv_way_ternary8, n_threads, 0.0);
    conv_case_free(&c);
}

static void test_any_shape(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 41);
    for (size_t i = 0; i < 120; i++) {
        const size_t groups = 1 + eai_rng_below(&rng, 3);
        eai_conv_problem p = {0};
        p.shape = conv_case_shape(
            1 + eai_rng_below(&rng, 3), 3 + eai_rng_below(&rng, 9), 3 + eai_rng_below(&rng, 9),
            groups * (1 + eai_rng_below(&rng, 40)), groups * (1 + eai_rng_below(&rng, 90)),
            1 + eai_rng_below(&rng, 3), 1 + eai_rng_below(&rng, 3), 1);
        p.shape.groups = groups;
        p.shape.dilation_h = 1 + eai_rng_below(&rng, 2);
        p.shape.dilation_w = 1 + eai_rng_below(&rng, 2);
        p.shape.pad_left = eai_rng_below(&rng, 3);
        check(p, i, 1 + (int)(i % 3));
    }
}

/* Layers cut by channels, several stretches of inputs, one channel a group. */
static void test_layers_and_depthwise(void **state)
{
    (void)state;
    const eai_conv_shape shapes[] = {
        conv_case_shape(1, 7, 9, 64, 100, 1, 1, 0),
        conv_case_shape(2, 1, 1, 1030, 300, 1, 1, 0),
        conv_case_shape(1, 6, 6, 90, 64, 3, 2, 1),
        conv_case_shape(1, 6, 6, 10, 20, 3, 1, 1),
    };
    for (size_t i = 0; i < 16; i++) {
        eai_conv_problem p = {.shape = shapes[i % 4]};
        if (i % 4 == 3) p.shape.groups = 10;
        check(p, i / 4 + 4 * i, 1 + (int)(i % 4));
    }
}

/* What stays in memory: two bits for a weight. */
static void test_weights_stay_packed(void **state)
{
    (void)state;
    const int8_t weights[64 * 16 * 9] = {0};
    const eai_conv_problem p = {.shape = conv_case_shape(1, 5, 5, 16, 64, 3, 1, 1),
                                .input_type = EAI_CONV_U8,
                                .weights_type = EAI_CONV_WEIGHTS_TERNARY,
                                .weights = weights,
                                .small_weights = true};
    edgeai_context *context;
    eai_conv *conv;
    assert_ok(edgeai_context_create(&context, NULL));
    assert_ok(eai_conv_create(&conv, context, &p));
    assert_string_equal(eai_conv_method(conv), "ternary bytes");
    assert_int_equal(eai_conv_weight_bytes(conv), sizeof weights / 4);
    eai_conv_free(conv);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_any_shape),
                                       cmocka_unit_test(test_layers_and_depthwise),
                                       cmocka_unit_test(test_weights_stay_packed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
