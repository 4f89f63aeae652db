/* SPDX-License-Identifier: MIT */
#include <edgeai/lm.h>

#include <string.h>

#include "base/rng.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/tiny_model.h"

static edgeai_context *make_context(failing_allocator *allocator)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context;
    options.n_threads = 1;
    if (allocator) options.allocator = failing_allocator_make(allocator);
    assert_ok(edgeai_context_create(&context, &options));
    return context;
}

static void test_info(void **state)
{
    (void)state;
    edgeai_context *context = make_context(NULL);
    tiny_model_spec spec = tiny_model_spec_make("rnd1");
    tiny_model model;
    edgeai_lm_info info = {.struct_size = sizeof info};
    tiny_model_open(&model, context, &spec);
    edgeai_lm_get_info(model.lm, &info);
    assert_string_equal(info.architecture, "rnd1");
    assert_int_equal(info.n_layers, 2);
    assert_int_equal(info.n_embd, 64);
    assert_int_equal(info.n_heads, 4);
    assert_int_equal(info.n_kv_heads, 2);
    assert_int_equal(info.head_dim, 16);
    assert_int_equal(info.n_ff, 96);
    assert_int_equal(info.n_experts, 5);
    assert_int_equal(info.n_experts_used, 2);
    assert_int_equal(info.n_vocab, 50);
    assert_int_equal(info.n_context, 64);
    assert_int_equal(info.mask_token, 49);
    assert_int_equal(info.shift_logits, 1);
    const uint64_t layer =
        64 * (64 + 2 * 32) + 64 * 64 + 2 * 64 + 2 * 16 + 64 * 5 + 3 * 5 * 64 * 96;
    assert_int_equal(info.n_parameters, 2 * layer + 2 * 50 * 64 + 64);

    edgeai_lm_info older = {.struct_size = offsetof(edgeai_lm_info, n_vocab)};
    older.n_vocab = -7;
    edgeai_lm_get_info(model.lm, &older); /* a caller built before a member existed */
    assert_int_equal(older.n_vocab, -7);
    assert_int_equal(older.n_layers, 2);
    tiny_model_close(&model);
    edgeai_context_free(context);
}

static void test_arguments(void **state)
{
    (void)state;
    edgeai_context *context = make_context(NULL);
    tiny_model_spec spec = tiny_model_spec_make("llada");
    edgeai_lm_options options = EDGEAI_LM_OPTIONS_INIT;
    tiny_model model;
    edgeai_lm *lm = (edgeai_lm *)&options;
    tiny_model_open(&model, context, &spec);
    assert_fails(edgeai_lm_load(NULL, context, model.file, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_lm_load(&lm, NULL, model.file, NULL), EDGEAI_E_INVALID);
    assert_null(lm);
    assert_fails(edgeai_lm_load(&lm, context, NULL, NULL), EDGEAI_E_INVALID);
    options.weights = (edgeai_weights)3;
    assert_fails(edgeai_lm_load(&lm, context, model.file, &options), EDGEAI_E_INVALID);
    assert_error_says("weights");
    options.struct_size = 0;
    assert_fails(edgeai_lm_load(&lm, context, model.file, &options), EDGEAI_E_INVALID);
    edgeai_lm_free(NULL);
    tiny_model_close(&model);
    edgeai_context_free(context);
}

/* Every way of keeping weights loads. */
static void test_weights_options(void **state)
{
    (void)state;
    edgeai_context *context = make_context(NULL);
    tiny_model_spec spec = tiny_model_spec_make("llada");
    tiny_model model;
    tiny_model_open(&model, context, &spec);
    for (int weights = EDGEAI_WEIGHTS_AUTO; weights <= EDGEAI_WEIGHTS_PACKED; weights++) {
        edgeai_lm_options options = EDGEAI_LM_OPTIONS_INIT;
        edgeai_lm *lm;
        options.weights = (edgeai_weights)weights;
        assert_ok(edgeai_lm_load(&lm, context, model.file, &options));
        edgeai_lm_free(lm);
    }
    tiny_model_close(&model);
    edgeai_context_free(context);
}

/* Loads, makes a denoiser, and runs it; the first status that is not OK. */
static edgeai_status use(edgeai_context *context, const edgeai_model_file *file)
{
    edgeai_lm *lm = NULL;
    edgeai_lm_denoiser *denoiser = NULL;
    edgeai_status status = edgeai_lm_load(&lm, context, file, NULL);
    if (!status) status = edgeai_lm_denoiser_create(&denoiser, lm, NULL);
    if (!status) {
        const edgeai_denoiser *d = edgeai_lm_denoiser_interface(denoiser);
        const int32_t row[] = {1, 49, 3}, position = 1;
        edgeai_prediction prediction;
        status = d->prepare(d->user, EDGEAI_WANT_CONFIDENCE, 3);
        if (!status) status = d->predict(d->user, row, 3, &position, 1, &prediction, NULL);
    }
    edgeai_lm_denoiser_free(denoiser);
    edgeai_lm_free(lm);
    return status;
}

/* Each allocation fails once in turn: a clean error, and nothing is left behind. */
static void check_failing(const tiny_model_spec *spec, size_t at_least)
{
    failing_allocator allocator = {.fail_at = SIZE_MAX};
    edgeai_context *context = make_context(&allocator);
    gguf_image image;
    edgeai_model_file *file;
    tiny_model_write(&image, spec);
    assert_ok(edgeai_model_file_open_memory(&file, context, image.bytes, image.n_bytes));
    const size_t live = allocator.n_live;
    edgeai_status status = EDGEAI_E_MEMORY;
    size_t n_failed = 0;
    for (; status != EDGEAI_OK; n_failed++) {
        allocator.fail_at = allocator.n_allocations + n_failed;
        status = use(context, file);
        if (status != EDGEAI_OK) assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_int_equal(allocator.n_live, live);
    }
    assert_true(n_failed > at_least);
    edgeai_model_file_free(file);
    gguf_image_free(&image);
    edgeai_context_free(context);
    assert_int_equal(allocator.n_live, 0);
}

static void test_failing_allocations(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("dream");
    spec.vector_dtype = EDGEAI_DTYPE_BF16;
    check_failing(&spec, 3);
    spec = tiny_model_spec_make("llada-moe");
    spec.skip = "mask_token_id"; /* the token is looked for by name */
    check_failing(&spec, 4);
}

/* Opens, loads and runs damaged bytes: any status will do, but nothing may break or stay behind. */
static void survive(edgeai_context *context, const gguf_image *image)
{
    edgeai_model_file *file;
    edgeai_lm *lm = NULL;
    edgeai_lm_denoiser *denoiser = NULL;
    edgeai_lm_denoiser_options options = EDGEAI_LM_DENOISER_OPTIONS_INIT;
    options.n_tokens_max = 3;
    if (edgeai_model_file_open_memory(&file, context, image->bytes, image->n_bytes) != EDGEAI_OK)
        return;
    edgeai_status status = edgeai_lm_load(&lm, context, file, NULL);
    if (!status) status = edgeai_lm_denoiser_create(&denoiser, lm, &options);
    if (!status) {
        const edgeai_denoiser *d = edgeai_lm_denoiser_interface(denoiser);
        const int32_t row[] = {0, 0, 0}, positions[] = {0, 1, 2};
        edgeai_prediction p[3];
        status = d->predict(d->user, row, 3, positions, 3, p, NULL);
        for (int i = 0; i < 3 && !status; i++)
            assert_in_range(p[i].token, 0, d->n_vocab - 1);
    }
    edgeai_lm_denoiser_free(denoiser);
    edgeai_lm_free(lm);
    edgeai_model_file_free(file);
}

static void test_damaged_files(void **state)
{
    (void)state;
    enum { N_ROUNDS = 3000, N_HEAD = 6000 }; /* metadata and tensor descriptions come first */
    static const char *const architectures[] = {"llada", "dream", "llada-moe", "rnd1"};
    failing_allocator allocator = {.fail_at = SIZE_MAX};
    edgeai_context *context = make_context(&allocator);
    eai_rng rng;
    eai_rng_seed(&rng, 77);
    for (int a = 0; a < 4; a++) {
        tiny_model_spec spec = tiny_model_spec_make(architectures[a]);
        gguf_image image;
        spec.extras = spec.n_experts == 0;
        tiny_model_write(&image, &spec);
        const size_t live = allocator.n_live,
                     n_head = image.n_bytes < N_HEAD ? image.n_bytes : N_HEAD;
        for (int round = 0; round < N_ROUNDS; round++) {
            const size_t at = eai_rng_below(&rng, n_head);
            const unsigned char before = image.bytes[at];
            image.bytes[at] ^= (unsigned char)(1u << eai_rng_below(&rng, 8));
            survive(context, &image);
            assert_int_equal(allocator.n_live, live);
            image.bytes[at] = before;
        }
        gguf_image_free(&image);
    }
    edgeai_context_free(context);
}

static void test_poisoned_weights(void **state)
{
    (void)state;
    static const char *const names[] = {"blk.0.ffn_norm.weight", "blk.1.attn_k.weight",
                                        "output.weight", "token_embd.weight"};
    edgeai_context *context = make_context(NULL);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        tiny_model_spec spec = tiny_model_spec_make("llada");
        gguf_image image;
        edgeai_model_file *file;
        spec.poison = names[i];
        if (i == 3) spec.tied = 1;
        tiny_model_write(&image, &spec);
        assert_ok(edgeai_model_file_open_memory(&file, context, image.bytes, image.n_bytes));
        assert_fails(use(context, file), EDGEAI_E_FORMAT);
        assert_error_says("finite");
        edgeai_model_file_free(file);
        gguf_image_free(&image);
    }
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_info),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_weights_options),
        cmocka_unit_test(test_failing_allocations),
        cmocka_unit_test(test_damaged_files),
        cmocka_unit_test(test_poisoned_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
