/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <string.h>

#include "common/number_list.h"

static void numbers_and_ranges_are_read_in_their_order(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t n;
        int64_t items[6];
    } cases[] = {
        {"7", 1, {7}},
        {"32,1,8", 3, {32, 1, 8}},
        {"2-4", 3, {2, 3, 4}},
        {"5-5", 1, {5}},
        {"1-8+3", 3, {1, 4, 7}},
        {"32-128+32", 4, {32, 64, 96, 128}},
        {"1-20*4", 3, {1, 4, 16}},
        {"3-12*2", 3, {3, 6, 12}},
        {"0,1-2,8-32*2", 6, {0, 1, 2, 8, 16, 32}},
        {"1-1000+9223372036854775807", 1, {1}},
        {"2-1000*9223372036854775807", 1, {2}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        number_list list;
        char bad[64];
        assert_true(number_list_read(&list, cases[i].text, 0, 1000, bad));
        assert_int_equal(list.n, cases[i].n);
        assert_memory_equal(list.items, cases[i].items, list.n * sizeof list.items[0]);
    }
}

static void what_is_no_list_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *bad;
    } cases[] = {
        {"", ""},
        {"1,", ""},
        {",1", ""},
        {"1;2", "1;2"},
        {"x", "x"},
        {"-3", "-3"},
        {"+3", "+3"},
        {" 3", " 3"},
        {"3,4-", "4-"},
        {"1-4+", "1-4+"},
        {"1-4+0", "1-4+0"},
        {"1-4*1", "1-4*1"},
        {"0-4*2", "0-4*2"},
        {"4-1", "4-1"},
        {"1001", "1001"},
        {"1-1001", "1-1001"},
        {"1-300", "1-300"},
        {"1-4*-2", "1-4*-2"},
        {"1-2-3", "1-2-3"},
        {"1-4/2", "1-4/2"},
        {"99999999999999999999", "99999999999999999999"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        number_list list;
        char bad[64];
        assert_false(number_list_read(&list, cases[i].text, 0, 1000, bad));
        assert_string_equal(bad, cases[i].bad);
    }
    number_list list;
    char text[200], bad[64];
    assert_false(number_list_read(&list, "1", 2, 1000, bad));
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(number_list_read(&list, text, 0, 1000, bad));
    assert_int_equal(strlen(bad), 63);
}

static void the_largest_is_found(void **state)
{
    (void)state;
    number_list list;
    char bad[64];
    assert_true(number_list_read(&list, "3,9,4", 0, 10, bad));
    assert_int_equal(number_list_largest(&list), 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_and_ranges_are_read_in_their_order),
        cmocka_unit_test(what_is_no_list_is_refused),
        cmocka_unit_test(the_largest_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
