/* SPDX-License-Identifier: MIT */
#include "support/byte_vocabulary.h"
#include "support/check.h"
#include "support/failing_allocator.h"

#include <string.h>

#include <edgeai/tokenizer.h>

#define KEY(name) "tokenizer.ggml." name

static edgeai_context *context;
static char logged[512];

static void keep_line(void *user, edgeai_log_level level, const char *line)
{
    (void)user;
    assert_int_equal(level, EDGEAI_LOG_WARNING);
    strncpy(logged, line, sizeof(logged) - 1);
}

static int setup(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.log = keep_line;
    options.log_level = EDGEAI_LOG_WARNING;
    return edgeai_context_create(&context, &options);
}

static int teardown(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

/* Creates from the image, which is freed. */
static edgeai_status create(edgeai_tokenizer **tokenizer, metadata_image *image)
{
    edgeai_model_file *file;
    logged[0] = '\0';
    assert_ok(edgeai_model_file_open_memory(&file, context, image->bytes, image->n_bytes));
    edgeai_status status = edgeai_tokenizer_create(tokenizer, context, file);
    edgeai_model_file_free(file);
    metadata_image_free(image);
    if (status != EDGEAI_OK) assert_null(*tokenizer);
    return status;
}

static void assert_damaged(metadata_image *image, edgeai_status status, const char *says)
{
    edgeai_tokenizer *tokenizer;
    assert_fails(create(&tokenizer, image), status);
    assert_error_says(says);
}

/* model, pre and these tokens. */
static metadata_image begin(const edgeai_string *tokens, size_t n)
{
    metadata_image image = metadata_image_make();
    metadata_image_string(&image, KEY("model"), "gpt2");
    metadata_image_string(&image, KEY("pre"), "qwen2");
    metadata_image_strings(&image, KEY("tokens"), tokens, n);
    return image;
}

static const edgeai_string ab[] = {{"a", 1}, {"b", 1}};

static void no_vocabulary(void **state)
{
    (void)state;
    metadata_image image = metadata_image_make();
    assert_damaged(&image, EDGEAI_E_NOT_FOUND, KEY("model"));
    image = metadata_image_make();
    metadata_image_string(&image, KEY("model"), "gpt2");
    assert_damaged(&image, EDGEAI_E_NOT_FOUND, KEY("tokens"));
    image = begin(ab, 0);
    assert_damaged(&image, EDGEAI_E_NOT_FOUND, KEY("tokens"));
    image = metadata_image_make();
    metadata_image_string(&image, KEY("model"), "llama");
    assert_damaged(&image, EDGEAI_E_UNSUPPORTED, "expected gpt2 (byte-level BPE), found 'llama'");
}

static void arrays_of_other_types(void **state)
{
    (void)state;
    const int32_t numbers[] = {1, 1};
    metadata_image image = metadata_image_make();
    metadata_image_u32(&image, KEY("model"), 7);
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("model"));
    image = metadata_image_make();
    metadata_image_string(&image, KEY("model"), "gpt2");
    metadata_image_i32s(&image, KEY("tokens"), numbers, 2);
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("tokens"));
    image = metadata_image_make();
    metadata_image_string(&image, KEY("model"), "gpt2");
    metadata_image_string(&image, KEY("tokens"), "a b");
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("tokens"));
    image = begin(ab, 2);
    metadata_image_strings(&image, KEY("token_type"), ab, 2);
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("token_type"));
    image = begin(ab, 2);
    metadata_image_i32s(&image, KEY("merges"), numbers, 2);
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("merges"));
    image = begin(ab, 2);
    metadata_image_string(&image, KEY("add_bos_token"), "yes");
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("add_bos_token"));
    image = metadata_image_make();
    metadata_image_string(&image, KEY("model"), "gpt2");
    metadata_image_u32(&image, KEY("pre"), 1);
    metadata_image_strings(&image, KEY("tokens"), ab, 2);
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("pre"));
}

static void arrays_that_do_not_fit(void **state)
{
    (void)state;
    const int32_t types[] = {1, 1, 1}, odd[] = {1, 9};
    const edgeai_string twice[] = {{"a", 1}, {"a", 1}}, empty[] = {{"a", 1}, {"", 0}};
    const edgeai_string merge[] = {{"ab", 2}};
    metadata_image image = begin(ab, 2);
    metadata_image_i32s(&image, KEY("token_type"), types, 3);
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("token_type") ": expected 2 elements");
    image = begin(ab, 2);
    metadata_image_i32s(&image, KEY("token_type"), types, 0);
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("token_type") ": expected 2 elements");
    image = begin(ab, 2);
    metadata_image_i32s(&image, KEY("token_type"), odd, 2);
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("token_type") "[1]");
    image = begin(twice, 2);
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("tokens") "[1]");
    image = begin(empty, 2);
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("tokens") "[1]");
    image = begin(ab, 2);
    metadata_image_strings(&image, KEY("merges"), merge, 1);
    assert_damaged(&image, EDGEAI_E_FORMAT, KEY("merges") "[0]");
}

static void ids_out_of_range(void **state)
{
    (void)state;
    const char *const keys[] = {
        KEY("bos_token_id"),  KEY("eos_token_id"),     KEY("eot_token_id"),    KEY("eom_token_id"),
        KEY("mask_token_id"), KEY("padding_token_id"), KEY("unknown_token_id")};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        metadata_image image = begin(ab, 2);
        metadata_image_u32(&image, keys[i], 2);
        assert_damaged(&image, EDGEAI_E_FORMAT, keys[i]);
        image = begin(ab, 2);
        metadata_image_string(&image, keys[i], "1");
        assert_damaged(&image, EDGEAI_E_FORMAT, keys[i]);
        edgeai_tokenizer *tokenizer;
        image = begin(ab, 2);
        metadata_image_u32(&image, keys[i], 1);
        assert_ok(create(&tokenizer, &image));
        edgeai_tokenizer_free(tokenizer);
    }
}

static void unknown_pretokenizers_warn(void **state)
{
    (void)state;
    const char *const names[] = {"qwen2", "no-such-name", NULL};
    const char *const warnings[] = {"", "'no-such-name' is unknown", "pre is absent"};
    for (int i = 0; i < 3; i++) {
        metadata_image image = metadata_image_make();
        edgeai_tokenizer *tokenizer;
        byte_vocabulary_add(&image, names[i]);
        assert_ok(create(&tokenizer, &image));
        edgeai_tokenizer_free(tokenizer);
        if (i == 0)
            assert_string_equal(logged, "");
        else
            assert_non_null(strstr(logged, warnings[i]));
    }
}

static void roles_by_key(void **state)
{
    (void)state;
    const edgeai_string tokens[] = {{"a", 1}, {"b", 1}, {"c", 1},     {"d", 1},
                                    {"e", 1}, {"f", 1}, {"[MASK]", 6}};
    const struct {
        const char *key;
        edgeai_special_token role;
    } keys[] = {{KEY("bos_token_id"), EDGEAI_TOKEN_BOS},
                {KEY("eos_token_id"), EDGEAI_TOKEN_EOS},
                {KEY("eot_token_id"), EDGEAI_TOKEN_EOT},
                {KEY("padding_token_id"), EDGEAI_TOKEN_PAD},
                {KEY("mask_token_id"), EDGEAI_TOKEN_MASK}};
    metadata_image image = begin(tokens, 7);
    edgeai_tokenizer *tokenizer;
    for (uint32_t i = 0; i < 5; i++)
        metadata_image_u32(&image, keys[i].key, i);
    metadata_image_u32(&image, KEY("eom_token_id"), 5);
    assert_ok(create(&tokenizer, &image));
    for (int i = 0; i < 5; i++)
        assert_int_equal(edgeai_tokenizer_special(tokenizer, keys[i].role), i);
    const bool ends[] = {false, true, true, false, false, true, false};
    for (int32_t i = 0; i < 7; i++)
        assert_int_equal(edgeai_tokenizer_is_end(tokenizer, i), ends[i]);
    assert_false(edgeai_tokenizer_is_end(tokenizer, -1));
    edgeai_tokenizer_free(tokenizer);
}

static void roles_by_name(void **state)
{
    (void)state;
    const char *const masks[] = {"<|mdm_mask|>", "<|mask|>", "<|MASK|>", "[MASK]", "no mask"};
    for (size_t i = 0; i < 5; i++) {
        const edgeai_string tokens[] = {{"a", 1}, {masks[i], strlen(masks[i])}};
        metadata_image image = begin(tokens, 2);
        edgeai_tokenizer *tokenizer;
        assert_ok(create(&tokenizer, &image));
        assert_int_equal(edgeai_tokenizer_special(tokenizer, EDGEAI_TOKEN_MASK), i < 4 ? 1 : -1);
        assert_int_equal(edgeai_tokenizer_special(tokenizer, EDGEAI_TOKEN_EOT), -1);
        edgeai_tokenizer_free(tokenizer);
    }
    metadata_image image = metadata_image_make();
    edgeai_tokenizer *tokenizer;
    byte_vocabulary_add(&image, "llada");
    assert_ok(create(&tokenizer, &image));
    assert_int_equal(edgeai_tokenizer_special(tokenizer, EDGEAI_TOKEN_MASK), BYTE_VOCABULARY_MASK);
    assert_int_equal(edgeai_tokenizer_special(tokenizer, EDGEAI_TOKEN_EOT), BYTE_VOCABULARY_EOT);
    assert_true(edgeai_tokenizer_is_end(tokenizer, BYTE_VOCABULARY_END));
    assert_true(edgeai_tokenizer_is_end(tokenizer, BYTE_VOCABULARY_EOT));
    assert_false(edgeai_tokenizer_is_end(tokenizer, BYTE_VOCABULARY_MASK));
    assert_false(edgeai_tokenizer_is_end(tokenizer, 'a'));
    edgeai_tokenizer_free(tokenizer);
}

static void refuses_null(void **state)
{
    (void)state;
    edgeai_tokenizer *tokenizer = NULL;
    assert_fails(edgeai_tokenizer_create(NULL, context, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_tokenizer_create(&tokenizer, context, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_tokenizer_create(&tokenizer, NULL, NULL), EDGEAI_E_INVALID);
    edgeai_tokenizer_free(NULL);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    failing_allocator counter = {.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *failing;
    edgeai_model_file *file;
    metadata_image image = metadata_image_make();
    byte_vocabulary_add(&image, "default");
    options.allocator = failing_allocator_make(&counter);
    assert_ok(edgeai_context_create(&failing, &options));
    assert_ok(edgeai_model_file_open_memory(&file, failing, image.bytes, image.n_bytes));
    size_t before = counter.n_live;
    for (size_t fail_at = 0;; fail_at++) {
        edgeai_tokenizer *tokenizer;
        counter.n_allocations = 0;
        counter.fail_at = fail_at;
        edgeai_status status = edgeai_tokenizer_create(&tokenizer, failing, file);
        edgeai_tokenizer_free(tokenizer);
        assert_int_equal(counter.n_live, before);
        if (counter.n_allocations <= fail_at) {
            assert_int_equal(status, EDGEAI_OK);
            assert_true(fail_at > 20);
            break;
        }
        assert_int_equal(status, EDGEAI_E_MEMORY);
    }
    edgeai_model_file_free(file);
    edgeai_context_free(failing);
    metadata_image_free(&image);
    assert_int_equal(counter.n_live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_vocabulary),
        cmocka_unit_test(arrays_of_other_types),
        cmocka_unit_test(arrays_that_do_not_fit),
        cmocka_unit_test(ids_out_of_range),
        cmocka_unit_test(unknown_pretokenizers_warn),
        cmocka_unit_test(roles_by_key),
        cmocka_unit_test(roles_by_name),
        cmocka_unit_test(refuses_null),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
