/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include "lm/byte_map.h"

static void known_symbols(void **state)
{
    (void)state;
    assert_int_equal(eai_byte_to_code_point(' '), 0x120);  /* the G with dot of every GPT-2 file */
    assert_int_equal(eai_byte_to_code_point('\n'), 0x10a); /* the C with dot */
    assert_int_equal(eai_byte_to_code_point('A'), 'A');
    assert_int_equal(eai_byte_to_code_point(0x00), 0x100);
    assert_int_equal(eai_byte_to_code_point(0x7f), 0x121);
    assert_int_equal(eai_byte_to_code_point(0xa0), 0x142);
    assert_int_equal(eai_byte_to_code_point(0xad), 0x143);
    assert_int_equal(eai_byte_to_code_point(0xff), 0xff);
}

static void every_byte_comes_back(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++)
        assert_int_equal(eai_code_point_to_byte(eai_byte_to_code_point((unsigned char)byte)), byte);
}

static void exactly_256_symbols(void **state)
{
    (void)state;
    int n = 0;
    for (uint32_t code_point = 0; code_point < 0x1000; code_point++)
        n += eai_code_point_to_byte(code_point) >= 0;
    assert_int_equal(n, 256);
    assert_int_equal(eai_code_point_to_byte(' '), -1);
    assert_int_equal(eai_code_point_to_byte(0x144), -1);
    assert_int_equal(eai_code_point_to_byte(0x10ffff), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_symbols),
        cmocka_unit_test(every_byte_comes_back),
        cmocka_unit_test(exactly_256_symbols),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
