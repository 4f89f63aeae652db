/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void zeros_of_a_shape(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ConstantOfShape");
    op_i64(t, OP_DIMS(2), (int64_t[]){1, 2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 2), (float[]){0, 0}, 0);
    op_end(t);
    t = op_begin("", "ConstantOfShape");
    op_i64(t, OP_DIMS(0), NULL);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_SCALAR, (float[]){0}, 0);
    op_end(t);
    t = op_begin("", "ConstantOfShape");
    op_i64(t, OP_DIMS(2), (int64_t[]){INT64_MAX, 4});
    assert_fails(op_infer(t, 1), EDGEAI_E_LIMIT);
    op_end(t);
}

static op_test *begin_range(int64_t start, int64_t limit, int64_t delta)
{
    op_test *t = op_begin("", "Range");
    op_i64(t, OP_SCALAR, &start);
    op_i64(t, OP_SCALAR, &limit);
    op_i64(t, OP_SCALAR, &delta);
    return t;
}

static void ranges(void **state)
{
    (void)state;
    op_test *t = begin_range(10, 4, -3);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){10, 7});
    op_end(t);
    t = begin_range(INT64_MIN, INT64_MAX, INT64_MAX);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(3), (int64_t[]){INT64_MIN, -1, INT64_MAX - 1});
    op_end(t);
    t = begin_range(1, 0, 1);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(0), NULL);
    op_end(t);
    t = begin_range(0, INT64_MAX, 1);
    assert_fails(op_infer(t, 1), EDGEAI_E_LIMIT);
    op_end(t);
    t = begin_range(0, 1, 0);
    assert_fails(op_infer(t, 1), EDGEAI_E_INVALID);
    op_end(t);
}

static void ranges_of_floats(void **state)
{
    (void)state;
    static const float steps[] = {0, NAN, -INFINITY};
    op_test *t = op_begin("", "Range");
    op_constant(t, EDGEAI_ELEMENT_F32, OP_SCALAR, (float[]){1});
    op_constant(t, EDGEAI_ELEMENT_F32, OP_SCALAR, (float[]){2});
    op_constant(t, EDGEAI_ELEMENT_F32, OP_SCALAR, (float[]){0.375F});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(3), (float[]){1, 1.375F, 1.75F}, 0);
    op_end(t);
    for (size_t i = 0; i < 3; i++) {
        t = op_begin("", "Range");
        op_constant(t, EDGEAI_ELEMENT_F32, OP_SCALAR, (float[]){1});
        op_constant(t, EDGEAI_ELEMENT_F32, OP_SCALAR, (float[]){2});
        op_constant(t, EDGEAI_ELEMENT_F32, OP_SCALAR, &steps[i]);
        if (i < 2)
            assert_fails(op_infer(t, 1), EDGEAI_E_LIMIT);
        else
            assert_ok(op_run(t, 1));
        op_end(t);
    }
}

static void one_hot(void **state)
{
    (void)state;
    op_test *t = op_begin("", "OneHot");
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(4), (int64_t[]){0, -1, 3, 1});
    op_i64(t, OP_DIMS(1), (int64_t[]){3});
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(2), (uint8_t[]){5, 9});
    op_set_int(t, "axis", 0);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(3, 4),
              (uint8_t[]){9, 5, 5, 5, 5, 5, 5, 9, 5, 9, 5, 5});
    op_end(t);
    t = op_begin("", "OneHot");
    op_f32(t, OP_DIMS(2), (float[]){1, NAN});
    op_i64(t, OP_SCALAR, (int64_t[]){2});
    op_f32(t, OP_DIMS(2), (float[]){0, 1});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){0, 1, 0, 0}, 0);
    op_end(t);
    t = op_begin("", "OneHot");
    op_f32(t, OP_DIMS(2), (float[]){1, 0});
    op_i64(t, OP_SCALAR, (int64_t[]){-2});
    op_f32(t, OP_DIMS(2), (float[]){0, 1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
}

static void triangles(void **state)
{
    (void)state;
    static const int8_t x[6] = {1, 2, 3, 4, 5, 6};
    static const struct {
        int64_t upper, k;
        int8_t expected[6];
    } cases[] = {{1, 0, {1, 2, 3, 0, 5, 6}},         {0, 0, {1, 0, 0, 4, 5, 0}},
                 {1, 1, {0, 2, 3, 0, 0, 6}},         {0, -1, {0, 0, 0, 4, 0, 0}},
                 {1, INT64_MAX, {0, 0, 0, 0, 0, 0}}, {1, INT64_MIN, {1, 2, 3, 4, 5, 6}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        op_test *t = op_begin("", "Trilu");
        op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2, 3), x);
        op_i64(t, OP_SCALAR, &cases[i].k);
        op_set_int(t, "upper", cases[i].upper);
        assert_ok(op_run(t, 1));
        op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(2, 3), cases[i].expected);
        op_end(t);
    }
}

static void non_zero_tells_where(void **state)
{
    (void)state;
    op_test *t = op_begin("", "NonZero");
    op_f32(t, OP_DIMS(2, 2), (float[]){1, 0, -0.0F, NAN});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(2, 2), (int64_t[]){0, 1, 0, 1});
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_of_a_shape), cmocka_unit_test(ranges),
        cmocka_unit_test(ranges_of_floats), cmocka_unit_test(one_hot),
        cmocka_unit_test(triangles),        cmocka_unit_test(non_zero_tells_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
