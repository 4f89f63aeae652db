/* SPDX-License-Identifier: MIT */
#include "support/byte_vocabulary.h"
#include "support/check.h"
#include "support/failing_allocator.h"

#include <stdlib.h>
#include <string.h>

#include <edgeai/tokenizer.h>

#include "base/rng.h"
#include "lm/pretokenizer.h"
#include "platform/threads.h"

/* A tokenizer over the small vocabulary, and what it stands on. */
typedef struct fixture {
    metadata_image image;
    edgeai_context *context;
    edgeai_tokenizer *tokenizer;
} fixture;

/* `add_bos`: 0 false, 1 true, -1 absent. */
static fixture open_with(const char *pre, int add_bos, const edgeai_allocator *allocator)
{
    fixture f = {.image = metadata_image_make()};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_model_file *file;
    if (allocator) options.allocator = *allocator;
    byte_vocabulary_add(&f.image, pre);
    if (add_bos >= 0) metadata_image_bool(&f.image, "tokenizer.ggml.add_bos_token", add_bos);
    assert_ok(edgeai_context_create(&f.context, &options));
    assert_ok(edgeai_model_file_open_memory(&file, f.context, f.image.bytes, f.image.n_bytes));
    assert_ok(edgeai_tokenizer_create(&f.tokenizer, f.context, file));
    edgeai_model_file_free(file);
    return f;
}

static void close_fixture(fixture *f)
{
    edgeai_tokenizer_free(f->tokenizer);
    edgeai_context_free(f->context);
    metadata_image_free(&f->image);
}

/* Encodes and compares with `expected` token texts joined by '|' ("Ġ" as a space). */
static void assert_tokens(const fixture *f, const char *text, unsigned flags, const char *expected)
{
    int32_t tokens[128];
    size_t n, used = 0;
    char joined[512] = "";
    assert_ok(edgeai_tokenizer_encode(f->tokenizer, text, strlen(text), flags, tokens, 128, &n));
    for (size_t i = 0; i < n; i++) {
        size_t n_bytes;
        if (i > 0) joined[used++] = '|';
        assert_ok(edgeai_tokenizer_decode(f->tokenizer, &tokens[i], 1, joined + used,
                                          sizeof(joined) - used - 1, &n_bytes, true));
        used += n_bytes;
    }
    joined[used] = '\0';
    assert_string_equal(joined, expected);
}

static void encodes(void **state)
{
    (void)state;
    fixture f = open_with("qwen2", -1, NULL);
    assert_tokens(&f, "", 0, "");
    assert_tokens(&f, "the hell in the", 0, "the| |hell| |in| the");
    assert_tokens(&f, "aaaaaaa", 0, "aaaa|aa|a");
    assert_tokens(&f, "\xe4\xb8\xad\xe4\xb8\xad", 0, "\xe4\xb8\xad|\xe4\xb8\xad");
    assert_tokens(&f, "a\xff\xff\xff", 0, "a|\xff\xff|\xff");
    close_fixture(&f);
}

static void special_tokens_when_asked_for(void **state)
{
    (void)state;
    fixture f = open_with("qwen2", -1, NULL);
    assert_tokens(&f, "a<|eot_id|>b", EDGEAI_ENCODE_SPECIAL, "a|<|eot_id|>|b");
    assert_tokens(&f, "a<|eot_id|>b", EDGEAI_ENCODE_PLAIN, "a|<|||e|o|t|_|i|d|||>|b");
    assert_tokens(&f, "<|mdm_mask|><|mdm_mask|>", EDGEAI_ENCODE_SPECIAL,
                  "<|mdm_mask|>|<|mdm_mask|>");
    assert_tokens(&f, "<tool><call><tool>", EDGEAI_ENCODE_PLAIN, "<tool><call>|<tool>");
    assert_tokens(&f, "[PAD]", EDGEAI_ENCODE_SPECIAL, "[|P|A|D|]");
    /* Each text between special tokens is cut for itself: the blanks before one are at an end. */
    assert_tokens(&f, "a  <|eot_id|>  a", EDGEAI_ENCODE_SPECIAL, "a|  |<|eot_id|>| | |a");
    close_fixture(&f);
}

static void bos_when_the_model_wants_it(void **state)
{
    (void)state;
    const struct {
        const char *pre;
        int add_bos;
        const char *expected;
    } cases[] = {{"qwen2", -1, "a"},
                 {"qwen2", 0, "a"},
                 {"qwen2", 1, "<|endoftext|>|a"},
                 {"llama-bpe", -1, "<|endoftext|>|a"},
                 {"llama-bpe", 0, "a"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fixture f = open_with(cases[i].pre, cases[i].add_bos, NULL);
        assert_tokens(&f, "a", EDGEAI_ENCODE_BOS, cases[i].expected);
        assert_tokens(&f, "a", EDGEAI_ENCODE_PLAIN, "a");
        close_fixture(&f);
    }
}

static void room(void **state)
{
    (void)state;
    fixture f = open_with("qwen2", 1, NULL);
    int32_t tokens[4] = {-7, -7, -7, -7};
    size_t n;
    assert_fails(edgeai_tokenizer_encode(f.tokenizer, "xyz", 3, EDGEAI_ENCODE_BOS, tokens, 2, &n),
                 EDGEAI_E_LIMIT);
    assert_int_equal(n, 4);
    assert_int_equal(tokens[0], BYTE_VOCABULARY_END);
    assert_int_equal(tokens[1], 'x');
    assert_int_equal(tokens[2], -7);
    assert_fails(edgeai_tokenizer_encode(f.tokenizer, "xyz", 3, 0, NULL, 0, &n), EDGEAI_E_LIMIT);
    assert_int_equal(n, 3);
    assert_ok(edgeai_tokenizer_encode(f.tokenizer, "xyz", 3, EDGEAI_ENCODE_BOS, tokens, 4, &n));
    assert_ok(edgeai_tokenizer_encode(f.tokenizer, NULL, 0, 0, NULL, 0, &n));
    assert_int_equal(n, 0);
    close_fixture(&f);
}

static void refuses_wrong_arguments(void **state)
{
    (void)state;
    fixture f = open_with("qwen2", -1, NULL);
    int32_t token;
    size_t n;
    assert_fails(edgeai_tokenizer_encode(NULL, "a", 1, 0, &token, 1, &n), EDGEAI_E_INVALID);
    assert_fails(edgeai_tokenizer_encode(f.tokenizer, NULL, 1, 0, &token, 1, &n), EDGEAI_E_INVALID);
    assert_fails(edgeai_tokenizer_encode(f.tokenizer, "a", 1, 0, NULL, 1, &n), EDGEAI_E_INVALID);
    assert_fails(edgeai_tokenizer_encode(f.tokenizer, "a", 1, 0, &token, 1, NULL),
                 EDGEAI_E_INVALID);
    assert_fails(edgeai_tokenizer_encode(f.tokenizer, "a", 1, 4, &token, 1, &n), EDGEAI_E_INVALID);
    assert_fails(edgeai_tokenizer_encode(f.tokenizer, "a", ((size_t)1 << 30) + 1, 0, &token, 1, &n),
                 EDGEAI_E_INVALID);
    close_fixture(&f);
}

static void tells_about_tokens(void **state)
{
    (void)state;
    fixture f = open_with("qwen2", -1, NULL);
    assert_int_equal(edgeai_tokenizer_n_tokens(f.tokenizer), BYTE_VOCABULARY_TOKENS);
    assert_int_equal(edgeai_tokenizer_find(f.tokenizer, "<tool>"), BYTE_VOCABULARY_TOOL);
    assert_int_equal(edgeai_tokenizer_find(f.tokenizer, "\xc4\xa0the"), 258);
    assert_int_equal(edgeai_tokenizer_find(f.tokenizer, " the"), -1);
    assert_int_equal(edgeai_tokenizer_find(f.tokenizer, ""), -1);
    assert_int_equal(edgeai_tokenizer_type(f.tokenizer, 0), EDGEAI_TOKEN_NORMAL);
    assert_int_equal(edgeai_tokenizer_type(f.tokenizer, BYTE_VOCABULARY_MASK),
                     EDGEAI_TOKEN_CONTROL);
    assert_int_equal(edgeai_tokenizer_type(f.tokenizer, -1), EDGEAI_TOKEN_UNKNOWN);
    assert_int_equal(edgeai_tokenizer_type(f.tokenizer, BYTE_VOCABULARY_TOKENS),
                     EDGEAI_TOKEN_UNKNOWN);
    assert_int_equal(edgeai_tokenizer_special(f.tokenizer, (edgeai_special_token)-1), -1);
    assert_int_equal(edgeai_tokenizer_special(f.tokenizer, (edgeai_special_token)99), -1);
    assert_int_equal(edgeai_tokenizer_special(f.tokenizer, EDGEAI_TOKEN_PAD), -1);
    close_fixture(&f);
}

/* With llama-bpe a piece that is a token is taken whole, though no merges lead to it. */
static void whole_pieces_before_merges(void **state)
{
    (void)state;
    const edgeai_string tokens[] = {{"a", 1}, {"b", 1}, {"ab", 2}, {"aba", 3}};
    const edgeai_string merges[] = {{"b a", 3}, {"a b", 3}};
    const struct {
        const char *pre;
        size_t n;
    } cases[] = {{"llama-bpe", 1}, {"qwen2", 3}};
    for (int i = 0; i < 2; i++) {
        metadata_image image = metadata_image_make();
        edgeai_context *context;
        edgeai_model_file *file;
        edgeai_tokenizer *tokenizer;
        int32_t found[8];
        size_t n;
        metadata_image_string(&image, "tokenizer.ggml.model", "gpt2");
        metadata_image_string(&image, "tokenizer.ggml.pre", cases[i].pre);
        metadata_image_strings(&image, "tokenizer.ggml.tokens", tokens, 4);
        metadata_image_strings(&image, "tokenizer.ggml.merges", merges, 2);
        assert_ok(edgeai_context_create(&context, NULL));
        assert_ok(edgeai_model_file_open_memory(&file, context, image.bytes, image.n_bytes));
        assert_ok(edgeai_tokenizer_create(&tokenizer, context, file));
        assert_ok(edgeai_tokenizer_encode(tokenizer, "aba", 3, 0, found, 8, &n));
        assert_int_equal(n, cases[i].n);
        edgeai_tokenizer_free(tokenizer);
        edgeai_model_file_free(file);
        edgeai_context_free(context);
        metadata_image_free(&image);
    }
}

/* All 256 bytes are tokens, so any bytes come back, whatever the expressions and flags. */
static void any_bytes_come_back(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 5);
    for (size_t kind = 0; eai_pretokenizer_at(kind); kind++) {
        fixture f = open_with(eai_pretokenizer_at(kind)->name, 0, NULL);
        for (int round = 0; round < 200; round++) {
            char text[96], back[96];
            int32_t tokens[97];
            size_t n_tokens, n_back, n = (size_t)eai_rng_below(&rng, sizeof(text) + 1);
            for (size_t i = 0; i < n; i++)
                text[i] = (char)eai_rng_below(&rng, round % 2 ? 256 : 128);
            assert_ok(edgeai_tokenizer_encode(f.tokenizer, text, n, (unsigned)round % 4, tokens, 97,
                                              &n_tokens));
            assert_ok(edgeai_tokenizer_decode(f.tokenizer, tokens, n_tokens, back, sizeof(back),
                                              &n_back, true));
            assert_int_equal(n_back, n);
            assert_memory_equal(back, text, n);
        }
        close_fixture(&f);
    }
}

static void long_texts(void **state)
{
    (void)state;
    enum { N = 200000 };
    fixture f = open_with("qwen2", -1, NULL);
    char *text = malloc(N);
    int32_t *tokens = malloc(N * sizeof(*tokens));
    size_t n;
    assert_true(text && tokens);
    memset(text, 'a', N);
    assert_ok(edgeai_tokenizer_encode(f.tokenizer, text, N, 0, tokens, N, &n));
    assert_int_equal(n, N / 4);
    for (size_t i = 0; i < N; i++)
        text[i] = "<tool><call>"[i % 12];
    assert_ok(edgeai_tokenizer_encode(f.tokenizer, text, N, 0, tokens, N, &n));
    assert_int_equal(n, N / 12 + 3); /* the rest is <tool>, < and c */
    free(text);
    free(tokens);
    close_fixture(&f);
}

static const char shared_text[] = "the hell in the 123 \xe4\xb8\xad <tool> <|eot_id|> it's\n\n";

static void encode_item(void *argument, size_t item, size_t slot)
{
    const fixture *f = argument;
    int32_t tokens[128];
    char back[128];
    size_t n, n_back;
    (void)slot;
    assert_ok(edgeai_tokenizer_encode(f->tokenizer, shared_text, sizeof(shared_text) - 1,
                                      (unsigned)item % 2, tokens, 128, &n));
    assert_ok(edgeai_tokenizer_decode(f->tokenizer, tokens, n, back, sizeof(back), &n_back, true));
    assert_int_equal(n_back, sizeof(shared_text) - 1);
    assert_memory_equal(back, shared_text, n_back);
}

static void threads_may_share_it(void **state)
{
    (void)state;
    fixture f = open_with("deepseek-llm", -1, NULL);
    eai_parallel_for(f.context, 64, encode_item, &f);
    close_fixture(&f);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    failing_allocator counter = {.fail_at = SIZE_MAX};
    edgeai_allocator allocator = failing_allocator_make(&counter);
    fixture f = open_with("llama-bpe", -1, &allocator);
    size_t before = counter.n_live;
    for (size_t fail_at = 0;; fail_at++) {
        int32_t tokens[128];
        size_t n;
        counter.n_allocations = 0;
        counter.fail_at = fail_at;
        edgeai_status status =
            edgeai_tokenizer_encode(f.tokenizer, shared_text, sizeof(shared_text) - 1,
                                    EDGEAI_ENCODE_SPECIAL, tokens, 128, &n);
        assert_int_equal(counter.n_live, before);
        if (counter.n_allocations <= fail_at) {
            assert_int_equal(status, EDGEAI_OK);
            break;
        }
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_int_equal(n, 0);
    }
    counter.fail_at = SIZE_MAX;
    close_fixture(&f);
    assert_int_equal(counter.n_live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes),
        cmocka_unit_test(special_tokens_when_asked_for),
        cmocka_unit_test(bos_when_the_model_wants_it),
        cmocka_unit_test(room),
        cmocka_unit_test(refuses_wrong_arguments),
        cmocka_unit_test(tells_about_tokens),
        cmocka_unit_test(whole_pieces_before_merges),
        cmocka_unit_test(any_bytes_come_back),
        cmocka_unit_test(long_texts),
        cmocka_unit_test(threads_may_share_it),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
