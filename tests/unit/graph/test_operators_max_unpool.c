/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static op_test *begin(const int64_t *indices)
{
    op_test *t = op_begin("", "MaxUnpool");
    op_f32(t, OP_DIMS(1, 1, 1, 2), (float[]){1, 2});
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1, 1, 1, 2), indices);
    op_set_ints(t, "kernel_shape", 2, (int64_t[]){2, 2});
    op_set_ints(t, "strides", 2, (int64_t[]){2, 2});
    return t;
}

static void elements_go_back(void **state)
{
    (void)state;
    op_test *t = begin((int64_t[]){5, 2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 2, 4), (float[]){0, 0, 2, 0, 0, 1, 0, 0}, 0);
    op_end(t);
    t = begin((int64_t[]){5, 2});
    op_i64(t, OP_DIMS(4), (int64_t[]){1, 1, 2, 5});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 2, 5), (float[]){0, 0, 2, 0, 0, 0, 1, 0, 0, 0}, 0);
    op_end(t);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    op_test *t = begin((int64_t[]){8, 0});
    assert_fails(op_run(t, 1), EDGEAI_E_INVALID);
    op_end(t);
    t = begin((int64_t[]){-1, 0});
    assert_fails(op_run(t, 1), EDGEAI_E_INVALID);
    op_end(t);
    t = begin((int64_t[]){1, 0});
    op_i64(t, OP_DIMS(4), (int64_t[]){1, 1, 1, 4});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_go_back),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
