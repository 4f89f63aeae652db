/* SPDX-License-Identifier: MIT */

/* Convolutions of float32 with packed weights against the specification. */

#include "conv/conv_internal.h"

#include "support/check.h"
#include "support/conv_case.h"

static void check(eai_conv_problem p, uint64_t seed, int n_threads)
{
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    p.weights_type = seed % 2 ? EAI_CONV_WEIGHTS_BINARY : EAI_CONV_WEIGHTS_TERNARY;
    conv_case_random_epilogue(&p, &rng);
    conv_case c;
    conv_case_make(&c, &p, seed);
    conv_case_check(&c, &eai_conv_way_low_bit_f32, n_threads, 4e-7);
    conv_case_free(&c);
}

static void test_any_shape(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 51);
    for (size_t i = 0; i < 60; i++) {
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
                                .input_type = EAI_CONV_F32,
                                .weights_type = EAI_CONV_WEIGHTS_TERNARY,
                                .weights = weights};
    edgeai_context *context;
    eai_conv *conv;
    assert_ok(edgeai_context_create(&context, NULL));
    assert_ok(eai_conv_create_way(&conv, context, &p, &eai_conv_way_low_bit_f32));
    assert_string_equal(eai_conv_method(conv), "packed float32");
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
