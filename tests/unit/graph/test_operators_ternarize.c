/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void thresholds_are_exclusive(void **state)
{
    (void)state;
    op_test *t = op_begin("edgeai", "Ternarize");
    op_f32(t, OP_DIMS(1, 1, 1, 5), (float[]){-1, -0.5F, 0.5F, 1, NAN});
    op_f32(t, OP_SCALAR, (float[]){-1});
    op_f32(t, OP_DIMS(1), (float[]){0.5F});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_TRITS, OP_DIMS(1, 1, 1, 5), (uint8_t[]){0x43, 0x03});
    op_end(t);
}

static void each_channel_has_its_own(void **state)
{
    (void)state;
    op_test *t = op_begin("edgeai", "Ternarize");
    op_f32(t, OP_DIMS(1, 2, 1, 2), (float[]){1, 2, 1, 2});
    op_f32(t, OP_DIMS(2), (float[]){1, 0});
    op_f32(t, OP_DIMS(2), (float[]){5, 1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_TRITS, OP_DIMS(1, 2, 1, 2), (uint8_t[]){0x03, 0x04});
    op_end(t);
    t = op_begin("edgeai", "Binarize");
    op_f32(t, OP_DIMS(1, 4), (float[]){1, 2, 3, 4});
    op_f32(t, OP_DIMS(4), (float[]){0, 2, 0, 4});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_TRITS, OP_DIMS(1, 4), (uint8_t[]){0xdd});
    op_end(t);
}

static void the_threshold_may_be_left_out(void **state)
{
    (void)state;
    op_test *t = op_begin("edgeai", "Binarize");
    op_f32(t, OP_DIMS(3), (float[]){-1, 0, 1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_TRITS, OP_DIMS(3), (uint8_t[]){0x1f});
    op_end(t);
}

static void other_numbers_of_thresholds_are_refused(void **state)
{
    (void)state;
    op_test *t = op_begin("edgeai", "Binarize");
    op_f32(t, OP_DIMS(1, 2, 2), (float[]){1, 2, 3, 4});
    op_f32(t, OP_DIMS(3), (float[]){0, 2, 0});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(thresholds_are_exclusive),
        cmocka_unit_test(each_channel_has_its_own),
        cmocka_unit_test(the_threshold_may_be_left_out),
        cmocka_unit_test(other_numbers_of_thresholds_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
