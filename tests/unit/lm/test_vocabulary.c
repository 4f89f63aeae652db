/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <string.h>

#include "base/memory.h"
#include "lm/vocabulary.h"

#define S(text)                                                                                    \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

static edgeai_allocator allocator;

static int setup(void **state)
{
    (void)state;
    allocator = eai_default_allocator();
    return 0;
}

static void assert_decodes(const eai_vocabulary *vocabulary, int32_t token, bool special,
                           const char *expected)
{
    edgeai_string bytes = eai_vocabulary_decode(vocabulary, token, special);
    assert_int_equal(bytes.n_bytes, strlen(expected));
    assert_memory_equal(bytes.bytes, expected, bytes.n_bytes);
}

static void decodes_by_type(void **state)
{
    (void)state;
    /* "Ġé" as a normal token is the bytes 20 e9; as a user-defined one it is itself. */
    const edgeai_string texts[] = {S("\xc4\xa0\xc3\xa9"), S("<end>"), S("\xc3\xa9"),    S("<0x0A>"),
                                   S("[PAD4]"),           S("<unk>"), S("\xe4\xb8\xad")};
    const int64_t types[] = {EDGEAI_TOKEN_NORMAL, EDGEAI_TOKEN_CONTROL, EDGEAI_TOKEN_USER_DEFINED,
                             EDGEAI_TOKEN_BYTE,   EDGEAI_TOKEN_UNUSED,  EDGEAI_TOKEN_UNKNOWN,
                             EDGEAI_TOKEN_NORMAL};
    eai_vocabulary vocabulary;
    assert_ok(eai_vocabulary_create(&vocabulary, &allocator, texts, types, 7, -1));
    assert_decodes(&vocabulary, 0, false, " \xe9");
    assert_decodes(&vocabulary, 1, false, "");
    assert_decodes(&vocabulary, 1, true, "<end>");
    assert_decodes(&vocabulary, 2, false, "\xc3\xa9");
    assert_decodes(&vocabulary, 3, false, "\n");
    assert_decodes(&vocabulary, 4, false, "");
    assert_decodes(&vocabulary, 4, true, "[PAD4]");
    assert_decodes(&vocabulary, 5, false, "");
    assert_decodes(&vocabulary, 6, false, "\xe4\xb8\xad"); /* outside the byte map: itself */
    assert_decodes(&vocabulary, -1, true, "");
    assert_decodes(&vocabulary, 7, true, "");
    eai_vocabulary_free(&vocabulary);
}

static void a_byte_alone(void **state)
{
    (void)state;
    const edgeai_string texts[] = {S("a"), S("<unk>"), S("<0x62>"), S("c")};
    const int64_t types[] = {EDGEAI_TOKEN_NORMAL, EDGEAI_TOKEN_UNKNOWN, EDGEAI_TOKEN_BYTE,
                             EDGEAI_TOKEN_CONTROL};
    eai_vocabulary vocabulary;
    assert_ok(eai_vocabulary_create(&vocabulary, &allocator, texts, types, 4, 1));
    assert_int_equal(vocabulary.byte_token['a'], 0);
    assert_int_equal(vocabulary.byte_token['b'], 2);
    assert_int_equal(vocabulary.byte_token['c'], 1); /* no text makes a control token */
    assert_int_equal(vocabulary.byte_token['d'], 1);
    eai_vocabulary_free(&vocabulary);
    assert_ok(eai_vocabulary_create(&vocabulary, &allocator, texts, types, 4, -1));
    assert_int_equal(vocabulary.byte_token['d'], -1);
    eai_vocabulary_free(&vocabulary);
    /* Files exist whose unknown token is the end of text. */
    assert_ok(eai_vocabulary_create(&vocabulary, &allocator, texts, types, 4, 3));
    assert_int_equal(vocabulary.byte_token['d'], -1);
    eai_vocabulary_free(&vocabulary);
}

static void finds_by_text(void **state)
{
    (void)state;
    const edgeai_string texts[] = {S("a"), S("ab")};
    eai_vocabulary vocabulary;
    assert_ok(eai_vocabulary_create(&vocabulary, &allocator, texts, NULL, 2, -1));
    assert_int_equal(eai_vocabulary_find(&vocabulary, "ab", 2), 1);
    assert_int_equal(eai_vocabulary_find(&vocabulary, "abc", 3), -1);
    int32_t extra;
    assert_ok(eai_symbols_add(&vocabulary.symbols, "abc", 3, &extra));
    assert_int_equal(eai_vocabulary_find(&vocabulary, "abc", 3), -1); /* a symbol, but no token */
    eai_vocabulary_free(&vocabulary);
}

static void refuses_damaged_vocabularies(void **state)
{
    (void)state;
    eai_vocabulary vocabulary;
    const edgeai_string twice[] = {S("a"), S("b"), S("a")};
    assert_fails(eai_vocabulary_create(&vocabulary, &allocator, twice, NULL, 3, -1),
                 EDGEAI_E_FORMAT);
    assert_error_says("tokenizer.ggml.tokens[2]: 'a' is token 0");
    const edgeai_string empty[] = {S("a"), S("")};
    assert_fails(eai_vocabulary_create(&vocabulary, &allocator, empty, NULL, 2, -1),
                 EDGEAI_E_FORMAT);
    assert_error_says("tokenizer.ggml.tokens[1]");
    const int64_t types[] = {1, 1, 7}, negative[] = {1, -1, 1};
    const edgeai_string texts[] = {S("a"), S("b"), S("c")};
    assert_fails(eai_vocabulary_create(&vocabulary, &allocator, texts, types, 3, -1),
                 EDGEAI_E_FORMAT);
    assert_error_says("tokenizer.ggml.token_type[2]: expected 1 to 6, found 7");
    assert_fails(eai_vocabulary_create(&vocabulary, &allocator, texts, negative, 3, -1),
                 EDGEAI_E_FORMAT);
    assert_fails(eai_vocabulary_create(&vocabulary, &allocator, texts, NULL, 0, -1),
                 EDGEAI_E_FORMAT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes_by_type),
        cmocka_unit_test(a_byte_alone),
        cmocka_unit_test(finds_by_text),
        cmocka_unit_test(refuses_damaged_vocabularies),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
