/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "lm/special_tokens.h"

static edgeai_allocator allocator;

static int setup(void **state)
{
    (void)state;
    allocator = eai_default_allocator();
    return 0;
}

/* What is found, as "position:name " each. */
static void search(const eai_special_set *set, const char *text, size_t n, char *out, size_t room)
{
    eai_special_place *places;
    size_t n_places, used = 0;
    out[0] = '\0';
    assert_ok(eai_special_set_search(set, text, n, &places, &n_places));
    for (size_t i = 0; i < n_places; i++) {
        if (places[i].index < 0) continue;
        edgeai_string name =
            eai_symbols_get(&set->vocabulary->symbols, set->tokens[places[i].index]);
        used += (size_t)snprintf(out + used, room - used, "%u:%.*s ", places[i].position,
                                 (int)name.n_bytes, name.bytes);
        assert_true(used < room);
    }
    eai_release(&allocator, places, n_places * sizeof(*places));
}

static void assert_finds(const char *const *names, size_t n, const char *text, const char *expected)
{
    edgeai_string texts[16];
    int64_t types[16];
    char found[512];
    for (size_t i = 0; i < n; i++) {
        texts[i] = (edgeai_string){names[i], strlen(names[i])};
        types[i] = EDGEAI_TOKEN_CONTROL;
    }
    eai_vocabulary vocabulary;
    eai_special_set set;
    assert_ok(eai_vocabulary_create(&vocabulary, &allocator, texts, types, n, -1));
    assert_ok(eai_special_set_create(&set, &vocabulary, 1u << EDGEAI_TOKEN_CONTROL));
    search(&set, text, strlen(text), found, sizeof(found));
    assert_string_equal(found, expected);
    eai_special_set_free(&set);
    eai_vocabulary_free(&vocabulary);
}

static void longer_names_come_first(void **state)
{
    (void)state;
    const char *const names[] = {"abc", "bcde", "<|x|>", "<|x|><|y|>", "a"};
    assert_finds(names, 5, "abcde", "0:a 1:bcde ");
    assert_finds(names, 5, "abcd", "0:abc ");
    assert_finds(names, 5, "<|x|><|y|><|x|>", "0:<|x|><|y|> 10:<|x|> ");
    assert_finds(names, 5, "nothing here", "");
    assert_finds(names, 5, "", "");
    assert_finds(names, 5, "<|x|", "");
}

static void one_length_from_left_to_right(void **state)
{
    (void)state;
    const char *const names[] = {"aa", "ab", "ba"};
    assert_finds(names, 3, "aaaaa", "0:aa 2:aa ");
    assert_finds(names, 3, "aba", "0:ab ");
}

static void only_the_types_asked_for(void **state)
{
    (void)state;
    const edgeai_string texts[] = {{"n", 1}, {"c", 1}, {"u", 1}};
    const int64_t types[] = {EDGEAI_TOKEN_NORMAL, EDGEAI_TOKEN_CONTROL, EDGEAI_TOKEN_USER_DEFINED};
    eai_vocabulary vocabulary;
    eai_special_set set;
    char found[64];
    assert_ok(eai_vocabulary_create(&vocabulary, &allocator, texts, types, 3, -1));
    assert_ok(eai_special_set_create(&set, &vocabulary, 1u << EDGEAI_TOKEN_USER_DEFINED));
    search(&set, "ncu", 3, found, sizeof(found));
    assert_string_equal(found, "2:u ");
    eai_special_set_free(&set);
    assert_ok(eai_special_set_create(&set, &vocabulary, 1u << EDGEAI_TOKEN_UNUSED));
    search(&set, "ncu", 3, found, sizeof(found));
    assert_string_equal(found, "");
    eai_special_set_free(&set);
    eai_vocabulary_free(&vocabulary);
}

/* The definition: each name in turn, the longest first, wherever the text is still free. */
static void search_slowly(const edgeai_string *names, size_t n_names, const char *text, size_t n,
                          char *out, size_t room)
{
    bool taken[128] = {false};
    size_t at[128] = {0}; /* length of the name that begins here */
    for (size_t length = n; length > 0; length--)
        for (size_t i = 0; i + length <= n; i++) {
            bool fits = false;
            for (size_t k = 0; k < n_names; k++)
                fits |= names[k].n_bytes == length && memcmp(names[k].bytes, text + i, length) == 0;
            for (size_t k = i; k < i + length; k++)
                fits &= !taken[k];
            if (!fits) continue;
            at[i] = length;
            memset(taken + i, 1, length);
        }
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < n; i++)
        if (at[i])
            used += (size_t)snprintf(out + used, room - used, "%zu:%.*s ", i, (int)at[i], text + i);
}

static void equals_the_definition(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 11);
    for (int round = 0; round < 300; round++) {
        char bytes[12][8];
        edgeai_string names[12];
        int64_t types[12];
        size_t n_names = 0;
        while (n_names < 12) {
            edgeai_string name = {bytes[n_names], 1 + (size_t)eai_rng_below(&rng, 7)};
            for (size_t i = 0; i < name.n_bytes; i++)
                bytes[n_names][i] = "ab"[eai_rng_below(&rng, 2)];
            bool known = false;
            for (size_t i = 0; i < n_names; i++)
                known |= names[i].n_bytes == name.n_bytes &&
                         memcmp(names[i].bytes, name.bytes, name.n_bytes) == 0;
            if (known) continue;
            types[n_names] = EDGEAI_TOKEN_CONTROL;
            names[n_names++] = name;
        }
        eai_vocabulary vocabulary;
        eai_special_set set;
        assert_ok(eai_vocabulary_create(&vocabulary, &allocator, names, types, n_names, -1));
        assert_ok(eai_special_set_create(&set, &vocabulary, 1u << EDGEAI_TOKEN_CONTROL));
        char text[100], expected[2048], found[2048];
        for (size_t i = 0; i < sizeof(text); i++)
            text[i] = "aabbc"[eai_rng_below(&rng, 5)];
        search_slowly(names, n_names, text, sizeof(text), expected, sizeof(expected));
        search(&set, text, sizeof(text), found, sizeof(found));
        assert_string_equal(found, expected);
        eai_special_set_free(&set);
        eai_vocabulary_free(&vocabulary);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longer_names_come_first),
        cmocka_unit_test(one_length_from_left_to_right),
        cmocka_unit_test(only_the_types_asked_for),
        cmocka_unit_test(equals_the_definition),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
