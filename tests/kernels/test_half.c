/* SPDX-License-Identifier: MIT */

/* Half and bfloat conversions against their definitions in double precision. */

#include <math.h>

#include "base/rng.h"
#include "kernels/half.h"
#include "support/check.h"

/* IEEE 754: sign, exponent (bias 15), mantissa; NaN for the rest. */
static double half_by_definition(uint16_t half)
{
    int exponent = half >> 10 & 31, mantissa = half & 1023;
    double magnitude = exponent == 0    ? ldexp(mantissa, -24)
                       : exponent == 31 ? (mantissa ? (double)NAN : (double)INFINITY)
                                        : ldexp(1024 + mantissa, exponent - 25);
    return half & 0x8000 ? -magnitude : magnitude;
}

static void every_half_widens_and_comes_back(void **state)
{
    (void)state;
    for (uint32_t h = 0; h < 65536; h++) {
        float wide = eai_half_to_float((uint16_t)h);
        double expected = half_by_definition((uint16_t)h);
        uint16_t back = eai_float_to_half(wide);
        if (isnan(expected)) {
            assert_true(isnan(wide));
            assert_int_equal(back, h | 0x200); /* payload kept, quiet */
            continue;
        }
        assert_true((double)wide == expected && !signbit(wide) == !(h & 0x8000));
        assert_int_equal(back, h);
    }
}

static void check_rounding(float value)
{
    uint16_t half = eai_float_to_half(value);
    assert_int_equal(half >> 15, signbit(value) ? 1 : 0);
    double found = half_by_definition(half & 0x7fff), magnitude = fabs((double)value);
    if (magnitude >= 65520) {
        assert_true(isinf(found));
        return;
    }
    double error = fabs(found - magnitude);
    uint16_t m = half & 0x7fff;
    double above = m == 0x7bff ? 65536 : half_by_definition((uint16_t)(m + 1));
    double below = m ? half_by_definition((uint16_t)(m - 1)) : -above;
    assert_true(error <= fabs(above - magnitude) && error <= fabs(below - magnitude));
    if (m && (error == fabs(above - magnitude) || error == fabs(below - magnitude)))
        assert_int_equal(m & 1, 0);
}

static void halves_round_to_nearest_even(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    for (int i = 0; i < 100000; i++) {
        float value = eai_bits_float((uint32_t)eai_rng_next(&rng));
        if (isfinite(value)) check_rounding(value);
        /* Exponents where halves live, with mantissas at and around ties. */
        uint32_t exponent = 100 + (uint32_t)eai_rng_below(&rng, 45);
        uint32_t mantissa = (uint32_t)eai_rng_below(&rng, 2048) << 12;
        for (uint32_t step = 0; step < 3; step++)
            check_rounding(eai_bits_float((exponent << 23) + mantissa + step - 1));
    }
    assert_int_equal(eai_float_to_half(65519.996f), 0x7bff);
    assert_int_equal(eai_float_to_half(65520.0f), 0x7c00);
    assert_int_equal(eai_float_to_half(-INFINITY), 0xfc00);
    assert_int_equal(eai_float_to_half(0x1p-25f), 0);
    assert_int_equal(eai_float_to_half(0x1.000002p-25f), 1);
}

static void bfloats_widen_and_round(void **state)
{
    (void)state;
    for (uint32_t b = 0; b < 65536; b++) {
        float wide = eai_bfloat_to_float((uint16_t)b);
        bool is_nan = (b & 0x7fff) > 0x7f80;
        assert_int_equal(eai_float_bits(wide) >> 16, is_nan ? b | 0x40 : b);
        assert_int_equal(eai_float_to_bfloat(wide), is_nan ? b | 0x40 : b);
    }
    assert_int_equal(eai_float_to_bfloat(eai_bits_float(0x3f808000)), 0x3f80); /* tie, even below */
    assert_int_equal(eai_float_to_bfloat(eai_bits_float(0x3f818000)), 0x3f82); /* tie, even above */
    assert_int_equal(eai_float_to_bfloat(eai_bits_float(0x3f808001)), 0x3f81);
    assert_int_equal(eai_float_to_bfloat(eai_bits_float(0x7f7fffff)), 0x7f80); /* to infinity */
    assert_int_equal(eai_float_to_bfloat(eai_bits_float(0x7f800001)), 0x7fc0); /* stays a NaN */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_half_widens_and_comes_back),
        cmocka_unit_test(halves_round_to_nearest_even),
        cmocka_unit_test(bfloats_widen_and_round),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
