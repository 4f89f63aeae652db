/* SPDX-License-Identifier: MIT */

/* Winograd's transforms: the reference gives convolutions, exactly with integers even where sums
 * wrap; variants are the reference, to the bit or to rounding. */

#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { C = 53, PLACES = 36, FIRST = 3 };

static float pixel_floats[PLACES][C];
static uint8_t pixel_bytes[PLACES][C];
static const void *floats[PLACES], *bytes[PLACES];

static void fill(eai_rng *rng)
{
    for (size_t i = 0; i < PLACES; i++) {
        floats[i] = pixel_floats[i];
        bytes[i] = pixel_bytes[i];
        for (size_t c = 0; c < C; c++) {
            pixel_floats[i][c] = (float)(2.0 * eai_rng_uniform(rng) - 1.0);
            pixel_bytes[i][c] =
                (uint8_t)(c % 3 == 0 ? 255 * eai_rng_below(rng, 2) : eai_rng_below(rng, 256));
        }
    }
}

static void check_winograd_input(eai_winograd_input_fn *kernel, const char *name)
{
    static float expected[PLACES * C], found[PLACES * C];
    for (int m = 2; m <= 4; m += 2)
        for (size_t n = 0; n <= C - FIRST; n++) {
            memset(expected, 0, sizeof expected);
            memset(found, 0, sizeof found);
            eai_winograd_input_ref(expected, C, floats, FIRST, n, m);
            kernel(found, C, floats, FIRST, n, m);
            for (size_t i = 0; i < PLACES * C;
                 i++) /* |B| |d| |B| is 100 at most, 4 roundings each */
                if (!(fabsf(found[i] - expected[i]) <= 1e-5f) ||
                    (expected[i] == 0.0f) != (found[i] == 0.0f))
                    fail_msg("%s, m %d, n %zu: %zu: expected %g, found %g", name, m, n, i,
                             (double)expected[i], (double)found[i]);
        }
}

static void check_winograd_input8(eai_winograd_input8_fn *kernel, const char *name)
{
    static int16_t expected[PLACES * C], found[PLACES * C];
    for (int m = 2; m <= 4; m += 2)
        for (size_t n = 0; n <= C - FIRST; n++)
            for (int is_signed = 0; is_signed < 2; is_signed++)
                for (int end = 0; end < 2; end++) {
                    const int zero = 255 * end - 128 * is_signed;
                    memset(expected, 0, sizeof expected);
                    memset(found, 0, sizeof found);
                    eai_winograd_input8_ref(expected, C, bytes, FIRST, n, m, zero, is_signed);
                    kernel(found, C, bytes, FIRST, n, m, zero, is_signed);
                    if (memcmp(expected, found, sizeof found) != 0)
                        fail_msg("%s differs: m %d, n %zu", name, m, n);
                }
}

static void check_winograd_output(eai_winograd_output_fn *kernel, const char *name)
{
    static float expected[16 * C], found[16 * C];
    for (int m = 2; m <= 4; m += 2)
        for (size_t n = 0; n <= C; n++) {
            memset(expected, 0, sizeof expected);
            memset(found, 0, sizeof found);
            eai_winograd_output_ref(expected, C, pixel_floats[0], C, n, m);
            kernel(found, C, pixel_floats[0], C, n, m);
            for (size_t i = 0; i < 16 * C; i++) /* |A| |s| |A| is 19^2 at most */
                if (!(fabsf(found[i] - expected[i]) <= 4e-5f) ||
                    (expected[i] == 0.0f) != (found[i] == 0.0f))
                    fail_msg("%s, m %d, n %zu: %zu: expected %g, found %g", name, m, n, i,
                             (double)expected[i], (double)found[i]);
        }
}

static void check_winograd_output8(eai_winograd_output8_fn *kernel, const char *name)
{
    static int32_t expected[16 * C], found[16 * C], sums[PLACES * C];
    for (size_t i = 0; i < PLACES * C; i++)
        sums[i] = (int32_t)(i * 2654435761u);
    for (int m = 2; m <= 4; m += 2)
        for (size_t n = 0; n <= C; n++) {
            memset(expected, 0, sizeof expected);
            memset(found, 0, sizeof found);
            eai_winograd_output8_ref(expected, C, sums, C, n, m);
            kernel(found, C, sums, C, n, m);
            if (memcmp(expected, found, sizeof found) != 0)
                fail_msg("%s differs: m %d, n %zu", name, m, n);
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
#include "kernels/variants_winograd.inc"
#undef EAI_KERNEL
}

/* Transformed, multiplied and transformed back: the sums of a 3 x 3 window. */
static void test_reference_is_a_convolution(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 9);
    for (int turn = 0; turn < 200; turn++)
        for (int m = 2; m <= 4; m += 2) {
            const int side = m + 2;
            float kernel[9], weights[PLACES], inputs[PLACES * C], sums[PLACES], y[16];
            fill(&rng);
            for (int i = 0; i < 9; i++)
                kernel[i] = (float)(2.0 * eai_rng_uniform(&rng) - 1.0);
            eai_winograd_weights(weights, kernel, m);
            eai_winograd_input_ref(inputs, C, floats, 0, 1, m);
            for (int i = 0; i < side * side; i++)
                sums[i] = weights[i] * inputs[i * C];
            eai_winograd_output_ref(y, 1, sums, 1, 1, m);
            for (int i = 0; i < m * m; i++) {
                double sum = 0.0;
                for (int k = 0; k < 9; k++)
                    sum += (double)kernel[k] *
                           (double)pixel_floats[(i / m + k / 3) * side + i % m + k % 3][0];
                assert_close(y[i], sum, 1e-5, 0.0);
            }
        }
}

/* Many channels at the ends of their range: products wrap, the result does not. */
static void test_integers_are_exact(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 10);
    for (int turn = 0; turn < 40; turn++)
        for (int m = 2; m <= 4; m += 2) {
            const int side = m + 2, n = m == 4 ? 113 : 1800;
            int32_t sums[PLACES] = {0}, y[16], expected[16] = {0};
            for (int channel = 0; channel < n; channel++) {
                int8_t kernel[9];
                int16_t weights[PLACES], inputs[PLACES * C];
                for (int i = 0; i < 9; i++)
                    kernel[i] = turn == 0 ? -128
                                          : (int8_t)(turn % 2 ? eai_rng_below(&rng, 2) * 255 - 128
                                                              : eai_rng_below(&rng, 256) - 128);
                for (size_t i = 0; i < PLACES; i++) {
                    bytes[i] = pixel_bytes[i];
                    pixel_bytes[i][0] = (uint8_t)(turn == 0  ? 255
                                                  : turn % 3 ? 255 * eai_rng_below(&rng, 2)
                                                             : eai_rng_below(&rng, 256));
                }
                eai_winograd_weights8(weights, kernel, m);
                eai_winograd_input8_ref(inputs, C, bytes, 0, 1, m, 0, 0);
                for (int i = 0; i < side * side; i++)
                    sums[i] = (int32_t)((uint32_t)sums[i] + (uint32_t)(weights[i] * inputs[i * C]));
                for (int i = 0; i < m * m; i++)
                    for (int k = 0; k < 9; k++)
                        expected[i] +=
                            kernel[k] * pixel_bytes[(i / m + k / 3) * side + i % m + k % 3][0];
            }
            eai_winograd_output8_ref(y, 1, sums, 1, 1, m);
            for (int i = 0; i < m * m; i++)
                assert_int_equal(y[i], expected[i]);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants),
                                       cmocka_unit_test(test_reference_is_a_convolution),
                                       cmocka_unit_test(test_integers_are_exact)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
