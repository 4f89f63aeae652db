/* SPDX-License-Identifier: MIT */
#include "support/byte_vocabulary.h"
#include "support/check.h"

#include <string.h>

#include <edgeai/tokenizer.h>

#include "base/rng.h"

#define FFFD "\xef\xbf\xbd"

static edgeai_context *context;
static edgeai_tokenizer *tokenizer;

static int setup(void **state)
{
    (void)state;
    metadata_image image = metadata_image_make();
    edgeai_model_file *file;
    byte_vocabulary_add(&image, "qwen2");
    assert_ok(edgeai_context_create(&context, NULL));
    assert_ok(edgeai_model_file_open_memory(&file, context, image.bytes, image.n_bytes));
    assert_ok(edgeai_tokenizer_create(&tokenizer, context, file));
    edgeai_model_file_free(file);
    metadata_image_free(&image);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    edgeai_tokenizer_free(tokenizer);
    edgeai_context_free(context);
    return 0;
}

/* Each token's output with '|' after it; -1 flushes at the end. */
static void stream(const int32_t *tokens, size_t n, char *out, size_t capacity)
{
    edgeai_detokenizer state = EDGEAI_DETOKENIZER_INIT;
    size_t used = 0, n_bytes;
    for (size_t i = 0; i <= n; i++) {
        assert_ok(edgeai_detokenizer_next(&state, tokenizer, i < n ? tokens[i] : -1, out + used,
                                          capacity - used - 2, &n_bytes));
        used += n_bytes;
        if (i < n) out[used++] = '|';
    }
    out[used] = '\0';
    assert_int_equal(state.n_pending, 0);
}

static void assert_streams(const char *bytes, const char *expected)
{
    int32_t tokens[32];
    char out[256];
    size_t n = strlen(bytes);
    for (size_t i = 0; i < n; i++)
        tokens[i] = (unsigned char)bytes[i];
    stream(tokens, n, out, sizeof(out));
    assert_string_equal(out, expected);
}

static void waits_for_whole_characters(void **state)
{
    (void)state;
    assert_streams("ab", "a|b|");
    assert_streams("\xc3\xa9", "|\xc3\xa9|");
    assert_streams("\xe4\xb8\xad", "||\xe4\xb8\xad|");
    assert_streams("\xf0\x9f\x98\x80!", "|||\xf0\x9f\x98\x80|!|");
}

/* The table in the Unicode Standard, section 3.9, "U+FFFD substitution of maximal subparts". */
static void replaces_maximal_subparts(void **state)
{
    (void)state;
    assert_streams("\xc0\xaf\xe0\x80\xbf\x41", FFFD "|" FFFD "|"
                                                    "|" FFFD FFFD "|" FFFD "|"
                                                    "A|");
    assert_streams("\xed\xa0\x80\x41", "|" FFFD FFFD "|" FFFD "|A|");
    assert_streams("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41",
                   "||" FFFD "|" FFFD "|||" FFFD "||" FFFD "A|");
    assert_streams("\xff", FFFD "|");
    assert_streams("\x80", FFFD "|");
    assert_streams("\xf5\x80", FFFD "|" FFFD "|");
}

static void flushing_ends_a_character(void **state)
{
    (void)state;
    assert_streams("\xe4\xb8", "||" FFFD);
    assert_streams("a\xf0\x9f\x98", "a||||" FFFD);
    edgeai_detokenizer fresh = EDGEAI_DETOKENIZER_INIT;
    size_t n;
    assert_ok(edgeai_detokenizer_next(&fresh, tokenizer, -1, NULL, 0, &n));
    assert_int_equal(n, 0);
}

static void tokens_hold_parts_of_characters(void **state)
{
    (void)state;
    const int32_t tokens[] = {edgeai_tokenizer_find(tokenizer, "\xc3\xa4\xc2\xb8"), /* e4 b8 */
                              edgeai_tokenizer_find(tokenizer, "\xc5\x83\xc3\xa4"), /* ad e4 */
                              0xb8,
                              BYTE_VOCABULARY_EOT,
                              9999,
                              -2,
                              0xad};
    char out[64];
    assert_true(tokens[0] >= 256 && tokens[1] >= 256);
    stream(tokens, 7, out, sizeof(out));
    /* Control tokens and unknown ids give nothing, and part no character. */
    assert_string_equal(out, "|\xe4\xb8\xad|||||\xe4\xb8\xad|");
}

static void too_little_room_changes_nothing(void **state)
{
    (void)state;
    edgeai_detokenizer s = EDGEAI_DETOKENIZER_INIT;
    char out[4];
    size_t n;
    assert_ok(edgeai_detokenizer_next(&s, tokenizer, 0xc3, out, sizeof(out), &n));
    assert_fails(edgeai_detokenizer_next(&s, tokenizer, 0xa9, out, 1, &n), EDGEAI_E_LIMIT);
    assert_int_equal(n, 2);
    assert_int_equal(s.n_pending, 1);
    assert_fails(edgeai_detokenizer_next(&s, tokenizer, 0xa9, NULL, 0, &n), EDGEAI_E_LIMIT);
    assert_ok(edgeai_detokenizer_next(&s, tokenizer, 0xa9, out, 2, &n));
    assert_int_equal(n, 2);
    assert_memory_equal(out, "\xc3\xa9", 2);
}

static void decodes_all_at_once(void **state)
{
    (void)state;
    const int32_t tokens[] = {
        'h', 'i', BYTE_VOCABULARY_EOT, BYTE_VOCABULARY_TOOL, BYTE_VOCABULARY_PAD, 0xff, -1, 9999};
    char out[64];
    size_t n;
    assert_ok(edgeai_tokenizer_decode(tokenizer, tokens, 8, out, sizeof(out), &n, false));
    assert_int_equal(n, 9);
    assert_memory_equal(out, "hi<tool>\xff", 9);
    assert_ok(edgeai_tokenizer_decode(tokenizer, tokens, 8, out, sizeof(out), &n, true));
    assert_int_equal(n, 24);
    assert_memory_equal(out, "hi<|eot_id|><tool>[PAD]\xff", 24);
    memset(out, 'x', sizeof(out));
    assert_fails(edgeai_tokenizer_decode(tokenizer, tokens, 8, out, 4, &n, false), EDGEAI_E_LIMIT);
    assert_int_equal(n, 9);
    assert_memory_equal(out, "hi<tx", 5);
    assert_fails(edgeai_tokenizer_decode(tokenizer, tokens, 8, NULL, 0, &n, false), EDGEAI_E_LIMIT);
    assert_ok(edgeai_tokenizer_decode(tokenizer, NULL, 0, NULL, 0, &n, false));
    assert_int_equal(n, 0);
}

static void refuses_wrong_arguments(void **state)
{
    (void)state;
    edgeai_detokenizer s = EDGEAI_DETOKENIZER_INIT, damaged = {{0}, 4};
    int32_t token = 'a';
    char out[8];
    size_t n;
    assert_fails(edgeai_tokenizer_decode(NULL, &token, 1, out, 8, &n, false), EDGEAI_E_INVALID);
    assert_fails(edgeai_tokenizer_decode(tokenizer, NULL, 1, out, 8, &n, false), EDGEAI_E_INVALID);
    assert_fails(edgeai_tokenizer_decode(tokenizer, &token, 1, NULL, 8, &n, false),
                 EDGEAI_E_INVALID);
    assert_fails(edgeai_tokenizer_decode(tokenizer, &token, 1, out, 8, NULL, false),
                 EDGEAI_E_INVALID);
    assert_fails(edgeai_detokenizer_next(NULL, tokenizer, 'a', out, 8, &n), EDGEAI_E_INVALID);
    assert_fails(edgeai_detokenizer_next(&s, NULL, 'a', out, 8, &n), EDGEAI_E_INVALID);
    assert_fails(edgeai_detokenizer_next(&s, tokenizer, 'a', NULL, 8, &n), EDGEAI_E_INVALID);
    assert_fails(edgeai_detokenizer_next(&s, tokenizer, 'a', out, 8, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_detokenizer_next(&damaged, tokenizer, 'a', out, 8, &n), EDGEAI_E_INVALID);
}

/* However the bytes are spread over tokens, the stream is the same. */
static void spreading_does_not_matter(void **state)
{
    (void)state;
    const unsigned char alphabet[] = {0x41, 0x80, 0xad, 0xb8, 0xbf, 0xc3, 0xe4, 0xed,
                                      0xf0, 0x9f, 0x98, 0xf4, 0xff, 0xe0, 0xa0, 0x20};
    eai_rng rng;
    eai_rng_seed(&rng, 9);
    for (int round = 0; round < 2000; round++) {
        char text[24], by_bytes[256], by_tokens[256];
        int32_t tokens[64];
        size_t n = (size_t)eai_rng_below(&rng, sizeof(text) + 1), n_tokens;
        for (size_t i = 0; i < n; i++) {
            text[i] = (char)alphabet[eai_rng_below(&rng, sizeof(alphabet))];
            tokens[i] = (unsigned char)text[i];
        }
        stream(tokens, n, by_bytes, sizeof(by_bytes));
        assert_ok(edgeai_tokenizer_encode(tokenizer, text, n, 0, tokens, 64, &n_tokens));
        stream(tokens, n_tokens, by_tokens, sizeof(by_tokens));
        /* Without the marks. */
        for (char *mark; (mark = strchr(by_bytes, '|'));)
            memmove(mark, mark + 1, strlen(mark));
        for (char *mark; (mark = strchr(by_tokens, '|'));)
            memmove(mark, mark + 1, strlen(mark));
        assert_string_equal(by_tokens, by_bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_for_whole_characters),
        cmocka_unit_test(replaces_maximal_subparts),
        cmocka_unit_test(flushing_ends_a_character),
        cmocka_unit_test(tokens_hold_parts_of_characters),
        cmocka_unit_test(too_little_room_changes_nothing),
        cmocka_unit_test(decodes_all_at_once),
        cmocka_unit_test(refuses_wrong_arguments),
        cmocka_unit_test(spreading_does_not_matter),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
