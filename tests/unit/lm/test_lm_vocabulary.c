/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "lm/lm_model.h"
#include "support/check.h"
#include "support/tiny_model.h"

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

static void test_mask_by_key(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    tiny_model model;
    spec.mask_token = 7;
    tiny_model_open(&model, context, &spec);
    assert_int_equal(model.lm->config.mask_token, 7);
    tiny_model_close(&model);
}

static void test_mask_by_name(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    tiny_model model;
    spec.mask_token = 23;
    spec.skip = "mask_token_id";
    tiny_model_open(&model, context, &spec);
    assert_int_equal(model.lm->config.mask_token, 23);
    tiny_model_close(&model);
}

static void test_no_mask(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.mask_token = -1;
    assert_fails(tiny_model_try(context, &spec), EDGEAI_E_NOT_FOUND);
    assert_error_says("mask_token_id");
}

static void test_mask_outside(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.mask_token = -1;
    spec.set_key = "tokenizer.ggml.mask_token_id";
    spec.set_value = 50;
    assert_fails(tiny_model_try(context, &spec), EDGEAI_E_FORMAT);
    assert_error_says("50");
}

static void test_penalty(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    tiny_model model;
    spec.mask_token = 3;
    spec.n_unused = 5;
    tiny_model_open(&model, context, &spec);
    for (uint32_t i = 0; i < spec.n_vocab; i++) {
        bool away = i == 3 || i >= spec.n_vocab - 5;
        assert_true(model.lm->penalty[i] == (away ? -INFINITY : 0.0f));
    }
    tiny_model_close(&model);
}

static void test_nothing_left_to_choose(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.n_unused = spec.n_vocab;
    assert_fails(tiny_model_try(context, &spec), EDGEAI_E_FORMAT);
    assert_error_says("token_type");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mask_by_key), cmocka_unit_test(test_mask_by_name),
        cmocka_unit_test(test_no_mask),     cmocka_unit_test(test_mask_outside),
        cmocka_unit_test(test_penalty),     cmocka_unit_test(test_nothing_left_to_choose),
    };
    return cmocka_run_group_tests(tests, make_context, free_context);
}
