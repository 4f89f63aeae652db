/* SPDX-License-Identifier: MIT */

/* Sums of single channels: the reference by hand and variants against it, for odd numbers of taps,
 * outputs and channels; nothing else is written. */

#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { C = 71, TAPS = 11, OUTPUTS = 21, STRIDE = C + 3, PIXELS = OUTPUTS + TAPS };

static float x_floats[PIXELS * C], w_floats[TAPS][C];
static uint8_t x_bytes[PIXELS * C];
static int16_t w_shorts[TAPS][C];
static union {
    float floats[OUTPUTS * STRIDE];
    int32_t integers[OUTPUTS * STRIDE];
} expected, found;

static void fill(eai_rng *rng)
{
    for (size_t i = 0; i < PIXELS * C; i++) {
        x_floats[i] = (float)(2.0 * eai_rng_uniform(rng) - 1.0);
        x_bytes[i] = (uint8_t)(i % 5 == 0 ? 255 * eai_rng_below(rng, 2) : eai_rng_below(rng, 256));
    }
    for (size_t i = 0; i < TAPS * C; i++) {
        w_floats[i / C][i % C] = (float)(2.0 * eai_rng_uniform(rng) - 1.0);
        w_shorts[i / C][i % C] = (int16_t)(i % 7 == 0 ? -128 : (int)eai_rng_below(rng, 256) - 128);
    }
}

/* Tap t sees pixel i + t of output i. */
static eai_depthwise problem(const void **taps, const void **weights, size_t n_taps,
                             size_t n_outputs, size_t n_channels, bool has_floats)
{
    for (size_t t = 0; t < n_taps; t++) {
        taps[t] = has_floats ? (const void *)(x_floats + t * C) : (const void *)(x_bytes + t * C);
        weights[t] = has_floats ? (const void *)w_floats[t] : (const void *)w_shorts[t];
    }
    return (eai_depthwise){.taps = taps,
                           .weights = weights,
                           .n_taps = n_taps,
                           .step = has_floats ? C * 4 : C,
                           .n_outputs = n_outputs,
                           .n_channels = n_channels};
}

static void check_depthwise_floats(eai_depthwise_floats_fn *kernel, const char *name)
{
    const void *taps[TAPS], *weights[TAPS];
    for (size_t turn = 0; turn < 300; turn++) {
        const eai_depthwise d = problem(taps, weights, turn % (TAPS + 1), turn % (OUTPUTS + 1),
                                        turn * 7 % (C + 1), true);
        memset(&expected, 0x11, sizeof expected);
        memset(&found, 0x11, sizeof found);
        eai_depthwise_floats_ref(expected.floats, STRIDE, &d);
        kernel(found.floats, STRIDE, &d);
        for (size_t i = 0; i < OUTPUTS * STRIDE; i++)
            if (!(fabsf(found.floats[i] - expected.floats[i]) <= 2e-6f))
                fail_msg("%s: %zu taps, %zu outputs, %zu channels: %zu: expected %g, found %g",
                         name, d.n_taps, d.n_outputs, d.n_channels, i, (double)expected.floats[i],
                         (double)found.floats[i]);
    }
}

static void check_depthwise_bytes(eai_depthwise_bytes_fn *kernel, const char *name)
{
    const void *taps[TAPS], *weights[TAPS];
    for (size_t turn = 0; turn < 300; turn++) {
        eai_depthwise d = problem(taps, weights, turn % (TAPS + 1), turn % (OUTPUTS + 1),
                                  turn * 7 % (C + 1), false);
        d.is_signed = (int)(turn % 2);
        d.zero = (int)(turn * 51 % 256) - 128 * d.is_signed;
        memset(&expected, 0x11, sizeof expected);
        memset(&found, 0x11, sizeof found);
        eai_depthwise_bytes_ref(expected.integers, STRIDE, &d);
        kernel(found.integers, STRIDE, &d);
        if (memcmp(&expected, &found, sizeof found) != 0)
            fail_msg("%s differs: %zu taps, %zu outputs, %zu channels", name, d.n_taps, d.n_outputs,
                     d.n_channels);
    }
}

static void test_variants(void **state)
{
    (void)state;
    const unsigned cpu = eai_cpu_detect();
    eai_rng rng;
    eai_rng_seed(&rng, 5);
    fill(&rng);
#define EAI_KERNEL(op, isa, needs)                                                                 \
    if (((needs) & ~cpu) == 0) check_##op(eai_##op##_##isa, #op " " #isa);
#include "kernels/variants_depthwise.inc"
#undef EAI_KERNEL
}

static void test_reference_by_hand(void **state)
{
    (void)state;
    const uint8_t x[3][2] = {{10, 250}, {20, 4}, {7, 8}};
    const int16_t w0[2] = {1, -2}, w1[2] = {3, 100};
    const void *taps[2] = {x[0], x[1]}, *weights[2] = {w0, w1};
    eai_depthwise d = {taps, weights, 2, 2, 2, 2, 5, 0};
    int32_t sums[2][2];
    eai_depthwise_bytes_ref(sums[0], 2, &d);
    assert_int_equal(sums[0][0], 5 + 45);
    assert_int_equal(sums[0][1], -490 - 100);
    assert_int_equal(sums[1][0], 15 + 6);
    assert_int_equal(sums[1][1], 2 + 300);
    d.is_signed = 1;
    eai_depthwise_bytes_ref(sums[0], 2, &d);
    assert_int_equal(sums[0][1], 22 - 100);
    const float y[2][1] = {{0.5f}, {4.0f}}, v0[1] = {2.0f}, v1[1] = {-1.0f};
    taps[0] = y[0], taps[1] = y[1], weights[0] = v0, weights[1] = v1;
    const eai_depthwise e = {taps, weights, 2, 4, 1, 1, 0, 0};
    float sum[1];
    eai_depthwise_floats_ref(sum, 1, &e);
    assert_true(sum[0] == -3.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants),
                                       cmocka_unit_test(test_reference_by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
