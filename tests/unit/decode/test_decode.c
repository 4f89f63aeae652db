/* SPDX-License-Identifier: MIT */
/* Blocks, early stop, infilling and errors: what is the same for every decoder. */
#include "support/check.h"
#include "support/decode_harness.h"

static decode_record record;
static scripted_denoiser script;

/* All confidences the same; the token of position i is the letter 'a' + i % 26. */
static const char *decode(const edgeai_decode_options *options, const char *text, double confidence)
{
    static edgeai_prediction predictions[64];
    double confidences[64];
    for (int i = 0; i < 64; i++)
        confidences[i] = confidence;
    harness_confidences(predictions, confidences, 64);
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    harness_run(&record, &script, options, text);
    return harness_text(&record);
}

static edgeai_decode_options threshold_in_blocks(size_t block_tokens)
{
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_THRESHOLD);
    options.block_tokens = block_tokens;
    return options;
}

static void blocks_reach_from_the_first_mask_to_the_last(void **state)
{
    (void)state;
    edgeai_decode_options options = threshold_in_blocks(4);
    assert_string_equal(decode(&options, "zz??z????zz", 0.95), "zzcdzfghizz");
    assert_string_equal(record.passes, "S2,3,5 S6,7,8 "); /* [2, 6) and the short [6, 9) */
    assert_int_equal(record.result.n_blocks, 2);
    assert_int_equal(script.block_begin, 6);
    assert_int_equal(script.block_end, 9);
    assert_int_equal(script.n_prepares, 1);
}

static void blocks_without_masks_are_passed_over(void **state)
{
    (void)state;
    edgeai_decode_options options = threshold_in_blocks(2);
    assert_string_equal(decode(&options, "?zzzz?", 0.95), "azzzzf");
    assert_int_equal(record.result.n_blocks, 2);
    assert_int_equal(script.n_begins, 2);
}

static void the_whole_row_is_one_block_when_asked(void **state)
{
    (void)state;
    edgeai_decode_options options = threshold_in_blocks(SIZE_MAX);
    decode(&options, "????????????????????????????????????????????????", 0.95);
    assert_int_equal(record.result.n_passes, 1);
    options.block_tokens = 0; /* 32 as published */
    decode(&options, "????????????????????????????????????????????????", 0.95);
    assert_int_equal(record.result.n_passes, 2);
}

static void a_row_without_masks_needs_no_pass(void **state)
{
    (void)state;
    edgeai_decode_options options = threshold_in_blocks(4);
    assert_string_equal(decode(&options, "abc", 0.95), "abc");
    assert_ok(record.status);
    assert_int_equal(script.n_prepares, 0);
    assert_int_equal(record.result.n_passes + record.result.n_blocks, 0);
}

/* The token of position 3 ends the text: 'd'. */
static const int32_t END[] = {3, 25};

static void an_end_token_fills_what_is_behind_its_block(void **state)
{
    (void)state;
    edgeai_decode_options options = threshold_in_blocks(4);
    options.end_tokens = END;
    options.n_end_tokens = 2;
    assert_string_equal(decode(&options, "zz????????", 0.95), "zzcdefdddd");
    assert_int_equal(record.result.n_blocks, 1);
    assert_int_equal(record.result.n_committed, 4);
    assert_int_equal(record.result.n_filled, 4);
    options.n_end_tokens = 0;
    assert_string_equal(decode(&options, "zz????????", 0.95), "zzcdefghij");
}

static void a_given_end_token_ends_nothing(void **state)
{
    (void)state;
    edgeai_decode_options options = threshold_in_blocks(4);
    options.end_tokens = END;
    options.n_end_tokens = 1;
    assert_string_equal(decode(&options, "?d?a????", 0.95), "adcaefgh"); /* nor one inside */
    assert_int_equal(record.result.n_filled, 0);
}

static void text_after_a_gap_is_never_given_up(void **state)
{
    (void)state;
    edgeai_decode_options options = threshold_in_blocks(4);
    options.end_tokens = END;
    options.n_end_tokens = 1;
    assert_string_equal(decode(&options, "????????????z", 0.95), "abcdefghijklz");
    assert_string_equal(decode(&options, "????z???????", 0.95), "abcdzfghijkl");
    assert_int_equal(record.result.n_filled, 0);
    /* Position 29 is a 'd' too, and behind it nothing was given. */
    assert_string_equal(decode(&options, "??????????????????????????z?????????", 0.95),
                        "abcdefghijklmnopqrstuvwxyzzbcdefdddd");
}

static void an_end_token_in_the_last_block_fills_nothing(void **state)
{
    (void)state;
    edgeai_decode_options options = threshold_in_blocks(4);
    options.end_tokens = END;
    options.n_end_tokens = 1;
    assert_string_equal(decode(&options, "????", 0.95), "abcd");
    assert_int_equal(record.result.n_filled, 0);
}

static void the_denoisers_error_is_handed_on_with_what_was_done(void **state)
{
    (void)state;
    static edgeai_prediction predictions[8];
    const double c[] = {0.95, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
    harness_confidences(predictions, c, 8);
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    script.fail_at = 2;
    edgeai_decode_options options = threshold_in_blocks(4);
    harness_run(&record, &script, &options, "????????");
    assert_int_equal(record.status, EDGEAI_E_IO);
    assert_error_says("scripted failure at pass 2");
    assert_string_equal(harness_text(&record), "ab??????");
    assert_int_equal(record.result.n_passes, 2);
    assert_int_equal(record.result.n_committed, 2);
    assert_int_equal(script.n_ends, 1); /* a block that was begun is ended */
}

static void cancelling_keeps_the_pass_that_was_reported(void **state)
{
    (void)state;
    edgeai_decode_options options = threshold_in_blocks(4);
    record.cancel_at = 2;
    assert_string_equal(decode(&options, "????????", 0.5), "ab??????");
    record.cancel_at = 0;
    assert_int_equal(record.status, EDGEAI_E_CANCELLED);
    assert_error_says("cancelled by the step callback after 2 passes");
    assert_int_equal(record.result.n_passes, 2);
    assert_int_equal(record.result.phase_passes[EDGEAI_PHASE_STEP], 2);
}

typedef struct fixture {
    edgeai_context *context;
    edgeai_decoding *decoding;
    edgeai_prediction predictions[8];
} fixture;

static void open_fixture(fixture *f)
{
    const double c[8] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
    edgeai_context_options context_options = EDGEAI_CONTEXT_OPTIONS_INIT;
    context_options.n_threads = 1;
    harness_confidences(f->predictions, c, 8);
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = f->predictions;
    assert_ok(edgeai_context_create(&f->context, &context_options));
    assert_ok(edgeai_decoding_create(&f->decoding, f->context, &script.denoiser, NULL, 8));
}

static void close_fixture(fixture *f)
{
    edgeai_decoding_free(f->decoding);
    edgeai_context_free(f->context);
}

static void rows_that_do_not_fit_are_refused_untouched(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    int32_t row[9] = {HARNESS_MASK, 0, 0, 0, 0, 0, 0, 0, 0};
    edgeai_decode_result result;
    assert_fails(edgeai_decoding_run(f.decoding, row, 9, &result), EDGEAI_E_LIMIT);
    assert_error_says("n_tokens: at most 8 by n_tokens_max, found 9");
    assert_fails(edgeai_decoding_run(f.decoding, row, 0, &result), EDGEAI_E_INVALID);
    assert_fails(edgeai_decoding_run(f.decoding, NULL, 8, &result), EDGEAI_E_INVALID);
    assert_fails(edgeai_decoding_run(NULL, row, 8, &result), EDGEAI_E_INVALID);
    row[5] = HARNESS_VOCAB;
    assert_fails(edgeai_decoding_run(f.decoding, row, 8, &result), EDGEAI_E_INVALID);
    assert_error_says("position 5: expected 0 to 31, found 32");
    row[5] = -1;
    assert_fails(edgeai_decoding_run(f.decoding, row, 8, NULL), EDGEAI_E_INVALID);
    assert_int_equal(row[0], HARNESS_MASK);
    assert_int_equal(result.n_passes, 0);
    close_fixture(&f);
}

static void a_decoding_can_be_run_again_and_does_the_same(void **state)
{
    (void)state;
    fixture f;
    open_fixture(&f);
    for (int k = 0; k < 3; k++) {
        int32_t row[8];
        for (int i = 0; i < 8; i++)
            row[i] = HARNESS_MASK;
        size_t n_tokens = k == 1 ? 3 : 8; /* a shorter one between */
        edgeai_decode_result result;
        assert_ok(edgeai_decoding_run(f.decoding, row, n_tokens, &result));
        assert_int_equal(result.n_committed, n_tokens);
        for (size_t i = 0; i < 8; i++)
            assert_int_equal(row[i], i < n_tokens ? (int32_t)i : HARNESS_MASK);
    }
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_reach_from_the_first_mask_to_the_last),
        cmocka_unit_test(blocks_without_masks_are_passed_over),
        cmocka_unit_test(the_whole_row_is_one_block_when_asked),
        cmocka_unit_test(a_row_without_masks_needs_no_pass),
        cmocka_unit_test(an_end_token_fills_what_is_behind_its_block),
        cmocka_unit_test(a_given_end_token_ends_nothing),
        cmocka_unit_test(text_after_a_gap_is_never_given_up),
        cmocka_unit_test(an_end_token_in_the_last_block_fills_nothing),
        cmocka_unit_test(the_denoisers_error_is_handed_on_with_what_was_done),
        cmocka_unit_test(cancelling_keeps_the_pass_that_was_reported),
        cmocka_unit_test(rows_that_do_not_fit_are_refused_untouched),
        cmocka_unit_test(a_decoding_can_be_run_again_and_does_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
