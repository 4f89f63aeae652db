/* SPDX-License-Identifier: MIT */
#include <string.h>

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

static eai_lm_config read_config(const tiny_model_spec *spec)
{
    tiny_model model;
    tiny_model_open(&model, context, spec);
    eai_lm_config config = model.lm->config;
    tiny_model_close(&model);
    return config;
}

static void test_differences(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool interleaved, qkv_bias, qk_norm, experts, renormalise, shift;
    } expected[] = {
        {"llada", true, false, false, false, false, false},
        {"dream", false, true, false, false, false, true},
        {"llada-moe", false, false, true, true, false, false},
        {"rnd1", false, false, true, true, true, true},
    };
    for (size_t i = 0; i < 4; i++) {
        tiny_model_spec spec = tiny_model_spec_make(expected[i].name);
        eai_lm_config c = read_config(&spec);
        assert_string_equal(c.architecture->name, expected[i].name);
        assert_int_equal(c.architecture->interleaved_rope, expected[i].interleaved);
        assert_int_equal(c.architecture->qkv_bias, expected[i].qkv_bias);
        assert_int_equal(c.architecture->qk_norm, expected[i].qk_norm);
        assert_int_equal(c.architecture->experts, expected[i].experts);
        assert_int_equal(c.architecture->renormalise, expected[i].renormalise);
        assert_int_equal(c.shift_logits, expected[i].shift);
    }
}

static void test_shift_key_wins(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("dream");
    spec.set_key = "diffusion.shift_logits";
    spec.set_value = 0;
    spec.set_bool = 1;
    assert_false(read_config(&spec).shift_logits);
}

static void test_defaults(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.skip = "attention.head_count_kv";
    assert_int_equal(read_config(&spec).n_kv_heads, spec.n_heads);
    spec.skip = "attention.key_length";
    assert_int_equal(read_config(&spec).head_dim, spec.n_embd / spec.n_heads);
    spec.skip = "rope.dimension_count";
    assert_int_equal(read_config(&spec).n_rot, spec.head_dim);
    spec.skip = "rope.freq_base";
    assert_true(read_config(&spec).rope_base == 10000.0);
    spec.skip = "vocab_size";
    assert_int_equal(read_config(&spec).n_vocab, spec.n_vocab);
}

static void test_expert_width_default(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada-moe");
    spec.skip = "expert_feed_forward_length";
    spec.set_key = "llada-moe.feed_forward_length";
    spec.set_value = spec.n_ff * spec.n_experts_used;
    assert_int_equal(read_config(&spec).n_ff, spec.n_ff);
}

static void test_rope_scaling(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("dream");
    spec.set_text_key = "dream.rope.scaling.type";
    spec.set_text = "none";
    spec.set_key = "dream.rope.scaling.factor";
    spec.set_value = 4;
    assert_true(read_config(&spec).rope_scale == 1.0);
    spec.set_text = "linear";
    assert_true(read_config(&spec).rope_scale == 4.0);
    spec.set_text = "yarn";
    assert_fails(tiny_model_try(context, &spec), EDGEAI_E_UNSUPPORTED);
    assert_error_says("dream.rope.scaling.type");
    assert_error_says("yarn");
}

static void test_missing_keys(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "block_count",         "context_length",       "embedding_length",
        "feed_forward_length", "attention.head_count", "attention.layer_norm_rms_epsilon",
    };
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        tiny_model_spec spec = tiny_model_spec_make("llada");
        spec.skip = keys[i];
        assert_fails(tiny_model_try(context, &spec), EDGEAI_E_NOT_FOUND);
        assert_error_says(keys[i]);
    }
    tiny_model_spec spec = tiny_model_spec_make("rnd1");
    spec.skip = "expert_used_count";
    assert_fails(tiny_model_try(context, &spec), EDGEAI_E_NOT_FOUND);
    assert_error_says("rnd1.expert_used_count");
}

static void test_absurd_values(void **state)
{
    (void)state;
    static const struct {
        const char *architecture, *key;
        uint32_t value;
        edgeai_status status;
    } cases[] = {
        {"llada", "llada.block_count", 0, EDGEAI_E_FORMAT},
        {"llada", "llada.block_count", UINT32_MAX, EDGEAI_E_FORMAT},
        {"llada", "llada.block_count", 3, EDGEAI_E_NOT_FOUND}, /* a layer that is not there */
        {"llada", "llada.embedding_length", 0, EDGEAI_E_FORMAT},
        {"llada", "llada.embedding_length", UINT32_MAX, EDGEAI_E_FORMAT},
        {"llada", "llada.context_length", 0, EDGEAI_E_FORMAT},
        {"llada", "llada.context_length", UINT32_MAX, EDGEAI_E_FORMAT},
        {"llada", "llada.feed_forward_length", 0, EDGEAI_E_FORMAT},
        {"llada", "llada.attention.head_count", 0, EDGEAI_E_FORMAT},
        {"llada", "llada.attention.head_count", UINT32_MAX, EDGEAI_E_FORMAT},
        {"llada", "llada.attention.head_count", 1 << 22, EDGEAI_E_FORMAT},
        {"llada", "llada.attention.head_count_kv", 0, EDGEAI_E_FORMAT},
        {"llada", "llada.attention.head_count_kv", 3, EDGEAI_E_FORMAT},
        {"llada", "llada.attention.key_length", 0, EDGEAI_E_FORMAT},
        {"llada", "llada.attention.key_length", 1 << 24, EDGEAI_E_FORMAT},
        {"llada", "llada.attention.value_length", 8, EDGEAI_E_UNSUPPORTED},
        {"llada", "llada.rope.dimension_count", 15, EDGEAI_E_FORMAT},
        {"llada", "llada.rope.dimension_count", 18, EDGEAI_E_FORMAT},
        {"llada", "llada.rope.freq_base", 0, EDGEAI_E_FORMAT},
        {"llada", "llada.attention.layer_norm_rms_epsilon", 0, EDGEAI_E_FORMAT},
        {"llada", "llada.vocab_size", 0, EDGEAI_E_FORMAT},
        {"llada", "llada.vocab_size", UINT32_MAX, EDGEAI_E_FORMAT},
        {"llada", "llada.vocab_size", 51, EDGEAI_E_SHAPE},
        {"rnd1", "rnd1.expert_count", 0, EDGEAI_E_FORMAT},
        {"rnd1", "rnd1.expert_count", UINT32_MAX, EDGEAI_E_FORMAT},
        {"rnd1", "rnd1.expert_used_count", 0, EDGEAI_E_FORMAT},
        {"rnd1", "rnd1.expert_used_count", 6, EDGEAI_E_FORMAT},
        {"rnd1", "rnd1.expert_shared_count", 1, EDGEAI_E_UNSUPPORTED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        tiny_model_spec spec = tiny_model_spec_make(cases[i].architecture);
        spec.set_key = cases[i].key;
        spec.set_value = cases[i].value;
        edgeai_status status = tiny_model_try(context, &spec);
        if (status != cases[i].status)
            fail_msg("%s = %u: expected %s, found %s: %s", cases[i].key, cases[i].value,
                     edgeai_status_name(cases[i].status), edgeai_status_name(status),
                     edgeai_last_error());
        if (status == EDGEAI_E_FORMAT || status == EDGEAI_E_UNSUPPORTED)
            assert_error_says(cases[i].architecture);
    }
}

static void test_causal_attention(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.set_key = "llada.attention.causal";
    spec.set_bool = 1;
    spec.set_value = 1;
    assert_fails(tiny_model_try(context, &spec), EDGEAI_E_UNSUPPORTED);
    assert_error_says("llada.attention.causal");
    spec.set_value = 0;
    assert_ok(tiny_model_try(context, &spec));
}

static void test_heads_that_do_not_divide(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.skip = "attention.key_length";
    spec.set_key = "llada.embedding_length";
    spec.set_value = 65;
    assert_fails(tiny_model_try(context, &spec), EDGEAI_E_FORMAT);
    assert_error_says("65");
}

static void test_unknown_architecture(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.set_text_key = "general.architecture";
    spec.set_text = "llama";
    assert_fails(tiny_model_try(context, &spec), EDGEAI_E_UNSUPPORTED);
    assert_error_says("\"llama\"");
}

static void test_key_of_another_type(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.set_text_key = "llada.block_count";
    spec.set_text = "two";
    assert_fails(tiny_model_try(context, &spec), EDGEAI_E_DTYPE);
    assert_error_says("llada.block_count");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_shift_key_wins),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_expert_width_default),
        cmocka_unit_test(test_rope_scaling),
        cmocka_unit_test(test_missing_keys),
        cmocka_unit_test(test_absurd_values),
        cmocka_unit_test(test_causal_attention),
        cmocka_unit_test(test_heads_that_do_not_divide),
        cmocka_unit_test(test_unknown_architecture),
        cmocka_unit_test(test_key_of_another_type),
    };
    return cmocka_run_group_tests(tests, make_context, free_context);
}
