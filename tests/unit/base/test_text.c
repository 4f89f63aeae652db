/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "support/check.h"
#include "support/failing_allocator.h"

static int decode(const char *bytes, size_t n, uint32_t *code_point)
{
    return eai_utf8_decode((const unsigned char *)bytes, n, code_point);
}

static void every_code_point_survives_the_round_trip(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point <= 0x10ffff; code_point++) {
        if (code_point >= 0xd800 && code_point <= 0xdfff) continue;
        unsigned char bytes[4];
        uint32_t back = UINT32_MAX;
        int n = eai_utf8_encode(code_point, bytes);
        int expected = 1 + (code_point >= 0x80) + (code_point >= 0x800) + (code_point >= 0x10000);
        if (n != expected || eai_utf8_decode(bytes, (size_t)n, &back) != n || back != code_point)
            fail_msg("U+%04X", (unsigned)code_point);
        /* Any shorter part of it may still become a character. */
        for (int part = 1; part < n; part++)
            if (eai_utf8_decode(bytes, (size_t)part, &back) != 0)
                fail_msg("U+%04X cut to %d bytes", (unsigned)code_point, part);
    }
}

/* What RFC 3629 forbids, each at the byte where it becomes hopeless. */
static void invalid_bytes_are_refused_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
    } cases[] = {
        {"\x80", 1},         /* continuation first */
        {"\xbf", 1},         /* the same */
        {"\xc0", 1},         /* overlong two */
        {"\xc1", 1},         /* overlong two */
        {"\xc2\x41", 2},     /* no continuation */
        {"\xc2\xc2", 2},     /* no continuation */
        {"\xe0\x9f", 2},     /* overlong three */
        {"\xed\xa0", 2},     /* surrogate U+D800 */
        {"\xed\xbf", 2},     /* surrogate U+DFFF */
        {"\xe2\x82\x41", 3}, /* no second continuation */
        {"\xf0\x8f", 2},     /* overlong four */
        {"\xf4\x90", 2},     /* U+110000 */
        {"\xf5", 1},         /* above U+13FFFF */
        {"\xff", 1},         {"\xf0\x9f\x98\x2e", 4},
    };
    uint32_t code_point;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (decode(cases[i].bytes, cases[i].n, &code_point) != -1) fail_msg("case %zu", i);
}

static void borders_of_the_ranges_are_valid(void **state)
{
    (void)state;
    uint32_t code_point;
    assert_int_equal(decode("\xed\x9f\xbf", 3, &code_point), 3);
    assert_int_equal(code_point, 0xd7ff);
    assert_int_equal(decode("\xee\x80\x80", 3, &code_point), 3);
    assert_int_equal(code_point, 0xe000);
    assert_int_equal(decode("\xf4\x8f\xbf\xbf", 4, &code_point), 4);
    assert_int_equal(code_point, 0x10ffff);
    assert_int_equal(decode("\0", 1, &code_point), 1);
    assert_int_equal(code_point, 0);
    /* Bytes behind the character do not matter. */
    assert_int_equal(decode("\xc3\xa9\xff", 3, &code_point), 2);
    assert_int_equal(code_point, 0xe9);
}

static void buffer_grows_and_stays_terminated(void **state)
{
    (void)state;
    failing_allocator counter = {.fail_at = SIZE_MAX};
    edgeai_allocator allocator = failing_allocator_make(&counter);
    eai_text text = {.allocator = &allocator};
    for (int i = 0; i < 1000; i++)
        assert_true(eai_text_append_string(&text, "abc"));
    assert_true(eai_text_append(&text, "x\0y", 3));
    assert_int_equal(text.n, 3003);
    assert_memory_equal(text.bytes + 2997, "abcx\0y", 7);
    assert_true(counter.n_allocations < 12); /* doubling, not one for each append */
    eai_text_clear(&text);
    assert_int_equal(text.n, 0);
    assert_string_equal(text.bytes, "");
    eai_text_free(&text);
    eai_text_free(&text);
    assert_int_equal(counter.n_live, 0);
}

static void empty_buffers_are_fine(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    eai_text text = {.allocator = &allocator};
    eai_text_clear(&text);
    assert_true(eai_text_append(&text, NULL, 0));
    assert_string_equal(text.bytes, "");
    eai_text_free(&text);
}

static void failed_append_keeps_the_text(void **state)
{
    (void)state;
    failing_allocator counter = {.fail_at = 1};
    edgeai_allocator allocator = failing_allocator_make(&counter);
    eai_text text = {.allocator = &allocator};
    char long_part[100];
    memset(long_part, 'x', sizeof long_part);
    assert_true(eai_text_append_string(&text, "kept"));
    assert_false(eai_text_append(&text, long_part, sizeof long_part));
    assert_string_equal(text.bytes, "kept");
    assert_false(eai_text_append(&text, long_part, SIZE_MAX));
    assert_error_says("text");
    assert_int_equal(text.n, 4);
    eai_text_free(&text);
    assert_int_equal(counter.n_live, 0);
}

static void hostile_bytes_become_printable(void **state)
{
    (void)state;
    char out[8];
    assert_string_equal(eai_printable("a\x1b[\xff\0b", 6, out, sizeof out), "a?[??b");
    assert_string_equal(eai_printable("1234567", 7, out, sizeof out), "1234567");
    assert_string_equal(eai_printable("12345678", 8, out, sizeof out), "1234...");
    assert_string_equal(eai_printable("12345678", 8, out, 3), "12");
    assert_string_equal(eai_printable("", 0, out, sizeof out), "");
    assert_string_equal(eai_printable("x", 1, out, 1), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_survives_the_round_trip),
        cmocka_unit_test(invalid_bytes_are_refused_at_once),
        cmocka_unit_test(borders_of_the_ranges_are_valid),
        cmocka_unit_test(buffer_grows_and_stays_terminated),
        cmocka_unit_test(empty_buffers_are_fine),
        cmocka_unit_test(failed_append_keeps_the_text),
        cmocka_unit_test(hostile_bytes_become_printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
