/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void identity_copies_any_type(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Identity");
    op_input(t, EDGEAI_ELEMENT_I16, OP_DIMS(3), (int16_t[]){1, -2, 3});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I16, OP_DIMS(3), (int16_t[]){1, -2, 3});
    op_end(t);
    t = op_begin("", "Identity");
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(2, 0), NULL);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F64, OP_DIMS(2, 0), NULL);
    op_end(t);
}

static void dropout_keeps_all(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Dropout");
    op_f32(t, OP_DIMS(3), (float[]){1, -2, 3});
    op_input(t, EDGEAI_ELEMENT_F32, OP_SCALAR, (float[]){0.5f});
    op_constant(t, EDGEAI_ELEMENT_BOOL, OP_SCALAR, (uint8_t[]){0});
    assert_ok(op_run(t, 2));
    op_expect_f32(t, 0, OP_DIMS(3), (float[]){1, -2, 3}, 0);
    op_expect(t, 1, EDGEAI_ELEMENT_BOOL, OP_DIMS(3), (uint8_t[]){1, 1, 1});
    assert_ok(op_run_wanted(t, 2, 2));
    op_expect(t, 1, EDGEAI_ELEMENT_BOOL, OP_DIMS(3), (uint8_t[]){1, 1, 1});
    op_end(t);
}

static void dropout_that_trains_is_refused(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Dropout");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_absent(t);
    op_constant(t, EDGEAI_ELEMENT_BOOL, OP_SCALAR, (uint8_t[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    assert_error_says("training_mode");
    op_end(t);
    t = op_begin("", "Dropout"); /* with ratio 0 nothing is dropped either way */
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_constant(t, EDGEAI_ELEMENT_F32, OP_SCALAR, (float[]){0});
    op_constant(t, EDGEAI_ELEMENT_BOOL, OP_SCALAR, (uint8_t[]){1});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1), (float[]){1}, 0);
    op_end(t);
}

static void not_turns_truth(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Not");
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(2), (uint8_t[]){0, 1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(2), (uint8_t[]){1, 0});
    op_end(t);
    t = op_begin("", "Not");
    op_f32(t, OP_DIMS(1), (float[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("f32");
    op_end(t);
}

static void nan_and_infinity_are_told_apart(void **state)
{
    (void)state;
    const float x[] = {NAN, INFINITY, -INFINITY, 0};
    op_test *t = op_begin("", "IsNaN");
    op_f32(t, OP_DIMS(4), x);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(4), (uint8_t[]){1, 0, 0, 0});
    op_end(t);
    t = op_begin("", "IsInf");
    op_f32(t, OP_DIMS(4), x);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(4), (uint8_t[]){0, 1, 1, 0});
    op_set_int(t, "detect_positive", 0);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(4), (uint8_t[]){0, 0, 1, 0});
    op_set_int(t, "detect_negative", 0);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(4), (uint8_t[]){0, 0, 0, 0});
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity_copies_any_type),        cmocka_unit_test(dropout_keeps_all),
        cmocka_unit_test(dropout_that_trains_is_refused),  cmocka_unit_test(not_turns_truth),
        cmocka_unit_test(nan_and_infinity_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
