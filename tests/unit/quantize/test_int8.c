/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <float.h>
#include <math.h>

#include "quantize/int8.h"

static void weights_are_symmetric(void **state)
{
    (void)state;
    /* Halves go to the even neighbour. */
    const float w[] = {-127, 63.5f, 0.5f, 1.5f, -2.5f, 0};
    const int8_t expected[] = {-127, 64, 0, 2, -2, 0};
    int8_t codes[6];
    assert_true(eai_int8_filter(w, 6, codes) == 1);
    assert_memory_equal(codes, expected, 6);
    const float zeros[] = {0, 0};
    assert_true(eai_int8_filter(zeros, 2, codes) == 1);
    assert_true(codes[0] == 0 && codes[1] == 0);
    const float tiny[] = {1e-45f, -1e-45f};
    assert_true(eai_int8_filter(tiny, 2, codes) == FLT_MIN);
    const float large[] = {FLT_MAX, -FLT_MAX};
    assert_true(isfinite(eai_int8_filter(large, 2, codes)));
    assert_true(codes[0] == 127 && codes[1] == -127);
}

static void activations_hold_zero(void **state)
{
    (void)state;
    eai_int8_affine affine = eai_int8_affine_of(0, 25.5);
    assert_close((double)affine.scale, 0.1, 0, 1e-6);
    assert_int_equal(affine.zero, -128);
    affine = eai_int8_affine_of(-1, 1.55); /* 255 steps of 0.01 */
    assert_close((double)affine.scale, 0.01, 0, 1e-6);
    assert_int_equal(affine.zero, -28);
    affine = eai_int8_affine_of(2, 5.1); /* widened down to 0 */
    assert_close((double)affine.scale, 0.02, 0, 1e-6);
    assert_int_equal(affine.zero, -128);
    affine = eai_int8_affine_of(-5.1, -2);
    assert_int_equal(affine.zero, 127);
    affine = eai_int8_affine_of(0, 0);
    assert_true(affine.scale == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_symmetric),
        cmocka_unit_test(activations_hold_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
