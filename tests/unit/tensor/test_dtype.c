/* SPDX-License-Identifier: MIT */
#include <edgeai/tensor.h>

#include "support/check.h"

static void names_and_types_agree(void **state)
{
    (void)state;
    int n_types = 0;
    for (int id = -1; id < 64; id++) {
        edgeai_dtype dtype = (edgeai_dtype)id, found = EDGEAI_DTYPE_F32;
        const char *name = edgeai_dtype_name(dtype);
        if (edgeai_dtype_block_elements(dtype) == 0) {
            assert_string_equal(name, "?");
            assert_int_equal(edgeai_dtype_block_bytes(dtype), 0);
            continue;
        }
        n_types++;
        assert_ok(edgeai_dtype_from_name(name, &found));
        assert_int_equal(found, dtype);
    }
    assert_int_equal(n_types, 21);
}

static void names_ignore_letter_case(void **state)
{
    (void)state;
    edgeai_dtype dtype = EDGEAI_DTYPE_F32;
    assert_ok(edgeai_dtype_from_name("q4_k", &dtype));
    assert_int_equal(dtype, EDGEAI_DTYPE_Q4_K);
    assert_fails(edgeai_dtype_from_name("q4", &dtype), EDGEAI_E_NOT_FOUND);
    assert_error_says("'q4'");
    assert_int_equal(dtype, EDGEAI_DTYPE_Q4_K);
}

static void row_bytes_counts_whole_blocks_only(void **state)
{
    (void)state;
    assert_int_equal(edgeai_dtype_row_bytes(EDGEAI_DTYPE_F32, 3), 12);
    assert_int_equal(edgeai_dtype_row_bytes(EDGEAI_DTYPE_Q4_0, 64), 36);
    assert_int_equal(edgeai_dtype_row_bytes(EDGEAI_DTYPE_Q4_K, 4096), 16 * 144);
    assert_int_equal(edgeai_dtype_row_bytes(EDGEAI_DTYPE_Q4_0, 63), 0);
    assert_int_equal(edgeai_dtype_row_bytes(EDGEAI_DTYPE_F32, -4), 0);
    assert_int_equal(edgeai_dtype_row_bytes((edgeai_dtype)9, 32), 0);
    assert_int_equal(edgeai_dtype_row_bytes(EDGEAI_DTYPE_F64, INT64_MAX), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_types_agree),
        cmocka_unit_test(names_ignore_letter_case),
        cmocka_unit_test(row_bytes_counts_whole_blocks_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
