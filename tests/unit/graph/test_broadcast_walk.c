/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"
#include "graph/broadcast_walk.h"

static eai_operand of(int n_dims, const int64_t *dims)
{
    eai_operand operand = {.element = EDGEAI_ELEMENT_F32, .n_dims = n_dims, .n = 1};
    for (int i = 0; i < n_dims; i++) {
        operand.dims[i] = dims[i];
        operand.n *= (size_t)dims[i];
    }
    return operand;
}

static void one_shape_is_one_row(void **state)
{
    (void)state;
    const eai_operand a = of(3, (int64_t[]){2, 3, 4});
    eai_walk walk;
    eai_walk_begin(&walk, a.dims, 3, (const eai_operand *[]){&a, &a}, 2);
    assert_int_equal(walk.row, 24);
    assert_int_equal(walk.steps[0], 1);
    assert_int_equal(walk.steps[1], 1);
    eai_walk_next(&walk);
    assert_true(walk.done);
}

static void channels_have_rows_of_pictures(void **state)
{
    (void)state;
    const eai_operand a = of(4, (int64_t[]){2, 3, 4, 5}), b = of(3, (int64_t[]){3, 1, 1});
    eai_walk walk;
    size_t n = 0;
    for (eai_walk_begin(&walk, a.dims, 4, (const eai_operand *[]){&a, &b}, 2); !walk.done;
         eai_walk_next(&walk), n++) {
        assert_int_equal(walk.row, 20);
        assert_int_equal(walk.steps[1], 0);
        assert_int_equal(walk.offsets[0], 20 * n);
        assert_int_equal(walk.offsets[1], n % 3);
        assert_int_equal(walk.out, 20 * n);
    }
    assert_int_equal(n, 6);
}

static void elements_are_where_they_belong(void **state)
{
    (void)state;
    const int64_t dims[] = {2, 3, 2};
    const eai_operand a = of(3, (int64_t[]){2, 1, 2}), b = of(2, (int64_t[]){3, 1}),
                      c = of(0, NULL);
    eai_walk walk;
    size_t n = 0;
    for (eai_walk_begin(&walk, dims, 3, (const eai_operand *[]){&a, &b, &c}, 3); !walk.done;
         eai_walk_next(&walk))
        for (size_t i = 0; i < walk.row; i++, n++) {
            assert_int_equal(walk.offsets[0] + i * walk.steps[0], n / 6 * 2 + n % 2);
            assert_int_equal(walk.offsets[1] + i * walk.steps[1], n / 2 % 3);
            assert_int_equal(walk.offsets[2] + i * walk.steps[2], 0);
        }
    assert_int_equal(n, 12);
}

static void nothing_is_walked_over_without_elements(void **state)
{
    (void)state;
    const eai_operand a = of(2, (int64_t[]){3, 0}), one = of(0, NULL);
    eai_walk walk;
    eai_walk_begin(&walk, a.dims, 2, (const eai_operand *[]){&a, &one}, 2);
    assert_true(walk.done);
    eai_walk_begin(&walk, NULL, 0, (const eai_operand *[]){&one, &one}, 2);
    assert_false(walk.done);
    assert_int_equal(walk.row, 1);
    eai_walk_next(&walk);
    assert_true(walk.done);
}

/* Standing at a row is having walked there. */
static void any_row_can_be_the_first(void **state)
{
    (void)state;
    const int64_t dims[] = {2, 3, 4, 5};
    const eai_operand a = of(4, dims), b = of(4, (int64_t[]){1, 3, 1, 5});
    eai_walk walked, sought;
    eai_walk_begin(&walked, dims, 4, (const eai_operand *[]){&a, &b}, 2);
    assert_int_equal(eai_walk_rows(&walked), 24);
    for (size_t row = 0; row < 24; row++, eai_walk_next(&walked)) {
        eai_walk_begin(&sought, dims, 4, (const eai_operand *[]){&a, &b}, 2);
        eai_walk_seek(&sought, row);
        assert_int_equal(sought.out, walked.out);
        assert_memory_equal(sought.at, walked.at, sizeof walked.at);
        assert_memory_equal(sought.offsets, walked.offsets, sizeof walked.offsets);
    }
    assert_true(walked.done);
    eai_walk_begin(&sought, (int64_t[]){2, 0}, 2, (const eai_operand *[]){&a}, 1);
    assert_int_equal(eai_walk_rows(&sought), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_shape_is_one_row),
        cmocka_unit_test(channels_have_rows_of_pictures),
        cmocka_unit_test(elements_are_where_they_belong),
        cmocka_unit_test(any_row_can_be_the_first),
        cmocka_unit_test(nothing_is_walked_over_without_elements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
