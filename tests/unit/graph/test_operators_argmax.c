/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static op_test *begin(const char *name, int axis, int last, int keep)
{
    op_test *t = op_begin("", name);
    op_f32(t, OP_DIMS(2, 3), (float[]){1, 3, 3, 2, 0, 0});
    op_set_int(t, "axis", axis);
    op_set_int(t, "select_last_index", last);
    op_set_int(t, "keepdims", keep);
    assert_ok(op_run(t, 1));
    return t;
}

static void places_of_extremes(void **state)
{
    (void)state;
    op_test *t = begin("ArgMax", -1, 0, 1);
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(2, 1), (int64_t[]){1, 0});
    op_end(t);
    t = begin("ArgMax", 1, 1, 0);
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){2, 0});
    op_end(t);
    t = begin("ArgMin", 1, 0, 0);
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){0, 1});
    op_end(t);
    t = begin("ArgMin", 1, 1, 0);
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){0, 2});
    op_end(t);
    t = begin("ArgMax", 0, 0, 1);
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(1, 3), (int64_t[]){1, 0, 0});
    op_end(t);
}

static void other_types(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ArgMax");
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(3), (uint64_t[]){1, UINT64_MAX, UINT64_MAX - 1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){1});
    op_end(t);
    t = op_begin("", "ArgMin");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(3), (int8_t[]){1, -128, 127});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){1});
    op_end(t);
    t = op_begin("", "ArgMax");
    op_f32(t, OP_DIMS(4), (float[]){1, NAN, 9, NAN});
    op_set_int(t, "select_last_index", 1);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){1});
    op_end(t);
}

static void no_elements_have_no_extreme(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ArgMax");
    op_f32(t, OP_DIMS(0, 2), NULL);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("no elements");
    op_set_int(t, "axis", 1);
    assert_ok(op_run(t, 1));
    op_expect_shape(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(0, 1));
    op_end(t);
    t = op_begin("", "ArgMax");
    op_f32(t, OP_SCALAR, (float[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("axis 0");
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_of_extremes),
        cmocka_unit_test(other_types),
        cmocka_unit_test(no_elements_have_no_extreme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
