/* SPDX-License-Identifier: MIT */
#include "conv/conv.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "support/check.h"
#include "support/conv_case.h"
#include "support/failing_allocator.h"

static edgeai_context *context;

static int make_context(void **state)
{
    (void)state;
    return edgeai_context_create(&context, NULL);
}

static int free_context(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

/* Plans, runs and frees. */
static void run(const eai_conv_problem *problem, const void *x, const void *residual, void *y)
{
    eai_conv *conv;
    assert_ok(eai_conv_create_way(&conv, context, problem, &eai_conv_way_naive));
    assert_string_equal(eai_conv_method(conv), "naive");
    void *scratch = aligned_alloc(EAI_ALIGNMENT, eai_conv_scratch_bytes(conv));
    eai_conv_run(conv, context, x, residual, y, scratch);
    free(scratch);
    eai_conv_free(conv);
}

/* A 3 x 3 image, a 2 x 2 kernel, padding on top and left only. */
static void test_floats_by_hand(void **state)
{
    (void)state;
    const float x[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, weights[4] = {1, 10, 100, 1000};
    const float bias[1] = {0.5f};
    eai_conv_problem p = {.shape = conv_case_shape(1, 3, 3, 1, 1, 2, 1, 0), .weights = weights};
    p.shape.pad_top = p.shape.pad_left = 1;
    p.shape.out_h = p.shape.out_w = 3;
    p.epilogue.bias = bias;
    const float expected[9] = {1000.5f, 2100.5f, 3200.5f, 4010.5f, 5421.5f,
                               6532.5f, 7040.5f, 8754.5f, 9865.5f};
    float y[9];
    run(&p, x, NULL, y);
    assert_memory_equal(y, expected, sizeof y);
}

/* Zero point, stride, two groups, an offset, and rounding to a half. */
static void test_bytes_by_hand(void **state)
{
    (void)state;
    const uint8_t x[2 * 2 * 2] = {10, 20, 11, 22, 13, 25, 9, 10};
    const int8_t weights[2 * 1 * 3 * 3] = {0, 0, 0, 0, 1,  2, 0, 3, -4,
                                           1, 1, 1, 1, -2, 1, 1, 1, 127};
    const int32_t offset[2] = {1, -1};
    const float scale[2] = {0.5f, 1.0f};
    eai_conv_problem p = {.shape = conv_case_shape(1, 2, 2, 2, 2, 3, 2, 1),
                          .input_type = EAI_CONV_U8,
                          .input_zero = 10,
                          .weights_type = EAI_CONV_WEIGHTS_S8,
                          .weights = weights};
    p.shape.groups = 2;
    assert_int_equal(p.shape.out_h, 1);
    p.epilogue = (eai_conv_epilogue){.offset = offset,
                                     .scale = scale,
                                     .output_type = EAI_CONV_S8,
                                     .output_inverse_scale = 1.0f,
                                     .output_zero = -3};
    /* 0 + 2 * 1 + 3 * 3 - 4 * -1 + 1 = 16, halved; -2 * 10 + 12 + 15 + 127 * 0 - 1 = 6 */
    const int8_t expected[2] = {5, 3};
    int8_t y[2];
    run(&p, x, NULL, y);
    assert_memory_equal(y, expected, sizeof y);
}

/* Six channels of trits: -1 0 1 1 0 -1. */
static void test_trits_by_hand(void **state)
{
    (void)state;
    const uint8_t x[2] = {3 | 0 << 2 | 1 << 4 | 1 << 6, 0 | 3 << 2};
    const int8_t weights[2 * 6] = {1, 1, 1, -1, -1, -1, -1, 0, 1, 1, 0, 0};
    eai_conv_problem p = {.shape = conv_case_shape(1, 1, 1, 6, 2, 1, 1, 0),
                          .input_type = EAI_CONV_TRITS,
                          .weights_type = EAI_CONV_WEIGHTS_TERNARY,
                          .weights = weights};
    p.epilogue.output_type = EAI_CONV_F32;
    float y[2];
    run(&p, x, NULL, y);
    assert_true(y[0] == 0.0f && y[1] == 3.0f);
    const float low[2] = {-1.0f, 0.0f}, high[2] = {0.0f, 2.0f};
    p.epilogue.low_threshold = low;
    p.epilogue.high_threshold = high;
    p.epilogue.output_type = EAI_CONV_TRITS;
    uint8_t trits[1];
    run(&p, x, NULL, trits);
    assert_int_equal(trits[0], 0 | 1 << 2);
}

static void expect(eai_conv_problem p, edgeai_status status, const char *text)
{
    eai_conv *conv = (eai_conv *)&p;
    assert_fails(eai_conv_create(&conv, context, &p), status);
    assert_null(conv);
    assert_error_says(text);
}

static void test_bad_shapes(void **state)
{
    (void)state;
    static const float weights[64] = {0};
    const eai_conv_problem good = {.shape = conv_case_shape(1, 4, 4, 4, 4, 1, 1, 0),
                                   .weights = weights};
    eai_conv_problem p = good;
    eai_conv *conv;
    assert_fails(eai_conv_create(NULL, context, &p), EDGEAI_E_INVALID);
    assert_fails(eai_conv_create(&conv, NULL, &p), EDGEAI_E_INVALID);
    assert_fails(eai_conv_create(&conv, context, NULL), EDGEAI_E_INVALID);
    p.weights = NULL;
    expect(p, EDGEAI_E_INVALID, "NULL");
    p = good, p.shape.out_w = 0;
    expect(p, EDGEAI_E_SHAPE, "out_w: expected 1 to 1048576, found 0");
    p = good, p.shape.stride_h = 0;
    expect(p, EDGEAI_E_SHAPE, "stride_h");
    p = good, p.shape.pad_top = SIZE_MAX;
    expect(p, EDGEAI_E_LIMIT, "pad_top");
    p = good, p.shape.groups = 3;
    expect(p, EDGEAI_E_SHAPE, "groups");
    p = good, p.shape.in_h = p.shape.in_w = 1 << 20;
    expect(p, EDGEAI_E_LIMIT, "input");
    p = good, p.shape.out_h = p.shape.out_w = 1 << 20;
    expect(p, EDGEAI_E_LIMIT, "output");
    p = good, p.shape.kernel_h = p.shape.kernel_w = 1 << 20;
    expect(p, EDGEAI_E_LIMIT, "weights");
}

static void test_bad_types(void **state)
{
    (void)state;
    static const int8_t weights[256] = {0};
    const eai_conv_problem good = {.shape = conv_case_shape(1, 4, 4, 4, 4, 1, 1, 0),
                                   .input_type = EAI_CONV_U8,
                                   .weights_type = EAI_CONV_WEIGHTS_S8,
                                   .weights = weights};
    eai_conv_problem p = good;
    p.weights_type = EAI_CONV_WEIGHTS_F32;
    expect(p, EDGEAI_E_DTYPE, "no such combination");
    p = good, p.input_type = EAI_CONV_F32;
    expect(p, EDGEAI_E_DTYPE, "no such combination");
    p = good, p.input_type = EAI_CONV_TRITS;
    expect(p, EDGEAI_E_DTYPE, "no such combination");
    p = good, p.epilogue.has_residual = true, p.epilogue.residual_type = EAI_CONV_TRITS;
    expect(p, EDGEAI_E_DTYPE, "residual");
    p = good, p.input_zero = 256;
    expect(p, EDGEAI_E_INVALID, "input_zero: expected 0 to 255, found 256");
    p = good, p.epilogue.output_type = EAI_CONV_S8, p.epilogue.output_zero = 128;
    expect(p, EDGEAI_E_INVALID, "output_zero: expected -128 to 127");
    p = good, p.epilogue.activation = (eai_conv_activation)99;
    expect(p, EDGEAI_E_INVALID, "activation");
}

static void test_bad_weights(void **state)
{
    (void)state;
    static int8_t weights[1 << 16];
    weights[5] = 2;
    eai_conv_problem p = {.shape = conv_case_shape(1, 1, 1, 4, 4, 1, 1, 0),
                          .input_type = EAI_CONV_TRITS,
                          .weights_type = EAI_CONV_WEIGHTS_TERNARY,
                          .weights = weights};
    expect(p, EDGEAI_E_INVALID, "weight 5: expected -1 to 1, found 2");
    p.weights_type = EAI_CONV_WEIGHTS_BINARY;
    expect(p, EDGEAI_E_INVALID, "weight 0: expected -1 or 1, found 0");
    memset(weights, -128, sizeof weights);
    p.input_type = EAI_CONV_U8;
    p.weights_type = EAI_CONV_WEIGHTS_S8;
    p.shape.in_c = sizeof weights, p.shape.out_c = 1;
    eai_conv *conv;
    assert_ok(eai_conv_create(&conv, context, &p)); /* 2^16 * 255 * 128 is below 2^31 */
    eai_conv_free(conv);
    const int32_t offset[1] = {-(1 << 24)};
    p.epilogue.offset = offset;
    expect(p, EDGEAI_E_LIMIT, "do not fit 32 bits");
}

/* Every allocation fails once; nothing stays behind. */
static void test_out_of_memory(void **state)
{
    (void)state;
    static const float weights[16 * 16 * 9] = {0};
    const eai_conv_problem p = {.shape = conv_case_shape(1, 4, 4, 16, 16, 3, 1, 1),
                                .weights = weights};
    failing_allocator failing = {.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = failing_allocator_make(&failing);
    options.n_threads = 1;
    edgeai_context *own;
    eai_conv *conv;
    assert_ok(edgeai_context_create(&own, &options));
    const size_t begin = failing.n_allocations, live = failing.n_live;
    assert_ok(eai_conv_create(&conv, own, &p));
    const size_t n = failing.n_allocations - begin;
    eai_conv_free(conv);
    assert_int_equal(failing.n_live, live);
    assert_true(n >= 3);
    for (size_t i = 0; i < n; i++) {
        failing.fail_at = failing.n_allocations + i;
        assert_fails(eai_conv_create(&conv, own, &p), EDGEAI_E_MEMORY);
        assert_null(conv);
        assert_int_equal(failing.n_live, live);
    }
    edgeai_context_free(own);
}

/* Plans, runs and frees; what it takes for its weights, and how it is computed. */
static void *run_cheapest(const conv_case *c, bool small, size_t *bytes, const char **method)
{
    eai_conv_problem p = c->problem;
    eai_conv *conv;
    p.small_weights = small;
    assert_ok(eai_conv_create(&conv, context, &p));
    *bytes = eai_conv_weight_bytes(conv);
    *method = eai_conv_method(conv);
    void *scratch = aligned_alloc(EAI_ALIGNMENT, eai_conv_scratch_bytes(conv));
    void *y = malloc(p.shape.out_h * p.shape.out_w * p.shape.out_c * sizeof(float));
    assert_true(scratch && y);
    eai_conv_run(conv, context, c->x, c->residual, y, scratch);
    free(scratch);
    eai_conv_free(conv);
    return y;
}

/* Large weights are those of another way, and its results are the same to the bit. */
static void test_large_and_small_weights(void **state)
{
    (void)state;
    eai_conv_problem p = {.shape = conv_case_shape(1, 15, 14, 48, 40, 3, 1, 1),
                          .epilogue = {.activation = EAI_CONV_SILU, .output_type = EAI_CONV_F32}};
    for (int w = EAI_CONV_WEIGHTS_F32; w <= EAI_CONV_WEIGHTS_BINARY; w++) {
        conv_case c;
        size_t large_bytes, small_bytes;
        const char *large_method, *small_method;
        p.input_type = w == EAI_CONV_WEIGHTS_F32 ? EAI_CONV_F32 : EAI_CONV_U8;
        p.input_zero = w == EAI_CONV_WEIGHTS_F32 ? 0 : 3;
        p.weights_type = (eai_conv_weights)w;
        conv_case_make(&c, &p, 77);
        void *large = run_cheapest(&c, false, &large_bytes, &large_method);
        void *small = run_cheapest(&c, true, &small_bytes, &small_method);
        assert_null(strstr(small_method, "winograd"));
        if (w == EAI_CONV_WEIGHTS_F32) {
            assert_int_equal(eai_conv_large_bytes(context, &c.problem), 0);
            assert_non_null(strstr(large_method, "winograd"));
        } else {
            assert_memory_equal(large, small, (size_t)15 * 14 * 40 * sizeof(float));
            assert_int_equal(eai_conv_large_bytes(context, &c.problem),
                             strstr(large_method, "winograd") ? large_bytes : 0);
        }
        assert_true(small_bytes <= large_bytes);
        free(large), free(small);
        c.problem.small_weights = true;
        assert_int_equal(eai_conv_large_bytes(context, &c.problem), 0);
        conv_case_free(&c);
    }
    p.shape.n = 0;
    assert_int_equal(eai_conv_large_bytes(context, &p), 0);
}

/* The cheapest way gives what the specification gives, over everything a problem may be. */
static void test_any_problem(void **state)
{
    (void)state;
    static const struct {
        eai_conv_type input;
        eai_conv_weights weights;
    } pairs[] = {
        {EAI_CONV_F32, EAI_CONV_WEIGHTS_F32},      {EAI_CONV_F32, EAI_CONV_WEIGHTS_TERNARY},
        {EAI_CONV_F32, EAI_CONV_WEIGHTS_BINARY},   {EAI_CONV_S8, EAI_CONV_WEIGHTS_S8},
        {EAI_CONV_U8, EAI_CONV_WEIGHTS_S8},        {EAI_CONV_S8, EAI_CONV_WEIGHTS_TERNARY},
        {EAI_CONV_U8, EAI_CONV_WEIGHTS_TERNARY},   {EAI_CONV_TRITS, EAI_CONV_WEIGHTS_TERNARY},
        {EAI_CONV_TRITS, EAI_CONV_WEIGHTS_BINARY}, {EAI_CONV_S8, EAI_CONV_WEIGHTS_BINARY},
        {EAI_CONV_U8, EAI_CONV_WEIGHTS_BINARY},
    };
    eai_rng rng;
    eai_rng_seed(&rng, 11);
    for (size_t i = 0; i < 132; i++) {
        const size_t group = 1 + eai_rng_below(&rng, 2);
        eai_conv_problem p = {.input_type = pairs[i % 11].input,
                              .weights_type = pairs[i % 11].weights,
                              .small_weights = i % 2};
        p.shape = conv_case_shape(1 + eai_rng_below(&rng, 3), 5 + eai_rng_below(&rng, 9),
                                  5 + eai_rng_below(&rng, 9), group * (1 + eai_rng_below(&rng, 40)),
                                  group * (1 + eai_rng_below(&rng, 40)), 1 + eai_rng_below(&rng, 4),
                                  1 + eai_rng_below(&rng, 3), 1);
        p.shape.groups = group;
        p.shape.dilation_h = 1 + eai_rng_below(&rng, 2);
        p.shape.dilation_w = 1 + eai_rng_below(&rng, 2);
        p.shape.pad_top = eai_rng_below(&rng, 3);
        p.shape.out_w += eai_rng_below(&rng, 2);
        if (p.input_type == EAI_CONV_S8) p.input_zero = (int)eai_rng_below(&rng, 256) - 128;
        if (p.input_type == EAI_CONV_U8) p.input_zero = (int)eai_rng_below(&rng, 256);
        conv_case_random_epilogue(&p, &rng);
        conv_case c;
        conv_case_make(&c, &p, i);
        conv_case_check(&c, NULL, 1 + (int)(i % 2), 3e-6);
        conv_case_free(&c);
    }
}

static void test_tensor_bytes(void **state)
{
    (void)state;
    assert_int_equal(eai_conv_tensor_bytes(EAI_CONV_F32, 3, 5), 60);
    assert_int_equal(eai_conv_tensor_bytes(EAI_CONV_U8, 3, 5), 15);
    assert_int_equal(eai_conv_tensor_bytes(EAI_CONV_TRITS, 3, 5), 6);
    eai_conv_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_floats_by_hand), cmocka_unit_test(test_bytes_by_hand),
        cmocka_unit_test(test_trits_by_hand),  cmocka_unit_test(test_bad_shapes),
        cmocka_unit_test(test_bad_types),      cmocka_unit_test(test_bad_weights),
        cmocka_unit_test(test_out_of_memory),  cmocka_unit_test(test_large_and_small_weights),
        cmocka_unit_test(test_any_problem),    cmocka_unit_test(test_tensor_bytes),
    };
    return cmocka_run_group_tests(tests, make_context, free_context);
}
