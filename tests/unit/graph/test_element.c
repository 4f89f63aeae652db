/* SPDX-License-Identifier: MIT */
#include <edgeai/graph.h>

#include "support/check.h"

static void names_are_those_of_the_file_format(void **state)
{
    (void)state;
    assert_string_equal(edgeai_element_name(EDGEAI_ELEMENT_F32), "f32");
    assert_string_equal(edgeai_element_name(EDGEAI_ELEMENT_BF16), "bf16");
    assert_string_equal(edgeai_element_name(EDGEAI_ELEMENT_BITS), "bits");
    assert_string_equal(edgeai_element_name(EDGEAI_ELEMENT_NONE), "?");
    assert_string_equal(edgeai_element_name((edgeai_element)8), "?");
}

static void bytes_count_packed_elements_and_overflow(void **state)
{
    (void)state;
    assert_int_equal(edgeai_element_bytes(EDGEAI_ELEMENT_F64, 3), 24);
    assert_int_equal(edgeai_element_bytes(EDGEAI_ELEMENT_BOOL, 3), 3);
    assert_int_equal(edgeai_element_bytes(EDGEAI_ELEMENT_TRITS, 0), 0);
    assert_int_equal(edgeai_element_bytes(EDGEAI_ELEMENT_TRITS, 4), 1);
    assert_int_equal(edgeai_element_bytes(EDGEAI_ELEMENT_TRITS, 5), 2);
    assert_int_equal(edgeai_element_bytes(EDGEAI_ELEMENT_BITS, 9), 2);
    assert_true(edgeai_element_bytes(EDGEAI_ELEMENT_BITS, SIZE_MAX) == SIZE_MAX / 8 + 1);
    assert_int_equal(edgeai_element_bytes(EDGEAI_ELEMENT_I64, SIZE_MAX / 4), 0);
    assert_int_equal(edgeai_element_bytes(EDGEAI_ELEMENT_NONE, 3), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_the_file_format),
        cmocka_unit_test(bytes_count_packed_elements_and_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
