/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <edgeai/generate.h>

#include <string.h>

#include "support/alphabet_generator.h"

static alphabet_generator fixture;

static int set_up(void **state)
{
    (void)state;
    alphabet_generator_open(&fixture, "plain");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return alphabet_generator_close(&fixture);
}

static edgeai_generate_options defaults(void)
{
    return (edgeai_generate_options)EDGEAI_GENERATE_OPTIONS_INIT;
}

static void configure(const edgeai_generate_options *options)
{
    assert_ok(edgeai_generator_configure(fixture.generator, options));
}

static void an_answer_ends_at_the_end_token(void **state)
{
    (void)state;
    edgeai_generation out;
    configure(NULL);
    assert_ok(edgeai_generate(fixture.generator, "Say it!", &out));
    assert_string_equal(out.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ.");
    assert_int_equal(out.n_text_bytes, 27);
    assert_int_equal(out.n_tokens, 27);
    assert_true(out.ended);
    assert_int_equal(out.n_prompt_tokens, 8);
    /* 128 masks would not fit behind the prompt: as many as do. */
    assert_int_equal(out.n_row, ALPHABET_MODEL_CONTEXT);
    assert_int_equal(out.tokens[7], '\n');
    assert_int_equal(out.tokens[8], 'A');
    assert_true(out.decode.n_passes > 0 && out.total_ms > 0);
}

static void every_decoder_and_cache_answers(void **state)
{
    (void)state;
    for (int decoder = 0; decoder < EDGEAI_N_DECODERS; decoder++)
        for (int cache = EDGEAI_CACHE_NONE; cache <= EDGEAI_CACHE_DUAL; cache++) {
            edgeai_generate_options options = defaults();
            options.n_tokens = 8;
            options.cache = (edgeai_cache)cache;
            options.decode.decoder = (edgeai_decoder)decoder;
            configure(&options);
            edgeai_generation out;
            assert_ok(edgeai_generate(fixture.generator, "A", &out));
            assert_int_equal(out.n_row, 10);
            assert_int_equal(out.text[0], 'A');
            /* Two choose places at random, and an entropy bound always takes one more. */
            if (decoder == EDGEAI_DECODER_RANDOM || decoder == EDGEAI_DECODER_ORIGIN ||
                decoder == EDGEAI_DECODER_ENTROPY_BOUND)
                continue;
            /* Dream's schedule takes several at once towards its end. */
            assert_memory_equal(out.text, "ABCDEF", 6);
        }
}

static void stop_texts_cut_the_answer(void **state)
{
    (void)state;
    static const char *const stops[] = {"XY", "EF", "F"};
    edgeai_generate_options options = defaults();
    options.stop_texts = stops;
    options.n_stop_texts = 3;
    configure(&options);
    edgeai_generation out;
    assert_ok(edgeai_generate(fixture.generator, "A", &out));
    assert_string_equal(out.text, "ABCD");
    assert_int_equal(out.n_text_bytes, 4);
    assert_true(out.ended);
    static const char *const empty[] = {""};
    options.stop_texts = empty;
    options.n_stop_texts = 1;
    assert_fails(edgeai_generator_configure(fixture.generator, &options), EDGEAI_E_INVALID);
    /* A failed configure changes nothing. */
    assert_ok(edgeai_generate(fixture.generator, "A", &out));
    assert_string_equal(out.text, "ABCD");
}

static void early_stop_saves_passes(void **state)
{
    (void)state;
    edgeai_generation stopped, whole;
    edgeai_generate_options options = defaults();
    options.n_tokens = 96;
    options.decode.decoder = EDGEAI_DECODER_LOW_CONFIDENCE;
    configure(&options);
    assert_ok(edgeai_generate(fixture.generator, "A", &stopped));
    assert_int_equal(stopped.decode.n_passes, 32); /* the first block holds the end */
    assert_int_equal(stopped.decode.n_filled, 64);
    options.no_early_stop = true;
    configure(&options);
    assert_ok(edgeai_generate(fixture.generator, "A", &whole));
    assert_int_equal(whole.decode.n_passes, 96);
    assert_int_equal(whole.n_tokens, stopped.n_tokens);
    assert_int_equal(whole.n_tokens, 27);
    assert_true(whole.ended);
}

static void gaps_are_filled_and_the_text_kept(void **state)
{
    (void)state;
    edgeai_generation out;
    configure(NULL);
    assert_ok(edgeai_generate_infill(fixture.generator, "<|mask|>B[MASK:3] caf\xc3\xa9 \nA[MASK]!",
                                     &out));
    assert_string_equal(out.text, "<|mask|>BCDE caf\xc3\xa9 \nAB!");
    assert_int_equal(out.n_tokens, 4);
    assert_int_equal(out.n_prompt_tokens, 9);
    /* An end inside a gap is no end of the text, nor does it stop the blocks behind it. */
    edgeai_generate_options options = defaults();
    options.decode.block_tokens = 4;
    configure(&options);
    assert_ok(edgeai_generate_infill(fixture.generator, "Y[MASK:4]X[MASK:1] end", &out));
    assert_string_equal(out.text, "YZ.XY end");
    assert_int_equal(out.n_tokens, 3);
    /* But behind one that ends the text nothing is decoded in vain. */
    assert_ok(edgeai_generate_infill(fixture.generator, "Y[MASK:64]", &out));
    assert_string_equal(out.text, "YZ.");
    assert_int_equal(out.decode.n_filled, 60);
    assert_fails(edgeai_generate_infill(fixture.generator, "no gap", &out), EDGEAI_E_INVALID);
    assert_fails(edgeai_generate_infill(fixture.generator, "[MASK:1000]", &out), EDGEAI_E_LIMIT);
}

static void broken_bytes_come_out_as_utf8(void **state)
{
    (void)state;
    edgeai_generation out;
    configure(NULL);
    assert_ok(edgeai_generate_infill(fixture.generator, "\xff\xc3[MASK]", &out));
    assert_true(out.n_text_bytes >= 6);
    assert_memory_equal(out.text, "\xef\xbf\xbd\xef\xbf\xbd", 6);
}

static void rows_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    edgeai_generate_options options = defaults();
    edgeai_generation out;
    char prompt[ALPHABET_MODEL_CONTEXT + 1];
    memset(prompt, 'a', sizeof prompt - 1);
    prompt[sizeof prompt - 1] = '\0';
    configure(NULL);
    assert_fails(edgeai_generate(fixture.generator, prompt, &out), EDGEAI_E_LIMIT);
    options.n_tokens = ALPHABET_MODEL_CONTEXT;
    configure(&options);
    assert_fails(edgeai_generate(fixture.generator, "a", &out), EDGEAI_E_LIMIT);
    assert_error_says("2 tokens of prompt and 128 masks, expected at most 128 together");
    options.n_tokens = SIZE_MAX;
    configure(&options);
    assert_fails(edgeai_generate(fixture.generator, "a", &out), EDGEAI_E_LIMIT);
    options.n_row_max = ALPHABET_MODEL_CONTEXT + 1;
    assert_fails(edgeai_generator_configure(fixture.generator, &options), EDGEAI_E_LIMIT);
}

static void guidance_needs_no_cache(void **state)
{
    (void)state;
    edgeai_generate_options options = defaults();
    options.n_tokens = 4;
    options.decode.guidance_scale = 1;
    configure(&options);
    edgeai_generation out;
    assert_ok(edgeai_generate(fixture.generator, "A", &out));
    options.cache = EDGEAI_CACHE_PREFIX;
    assert_fails(edgeai_generator_configure(fixture.generator, &options), EDGEAI_E_INVALID);
    assert_error_says("guidance");
}

static int stop_after(void *user, const edgeai_decode_step *step)
{
    return step->n_passes >= *(size_t *)user;
}

static void a_cancelled_answer_is_what_was_committed(void **state)
{
    (void)state;
    size_t n_passes = 3;
    edgeai_generate_options options = defaults();
    options.decode.decoder = EDGEAI_DECODER_LOW_CONFIDENCE;
    options.decode.on_step = stop_after;
    options.decode.on_step_user = &n_passes;
    configure(&options);
    edgeai_generation out;
    assert_fails(edgeai_generate(fixture.generator, "A", &out), EDGEAI_E_CANCELLED);
    assert_error_says("cancelled after 3 forward passes");
    assert_string_equal(out.text, "ABC");
    assert_int_equal(out.n_tokens, 3);
    assert_false(out.ended);
}

static void nothing_grows_from_call_to_call(void **state)
{
    (void)state;
    edgeai_generation out;
    configure(NULL);
    assert_ok(edgeai_generate(fixture.generator, "Hello", &out));
    size_t n_live = fixture.memory.n_live, live_bytes = fixture.memory.live_bytes;
    for (int i = 0; i < 3; i++)
        assert_ok(edgeai_generate(fixture.generator, "Hello", NULL));
    assert_int_equal(fixture.memory.n_live, n_live);
    assert_int_equal(fixture.memory.live_bytes, live_bytes);
}

static void memory_is_taken_as_rows_need_it(void **state)
{
    (void)state;
    edgeai_generate_options options = defaults();
    edgeai_generation out;
    char prompt[101];
    memset(prompt, 'a', 100);
    prompt[100] = '\0';
    options.n_tokens = 1;
    options.cache = EDGEAI_CACHE_DUAL;
    configure(&options);
    assert_ok(edgeai_generate(fixture.generator, "few", &out));
    size_t small = fixture.memory.live_bytes;

    /* Growing that fails leaves what was there. */
    for (size_t k = 0;; k++) {
        fixture.memory.n_allocations = 0;
        fixture.memory.fail_at = k;
        edgeai_status status = edgeai_generate(fixture.generator, prompt, &out);
        fixture.memory.fail_at = SIZE_MAX;
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_ok(edgeai_generate(fixture.generator, "few", &out));
        assert_string_equal(out.text, "A");
        assert_true(k < 1000);
    }
    assert_string_equal(out.text, "A");
    size_t grown = fixture.memory.live_bytes;
    assert_true(grown > small + small / 10);
    assert_ok(edgeai_generate(fixture.generator, "few", &out));
    assert_int_equal(fixture.memory.live_bytes, grown);

    /* A length that the caller sets is taken at once. */
    options.n_row_max = ALPHABET_MODEL_CONTEXT;
    configure(&options);
    assert_true(fixture.memory.live_bytes > small + small / 10);
}

static void arguments_are_checked(void **state)
{
    (void)state;
    edgeai_generation out;
    edgeai_message no_text = {EDGEAI_ROLE_USER, NULL}, no_role = {(edgeai_role)7, "a"};
    configure(NULL);
    assert_fails(edgeai_generate(fixture.generator, NULL, &out), EDGEAI_E_INVALID);
    assert_fails(edgeai_generate(NULL, "a", &out), EDGEAI_E_INVALID);
    assert_fails(edgeai_generate_chat(fixture.generator, NULL, 0, &out), EDGEAI_E_INVALID);
    assert_fails(edgeai_generate_chat(fixture.generator, &no_text, 1, &out), EDGEAI_E_INVALID);
    assert_fails(edgeai_generate_chat(fixture.generator, &no_role, 1, &out), EDGEAI_E_INVALID);
    assert_fails(edgeai_generate_infill(fixture.generator, NULL, &out), EDGEAI_E_INVALID);
    edgeai_generate_options options = defaults();
    options.struct_size = 0;
    assert_fails(edgeai_generator_configure(fixture.generator, &options), EDGEAI_E_INVALID);
    options = defaults();
    options.chat = (edgeai_chat)17;
    assert_fails(edgeai_generator_configure(fixture.generator, &options), EDGEAI_E_INVALID);
    options = defaults();
    options.decode.top_p = 7;
    assert_fails(edgeai_generator_configure(fixture.generator, &options), EDGEAI_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_ends_at_the_end_token),
        cmocka_unit_test(every_decoder_and_cache_answers),
        cmocka_unit_test(stop_texts_cut_the_answer),
        cmocka_unit_test(early_stop_saves_passes),
        cmocka_unit_test(gaps_are_filled_and_the_text_kept),
        cmocka_unit_test(broken_bytes_come_out_as_utf8),
        cmocka_unit_test(rows_that_do_not_fit_are_refused),
        cmocka_unit_test(guidance_needs_no_cache),
        cmocka_unit_test(a_cancelled_answer_is_what_was_committed),
        cmocka_unit_test(nothing_grows_from_call_to_call),
        cmocka_unit_test(memory_is_taken_as_rows_need_it),
        cmocka_unit_test(arguments_are_checked),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
