/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "quantize/type_plan.h"
#include "support/check.h"
#include "support/tiny_model.h"

static edgeai_context *context;
static char warning[1024];

static void keep_warning(void *user, edgeai_log_level level, const char *line)
{
    (void)user;
    assert_int_equal(level, EDGEAI_LOG_WARNING);
    assert_string_equal(warning, "");
    snprintf(warning, sizeof warning, "%s", line);
}

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.log = keep_warning;
    options.log_level = EDGEAI_LOG_WARNING;
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

/* Rows of 256, so that every format fits. */
static tiny_model_spec wide_spec(void)
{
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.n_embd = spec.n_ff = 256;
    spec.head_dim = spec.n_rot = 64;
    return spec;
}

/* A model, and the plan for it. */
typedef struct fixture {
    gguf_image image;
    edgeai_model_file *file;
    eai_type_plan plan;
} fixture;

static edgeai_status make(fixture *f, const tiny_model_spec *spec, const char *type,
                          const edgeai_lm_quantize_options *options)
{
    static const edgeai_lm_quantize_options defaults = EDGEAI_LM_QUANTIZE_OPTIONS_INIT;
    const eai_recipe *recipe;
    *f = (fixture){0};
    warning[0] = '\0';
    tiny_model_write(&f->image, spec);
    assert_ok(edgeai_model_file_open_memory(&f->file, context, f->image.bytes, f->image.n_bytes));
    assert_ok(eai_recipe_find(type, &recipe));
    return eai_type_plan_make(&f->plan, context, f->file, recipe, options ? options : &defaults);
}

static void drop(fixture *f)
{
    eai_type_plan_free(&f->plan);
    edgeai_model_file_free(f->file);
    gguf_image_free(&f->image);
}

static const edgeai_quantized_tensor *planned(const fixture *f, const char *name)
{
    for (size_t i = 0; i < f->plan.n_tensors; i++)
        if (strcmp(f->plan.tensors[i].tensor->name, name) == 0) return &f->plan.tensors[i];
    fail_msg("no tensor %s", name);
    return NULL;
}

static const char *type_of(const fixture *f, const char *name)
{
    return edgeai_dtype_name(planned(f, name)->dtype);
}

static void norms_biases_and_routers_keep_their_type(void **state)
{
    (void)state;
    fixture f;
    tiny_model_spec spec = tiny_model_spec_make("llada-moe");
    assert_ok(make(&f, &spec, "Q8_0", NULL));
    assert_string_equal(type_of(&f, "blk.0.attn_norm.weight"), "F32");
    assert_string_equal(type_of(&f, "blk.0.attn_q_norm.weight"), "F32");
    assert_string_equal(type_of(&f, "blk.1.ffn_gate_inp.weight"), "F32");
    assert_string_equal(type_of(&f, "blk.1.ffn_gate_exps.weight"), "Q8_0");
    assert_string_equal(type_of(&f, "token_embd.weight"), "Q8_0");
    assert_true(isnan(planned(&f, "token_embd.weight")->max_error));
    drop(&f);
}

static void options_beat_rules(void **state)
{
    (void)state;
    fixture f;
    tiny_model_spec spec = wide_spec();
    static const edgeai_tensor_rule rules[] = {
        {"^blk\\.0\\.attn_[qk]", "Q8_0"}, {"attn_", "F16"}, {"attn_q", "Q2_K"}};
    edgeai_lm_quantize_options options = EDGEAI_LM_QUANTIZE_OPTIONS_INIT;
    options.output_type = "q5_1";
    options.embedding_type = "Q3_K";
    options.tensor_rules = rules;
    options.n_tensor_rules = 3;
    options.pure = true; /* takes away rules, not options */
    assert_ok(make(&f, &spec, "TQ1_0", &options));
    assert_string_equal(type_of(&f, "output.weight"), "Q5_1");
    assert_string_equal(type_of(&f, "token_embd.weight"), "Q3_K");
    assert_string_equal(type_of(&f, "blk.0.attn_q.weight"), "Q8_0");
    assert_string_equal(type_of(&f, "blk.1.attn_q.weight"), "F16");
    assert_string_equal(type_of(&f, "blk.1.attn_norm.weight"), "F32");
    assert_string_equal(type_of(&f, "blk.0.ffn_up.weight"), "TQ1_0");
    drop(&f);
    options.embedding_type = NULL;
    options.tensor_rules = (edgeai_tensor_rule[]){{"^output", "Q4_1"}};
    options.n_tensor_rules = 1;
    assert_ok(make(&f, &spec, "TQ1_0", &options));
    assert_string_equal(type_of(&f, "output.weight"), "Q4_1");
    assert_string_equal(type_of(&f, "token_embd.weight"), "TQ1_0");
    drop(&f);
    spec.tied = 1; /* the embedding is the output */
    assert_ok(make(&f, &spec, "TQ1_0", &options));
    assert_string_equal(type_of(&f, "token_embd.weight"), "Q5_1");
    drop(&f);
    assert_ok(make(&f, &spec, "COPY", &options)); /* what is not named stays */
    assert_string_equal(type_of(&f, "token_embd.weight"), "Q5_1");
    assert_string_equal(type_of(&f, "blk.0.ffn_up.weight"), "F32");
    drop(&f);
}

static void short_rows_fall_back_with_one_warning(void **state)
{
    (void)state;
    fixture f;
    tiny_model_spec spec = tiny_model_spec_make("llada"); /* rows of 64 and 96 */
    assert_ok(make(&f, &spec, "Q4_K", NULL));
    assert_string_equal(type_of(&f, "blk.0.ffn_down.weight"), "IQ4_NL");
    assert_int_equal(planned(&f, "blk.0.ffn_down.weight")->wanted, EDGEAI_DTYPE_Q4_K);
    assert_string_equal(type_of(&f, "output.weight"), "Q8_0");
    assert_int_equal(f.plan.totals.n_fallbacks, 16);
    assert_string_equal(
        warning, "rows that are no whole blocks of their tensor's type, which gets another one: 16 "
                 "of 21 tensors, the first 'token_embd.weight' with rows of 64: IQ4_NL in place "
                 "of Q4_K");
    drop(&f);
}

static void requantizing_wants_to_be_allowed(void **state)
{
    (void)state;
    fixture f;
    tiny_model_spec spec = wide_spec();
    spec.dtype = EDGEAI_DTYPE_Q8_0;
    assert_fails(make(&f, &spec, "Q4_K", NULL), EDGEAI_E_DTYPE);
    assert_error_says("tensor 'token_embd.weight' is Q8_0 already: converting it to Q4_K");
    drop(&f);
    edgeai_lm_quantize_options options = EDGEAI_LM_QUANTIZE_OPTIONS_INIT;
    options.allow_requantize = true;
    assert_ok(make(&f, &spec, "Q4_K", &options));
    drop(&f);
    assert_ok(make(&f, &spec, "Q8_0", NULL)); /* nothing is to be converted */
    drop(&f);
    assert_ok(make(&f, &spec, "COPY", NULL));
    drop(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(norms_biases_and_routers_keep_their_type),
        cmocka_unit_test(options_beat_rules),
        cmocka_unit_test(short_rows_fall_back_with_one_warning),
        cmocka_unit_test(requantizing_wants_to_be_allowed),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
