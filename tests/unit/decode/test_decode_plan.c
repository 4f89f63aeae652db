/* SPDX-License-Identifier: MIT */
#include <edgeai/decode.h>

#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/scripted_denoiser.h"

static scripted_denoiser script;
static failing_allocator allocations;

static edgeai_context *open_context(void)
{
    allocations = (failing_allocator){.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&allocations);
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, &options));
    scripted_denoiser_make(&script, 100, 99, scripted_table_predict);
    return context;
}

static edgeai_decode_options hungry_options(void)
{
    static const int32_t end_tokens[] = {3, 4, 5};
    edgeai_decode_options options = EDGEAI_DECODE_OPTIONS_INIT;
    options.decoder = EDGEAI_DECODER_KLASS;
    options.temperature = 1;
    options.guidance_scale = 1;
    options.end_tokens = end_tokens;
    options.n_end_tokens = 3;
    return options;
}

static void every_failing_allocation_is_an_error_without_leak(void **state)
{
    (void)state;
    edgeai_context *context = open_context();
    size_t n_before = allocations.n_allocations, n_live = allocations.n_live;
    edgeai_decode_options options = hungry_options();
    edgeai_decoding *decoding = NULL;
    size_t n_failures = 0;
    for (;; n_failures++) {
        allocations.n_allocations = n_before;
        allocations.fail_at = n_before + n_failures;
        edgeai_status status =
            edgeai_decoding_create(&decoding, context, &script.denoiser, &options, 64);
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_null(decoding);
        assert_int_equal(allocations.n_live, n_live);
    }
    assert_int_equal(n_failures, 2);
    edgeai_decoding_free(decoding);
    assert_int_equal(allocations.n_live, n_live);
    edgeai_context_free(context);
}

static void the_memory_told_beforehand_is_what_is_taken(void **state)
{
    (void)state;
    edgeai_context *context = open_context();
    for (int decoder = 0; decoder < EDGEAI_N_DECODERS; decoder++) {
        edgeai_decode_options options = hungry_options();
        options.decoder = (edgeai_decoder)decoder;
        size_t before = allocations.live_bytes, bytes = 0;
        edgeai_decoding *decoding;
        assert_ok(edgeai_decoding_memory(context, &script.denoiser, &options, 300, &bytes));
        assert_ok(edgeai_decoding_create(&decoding, context, &script.denoiser, &options, 300));
        assert_int_equal(allocations.live_bytes - before, bytes);
        edgeai_decoding_free(decoding);
    }
    edgeai_context_free(context);
}

static void sizes_that_no_machine_has_are_refused(void **state)
{
    (void)state;
    edgeai_context *context = open_context();
    edgeai_decode_options options = hungry_options();
    options.block_tokens = SIZE_MAX;
    script.denoiser.n_vocab = INT32_MAX;
    edgeai_decoding *decoding;
    size_t bytes = 0;
    assert_ok(edgeai_decoding_memory(context, &script.denoiser, &options, INT32_MAX, &bytes));
    assert_true(bytes > (size_t)1 << 62);
    assert_fails(edgeai_decoding_create(&decoding, context, &script.denoiser, &options, INT32_MAX),
                 EDGEAI_E_MEMORY);
    assert_fails(
        edgeai_decoding_create(&decoding, context, &script.denoiser, NULL, (size_t)INT32_MAX + 1),
        EDGEAI_E_INVALID);
    assert_error_says("n_tokens_max: expected 1 to 2147483647, found 2147483648");
    assert_fails(edgeai_decoding_create(&decoding, context, &script.denoiser, NULL, 0),
                 EDGEAI_E_INVALID);
    edgeai_context_free(context);
}

static void refused(edgeai_context *context, const edgeai_denoiser *denoiser,
                    const edgeai_decode_options *options, const char *text)
{
    edgeai_decoding *decoding = (edgeai_decoding *)context;
    size_t n_live = allocations.n_live;
    assert_fails(edgeai_decoding_create(&decoding, context, denoiser, options, 8),
                 EDGEAI_E_INVALID);
    assert_error_says(text);
    assert_null(decoding);
    assert_int_equal(allocations.n_live, n_live);
}

static void a_denoiser_that_cannot_work_is_refused(void **state)
{
    (void)state;
    edgeai_context *context = open_context();
    edgeai_denoiser denoiser = script.denoiser;
    refused(context, NULL, NULL, "denoiser is NULL");
    denoiser.struct_size = 8;
    refused(context, &denoiser, NULL, "struct_size");
    denoiser = script.denoiser;
    denoiser.predict = NULL;
    refused(context, &denoiser, NULL, "predict is NULL");
    denoiser = script.denoiser;
    denoiser.n_vocab = 1; /* nothing but the mask */
    refused(context, &denoiser, NULL, "n_vocab: expected 2 or more, found 1");
    denoiser = script.denoiser;
    denoiser.mask_token = 100;
    refused(context, &denoiser, NULL, "mask_token: expected 0 to 99, found 100");
    refused(NULL, &script.denoiser, NULL, "context is NULL");
    assert_fails(edgeai_decoding_create(NULL, context, &script.denoiser, NULL, 8),
                 EDGEAI_E_INVALID);
    assert_fails(edgeai_decoding_memory(context, &script.denoiser, NULL, 8, NULL),
                 EDGEAI_E_INVALID);
    size_t bytes;
    assert_fails(edgeai_decoding_memory(NULL, &script.denoiser, NULL, 8, &bytes), EDGEAI_E_INVALID);
    edgeai_context_free(context);
    edgeai_decoding_free(NULL);
}

static void end_tokens_are_tokens(void **state)
{
    (void)state;
    edgeai_context *context = open_context();
    edgeai_decode_options options = EDGEAI_DECODE_OPTIONS_INIT;
    int32_t end_tokens[] = {3, 100};
    options.end_tokens = end_tokens;
    options.n_end_tokens = 2;
    refused(context, &script.denoiser, &options, "end_tokens[1]: expected 0 to 99");
    end_tokens[1] = 99;
    refused(context, &script.denoiser, &options, "not the mask 99, found 99");
    options.n_end_tokens = 1;
    options.temperature = -1;
    refused(context, &script.denoiser, &options, "temperature");
    edgeai_context_free(context);
}

/* A denoiser of bare necessities: no prepare, no blocks. */
static void optional_functions_may_be_absent(void **state)
{
    (void)state;
    edgeai_context *context = open_context();
    edgeai_prediction predictions[4] = {
        {1, 0.5, 0.5, 0, 1}, {2, 0.5, 0.5, 0, 1}, {3, 0.5, 0.5, 0, 1}, {4, 0.5, 0.5, 0, 1}};
    script.user = predictions;
    script.denoiser.prepare = NULL;
    script.denoiser.begin_block = NULL;
    script.denoiser.end_block = NULL;
    edgeai_decoding *decoding;
    assert_ok(edgeai_decoding_create(&decoding, context, &script.denoiser, NULL, 4));
    int32_t row[] = {99, 99, 99, 99};
    assert_ok(edgeai_decoding_run(decoding, row, 4, NULL));
    for (int i = 0; i < 4; i++)
        assert_int_equal(row[i], i + 1);
    edgeai_decoding_free(decoding);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_failing_allocation_is_an_error_without_leak),
        cmocka_unit_test(the_memory_told_beforehand_is_what_is_taken),
        cmocka_unit_test(sizes_that_no_machine_has_are_refused),
        cmocka_unit_test(a_denoiser_that_cannot_work_is_refused),
        cmocka_unit_test(end_tokens_are_tokens),
        cmocka_unit_test(optional_functions_may_be_absent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
