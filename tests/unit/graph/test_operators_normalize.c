/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static void channels(op_test *t, size_t n)
{
    static const float settings[][2] = {{2, 1}, {0.5f, -1}, {1, 4}, {3, 15}};
    for (size_t i = 0; i < n; i++)
        op_f32(t, OP_DIMS(2), settings[i]);
}

/* Channel 0: (x - 1) * 2 / 2 + 0.5; channel 1: (x - 4) / 4 - 1, with epsilon 1. */
static void batches_have_given_means(void **state)
{
    (void)state;
    op_test *t = op_begin("", "BatchNormalization");
    op_f32(t, OP_DIMS(2, 2, 1, 2), (float[]){1, 3, 4, 8, 0, 1, 2, 3});
    channels(t, 4);
    op_set_float(t, "epsilon", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2, 1, 2),
                  (float[]){0.5f, 2.5f, -1, 0, -0.5f, 0.5f, -1.5f, -1.25f}, 1e-6);
    assert_fails(op_infer(t, 3), EDGEAI_E_UNSUPPORTED);
    assert_error_says("training_mode");
    op_end(t);
    t = op_begin("", "BatchNormalization");
    op_f32(t, OP_DIMS(1, 3), (float[]){1, 3, 4});
    channels(t, 4);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("input 1 has 2 elements, expected 3");
    op_end(t);
    t = op_begin("", "BatchNormalization");
    op_f32(t, OP_DIMS(0, 2, 3), NULL);
    channels(t, 4);
    assert_ok(op_run(t, 1));
    op_end(t);
}

/* Channel 0 has 1, 3, 1, 3: mean 2, variance 1; channel 1 has 4, 8, 4, 8: mean 6, variance 4. */
static void training_takes_means_of_the_batch(void **state)
{
    (void)state;
    op_test *t = op_begin("", "BatchNormalization");
    op_f32(t, OP_DIMS(2, 2, 2), (float[]){1, 3, 4, 8, 1, 3, 4, 8});
    channels(t, 4);
    op_set_int(t, "training_mode", 1);
    op_set_float(t, "epsilon", 0);
    op_set_float(t, "momentum", 0.75f);
    assert_ok(op_run(t, 3));
    op_expect_f32(t, 0, OP_DIMS(2, 2, 2), (float[]){-1.5f, 2.5f, -2, 0, -1.5f, 2.5f, -2, 0}, 1e-6);
    op_expect_f32(t, 1, OP_DIMS(2), (float[]){1.25f, 4.5f}, 1e-6);
    op_expect_f32(t, 2, OP_DIMS(2), (float[]){2.5f, 12.25f}, 1e-6);
    op_end(t);
}

static void pictures_have_their_own_means(void **state)
{
    (void)state;
    op_test *t = op_begin("", "InstanceNormalization");
    op_f32(t, OP_DIMS(1, 2, 2), (float[]){1, 3, 4, 8});
    channels(t, 2);
    op_set_float(t, "epsilon", 0);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 2, 2), (float[]){-1.5f, 2.5f, -2, 0}, 1e-6);
    op_end(t);
    t = op_begin("", "InstanceNormalization");
    op_f32(t, OP_DIMS(1, 2), (float[]){1, 3});
    channels(t, 2);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("2 dimensions");
    op_end(t);
}

/* 1, 3, 7, 9: mean 5, variance 10. */
static void groups_share_means(void **state)
{
    (void)state;
    const float r = 0.316227766f;
    op_test *t = op_begin("", "GroupNormalization");
    op_f32(t, OP_DIMS(1, 2, 2), (float[]){1, 3, 7, 9});
    channels(t, 2);
    op_set_int(t, "num_groups", 1);
    op_set_float(t, "epsilon", 0);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 2, 2),
                  (float[]){-8 * r + 0.5f, -4 * r + 0.5f, 2 * r - 1, 4 * r - 1}, 1e-6);
    op_end(t);
    t = op_begin("", "GroupNormalization");
    op_f32(t, OP_DIMS(1, 2, 2), (float[]){1, 3, 4, 8});
    channels(t, 2);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("num_groups is 0");
    op_set_int(t, "num_groups", 2);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 2, 2), (float[]){-1.5f, 2.5f, -2, 0}, 1e-4);
    op_end(t);
}

static void wide_and_half_types(void **state)
{
    (void)state;
    op_test *t = op_begin("", "InstanceNormalization");
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(1, 1, 2), (double[]){1, 3});
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(1), (double[]){2});
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(1), (double[]){1});
    op_set_float(t, "epsilon", 0);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F64, OP_DIMS(1, 1, 2), (double[]){-1, 3});
    op_end(t);
    t = op_begin("", "InstanceNormalization");
    op_input(t, EDGEAI_ELEMENT_F16, OP_DIMS(1, 1, 2), (uint16_t[]){0x3C00, 0x4200}); /* 1, 3 */
    op_f32(t, OP_DIMS(1), (float[]){2});
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_set_float(t, "epsilon", 0);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F16, OP_DIMS(1, 1, 2), (uint16_t[]){0xBC00, 0x4200}); /* -1, 3 */
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(batches_have_given_means),
        cmocka_unit_test(training_takes_means_of_the_batch),
        cmocka_unit_test(pictures_have_their_own_means),
        cmocka_unit_test(groups_share_means),
        cmocka_unit_test(wide_and_half_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
