/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <stdio.h>
#include <string.h>

#include "quantize/type_rules.h"
#include "support/tiny_model.h"

static edgeai_tensor matrix(const char *name)
{
    return (edgeai_tensor){name, EDGEAI_DTYPE_F16, 2, {256, 8, 1, 1}, NULL, 4096};
}

static const char *type_in(const char *recipe_name, eai_model_facts facts, const char *name,
                           bool pure)
{
    const eai_recipe *recipe;
    edgeai_tensor tensor = matrix(name);
    assert_ok(eai_recipe_find(recipe_name, &recipe));
    return edgeai_dtype_name(eai_recipe_type(recipe, &facts, &tensor, pure));
}

static const eai_model_facts deep = {.has_output = true, .n_layers = 32};

static void each_recipe_has_llama_cpps_file_type(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        uint32_t file_type;
    } expected[] = {{"F32", 0},     {"f16", 1},     {"Q4_0", 2},    {"q4_1", 3},  {"Q8_0", 7},
                    {"Q5_0", 8},    {"Q5_1", 9},    {"Q2_K", 10},   {"Q3_K", 11}, {"q3_k_m", 12},
                    {"Q4_K", 14},   {"Q4_K_S", 14}, {"Q4_K_M", 15}, {"Q5_K", 16}, {"Q5_K_S", 16},
                    {"q5_k_M", 17}, {"Q6_K", 18},   {"IQ4_NL", 25}, {"BF16", 32}, {"TQ1_0", 36},
                    {"tq2_0", 37}};
    const eai_recipe *recipe;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_ok(eai_recipe_find(expected[i].name, &recipe));
        assert_int_equal(recipe->file_type, expected[i].file_type);
    }
    assert_ok(eai_recipe_find("copy", &recipe));
    assert_int_equal(recipe->mixture, EAI_MIXTURE_COPY);
    assert_fails(eai_recipe_find("Q4_K_L", &recipe), EDGEAI_E_INVALID);
    assert_error_says("Q4_K_M, Q3_K, Q3_K_M, Q2_K, TQ2_0, TQ1_0 or COPY, found 'Q4_K_L'");
}

static void only_types_that_are_written_are_taken(void **state)
{
    (void)state;
    edgeai_dtype dtype = EDGEAI_DTYPE_F32;
    assert_ok(eai_written_type("iq4_nl", "option", &dtype));
    assert_int_equal(dtype, EDGEAI_DTYPE_IQ4_NL);
    assert_fails(eai_written_type("I32", "option", &dtype), EDGEAI_E_INVALID);
    assert_error_says("option: expected F32");
    assert_fails(eai_written_type("Q4_K_M", "option", &dtype), EDGEAI_E_INVALID);
    assert_int_equal(dtype, EDGEAI_DTYPE_IQ4_NL);
}

static void only_matrices_of_weights_get_types(void **state)
{
    (void)state;
    static const char *const yes[] = {"token_embd.weight", "output.weight", "blk.0.attn_q.weight",
                                      "blk.11.ffn_down_exps.weight", "anything.weight"};
    static const char *const no[] = {"blk.0.attn_q.bias",        "blk.0.attn_norm.weight",
                                     "blk.0.attn_q_norm.weight", "blk.0.ffn_gate_inp.weight",
                                     "output_norm.weight",       "position_embd.weight",
                                     "token_types.weight",       "blk.0.ffn_gate_inp_shexp.weight",
                                     "blk.0.attn_q.weight.scale"};
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        edgeai_tensor tensor = matrix(yes[i]);
        assert_true(eai_is_weight_matrix(&tensor));
        tensor.n_dims = 3;
        assert_true(eai_is_weight_matrix(&tensor));
        tensor.n_dims = 4;
        assert_false(eai_is_weight_matrix(&tensor));
        tensor.n_dims = 1;
        assert_false(eai_is_weight_matrix(&tensor));
        tensor.n_dims = 2;
        tensor.dtype = EDGEAI_DTYPE_I32;
        assert_false(eai_is_weight_matrix(&tensor));
    }
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        edgeai_tensor tensor = matrix(no[i]);
        assert_false(eai_is_weight_matrix(&tensor));
    }
}

static void facts_are_read_from_names(void **state)
{
    (void)state;
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, NULL));
    for (int tied = 0; tied < 2; tied++) {
        tiny_model model;
        tiny_model_spec spec = tiny_model_spec_make("llada");
        spec.tied = tied;
        spec.n_layers = 3;
        tiny_model_open(&model, context, &spec);
        eai_model_facts facts = eai_model_facts_of(model.file);
        assert_int_equal(facts.has_output, !tied);
        assert_int_equal(facts.n_layers, 3);
        tiny_model_close(&model);
    }
    edgeai_context_free(context);
}

/* The output, or the embedding that stands for it, is kept better. */
static void output_and_embedding_are_kept_better(void **state)
{
    (void)state;
    static const struct {
        const char *recipe, *output, *embedding, *tied;
    } expected[] = {{"F32", "F32", "F32", "F32"},      {"F16", "F16", "F16", "F16"},
                    {"BF16", "BF16", "BF16", "BF16"},  {"Q8_0", "Q8_0", "Q8_0", "Q8_0"},
                    {"Q6_K", "Q6_K", "Q6_K", "Q6_K"},  {"Q5_1", "Q6_K", "Q5_1", "Q6_K"},
                    {"Q4_0", "Q6_K", "Q4_0", "Q6_K"},  {"IQ4_NL", "Q6_K", "IQ4_NL", "Q6_K"},
                    {"Q4_K", "Q6_K", "Q4_K", "Q6_K"},  {"Q4_K_M", "Q6_K", "Q4_K", "Q6_K"},
                    {"Q2_K", "Q6_K", "Q2_K", "Q6_K"},  {"TQ1_0", "Q6_K", "Q4_K", "Q6_K"},
                    {"TQ2_0", "Q6_K", "Q4_K", "Q6_K"}, {"COPY", "F16", "F16", "F16"}};
    const eai_model_facts tied = {.n_layers = 32};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const char *recipe = expected[i].recipe;
        assert_string_equal(type_in(recipe, deep, "output.weight", false), expected[i].output);
        assert_string_equal(type_in(recipe, deep, "token_embd.weight", false),
                            expected[i].embedding);
        assert_string_equal(type_in(recipe, tied, "token_embd.weight", false), expected[i].tied);
    }
    assert_string_equal(type_in("Q4_0", deep, "output.weight", true), "Q4_0");
    assert_string_equal(type_in("TQ2_0", tied, "token_embd.weight", true), "TQ2_0");
    assert_string_equal(type_in("Q4_K_M", deep, "blk.0.attn_v.weight", true), "Q4_K");
}

/* One character a layer, from layer 0: the digit of its type. */
static const char *layers(const char *recipe, const char *part)
{
    static char digits[64];
    for (int layer = 0; layer < (int)deep.n_layers; layer++) {
        char name[64];
        snprintf(name, sizeof name, "blk.%d.%s.weight", layer, part);
        digits[layer] = type_in(recipe, deep, name, false)[1];
        digits[layer + 1] = '\0';
    }
    return digits;
}

#define TIMES_32(c) c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c c

static void mixtures_give_some_matrices_more_bits(void **state)
{
    (void)state;
    static const char often_of_4[] = "66664464464464464464464464466666";
    static const char often_of_5[] = "66665565565565565565565565566666";
    static const struct {
        const char *recipe, *part, *types;
    } expected[] = {
        {"Q4_K", "attn_v", TIMES_32("4")},
        {"Q4_K", "ffn_down", TIMES_32("4")},
        {"Q5_K_S", "attn_v", TIMES_32("5")},
        {"Q4_K_S", "attn_v", "55554444444444444444444444444444"},
        {"Q4_K_S", "ffn_down", "55554444444444444444444444444444"},
        {"Q4_K_S", "attn_q", TIMES_32("4")},
        {"Q4_K_M", "attn_v", often_of_4},
        {"Q4_K_M", "ffn_down", often_of_4},
        {"Q4_K_M", "ffn_down_exps", often_of_4},
        {"Q4_K_M", "attn_qkv", TIMES_32("5")},
        {"Q4_K_M", "attn_k", TIMES_32("4")},
        {"Q4_K_M", "attn_output", TIMES_32("4")},
        {"Q5_K_M", "attn_v", often_of_5},
        {"Q5_K_M", "ffn_down", often_of_5},
        {"Q5_K_M", "attn_qkv", TIMES_32("6")},
        {"Q5_K_M", "ffn_up", TIMES_32("5")},
        {"Q3_K_M", "attn_v", "55444444444444444444444444444444"},
        {"Q3_K_M", "ffn_down", "55444444444444444444444444444444"},
        {"Q3_K_M", "attn_output", TIMES_32("4")},
        {"Q3_K_M", "attn_qkv", TIMES_32("4")},
        {"Q3_K_M", "ffn_gate", TIMES_32("3")},
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_string_equal(layers(expected[i].recipe, expected[i].part), expected[i].types);
    assert_string_equal(type_in("Q4_K_M", deep, "blk.x.attn_v.weight", false), "Q4_K");
    assert_string_equal(type_in("Q4_K_M", deep, "blk.99999999999999999999.attn_v.weight", false),
                        "Q4_K");
}

static void short_rows_get_a_type_that_fits(void **state)
{
    (void)state;
    static const struct {
        edgeai_dtype wanted;
        int64_t row;
        edgeai_dtype expected;
    } cases[] = {{EDGEAI_DTYPE_Q4_K, 512, EDGEAI_DTYPE_Q4_K},
                 {EDGEAI_DTYPE_Q6_K, 96, EDGEAI_DTYPE_Q8_0},
                 {EDGEAI_DTYPE_Q5_K, 96, EDGEAI_DTYPE_Q5_0},
                 {EDGEAI_DTYPE_Q4_K, 96, EDGEAI_DTYPE_IQ4_NL},
                 {EDGEAI_DTYPE_Q3_K, 96, EDGEAI_DTYPE_IQ4_NL},
                 {EDGEAI_DTYPE_Q2_K, 96, EDGEAI_DTYPE_IQ4_NL},
                 {EDGEAI_DTYPE_TQ1_0, 96, EDGEAI_DTYPE_IQ4_NL},
                 {EDGEAI_DTYPE_TQ2_0, 96, EDGEAI_DTYPE_IQ4_NL},
                 {EDGEAI_DTYPE_Q4_0, 96, EDGEAI_DTYPE_Q4_0},
                 {EDGEAI_DTYPE_Q4_0, 48, EDGEAI_DTYPE_F16},
                 {EDGEAI_DTYPE_Q6_K, 48, EDGEAI_DTYPE_F16},
                 {EDGEAI_DTYPE_F32, 7, EDGEAI_DTYPE_F32}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        edgeai_dtype found = eai_type_that_fits(cases[i].wanted, cases[i].row);
        assert_string_equal(edgeai_dtype_name(found), edgeai_dtype_name(cases[i].expected));
        /* Never fewer bits than asked for, over a row that both could hold. */
        assert_true(edgeai_dtype_row_bytes(found, 768) >=
                    edgeai_dtype_row_bytes(cases[i].wanted, 768));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_recipe_has_llama_cpps_file_type),
        cmocka_unit_test(only_types_that_are_written_are_taken),
        cmocka_unit_test(only_matrices_of_weights_get_types),
        cmocka_unit_test(facts_are_read_from_names),
        cmocka_unit_test(output_and_embedding_are_kept_better),
        cmocka_unit_test(mixtures_give_some_matrices_more_bits),
        cmocka_unit_test(short_rows_get_a_type_that_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
