/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <string.h>

#include "generate/last_number.h"

static void the_last_number_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *text, *number; /* NULL: none */
    } cases[] = {
        {"", NULL},
        {"no number", NULL},
        {"- , .", NULL},
        {"18", "18"},
        {"He has 3 apples and 4 pears.", "4"},
        {"so $1,250.00 in all.", "1,250.00"},
        {"The answer is -7", "-7"},
        {"10-5", "5"},
        {"(2+3)-5", "5"},
        {"x-5", "5"},
        {"= -$20", "-$20"},
        {"1,2,3", "3"},
        {"12,3456", "3456"},
        {"1,234,567", "1,234,567"},
        {"3.14.", "3.14"},
        {"5.", "5"},
        {".5", "5"},
        {"70%", "70"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t begin = 0, end = 0;
        bool found = eai_last_number(cases[i].text, &begin, &end);
        assert_int_equal(found, cases[i].number != NULL);
        if (!found) continue;
        assert_int_equal(end - begin, strlen(cases[i].number));
        assert_memory_equal(cases[i].text + begin, cases[i].number, end - begin);
    }
}

static void numbers_are_compared_by_value(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"18", "The answer is 18.", true},
        {"18", "18 or rather 19", false},
        {"70000", "$70,000", true},
        {"70000", "70000.00", true},
        {"0.5", "0.50", true},
        {"5", "5.01", false},
        {"5", "-5", false},
        {"-5", "-$5.0", true},
        {"0", "-0", true},
        {"0", "0.0", true},
        {"7", "007", true},
        {"10", "1", false},
        {"1", "10", false},
        {"100", "1", false},
        {"1", "one", false},
        {"one", "one", false},
        {"123456789012345678901234567890", "123456789012345678901234567891", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(eai_same_last_number(cases[i].a, cases[i].b), cases[i].same);
        assert_int_equal(eai_same_last_number(cases[i].b, cases[i].a), cases[i].same);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_number_is_found),
        cmocka_unit_test(numbers_are_compared_by_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
