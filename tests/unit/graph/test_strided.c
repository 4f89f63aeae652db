/* SPDX-License-Identifier: MIT */
#include "graph/strided.h"

#include <string.h>

#include "support/check.h"

/* Against index arithmetic, for every element size, transposed and with a negative stride. */
static void any_strides_and_sizes(void **state)
{
    (void)state;
    const int64_t dims[] = {2, 3, 4}, from_strides[] = {1, -2, 6}, to_strides[] = {12, 4, 1};
    for (size_t size = 1; size <= 8; size *= 2) {
        uint8_t from[24 * 8], to[24 * 8];
        for (size_t i = 0; i < sizeof from; i++)
            from[i] = (uint8_t)i;
        eai_copy_strided(to, to_strides, from + 4 * size, from_strides, dims, 3, size);
        for (int64_t i = 0; i < 2; i++)
            for (int64_t j = 0; j < 3; j++)
                for (int64_t k = 0; k < 4; k++)
                    assert_memory_equal(to + (size_t)(12 * i + 4 * j + k) * size,
                                        from + (size_t)(4 + i - 2 * j + 6 * k) * size, size);
    }
}

static void scalars_and_empty_boxes(void **state)
{
    (void)state;
    uint16_t to[2] = {1, 2};
    const uint16_t from = 9;
    eai_copy_strided(to, NULL, &from, NULL, NULL, 0, 2);
    assert_int_equal(to[0], 9);
    assert_int_equal(to[1], 2);
    eai_copy_strided(NULL, (int64_t[]){1, 1}, NULL, (int64_t[]){1, 1}, (int64_t[]){5, 0}, 2, 2);
}

static void a_stride_of_nothing_repeats(void **state)
{
    (void)state;
    uint8_t to[6];
    const uint8_t from[2] = {1, 2};
    eai_copy_strided(to, (int64_t[]){2, 1}, from, (int64_t[]){0, 1}, (int64_t[]){3, 2}, 2, 1);
    assert_memory_equal(to, ((uint8_t[]){1, 2, 1, 2, 1, 2}), 6);
}

static void filling_any_number(void **state)
{
    (void)state;
    for (size_t n = 0; n < 9; n++) {
        uint32_t to[10] = {0};
        const uint32_t value = 0x01020304;
        eai_fill(to, &value, n, 4);
        for (size_t i = 0; i < 10; i++)
            assert_int_equal(to[i], i < n ? value : 0);
    }
}

static void row_major_strides(void **state)
{
    (void)state;
    int64_t strides[3];
    eai_row_major((int64_t[]){2, 3, 4}, 3, strides);
    assert_memory_equal(strides, ((int64_t[]){12, 4, 1}), sizeof strides);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_strides_and_sizes),       cmocka_unit_test(scalars_and_empty_boxes),
        cmocka_unit_test(a_stride_of_nothing_repeats), cmocka_unit_test(filling_any_number),
        cmocka_unit_test(row_major_strides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
