/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "support/operator_fixture.h"

static float image[25]; /* 0 to 24 */
static const float ones[27] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                               1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

static int make_image(void **state)
{
    (void)state;
    for (int i = 0; i < 25; i++)
        image[i] = (float)i;
    return 0;
}

static void padding_counts_as_zero(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Conv");
    op_f32(t, OP_DIMS(1, 1, 5, 5), image);
    op_f32(t, OP_DIMS(1, 1, 3, 3), ones);
    op_set_ints(t, "pads", 4, (int64_t[]){1, 1, 1, 1});
    op_set_ints(t, "kernel_shape", 2, (int64_t[]){3, 3});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 5, 5),
                  (float[]){12,  21, 27, 33,  24,  33,  54,  63, 72,  51,  63,  99, 108,
                            117, 81, 93, 144, 153, 162, 111, 72, 111, 117, 123, 84},
                  0);
    assert_true(op_prepared(t)->macs == 25 * 9);
    op_end(t);
}

static void strides_and_asymmetric_pads(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Conv");
    op_f32(t, OP_DIMS(1, 1, 5, 5), image);
    op_f32(t, OP_DIMS(1, 1, 3, 3), ones);
    op_set_ints(t, "pads", 4, (int64_t[]){1, 0, 1, 0});
    op_set_ints(t, "strides", 2, (int64_t[]){2, 2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 3, 2), (float[]){21, 33, 99, 117, 111, 123}, 0);
    op_end(t);
}

static void groups_dilations_and_bias_in_one_dimension(void **state)
{
    (void)state;
    op_test *t = op_begin_in("", "Conv", 2, NULL);
    op_f32(t, OP_DIMS(2, 2, 4), (float[]){1, 2, 3, 4, 10, 20, 30, 40, 5, 6, 7, 8, 0, 1, 0, 1});
    op_f32(t, OP_DIMS(4, 1, 2), (float[]){1, 1, 1, -1, 1, 0, 0, 1});
    op_f32(t, OP_DIMS(4), (float[]){0, 0.5F, 0, 1});
    op_set_int(t, "group", 2);
    op_set_ints(t, "dilations", 1, (int64_t[]){2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 4, 2),
                  (float[]){4, 6, -1.5F, -1.5F, 10, 20, 31, 41, 12, 14, -1.5F, -1.5F, 0, 1, 1, 2},
                  0);
    op_end(t);
}

static void three_dimensions_same_lower(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Conv");
    op_f32(t, OP_DIMS(1, 1, 2, 2, 2), (float[]){1, 2, 3, 4, 5, 6, 7, 8});
    op_f32(t, OP_DIMS(1, 1, 2, 2, 2), ones);
    op_set_string(t, "auto_pad", "SAME_LOWER");
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 2, 2, 2), (float[]){1, 3, 4, 10, 6, 14, 16, 36}, 0);
    op_end(t);
}

static void nothing_in_nothing_out(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Conv");
    op_f32(t, OP_DIMS(0, 1, 3, 3), NULL);
    op_f32(t, OP_DIMS(2, 1, 3, 3), ones);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(0, 2, 1, 1), NULL, 0);
    op_end(t);
    t = op_begin("", "Conv");
    op_f32(t, OP_DIMS(1, 0, 3, 3), NULL);
    op_f32(t, OP_DIMS(1, 0, 3, 3), NULL);
    op_f32(t, OP_DIMS(1), (float[]){7});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 1, 1), (float[]){7}, 0);
    op_end(t);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Conv");
    op_f32(t, OP_DIMS(1, 1, 2, 2), image);
    op_f32(t, OP_DIMS(1, 1, 3, 3), ones);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("does not fit");
    op_end(t);
    t = op_begin("", "Conv");
    op_f32(t, OP_DIMS(1, 3, 3, 3), ones);
    op_f32(t, OP_DIMS(2, 1, 1, 1), ones);
    op_set_int(t, "group", 3);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = op_begin("", "Conv");
    op_f32(t, OP_DIMS(1, 2, 3, 3), ones);
    op_f32(t, OP_DIMS(2, 1, 1, 1), ones);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = op_begin("", "Conv");
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(1, 1, 1), (double[]){1});
    op_f32(t, OP_DIMS(1, 1, 1), ones);
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(padding_counts_as_zero),
        cmocka_unit_test(strides_and_asymmetric_pads),
        cmocka_unit_test(groups_dilations_and_bias_in_one_dimension),
        cmocka_unit_test(three_dimensions_same_lower),
        cmocka_unit_test(nothing_in_nothing_out),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, make_image, NULL);
}
