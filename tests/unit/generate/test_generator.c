/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <edgeai/generate.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "support/alphabet_generator.h"

static void the_parts_can_be_reached(void **state)
{
    (void)state;
    alphabet_generator fixture;
    alphabet_generator_open(&fixture, "plain");
    const edgeai_generator *generator = fixture.generator;
    edgeai_lm_info info = {.struct_size = sizeof info};
    edgeai_lm_get_info(edgeai_generator_lm(generator), &info);
    assert_int_equal(info.n_context, ALPHABET_MODEL_CONTEXT);
    assert_int_equal(edgeai_tokenizer_n_tokens(edgeai_generator_tokenizer(generator)),
                     info.n_vocab);
    assert_string_equal(edgeai_model_file_path(edgeai_generator_file(generator)), fixture.path);
    assert_int_equal(edgeai_generator_chat(generator), EDGEAI_CHAT_PLAIN);
    assert_int_equal(alphabet_generator_close(&fixture), 0);
}

static void bad_files_are_refused(void **state)
{
    (void)state;
    edgeai_context *context;
    edgeai_generator *generator = (edgeai_generator *)&context;
    assert_ok(edgeai_context_create(&context, NULL));
    assert_fails(edgeai_generator_create(&generator, context, "/nowhere.gguf", NULL),
                 EDGEAI_E_NOT_FOUND);
    assert_null(generator);
    assert_fails(edgeai_generator_create(NULL, context, "a", NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_generator_create(&generator, NULL, "a", NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_generator_create(&generator, context, NULL, NULL), EDGEAI_E_INVALID);
    edgeai_generator_free(NULL);
    edgeai_context_free(context);
}

static void an_unknown_template_in_the_file_is_refused(void **state)
{
    (void)state;
    alphabet_generator fixture;
    alphabet_generator_open(&fixture, "raw");
    alphabet_model_write(fixture.path, "alpaca", NULL);
    edgeai_generator *generator;
    edgeai_generate_options options = EDGEAI_GENERATE_OPTIONS_INIT;
    assert_fails(edgeai_generator_create(&generator, fixture.context, fixture.path, &options),
                 EDGEAI_E_UNSUPPORTED);
    assert_error_says("\"alpaca\"");
    options.chat = EDGEAI_CHAT_PLAIN; /* asked for by name, it does not matter */
    assert_ok(edgeai_generator_create(&generator, fixture.context, fixture.path, &options));
    edgeai_generator_free(generator);
    assert_int_equal(alphabet_generator_close(&fixture), 0);
}

/* Bytes that a generator made with these options holds. */
static size_t bytes_held(alphabet_generator *fixture, const edgeai_generate_options *options)
{
    edgeai_generator *generator;
    edgeai_generation out;
    const size_t before = fixture->memory.live_bytes;
    assert_ok(edgeai_generator_create(&generator, fixture->context, fixture->path, options));
    const size_t held = fixture->memory.live_bytes - before;
    assert_ok(edgeai_generate(generator, "Hi", &out));
    assert_string_equal(out.text, "ABCDEFGH");
    edgeai_generator_free(generator);
    return held;
}

static void weights_are_kept_as_asked(void **state)
{
    (void)state;
    alphabet_generator fixture;
    alphabet_generator_open(&fixture, "plain");
    edgeai_generate_options options = EDGEAI_GENERATE_OPTIONS_INIT;
    options.n_tokens = 8;
    options.weights = EDGEAI_WEIGHTS_MAPPED;
    const size_t mapped = bytes_held(&fixture, &options);
    options.weights = EDGEAI_WEIGHTS_PACKED;
    assert_true(bytes_held(&fixture, &options) > mapped);
    /* Of a caller who does not know the field it is not read. */
    options.weights = (edgeai_weights)77;
    options.struct_size = offsetof(edgeai_generate_options, weights);
    assert_true(bytes_held(&fixture, &options) >= mapped);
    assert_int_equal(alphabet_generator_close(&fixture), 0);
}

static void unknown_ways_of_loading_are_refused(void **state)
{
    (void)state;
    alphabet_generator fixture;
    alphabet_generator_open(&fixture, "plain");
    edgeai_generator *generator;
    edgeai_generate_options options = EDGEAI_GENERATE_OPTIONS_INIT;
    options.weights = (edgeai_weights)77;
    assert_fails(edgeai_generator_create(&generator, fixture.context, fixture.path, &options),
                 EDGEAI_E_INVALID);
    assert_error_says("weights");
    options.weights = EDGEAI_WEIGHTS_AUTO;
    options.activations = (edgeai_activations)77;
    assert_fails(edgeai_generator_create(&generator, fixture.context, fixture.path, &options),
                 EDGEAI_E_INVALID);
    assert_error_says("activations");
    assert_int_equal(alphabet_generator_close(&fixture), 0);
}

/* Loading and one answer, with every allocation failing once in turn. */
static void every_failed_allocation_is_borne(void **state)
{
    (void)state;
    alphabet_generator fixture;
    alphabet_generator_open(&fixture, "plain");
    static const char *const stops[] = {"Q"};
    edgeai_generate_options options = EDGEAI_GENERATE_OPTIONS_INIT;
    options.stop_texts = stops;
    options.n_stop_texts = 1;
    options.n_tokens = 8;
    failing_allocator *memory = &fixture.memory;
    size_t n_live = memory->n_live;
    edgeai_status status = EDGEAI_E_MEMORY;
    for (size_t k = 0; status != EDGEAI_OK; k++) {
        edgeai_generator *generator;
        edgeai_generation out;
        memory->n_allocations = 0;
        memory->fail_at = k;
        status = edgeai_generator_create(&generator, fixture.context, fixture.path, &options);
        if (status == EDGEAI_OK) status = edgeai_generate(generator, "Hi", &out);
        if (status == EDGEAI_OK) status = edgeai_generate_infill(generator, "A[MASK]", &out);
        if (status != EDGEAI_OK) assert_int_equal(status, EDGEAI_E_MEMORY);
        edgeai_generator_free(generator);
        assert_int_equal(memory->n_live, n_live);
        assert_true(k < 10000);
    }
    memory->fail_at = SIZE_MAX;
    assert_int_equal(alphabet_generator_close(&fixture), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_parts_can_be_reached),
        cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test(an_unknown_template_in_the_file_is_refused),
        cmocka_unit_test(weights_are_kept_as_asked),
        cmocka_unit_test(unknown_ways_of_loading_are_refused),
        cmocka_unit_test(every_failed_allocation_is_borne),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
