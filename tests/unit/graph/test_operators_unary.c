/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void relu_keeps_what_is_positive(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Relu");
    op_f32(t, OP_DIMS(1, 5), (float[]){-1, 0, 2, -INFINITY, NAN});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 5), (float[]){0, 0, 2, 0, NAN}, 0);
    op_end(t);
}

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relu_keeps_what_is_positive),
        cmocka_unit_test(identity_copies_any_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
