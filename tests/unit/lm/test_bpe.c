/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "lm/bpe.h"

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

typedef struct coder {
    eai_vocabulary vocabulary;
    eai_bpe bpe;
} coder;

static coder make(const edgeai_string *texts, size_t n_texts, const edgeai_string *merges,
                  size_t n_merges)
{
    coder fixture;
    assert_ok(eai_vocabulary_create(&fixture.vocabulary, &allocator, texts, NULL, n_texts, -1));
    assert_ok(eai_bpe_create(&fixture.bpe, &fixture.vocabulary, merges, n_merges));
    return fixture;
}

static void drop(coder *fixture)
{
    eai_bpe_free(&fixture->bpe);
    eai_vocabulary_free(&fixture->vocabulary);
}

/* The piece's tokens, as stored texts with '|' between them. */
static void assert_encodes(const coder *fixture, const char *piece, const char *expected)
{
    int32_t ids[64];
    char joined[256] = "";
    eai_token_list tokens = {ids, 64, 0};
    eai_bpe_work work = {.allocator = &allocator};
    assert_ok(
        eai_bpe_encode(&fixture->bpe, &fixture->vocabulary, &work, piece, strlen(piece), &tokens));
    eai_bpe_work_free(&work);
    for (size_t i = 0; i < tokens.n; i++) {
        edgeai_string text = eai_symbols_get(&fixture->vocabulary.symbols, ids[i]);
        if (i > 0) strcat(joined, "|");
        strncat(joined, text.bytes, text.n_bytes);
    }
    assert_string_equal(joined, expected);
}

static void earlier_merges_come_first(void **state)
{
    (void)state;
    const edgeai_string texts[] = {S("a"), S("b"), S("c"), S("ab"), S("bc"), S("abc")};
    const edgeai_string first_ab[] = {S("a b"), S("b c"), S("ab c")};
    const edgeai_string first_bc[] = {S("b c"), S("a b"), S("ab c")};
    coder fixture = make(texts, 6, first_ab, 3);
    assert_encodes(&fixture, "abc", "abc");
    assert_encodes(&fixture, "bcab", "bc|ab");
    drop(&fixture);
    fixture = make(texts, 6, first_bc, 3);
    assert_encodes(&fixture, "abc", "a|bc");
    drop(&fixture);
}

static void leftmost_on_ties(void **state)
{
    (void)state;
    const edgeai_string texts[] = {S("a"), S("aa")};
    const edgeai_string merges[] = {S("a a")};
    coder fixture = make(texts, 2, merges, 1);
    assert_encodes(&fixture, "aaa", "aa|a");
    assert_encodes(&fixture, "aaaaa", "aa|aa|a");
    drop(&fixture);
}

static void results_that_are_no_token_fall_apart(void **state)
{
    (void)state;
    /* "ab" is no token, but a way to "abc", which is one. */
    const edgeai_string texts[] = {S("a"), S("b"), S("c"), S("abc")};
    const edgeai_string merges[] = {S("a b"), S("ab c")};
    coder fixture = make(texts, 4, merges, 2);
    assert_encodes(&fixture, "abc", "abc");
    assert_encodes(&fixture, "abb", "a|b|b");
    assert_encodes(&fixture, "xab", "a|b"); /* no token for x, and none for unknown */
    drop(&fixture);
}

static void merges_never_make_control_tokens(void **state)
{
    (void)state;
    const edgeai_string texts[] = {S("<"), S(">"), S("<>")};
    const int64_t types[] = {EDGEAI_TOKEN_NORMAL, EDGEAI_TOKEN_NORMAL, EDGEAI_TOKEN_CONTROL};
    const edgeai_string merges[] = {S("< >")};
    coder fixture;
    assert_ok(eai_vocabulary_create(&fixture.vocabulary, &allocator, texts, types, 3, -1));
    assert_ok(eai_bpe_create(&fixture.bpe, &fixture.vocabulary, merges, 1));
    assert_encodes(&fixture, "<>", "<|>");
    drop(&fixture);
}

static void a_part_may_begin_with_a_space(void **state)
{
    (void)state;
    const edgeai_string texts[] = {S("a"), S("b")};
    const edgeai_string merges[] = {S("  a"), S("a b c")};
    coder fixture = make(texts, 2, merges, 2);
    eai_symbols *symbols = &fixture.vocabulary.symbols;
    assert_true(eai_symbols_find(symbols, " ", 1) >= 0);
    assert_true(eai_symbols_find(symbols, " a", 2) >= 0);
    assert_true(eai_symbols_find(symbols, "b c", 3) >= 0);
    drop(&fixture);
}

static void the_first_of_equal_merges_counts(void **state)
{
    (void)state;
    const edgeai_string texts[] = {S("a"), S("b"), S("c"), S("ab"), S("bc")};
    const edgeai_string merges[] = {S("a b"), S("b c"), S("a b")};
    coder fixture = make(texts, 5, merges, 3);
    assert_encodes(&fixture, "abc", "ab|c");
    drop(&fixture);
}

static void refuses_broken_merges(void **state)
{
    (void)state;
    const edgeai_string texts[] = {S("a")};
    const edgeai_string broken[] = {S("ab"), S(""), S(" "), S("a "), S(" a"), S("  ")};
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        const edgeai_string merges[] = {S("a a"), broken[i]};
        eai_vocabulary vocabulary;
        eai_bpe bpe;
        assert_ok(eai_vocabulary_create(&vocabulary, &allocator, texts, NULL, 1, -1));
        assert_fails(eai_bpe_create(&bpe, &vocabulary, merges, 2), EDGEAI_E_FORMAT);
        assert_error_says("tokenizer.ggml.merges[1]");
        eai_vocabulary_free(&vocabulary);
    }
}

/* The definition, word for word: look for the best pair, join it, look again. */
static size_t join_slowly(const eai_bpe *bpe, int32_t *symbols, size_t n)
{
    for (;;) {
        size_t best = n;
        uint32_t best_rank = UINT32_MAX;
        int32_t result = -1;
        for (size_t i = 0; i + 1 < n; i++)
            for (size_t k = 0; k < bpe->n_slots; k++) {
                const eai_merge *merge = &bpe->merges[k];
                if (merge->left == symbols[i] && merge->right == symbols[i + 1] &&
                    merge->rank < best_rank) {
                    best = i;
                    best_rank = merge->rank;
                    result = merge->result;
                }
            }
        if (best == n) return n;
        symbols[best] = result;
        memmove(symbols + best + 1, symbols + best + 2, (n - best - 2) * sizeof(*symbols));
        n--;
    }
}

/* Merges of an alphabet of three letters, so that joins compete: 40 random pairs of known parts. */
static coder make_random(eai_rng *rng)
{
    enum { MERGES = 40, LONGEST = 200 };
    static char texts[3 + MERGES][LONGEST], lines[MERGES][LONGEST];
    edgeai_string tokens[3 + MERGES], merges[MERGES];
    size_t n = 0, n_merges = 0;
    for (; n < 3; n++)
        tokens[n] = (edgeai_string){memcpy(texts[n], &"abc"[n], 1), 1};
    while (n_merges < MERGES) {
        edgeai_string left = tokens[eai_rng_below(rng, n)], right = tokens[eai_rng_below(rng, n)];
        size_t length = left.n_bytes + right.n_bytes;
        if (length > 12) continue;
        memcpy(texts[n], left.bytes, left.n_bytes);
        memcpy(texts[n] + left.n_bytes, right.bytes, right.n_bytes);
        bool known = false;
        for (size_t i = 0; i < n; i++)
            known |= tokens[i].n_bytes == length && memcmp(tokens[i].bytes, texts[n], length) == 0;
        char *line = lines[n_merges];
        memcpy(line, left.bytes, left.n_bytes);
        line[left.n_bytes] = ' ';
        memcpy(line + left.n_bytes + 1, right.bytes, right.n_bytes);
        merges[n_merges++] = (edgeai_string){line, length + 1};
        if (!known) {
            tokens[n] = (edgeai_string){texts[n], length};
            n++;
        }
    }
    return make(tokens, n, merges, n_merges);
}

static void equals_the_definition(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 2016);
    eai_bpe_work work = {.allocator = &allocator};
    for (int round = 0; round < 20; round++) {
        coder fixture = make_random(&rng);
        for (int text = 0; text < 50; text++) {
            char piece[80];
            int32_t expected[80], found[80];
            size_t n = 1 + (size_t)eai_rng_below(&rng, sizeof(piece));
            for (size_t i = 0; i < n; i++) {
                piece[i] = "abc"[eai_rng_below(&rng, 3)];
                expected[i] = fixture.bpe.byte_symbol[(unsigned char)piece[i]];
            }
            size_t n_expected = join_slowly(&fixture.bpe, expected, n);
            eai_token_list tokens = {found, 80, 0};
            assert_ok(eai_bpe_encode(&fixture.bpe, &fixture.vocabulary, &work, piece, n, &tokens));
            assert_int_equal(tokens.n, n_expected);
            assert_memory_equal(found, expected, n_expected * sizeof(*found));
        }
        drop(&fixture);
    }
    eai_bpe_work_free(&work);
}

/* 2^17 symbols joined to one, pair by pair: done in an instant, or in minutes if quadratic. */
static void a_long_piece_is_not_quadratic(void **state)
{
    (void)state;
    enum { LEVELS = 17, N = 200000 };
    static char texts[LEVELS + 1][1 << LEVELS], lines[LEVELS][(1 << LEVELS) + 1];
    edgeai_string tokens[LEVELS + 1], merges[LEVELS];
    for (int i = 0; i <= LEVELS; i++) {
        memset(texts[i], 'a', (size_t)1 << i);
        tokens[i] = (edgeai_string){texts[i], (size_t)1 << i};
        if (i == LEVELS) break;
        memset(lines[i], 'a', ((size_t)2 << i) + 1);
        lines[i][1 << i] = ' ';
        merges[i] = (edgeai_string){lines[i], ((size_t)2 << i) + 1};
    }
    coder fixture = make(tokens, LEVELS + 1, merges, LEVELS);
    char *piece = malloc(N);
    int32_t found[32];
    assert_non_null(piece);
    memset(piece, 'a', N);
    eai_token_list list = {found, 32, 0};
    eai_bpe_work work = {.allocator = &allocator};
    assert_ok(eai_bpe_encode(&fixture.bpe, &fixture.vocabulary, &work, piece, N, &list));
    /* 200,000 in binary is 110000110101000000: a token for each one, the longest first. */
    const int32_t expected[] = {17, 16, 11, 10, 8, 6};
    assert_int_equal(list.n, 6);
    assert_memory_equal(found, expected, sizeof(expected));
    eai_bpe_work_free(&work);
    free(piece);
    drop(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(earlier_merges_come_first),
        cmocka_unit_test(leftmost_on_ties),
        cmocka_unit_test(results_that_are_no_token_fall_apart),
        cmocka_unit_test(merges_never_make_control_tokens),
        cmocka_unit_test(a_part_may_begin_with_a_space),
        cmocka_unit_test(the_first_of_equal_merges_counts),
        cmocka_unit_test(refuses_broken_merges),
        cmocka_unit_test(equals_the_definition),
        cmocka_unit_test(a_long_piece_is_not_quadratic),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
