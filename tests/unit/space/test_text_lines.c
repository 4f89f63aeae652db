/* SPDX-License-Identifier: MIT */
#include "space/text_lines.h"

#include <math.h>
#include <string.h>

#include "support/check.h"

static eai_text_lines over(const char *text)
{
    return (eai_text_lines){.text = text, .n = strlen(text), .name = "f.txt"};
}

static void lines_and_fields(void **state)
{
    (void)state;
    eai_text_lines lines = over("# head\n\n 1.5\t-2e3 # tail\r\n  \nlast one");
    double values[2];
    const char *field;
    size_t n;
    assert_true(eai_text_lines_next(&lines));
    assert_int_equal(lines.number, 3);
    assert_ok(eai_text_lines_numbers(&lines, values, 2));
    assert_true(values[0] == 1.5 && values[1] == -2000);
    assert_false(eai_text_lines_field(&lines, &field, &n));
    assert_true(eai_text_lines_next(&lines));
    assert_true(eai_text_lines_field(&lines, &field, &n) && n == 4 &&
                memcmp(field, "last", 4) == 0);
    assert_true(eai_text_lines_field(&lines, &field, &n) && n == 3);
    assert_false(eai_text_lines_next(&lines));
    assert_false(eai_text_lines_field(&lines, &field, &n));
}

static void errors_name_the_line(void **state)
{
    (void)state;
    double values[4];
    size_t n;
    eai_text_lines lines = over("1 2\n3 x4");
    assert_true(eai_text_lines_next(&lines));
    assert_fails(eai_text_lines_numbers(&lines, values, 3), EDGEAI_E_FORMAT);
    assert_error_says("f.txt, line 1: expected 3 numbers, found 2");
    assert_true(eai_text_lines_next(&lines));
    assert_fails(eai_text_lines_numbers(&lines, values, 2), EDGEAI_E_FORMAT);
    assert_error_says("f.txt, line 2: expected a number, found 'x4'");
    lines = over("1 2 3");
    assert_true(eai_text_lines_next(&lines));
    assert_fails(eai_text_lines_all_numbers(&lines, values, 2, &n), EDGEAI_E_FORMAT);
    assert_error_says("expected at most 2 numbers");
}

static void numbers_stream_over_lines(void **state)
{
    (void)state;
    double values[5];
    eai_text_lines lines = over("1 2\n# no\n3\n 4 5");
    assert_ok(eai_text_lines_stream(&lines, values, 5));
    for (int i = 0; i < 5; i++)
        assert_true(values[i] == i + 1);
    assert_fails(eai_text_lines_stream(&lines, values, 1), EDGEAI_E_FORMAT);
    assert_error_says("expected 1 numbers, found 0 and the end");
}

static void what_a_number_is(void **state)
{
    (void)state;
    double value;
    static const char *const good[] = {"1", "-1.25e-3", "+.5", "5.", "1E9"};
    static const char *const bad[] = {"", "0x10", "1,5", "--1", "1e", "nan(1)", "e", ".", "1 "};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(eai_field_number(good[i], strlen(good[i]), &value));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(eai_field_number(bad[i], strlen(bad[i]), &value));
    assert_true(eai_field_number("-inf", 4, &value) && isinf(value) && value < 0);
    assert_true(eai_field_number("nan", 3, &value) && isnan(value));
    assert_false(eai_field_number("1\0", 2, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_and_fields),
        cmocka_unit_test(errors_name_the_line),
        cmocka_unit_test(numbers_stream_over_lines),
        cmocka_unit_test(what_a_number_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
