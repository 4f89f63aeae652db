/* SPDX-License-Identifier: MIT */
#include <stdio.h>
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

/* Every tensor of an architecture, missing or of another shape, is named. */
static void check_tensor(const char *architecture, const char *name)
{
    tiny_model_spec spec = tiny_model_spec_make(architecture);
    spec.skip = name;
    assert_fails(tiny_model_try(context, &spec), EDGEAI_E_NOT_FOUND);
    assert_error_says(name);
    spec.skip = NULL;
    spec.reshape = name;
    assert_fails(tiny_model_try(context, &spec), EDGEAI_E_SHAPE);
    assert_error_says(name);
    assert_error_says("expected shape {");
}

static void test_every_tensor_is_needed(void **state)
{
    (void)state;
    static const char *const common[] = {
        "token_embd.weight",     "output_norm.weight",       "blk.1.attn_norm.weight",
        "blk.0.attn_q.weight",   "blk.1.attn_k.weight",      "blk.0.attn_v.weight",
        "blk.1.ffn_norm.weight", "blk.0.attn_output.weight",
    };
    static const char *const dense[] = {"blk.0.ffn_gate.weight", "blk.1.ffn_up.weight",
                                        "blk.0.ffn_down.weight"};
    static const char *const biases[] = {"blk.0.attn_q.bias", "blk.1.attn_k.bias",
                                         "blk.0.attn_v.bias"};
    static const char *const experts[] = {
        "blk.0.attn_q_norm.weight",   "blk.1.attn_k_norm.weight", "blk.0.ffn_gate_inp.weight",
        "blk.1.ffn_gate_exps.weight", "blk.0.ffn_up_exps.weight", "blk.1.ffn_down_exps.weight",
    };
#define CHECK_ALL(architecture, names)                                                             \
    for (size_t i = 0; i < sizeof(names) / sizeof(names)[0]; i++)                                  \
        check_tensor(architecture, (names)[i]);
    CHECK_ALL("llada", common)
    CHECK_ALL("llada", dense)
    CHECK_ALL("dream", biases)
    CHECK_ALL("rnd1", common)
    CHECK_ALL("llada-moe", experts)
#undef CHECK_ALL
}

static void test_optional_tensors_have_their_shape(void **state)
{
    (void)state;
    static const char *const names[] = {"blk.0.attn_output.bias", "blk.1.ffn_gate.bias",
                                        "blk.0.ffn_up.bias", "blk.1.ffn_down.bias",
                                        "rope_freqs.weight"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        tiny_model_spec spec = tiny_model_spec_make("llada");
        spec.extras = 1;
        spec.reshape = names[i];
        assert_fails(tiny_model_try(context, &spec), EDGEAI_E_SHAPE);
        assert_error_says(names[i]);
    }
}

static void test_tied_head(void **state)
{
    (void)state;
    static const char *const architectures[] = {"llada", "dream", "llada-moe", "rnd1"};
    for (size_t i = 0; i < 4; i++) {
        tiny_model_spec spec = tiny_model_spec_make(architectures[i]);
        tiny_model model;
        spec.tied = 1;
        tiny_model_open(&model, context, &spec);
        assert_ptr_equal(model.lm->head.rows, model.lm->embedding.rows);
        tiny_model_close(&model);
    }
}

static void test_fused_rows(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("dream");
    tiny_model model;
    spec.fused = 1;
    tiny_model_open(&model, context, &spec);
    const eai_lm_layer *layer = &model.lm->layers[1];
    const size_t n_q = 64, n_kv = 32;
    assert_int_equal(layer->q.n_out, n_q);
    assert_int_equal(layer->k.n_out, n_kv);
    assert_int_equal(layer->v.n_out, n_kv);
    assert_ptr_equal(layer->k.rows, layer->q.rows + n_q * layer->q.row_bytes);
    assert_ptr_equal(layer->v.rows, layer->k.rows + n_kv * layer->q.row_bytes);
    assert_ptr_equal(layer->k.bias, layer->q.bias + n_q);
    assert_ptr_equal(layer->v.bias, layer->k.bias + n_kv);
    tiny_model_close(&model);
}

/* Tensors that no layer asks for are ignored, and counted for the log. */
static void test_unused_tensors(void **state)
{
    (void)state;
    static const char *const architectures[] = {"llada", "dream", "llada-moe", "rnd1"};
    for (int fused = 0; fused < 2; fused++)
        for (size_t i = 0; i < 4; i++) {
            tiny_model_spec spec = tiny_model_spec_make(architectures[i]);
            tiny_model model;
            spec.fused = fused;
            tiny_model_open(&model, context, &spec);
            assert_int_equal(model.lm->n_unused_tensors, 0);
            tiny_model_close(&model);
            spec.add = "blk.7.something.weight";
            tiny_model_open(&model, context, &spec);
            assert_int_equal(model.lm->n_unused_tensors, 1);
            tiny_model_close(&model);
        }
}

/* Float32 vectors are used where they lie; others are converted. */
static void test_vectors(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("dream");
    tiny_model plain, half;
    tiny_model_open(&plain, context, &spec);
    const unsigned char *begin = plain.image.bytes, *end = begin + plain.image.n_bytes;
    const unsigned char *norm = (const unsigned char *)plain.lm->layers[0].attention_norm;
    assert_true(norm >= begin && norm < end);
    spec.vector_dtype = EDGEAI_DTYPE_BF16;
    tiny_model_open(&half, context, &spec);
    for (size_t i = 0; i < spec.n_embd; i++)
        assert_close(half.lm->layers[1].feedforward_norm[i],
                     plain.lm->layers[1].feedforward_norm[i], 0, 8e-3);
    for (size_t i = 0; i < 32; i++)
        assert_close(half.lm->layers[1].k.bias[i], plain.lm->layers[1].k.bias[i], 1e-6, 8e-3);
    tiny_model_close(&plain);
    tiny_model_close(&half);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_tensor_is_needed),
        cmocka_unit_test(test_optional_tensors_have_their_shape),
        cmocka_unit_test(test_tied_head),
        cmocka_unit_test(test_fused_rows),
        cmocka_unit_test(test_unused_tensors),
        cmocka_unit_test(test_vectors),
    };
    return cmocka_run_group_tests(tests, make_context, free_context);
}
