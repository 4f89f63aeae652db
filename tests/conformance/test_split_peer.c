/* SPDX-License-Identifier: MIT */
/*
 * The pre-tokenizers against another engine: Perl runs the same expressions (split_peer.pl) on
 * generated texts of many scripts. Only code points that Unicode 6.0 (2010) or older assigned are
 * used, so that the two engines' tables may be of different age.
 */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/text.h"
#include "lm/pretokenizer.h"

enum { TEXTS = 4000, TEXT_BYTES = 1024, LINE_BYTES = 8192 };

typedef struct range {
    uint32_t first, last;
} range;

/* Characters of one sort: runs of them are put together. */
static const struct {
    const char *what;
    int longest;
    range ranges[8]; /* {0, 0} ends them */
} sorts[] = {
    {"Latin", 8, {{'a', 'z'}, {'A', 'Z'}, {'a', 'z'}}},
    {"Latin with accents", 5, {{0xc0, 0xd6}, {0xd8, 0xf6}, {0xf8, 0x17f}, {0x1e00, 0x1ef9}}},
    {"Greek", 6, {{0x3b1, 0x3c9}, {0x391, 0x3a1}, {0x1f00, 0x1f15}}},
    {"Cyrillic", 7, {{0x410, 0x44f}, {0x460, 0x481}}},
    {"Arabic", 6, {{0x627, 0x63a}, {0x641, 0x64a}, {0x64b, 0x652}}},
    {"Hebrew", 6, {{0x5d0, 0x5ea}, {0x5b0, 0x5bd}}},
    {"Devanagari", 6, {{0x905, 0x939}, {0x93e, 0x94d}}},
    {"Thai", 8, {{0xe01, 0xe3a}, {0xe40, 0xe4e}}},
    {"Khmer", 6, {{0x1780, 0x17b3}, {0x17b6, 0x17d3}}},
    {"Chinese", 5, {{0x4e00, 0x9fa5}}},
    {"Japanese", 5, {{0x3041, 0x3096}, {0x30a1, 0x30fa}, {0x3005, 0x3007}}},
    {"Hangul", 4, {{0xac00, 0xd7a3}, {0x1100, 0x1159}}},
    {"ASCII digits", 8, {{'0', '9'}}},
    {"other digits",
     4,
     {{0x660, 0x669},
      {0x6f0, 0x6f9},
      {0x966, 0x96f},
      {0xe50, 0xe59},
      {0xff10, 0xff19},
      {0x1d7ce, 0x1d7ff}}},
    {"other numbers", 2, {{0xb2, 0xb3}, {0xbc, 0xbe}, {0x2160, 0x2188}, {0x2460, 0x249b}}},
    {"combining marks", 3, {{0x300, 0x36f}, {0x20d0, 0x20dc}, {0xfe00, 0xfe0f}}},
    {"ASCII punctuation", 4, {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}},
    {"other punctuation",
     3,
     {{0xa1, 0xbf},
      {0x2010, 0x2027},
      {0x2030, 0x205e},
      {0x3001, 0x3003},
      {0x3008, 0x3011},
      {0xff01, 0xff0f},
      {0xff1a, 0xff20}}},
    {"symbols", 3, {{0x20a0, 0x20b8}, {0x2190, 0x21ff}, {0x2200, 0x22ff}, {0xd7, 0xd7}}},
    {"emoji",
     3,
     {{0x1f600, 0x1f640},
      {0x1f300, 0x1f320},
      {0x1f680, 0x1f6c5},
      {0x2600, 0x26bf},
      {0x1f1e6, 0x1f1ff}}},
    {"spaces", 6, {{' ', ' '}}},
    {"line ends", 4, {{'\n', '\n'}, {'\r', '\r'}, {'\n', '\n'}}},
    {"white space", 5, {{' ', ' '}, {'\t', '\r'}, {'\t', '\t'}, {' ', ' '}, {'\n', '\n'}}},
    {"rare white space",
     3,
     {{0x85, 0x85},
      {0xa0, 0xa0},
      {0x1680, 0x1680},
      {0x2000, 0x200a},
      {0x2028, 0x2029},
      {0x202f, 0x202f},
      {0x205f, 0x205f},
      {0x3000, 0x3000}}},
    {"format characters",
     2,
     {{0x180e, 0x180e}, {0x200b, 0x200f}, {0x2060, 0x2064}, {0xfeff, 0xfeff}, {0xad, 0xad}}},
    {"control characters", 2, {{0x00, 0x08}, {0x0e, 0x1f}, {0x7f, 0x84}, {0x86, 0x9f}}},
};

/* Sequences that chance would not make: contractions in both cases, emoji of several characters. */
static const char *const phrases[] = {
    "'s",
    "'S",
    "'t",
    "'T",
    "'re",
    "'RE",
    "'Re",
    "'rE",
    "'ve",
    "'VE",
    "'m",
    "'M",
    "'ll",
    "'LL",
    "'lL",
    "'d",
    "'D",
    "\xe2\x80\x99s",
    "it's",
    "DON'T",
    "we'll",
    "''s",
    "' s",
    "'",
    "\r\n",
    "\r\n\r\n",
    " \n ",
    "\n\n\n ",
    "  \n",
    "\t\n\t",
    "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", /* family */
    "\xf0\x9f\x98\xb6\xe2\x80\x8d\xf0\x9f\x8c\xab\xef\xb8\x8f",                 /* in clouds */
    "\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd",                                         /* skin tone */
    "1\xef\xb8\x8f\xe2\x83\xa3",                                                /* keycap */
    "e\xcc\x81",
    "A\xcc\x8a",
    " a",
    "  b",
    " 1",
    "  2",
    ", ",
    ". ",
    "$9.99",
    "https://a.b/c?d=1",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static size_t append_run(char *text, size_t sort, eai_rng *rng)
{
    size_t n = 0, n_ranges = 0;
    while (n_ranges < COUNT(sorts[sort].ranges) && sorts[sort].ranges[n_ranges].last > 0)
        n_ranges++;
    for (uint64_t k = 1 + eai_rng_below(rng, (uint64_t)sorts[sort].longest); k > 0; k--) {
        range chosen = sorts[sort].ranges[eai_rng_below(rng, n_ranges)];
        uint32_t c = chosen.first + (uint32_t)eai_rng_below(rng, chosen.last - chosen.first + 1);
        n += (size_t)eai_utf8_encode(c, (unsigned char *)text + n);
    }
    return n;
}

/* One text: runs of characters and phrases, often with a space between. */
static size_t generate(char text[TEXT_BYTES], eai_rng *rng)
{
    size_t n = 0;
    for (uint64_t parts = 1 + eai_rng_below(rng, 16); parts > 0; parts--) {
        uint64_t choice = eai_rng_below(rng, 10);
        if (choice < 2) {
            const char *phrase = phrases[eai_rng_below(rng, COUNT(phrases))];
            memcpy(text + n, phrase, strlen(phrase));
            n += strlen(phrase);
        } else {
            n += append_run(text + n, (size_t)eai_rng_below(rng, COUNT(sorts)), rng);
        }
        if (choice % 2) text[n++] = ' ';
    }
    assert_true(n < TEXT_BYTES);
    return n;
}

typedef struct splits {
    char line[LINE_BYTES]; /* lengths of the pieces, as the peer prints them */
    size_t used;
} splits;

static edgeai_status collect(void *user, size_t begin, size_t n)
{
    splits *s = user;
    s->used += (size_t)snprintf(s->line + s->used, sizeof(s->line) - s->used,
                                begin == 0 ? "%zu" : " %zu", n);
    assert_true(s->used < sizeof(s->line));
    return EDGEAI_OK;
}

/* The file of all texts for the peer; unlinked by the caller. */
static void write_texts(char *path, char (*texts)[TEXT_BYTES], const uint32_t *lengths)
{
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "wb");
    assert_non_null(file);
    for (int i = 0; i < TEXTS; i++) {
        const uint32_t n = lengths[i];
        const unsigned char header[4] = {(unsigned char)n, (unsigned char)(n >> 8), 0, 0};
        assert_int_equal(fwrite(header, 1, 4, file), 4);
        assert_int_equal(fwrite(texts[i], 1, n, file), n);
    }
    assert_int_equal(fclose(file), 0);
}

static int compare_kind(const eai_pretokenizer_kind *kind, const char *path,
                        char (*texts)[TEXT_BYTES], const uint32_t *lengths)
{
    edgeai_allocator allocator = eai_default_allocator();
    eai_pretokenizer pretokenizer;
    char command[1200], line[LINE_BYTES];
    int n_different = 0;
    snprintf(command, sizeof(command), "perl '%s/tests/conformance/split_peer.pl' '%s' '%s'",
             EDGEAI_TEST_SOURCE, kind->name, path);
    FILE *peer = popen(command, "r");
    assert_non_null(peer);
    assert_ok(eai_pretokenizer_create(&pretokenizer, &allocator, kind));
    for (int i = 0; i < TEXTS; i++) {
        splits ours = {.used = 0};
        assert_ok(eai_pretokenizer_split(&pretokenizer, texts[i], lengths[i], collect, &ours));
        assert_non_null(fgets(line, sizeof(line), peer));
        line[strcspn(line, "\n")] = '\0';
        if (strcmp(line, ours.line) != 0 && n_different++ < 5)
            print_error("%s, text %d: '%.*s'\n expected %s\n found    %s\n", kind->name, i,
                        (int)lengths[i], texts[i], line, ours.line);
    }
    assert_null(fgets(line, sizeof(line), peer));
    assert_int_equal(pclose(peer), 0);
    eai_pretokenizer_free(&pretokenizer);
    print_message("%s: %d of %d texts cut alike\n", kind->name, TEXTS - n_different, TEXTS);
    return n_different;
}

static void all_kinds(void **state)
{
    (void)state;
    if (system("perl -e 1 2>/dev/null") != 0) {
        print_message("skipped: no perl\n");
        skip();
    }
    static char texts[TEXTS][TEXT_BYTES];
    static uint32_t lengths[TEXTS];
    char path[] = EDGEAI_TEST_BUILD "/split_peer_XXXXXX";
    eai_rng rng;
    eai_rng_seed(&rng, 20260227);
    for (int i = 0; i < TEXTS; i++)
        lengths[i] = (uint32_t)generate(texts[i], &rng);
    write_texts(path, texts, lengths);
    int n_different = 0;
    for (size_t i = 0; eai_pretokenizer_at(i); i++)
        n_different += compare_kind(eai_pretokenizer_at(i), path, texts, lengths);
    unlink(path);
    assert_int_equal(n_different, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_kinds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
