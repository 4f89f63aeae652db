/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <string.h>

#include "common/choice_list.h"

static const char *const colours[] = {"red", "green", "blue", NULL};

static void names_are_read_in_their_order(void **state)
{
    (void)state;
    choice_list list;
    char unknown[64];
    assert_true(choice_list_read(&list, "blue,Red", colours, unknown));
    assert_int_equal(list.n, 2);
    assert_int_equal(list.items[0], 2);
    assert_int_equal(list.items[1], 0);
    assert_true(choice_list_read(&list, "all", colours, unknown));
    assert_int_equal(list.n, 3);
    assert_int_equal(list.items[2], 2);
}

static void unknown_and_doubled_names_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *unknown;
    } cases[] = {{"red,pink", "pink"}, {"red,red", "red"}, {"", ""},
                 {"red,", ""},         {"re", "re"},       {"red,all", "all"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        choice_list list;
        char unknown[64];
        assert_false(choice_list_read(&list, cases[i].text, colours, unknown));
        assert_string_equal(unknown, cases[i].unknown);
    }
    char text[200], unknown[64];
    choice_list list;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_false(choice_list_read(&list, text, colours, unknown));
    assert_int_equal(strlen(unknown), 63);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_read_in_their_order),
        cmocka_unit_test(unknown_and_doubled_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
