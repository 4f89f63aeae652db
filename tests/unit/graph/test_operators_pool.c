/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static const float nine[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

static op_test *begin(const char *name, int64_t kernel, int64_t stride)
{
    op_test *t = op_begin("", name);
    op_f32(t, OP_DIMS(1, 1, 3, 3), nine);
    op_set_ints(t, "kernel_shape", 2, (int64_t[]){kernel, kernel});
    op_set_ints(t, "strides", 2, (int64_t[]){stride, stride});
    return t;
}

static void padding_counts_only_when_told(void **state)
{
    (void)state;
    op_test *t = begin("AveragePool", 2, 2);
    op_set_ints(t, "pads", 4, (int64_t[]){1, 1, 0, 0});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 2, 2), (float[]){1, 2.5F, 5.5F, 7}, 0);
    op_set_int(t, "count_include_pad", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 2, 2), (float[]){0.25F, 1.25F, 2.75F, 7}, 0);
    op_end(t);
}

static void what_ceil_mode_adds_never_counts(void **state)
{
    (void)state;
    op_test *t = begin("AveragePool", 2, 2);
    op_set_int(t, "ceil_mode", 1);
    op_set_int(t, "count_include_pad", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 2, 2), (float[]){3, 4.5F, 7.5F, 9}, 0);
    op_end(t);
}

static void dilated_windows_average_what_they_meet(void **state)
{
    (void)state;
    op_test *t = begin("AveragePool", 2, 1);
    op_set_ints(t, "dilations", 2, (int64_t[]){2, 1});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 1, 2), (float[]){4.5F, 5.5F}, 0);
    op_end(t);
}

static void norms_of_windows(void **state)
{
    (void)state;
    for (int64_t p = 1; p <= 3; p++) {
        op_test *t = op_begin("", "LpPool");
        op_f32(t, OP_DIMS(1, 1, 3), (float[]){-3, 4, 0});
        op_set_ints(t, "kernel_shape", 1, (int64_t[]){2});
        op_set_int(t, "p", p);
        assert_ok(op_run(t, 1));
        const float first = p == 1 ? 7 : p == 2 ? 5 : 4.49794144F;
        op_expect_f32(t, 0, OP_DIMS(1, 1, 2), (float[]){first, 4}, 1e-6);
        op_end(t);
    }
}

static void a_huge_kernel_costs_nothing(void **state)
{
    (void)state;
    op_test *t = begin("AveragePool", 1 << 29, 1 << 29);
    op_set_ints(t, "pads", 4, (int64_t[]){1 << 29, 1 << 29, 1 << 29, 1 << 29});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 2, 2), (float[]){0, 0, 0, 5}, 0);
    op_end(t);
}

static void wrong_attributes_are_refused(void **state)
{
    (void)state;
    op_test *t = op_begin("", "AveragePool");
    op_f32(t, OP_DIMS(1, 1, 3, 3), nine);
    assert_fails(op_infer(t, 1), EDGEAI_E_FORMAT);
    op_end(t);
    t = begin("AveragePool", 4, 1);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = begin("LpPool", 2, 1);
    op_set_int(t, "p", 0);
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(padding_counts_only_when_told),
        cmocka_unit_test(what_ceil_mode_adds_never_counts),
        cmocka_unit_test(dilated_windows_average_what_they_meet),
        cmocka_unit_test(norms_of_windows),
        cmocka_unit_test(a_huge_kernel_costs_nothing),
        cmocka_unit_test(wrong_attributes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
