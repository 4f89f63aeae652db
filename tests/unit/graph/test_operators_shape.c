/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static const float six[6] = {1, 2, 3, 4, 5, 6};

static void expect_shape(const char *op, const char *attribute, int64_t value,
                         const int64_t *second, int64_t n_second, const int64_t *dims, int n_dims)
{
    op_test *t = op_begin("", op);
    op_f32(t, OP_DIMS(1, 2, 3), six);
    if (second) op_i64(t, &n_second, 1, second);
    if (attribute) op_set_int(t, attribute, value);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, dims, n_dims, six, 0);
    op_end(t);
}

static void elements_stay_where_they_are(void **state)
{
    (void)state;
    expect_shape("Reshape", NULL, 0, (int64_t[]){3, 2}, 2, OP_DIMS(3, 2));
    expect_shape("Reshape", NULL, 0, (int64_t[]){0, -1}, 2, OP_DIMS(1, 6));
    expect_shape("Reshape", NULL, 0, (int64_t[]){-1, 1, 0, 1}, 4, OP_DIMS(2, 1, 3, 1));
    expect_shape("Flatten", NULL, 0, NULL, 0, OP_DIMS(1, 6));
    expect_shape("Flatten", "axis", 0, NULL, 0, OP_DIMS(1, 6));
    expect_shape("Flatten", "axis", -1, NULL, 0, OP_DIMS(2, 3));
    expect_shape("Flatten", "axis", 3, NULL, 0, OP_DIMS(6, 1));
    expect_shape("Squeeze", NULL, 0, NULL, 0, OP_DIMS(2, 3));
    expect_shape("Squeeze", NULL, 0, (int64_t[]){-3}, 1, OP_DIMS(2, 3));
    expect_shape("Unsqueeze", NULL, 0, (int64_t[]){-1, 1}, 2, OP_DIMS(1, 1, 2, 3, 1));
}

static void expect_refused(const char *op, const int64_t *second, int64_t n_second,
                           edgeai_status status)
{
    op_test *t = op_begin("", op);
    op_f32(t, OP_DIMS(1, 2, 3), six);
    op_i64(t, &n_second, 1, second);
    assert_fails(op_infer(t, 1), status);
    op_end(t);
}

static void shapes_that_do_not_fit_are_refused(void **state)
{
    (void)state;
    expect_refused("Reshape", (int64_t[]){4, -1}, 2, EDGEAI_E_SHAPE);
    expect_refused("Reshape", (int64_t[]){-1, -1}, 2, EDGEAI_E_SHAPE);
    expect_refused("Reshape", (int64_t[]){5}, 1, EDGEAI_E_SHAPE);
    expect_refused("Reshape", (int64_t[]){1, 2, 3, 0}, 4, EDGEAI_E_SHAPE);
    expect_refused("Reshape", (int64_t[]){INT64_MAX, 8, INT64_MAX}, 3, EDGEAI_E_SHAPE);
    expect_refused("Reshape", (int64_t[]){6, 1, 1, 1, 1, 1, 1, 1, 1}, 9, EDGEAI_E_LIMIT);
    expect_refused("Squeeze", (int64_t[]){1}, 1, EDGEAI_E_SHAPE);
    expect_refused("Squeeze", (int64_t[]){3}, 1, EDGEAI_E_SHAPE);
    expect_refused("Unsqueeze", (int64_t[]){1, 1}, 2, EDGEAI_E_SHAPE);
    expect_refused("Unsqueeze", (int64_t[]){0, 1, 2, 3, 4, 5}, 6, EDGEAI_E_LIMIT);
}

static void a_shape_that_is_computed_is_refused(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Reshape");
    op_f32(t, OP_DIMS(6), six);
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){6});
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    assert_error_says("not a constant");
    op_end(t);
}

static void zero_may_be_a_size(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Reshape");
    op_f32(t, OP_DIMS(0, 3, 4), NULL);
    op_i64(t, OP_DIMS(3), (int64_t[]){3, 4, 0});
    op_set_int(t, "allowzero", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(3, 4, 0), NULL, 0);
    op_end(t);
}

static void shape_tells_a_range(void **state)
{
    (void)state;
    static const struct {
        int64_t start, end, n, dims[3];
    } cases[] = {{0, 3, 3, {1, 2, 3}}, {1, -1, 1, {2}}, {-1, 9, 1, {3}}, {-9, 2, 2, {1, 2}},
                 {2, 1, 0, {0}},       {0, -9, 0, {0}}, {5, 9, 0, {0}},  {INT64_MIN, 1, 1, {1}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        op_test *t = op_begin("", "Shape");
        op_f32(t, OP_DIMS(1, 2, 3), six);
        op_set_int(t, "start", cases[i].start);
        op_set_int(t, "end", cases[i].end);
        assert_ok(op_run(t, 1));
        op_expect(t, 0, EDGEAI_ELEMENT_I64, &cases[i].n, 1, cases[i].dims);
        op_end(t);
    }
    op_test *t = op_begin("", "Size");
    op_f32(t, OP_DIMS(1, 2, 3), six);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_SCALAR, (int64_t[]){6});
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_stay_where_they_are),
        cmocka_unit_test(shapes_that_do_not_fit_are_refused),
        cmocka_unit_test(a_shape_that_is_computed_is_refused),
        cmocka_unit_test(zero_may_be_a_size),
        cmocka_unit_test(shape_tells_a_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
