/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void over_all_spatial_dimensions(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        float expected[2];
    } cases[] = {{"GlobalAveragePool", {0.25F, 2.5F}},
                 {"GlobalMaxPool", {4, 4}},
                 {"GlobalLpPool", {5, 5.47722558F}}};
    for (size_t i = 0; i < 3; i++) {
        op_test *t = op_begin("", cases[i].name);
        op_f32(t, OP_DIMS(1, 2, 2, 2), (float[]){-3, 4, 0, 0, 1, 2, 3, 4});
        if (i == 2) op_set_int(t, "p", 2);
        assert_ok(op_run(t, 1));
        op_expect_f32(t, 0, OP_DIMS(1, 2, 1, 1), cases[i].expected, 1e-6);
        op_end(t);
    }
}

static void any_number_of_dimensions(void **state)
{
    (void)state;
    op_test *t = op_begin("", "GlobalMaxPool");
    op_f32(t, OP_DIMS(2, 1), (float[]){-3, NAN});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 1), (float[]){-3, NAN}, 0);
    op_end(t);
    t = op_begin("", "GlobalAveragePool");
    op_f32(t, OP_DIMS(1, 1, 0), NULL);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 1), (float[]){NAN}, 0);
    op_end(t);
    t = op_begin("", "GlobalLpPool");
    op_f32(t, OP_DIMS(3), (float[]){1, 2, 3});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(over_all_spatial_dimensions),
        cmocka_unit_test(any_number_of_dimensions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
