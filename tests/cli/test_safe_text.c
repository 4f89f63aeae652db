/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/safe_text.h"

static void characters_are_told_from_broken_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t n;
        uint32_t code_point;
    } cases[] = {
        {"a", 1, 'a'},
        {"\xc3\xa9", 2, 0xe9},
        {"\xe2\x96\x91", 3, 0x2591},
        {"\xf0\x9f\x98\x80", 4, 0x1f600},
        {"\x80", 1, 0xfffd},             /* a continuation alone */
        {"\xc0\x80", 1, 0xfffd},         /* overlong */
        {"\xe0\x80\x80", 1, 0xfffd},     /* overlong */
        {"\xed\xa0\x80", 1, 0xfffd},     /* surrogate */
        {"\xf4\x90\x80\x80", 1, 0xfffd}, /* beyond Unicode */
        {"\xe2\x96", 1, 0xfffd},         /* cut */
        {"\xff", 1, 0xfffd},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint32_t c;
        assert_int_equal(safe_text_next(cases[i].bytes, strlen(cases[i].bytes), &c), cases[i].n);
        assert_int_equal(c, cases[i].code_point);
    }
}

static void control_characters_are_not_printed(void **state)
{
    (void)state;
    char seen[128];
    FILE *out = tmpfile();
    static const char hostile[] = "a\x1b[2J\n\xff\xc3\xa9\xc2\x9b\0z";
    safe_text_print(out, hostile, sizeof hostile - 1);
    rewind(out);
    seen[fread(seen, 1, sizeof seen - 1, out)] = '\0';
    fclose(out);
    assert_string_equal(seen, "a\\x1b[2J\\x0a\\xff\xc3\xa9\\xc2\\x9b\\x00z");
}

static void copies_are_valid_utf8(void **state)
{
    (void)state;
    char *copy = safe_text_copy("x\0\xff\xc3\xa9\xc3", 6);
    assert_string_equal(copy, "x\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd");
    free(copy);
}

static void widths_are_those_of_terminals(void **state)
{
    (void)state;
    assert_int_equal(safe_text_columns('a'), 1);
    assert_int_equal(safe_text_columns(0x2591), 1);
    assert_int_equal(safe_text_columns(0x6f22), 2);
    assert_int_equal(safe_text_columns(0x1f600), 2);
    assert_int_equal(safe_text_columns(0x301), 0);
    assert_int_equal(safe_text_columns(0x1b), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(characters_are_told_from_broken_bytes),
        cmocka_unit_test(control_characters_are_not_printed),
        cmocka_unit_test(copies_are_valid_utf8),
        cmocka_unit_test(widths_are_those_of_terminals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
