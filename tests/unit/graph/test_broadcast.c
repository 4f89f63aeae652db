/* SPDX-License-Identifier: MIT */
#include "graph/operator.h"

#include "support/check.h"

static void shapes_meet_at_their_last_dimension(void **state)
{
    (void)state;
    const eai_operand a = {.n_dims = 3, .dims = {2, 1, 4}}, b = {.n_dims = 2, .dims = {3, 1}},
                      scalar = {.n_dims = 0}, none = {.n_dims = 1, .dims = {0}},
                      odd = {.n_dims = 1, .dims = {3}};
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    int n_dims = 0;
    const eai_operand *all[] = {&b, NULL, &a, &scalar};
    assert_true(eai_broadcast_dims(all, 4, dims, &n_dims));
    assert_int_equal(n_dims, 3);
    assert_int_equal(dims[0], 2);
    assert_int_equal(dims[1], 3);
    assert_int_equal(dims[2], 4);
    assert_true(eai_broadcast_dims(&all[3], 1, dims, &n_dims));
    assert_int_equal(n_dims, 0);
    const eai_operand *bad[] = {&a, &odd};
    assert_false(eai_broadcast_dims(bad, 2, dims, &n_dims));
    const eai_operand *empty[] = {&b, &none}; /* 1 meets 0 */
    assert_true(eai_broadcast_dims(empty, 2, dims, &n_dims));
    assert_int_equal(dims[1], 0);
    const eai_operand *worse[] = {&a, &none}; /* 4 does not */
    assert_false(eai_broadcast_dims(worse, 2, dims, &n_dims));
}

static void strides_are_zero_where_elements_repeat(void **state)
{
    (void)state;
    const eai_operand b = {.n_dims = 3, .dims = {3, 1, 4}};
    const int64_t dims[] = {2, 3, 5, 4};
    int64_t strides[4];
    eai_broadcast_strides(&b, dims, 4, strides);
    assert_int_equal(strides[0], 0);
    assert_int_equal(strides[1], 4);
    assert_int_equal(strides[2], 0);
    assert_int_equal(strides[3], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_meet_at_their_last_dimension),
        cmocka_unit_test(strides_are_zero_where_elements_repeat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
