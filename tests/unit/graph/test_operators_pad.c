/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static op_test *begin(const char *mode, const int64_t *pads)
{
    op_test *t = op_begin("", "Pad");
    op_f32(t, OP_DIMS(1, 3), (float[]){1, 2, 3});
    op_i64(t, OP_DIMS(4), pads);
    op_set_string(t, "mode", mode);
    return t;
}

static void every_mode(void **state)
{
    (void)state;
    static const struct {
        const char *mode;
        float expected[9];
    } cases[] = {
        {"constant", {0, 0, 0, 0, 1, 2, 3, 0, 0}},
        {"edge", {1, 1, 1, 1, 1, 2, 3, 3, 3}},
        {"reflect", {1, 2, 3, 2, 1, 2, 3, 2, 1}},
        {"wrap", {3, 1, 2, 3, 1, 2, 3, 1, 2}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        op_test *t = begin(cases[i].mode, (int64_t[]){0, 4, 0, 2});
        assert_ok(op_run(t, 1));
        op_expect_f32(t, 0, OP_DIMS(1, 9), cases[i].expected, 0);
        op_end(t);
    }
}

static void a_value_on_some_axes(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Pad");
    op_input(t, EDGEAI_ELEMENT_I16, OP_DIMS(2, 1), (int16_t[]){1, 2});
    op_i64(t, OP_DIMS(2), (int64_t[]){1, 0});
    op_input(t, EDGEAI_ELEMENT_I16, OP_SCALAR, (int16_t[]){-7});
    op_i64(t, OP_DIMS(1), (int64_t[]){-1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I16, OP_DIMS(2, 2), (int16_t[]){-7, 1, -7, 2});
    op_end(t);
}

static void negative_pads_cut_off(void **state)
{
    (void)state;
    op_test *t = begin("constant", (int64_t[]){0, -1, 0, 2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 4), (float[]){2, 3, 0, 0}, 0);
    op_end(t);
    t = begin("edge", (int64_t[]){1, 2, 0, -2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 3), (float[]){1, 1, 1, 1, 1, 1}, 0);
    op_end(t);
    /* More than all is cut off on one side, and what is added on the other is the constant. */
    t = begin("constant", (int64_t[]){0, -5, 0, 4});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 2), (float[]){0, 0}, 0);
    op_end(t);
}

static void pads_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    op_test *t = begin("constant", (int64_t[]){0, -2, 0, -2});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = begin("reflect", (int64_t[]){0, -3, 0, 1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = begin("constant", (int64_t[]){0, INT64_MAX, 0, INT64_MAX});
    assert_fails(op_infer(t, 1), EDGEAI_E_LIMIT);
    op_end(t);
    t = begin("mirror", (int64_t[]){0, 0, 0, 0});
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mode),
        cmocka_unit_test(a_value_on_some_axes),
        cmocka_unit_test(negative_pads_cut_off),
        cmocka_unit_test(pads_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
