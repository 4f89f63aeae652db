/* SPDX-License-Identifier: MIT */

/* Refusals; the values are compared with golden vectors in tests/golden/test_blocks.c. */

#include <edgeai/tensor.h>

#include "support/check.h"

static void refuses_what_it_cannot_convert(void **state)
{
    (void)state;
    float values[256] = {0};
    unsigned char blocks[256] = {0};
    assert_fails(edgeai_dequantize(EDGEAI_DTYPE_I32, blocks, values, 32), EDGEAI_E_DTYPE);
    assert_error_says("I32");
    assert_fails(edgeai_dequantize((edgeai_dtype)9, blocks, values, 32), EDGEAI_E_DTYPE);
    assert_fails(edgeai_dequantize(EDGEAI_DTYPE_Q4_0, blocks, values, 33), EDGEAI_E_SHAPE);
    assert_error_says("33");
    assert_fails(edgeai_dequantize(EDGEAI_DTYPE_Q4_K, blocks, values, 128), EDGEAI_E_SHAPE);
    assert_fails(edgeai_dequantize(EDGEAI_DTYPE_F16, NULL, values, 1), EDGEAI_E_INVALID);
    assert_fails(edgeai_dequantize(EDGEAI_DTYPE_F16, blocks, NULL, 1), EDGEAI_E_INVALID);
    assert_ok(edgeai_dequantize(EDGEAI_DTYPE_F16, NULL, NULL, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refuses_what_it_cannot_convert),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
