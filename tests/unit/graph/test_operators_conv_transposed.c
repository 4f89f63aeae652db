/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static void overlapping_windows_add_up(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ConvTranspose");
    op_f32(t, OP_DIMS(1, 1, 3), (float[]){1, 2, 3});
    op_f32(t, OP_DIMS(1, 2, 2), (float[]){1, 10, 0, 1});
    op_f32(t, OP_DIMS(2), (float[]){0, 100});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 2, 4), (float[]){1, 12, 23, 30, 100, 101, 102, 103}, 0);
    op_end(t);
}

static void strides_pads_and_output_padding(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ConvTranspose");
    op_f32(t, OP_DIMS(1, 1, 2, 2), (float[]){1, 2, 3, 4});
    op_f32(t, OP_DIMS(1, 1, 3, 3), (float[]){1, 1, 1, 1, 1, 1, 1, 1, 1});
    op_set_ints(t, "strides", 2, (int64_t[]){2, 2});
    op_set_ints(t, "pads", 4, (int64_t[]){1, 1, 1, 1});
    op_set_ints(t, "output_padding", 2, (int64_t[]){1, 0});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 4, 3), (float[]){1, 3, 2, 4, 10, 6, 3, 7, 4, 3, 7, 4}, 0);
    op_end(t);
}

static void groups_have_their_own_filters(void **state)
{
    (void)state;
    op_test *t = op_begin_in("", "ConvTranspose", 2, NULL);
    op_f32(t, OP_DIMS(1, 2, 2), (float[]){1, 2, 3, 4});
    op_f32(t, OP_DIMS(2, 2, 1), (float[]){1, 10, 100, 1000});
    op_set_int(t, "group", 2);
    op_set_ints(t, "strides", 1, (int64_t[]){2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 4, 3), (float[]){1, 0, 2, 10, 0, 20, 300, 0, 400, 3000, 0, 4000},
                  0);
    op_end(t);
}

static void output_shape_may_exceed_the_kernels(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ConvTranspose");
    op_f32(t, OP_DIMS(1, 1, 2), (float[]){1, 2});
    op_f32(t, OP_DIMS(1, 1, 2), (float[]){1, 1});
    op_set_ints(t, "strides", 1, (int64_t[]){3});
    op_set_ints(t, "output_shape", 1, (int64_t[]){6});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 6), (float[]){1, 1, 0, 2, 2, 0}, 0);
    op_end(t);
}

static void padding_that_leaves_nothing_is_refused(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ConvTranspose");
    op_f32(t, OP_DIMS(1, 1, 2), (float[]){1, 2});
    op_f32(t, OP_DIMS(1, 1, 2), (float[]){1, 1});
    op_set_ints(t, "pads", 2, (int64_t[]){2, 1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = op_begin("", "ConvTranspose");
    op_f32(t, OP_DIMS(1, 1, 2), (float[]){1, 2});
    op_f32(t, OP_DIMS(1, 1, 2), (float[]){1, 1});
    op_set_ints(t, "strides", 1, (int64_t[]){1 << 30});
    op_set_ints(t, "output_shape", 1, (int64_t[]){INT64_MIN});
    assert_fails(op_infer(t, 1), EDGEAI_E_LIMIT);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(overlapping_windows_add_up),
        cmocka_unit_test(strides_pads_and_output_padding),
        cmocka_unit_test(groups_have_their_own_filters),
        cmocka_unit_test(output_shape_may_exceed_the_kernels),
        cmocka_unit_test(padding_that_leaves_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
