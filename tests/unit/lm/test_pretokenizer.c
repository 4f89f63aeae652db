/* SPDX-License-Identifier: MIT */
#include "support/check.h"
#include "support/failing_allocator.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "lm/pretokenizer.h"

static edgeai_allocator allocator;

static int setup(void **state)
{
    (void)state;
    allocator = eai_default_allocator();
    return 0;
}

/* Collects pieces with '|' between them, and checks that they follow each other. */
typedef struct collected {
    const char *text;
    char *out;
    size_t used;
    size_t end; /* of the last piece */
} collected;

static edgeai_status collect(void *user, size_t begin, size_t n)
{
    collected *pieces = user;
    assert_int_equal(begin, pieces->end);
    assert_true(n > 0);
    if (pieces->out) {
        if (begin > 0) pieces->out[pieces->used++] = '|';
        memcpy(pieces->out + pieces->used, pieces->text + begin, n);
        pieces->used += n;
        pieces->out[pieces->used] = '\0';
    }
    pieces->end = begin + n;
    return EDGEAI_OK;
}

static eai_pretokenizer make(const char *name)
{
    eai_pretokenizer pretokenizer;
    const eai_pretokenizer_kind *kind = eai_pretokenizer_find(name, strlen(name));
    assert_non_null(kind);
    assert_ok(eai_pretokenizer_create(&pretokenizer, &allocator, kind));
    return pretokenizer;
}

static void assert_splits(const char *name, const char *text, const char *expected)
{
    char out[512] = "";
    collected pieces = {text, out, 0, 0};
    eai_pretokenizer pretokenizer = make(name);
    assert_ok(eai_pretokenizer_split(&pretokenizer, text, strlen(text), collect, &pieces));
    eai_pretokenizer_free(&pretokenizer);
    if (strcmp(out, expected) != 0) print_error("%s\n", name);
    assert_string_equal(out, expected);
}

static void names(void **state)
{
    (void)state;
    const struct {
        const char *name, *kind;
    } known[] = {{"qwen2", "qwen2"},
                 {"deepseek-r1-qwen", "qwen2"},
                 {"megrez", "qwen2"},
                 {"bailingmoe", "bailingmoe"},
                 {"llada-moe", "bailingmoe"},
                 {"bailingmoe2", "bailingmoe"},
                 {"gpt-2", "gpt-2"},
                 {"refact", "starcoder"},
                 {"starcoder", "starcoder"},
                 {"smollm", "starcoder"},
                 {"falcon", "falcon"},
                 {"deepseek-coder", "deepseek-coder"},
                 {"deepseek-llm", "deepseek-llm"},
                 {"llama-bpe", "llama-bpe"},
                 {"default", "default"}};
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        const eai_pretokenizer_kind *kind =
            eai_pretokenizer_find(known[i].name, strlen(known[i].name));
        assert_non_null(kind);
        assert_string_equal(kind->name, known[i].kind);
    }
    assert_null(eai_pretokenizer_find("qwen", 4));
    assert_null(eai_pretokenizer_find("qwen22", 6));
    assert_null(eai_pretokenizer_find("", 0));
    assert_string_equal(eai_pretokenizer_at(0)->name, "default");
}

static void qwen2(void **state)
{
    (void)state;
    assert_splits("qwen2", "Hello  world, it's 2024!\n\n ok",
                  "Hello| | world|,| it|'s| |2|0|2|4|!\n\n| ok");
    assert_splits("qwen2", "I'LL we'Re \t x", "I|'LL| we|'Re| \t| x");
    assert_splits("qwen2", " \n \n  a", " \n \n| | a");
    assert_splits("qwen2", "tail   ", "tail|   ");
    assert_splits("qwen2", "(x) \xe4\xb8\xad\xe6\x96\x87\xe3\x80\x82",
                  "(x|)| \xe4\xb8\xad\xe6\x96\x87|\xe3\x80\x82");
}

static void bailingmoe(void **state)
{
    (void)state;
    /* \s*[\r\n] takes white space up to the last line end, as in qwen2, and so does a run of them;
       what follows punctuation is the same too. The contractions are those of one letter case each.
     */
    assert_splits("bailingmoe", "a\n\n\nb", "a|\n\n\n|b");
    assert_splits("bailingmoe", "it'S 12", "it|'S| |1|2");
    assert_splits("bailingmoe", "a \n \n  b", "a| \n \n| | b");
}

static void llama_bpe(void **state)
{
    (void)state;
    assert_splits("llama-bpe", "x 12345", "x| |123|45");
}

static void gpt_2(void **state)
{
    (void)state;
    assert_splits("gpt-2", "We'll pay $12345  now.", "We|'ll| pay| $|12345| | now|.");
    assert_splits("gpt-2", "WE'LL", "WE|'|LL");
    assert_splits("gpt-2", "end \n", "end| \n");
}

static void starcoder(void **state)
{
    (void)state;
    assert_splits("refact", "a 123", "a| |1|2|3");
}

static void falcon(void **state)
{
    (void)state;
    assert_splits("falcon", "a,b 1234567", "a|,|b| |123|456|7");
}

static void deepseek_coder(void **state)
{
    (void)state;
    assert_splits("deepseek-coder", "ab 12\n\n, \xe4\xb8\xad\xe6\x96\x87",
                  "ab| |1|2|\n|\n|,| |\xe4\xb8\xad\xe6\x96\x87");
}

static void deepseek_llm(void **state)
{
    (void)state;
    assert_splits("deepseek-llm", "ab 123   ", "ab| |123|   ");
    /* The punctuation's range :-~ holds the Latin letters, so it cuts words with others in them. */
    assert_splits("deepseek-llm", "\xc3\x84pfel\xe4\xb8\xad\xe6\x96\x87!?",
                  "\xc3\x84|pfel|\xe4\xb8\xad\xe6\x96\x87|!?");
}

static void fallback(void **state)
{
    (void)state;
    assert_splits("default", "a+b 1234567", "a|+|b| |123|456|7");
}

static void invalid_bytes_are_like_replacement_characters(void **state)
{
    (void)state;
    assert_splits("qwen2",
                  "ab\xff\xfe"
                  "cd \xe4\xb8",
                  "ab|\xff\xfe|cd| \xe4\xb8");
    assert_splits("qwen2",
                  "ab\xef\xbf\xbd\xef\xbf\xbd"
                  "cd \xef\xbf\xbd",
                  "ab|\xef\xbf\xbd\xef\xbf\xbd|cd| \xef\xbf\xbd");
    assert_splits("qwen2", "1\xc3", "1|\xc3");
}

static void mongolian_vowel_separator_is_no_space(void **state)
{
    (void)state;
    /* As the word joiner U+2060 does, two of them stay together before a letter. */
    assert_splits("gpt-2", "a\xe1\xa0\x8e\xe1\xa0\x8e b", "a|\xe1\xa0\x8e\xe1\xa0\x8e| b");
    assert_splits("gpt-2", "x\xe1\xa0\x8e\xe1\xa0\x8ey", "x|\xe1\xa0\x8e\xe1\xa0\x8e|y");
    assert_splits("gpt-2", "x\xe2\x81\xa0\xe2\x81\xa0y", "x|\xe2\x81\xa0\xe2\x81\xa0|y");
}

/* Every kind, any bytes: the pieces are the text, and the interpreter cuts it the same. */
static void pieces_cover_the_text(void **state)
{
    (void)state;
    const char *const parts[] = {" ",
                                 "\n",
                                 "\r",
                                 "a",
                                 "1",
                                 "'s",
                                 "\xc3\xa9",
                                 ".",
                                 "$",
                                 "\xff",
                                 "\xf0\x9f\x98\x80",
                                 "\t",
                                 "B",
                                 "\xe4\xb8\xad",
                                 "\xe1\xa0\x8e"};
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    for (size_t i = 0; eai_pretokenizer_at(i); i++) {
        eai_pretokenizer pretokenizer = make(eai_pretokenizer_at(i)->name);
        for (int round = 0; round < 300; round++) {
            char text[128], compiled[256] = "", interpreted[256] = "";
            size_t n = 0;
            for (size_t k = eai_rng_below(&rng, 30); k > 0; k--) {
                const char *part = parts[eai_rng_below(&rng, sizeof(parts) / sizeof(parts[0]))];
                memcpy(text + n, part, strlen(part));
                n += strlen(part);
            }
            collected pieces = {text, compiled, 0, 0};
            pretokenizer.options = PCRE2_NO_UTF_CHECK;
            assert_ok(eai_pretokenizer_split(&pretokenizer, text, n, collect, &pieces));
            assert_int_equal(pieces.end, n);
            pieces = (collected){text, interpreted, 0, 0};
            pretokenizer.options = PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT;
            assert_ok(eai_pretokenizer_split(&pretokenizer, text, n, collect, &pieces));
            assert_string_equal(compiled, interpreted);
        }
        eai_pretokenizer_free(&pretokenizer);
    }
}

/*
 * One class of characters without end: no expression may be quadratic or run out of stack, neither
 * compiled nor in the interpreter, which is what remains where memory cannot be made executable.
 */
static void long_runs(void **state)
{
    (void)state;
    enum { N = 20000 };
    const char *const ends[] = {"", "x", "\n", "1", "\xe0\xb8\x81"};
    char *text = malloc(N + 4);
    assert_non_null(text);
    for (size_t i = 0; eai_pretokenizer_at(i); i++) {
        eai_pretokenizer pretokenizer = make(eai_pretokenizer_at(i)->name);
        for (const char *c = "a1 .\n\r\t\xff"; *c; c++)
            for (size_t k = 0; k < 2 * sizeof(ends) / sizeof(ends[0]); k++) {
                const char *end = ends[k / 2];
                size_t n = N + strlen(end);
                memset(text, *c, N);
                memcpy(text + N, end, strlen(end));
                collected pieces = {text, NULL, 0, 0};
                pretokenizer.options = PCRE2_NO_UTF_CHECK | (k % 2 ? PCRE2_NO_JIT : 0);
                assert_ok(eai_pretokenizer_split(&pretokenizer, text, n, collect, &pieces));
                assert_int_equal(pieces.end, n);
            }
        eai_pretokenizer_free(&pretokenizer);
    }
    free(text);
}

static edgeai_status refuse(void *user, size_t begin, size_t n)
{
    (void)begin;
    (void)n;
    return --*(int *)user == 0 ? EDGEAI_E_CANCELLED : EDGEAI_OK;
}

static void the_sink_can_end_it(void **state)
{
    (void)state;
    eai_pretokenizer pretokenizer = make("default");
    int n = 3;
    assert_int_equal(eai_pretokenizer_split(&pretokenizer, "a b c d e", 9, refuse, &n),
                     EDGEAI_E_CANCELLED);
    assert_int_equal(n, 0);
    eai_pretokenizer_free(&pretokenizer);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t fail_at = 0;; fail_at++) {
        failing_allocator counter = {.fail_at = fail_at};
        edgeai_allocator failing = failing_allocator_make(&counter);
        const char *text = "some \xff text";
        collected pieces = {text, NULL, 0, 0};
        eai_pretokenizer pretokenizer;
        edgeai_status status =
            eai_pretokenizer_create(&pretokenizer, &failing, eai_pretokenizer_at(0));
        if (status == EDGEAI_OK)
            status = eai_pretokenizer_split(&pretokenizer, text, strlen(text), collect, &pieces);
        eai_pretokenizer_free(&pretokenizer);
        assert_int_equal(counter.n_live, 0);
        if (counter.n_allocations <= fail_at) {
            assert_int_equal(status, EDGEAI_OK);
            break;
        }
        assert_int_equal(status, EDGEAI_E_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(qwen2),
        cmocka_unit_test(bailingmoe),
        cmocka_unit_test(llama_bpe),
        cmocka_unit_test(gpt_2),
        cmocka_unit_test(starcoder),
        cmocka_unit_test(falcon),
        cmocka_unit_test(deepseek_coder),
        cmocka_unit_test(deepseek_llm),
        cmocka_unit_test(fallback),
        cmocka_unit_test(invalid_bytes_are_like_replacement_characters),
        cmocka_unit_test(mongolian_vowel_separator_is_no_space),
        cmocka_unit_test(pieces_cover_the_text),
        cmocka_unit_test(long_runs),
        cmocka_unit_test(the_sink_can_end_it),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
