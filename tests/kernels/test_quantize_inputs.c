/* SPDX-License-Identifier: MIT */

/* Rows of float32 to eight bits: every variant gives the reference's bytes, in every layout. */

#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { N = 96, STRIDE = N + 5, GUARD = 16 };

typedef struct prepared {
    unsigned char codes[EAI_ROW_GROUP * N * 2 + GUARD];
    float scales[EAI_ROW_GROUP * N / EAI_GROUP + GUARD];
    float sums[EAI_ROW_GROUP * N / EAI_GROUP + GUARD];
    float half_sums[EAI_ROW_GROUP * N / EAI_HALF_GROUP + GUARD];
} prepared;

static void run(eai_quantize_inputs_fn *kernel, prepared *out, const float *x, size_t r, int wide)
{
    const eai_row_group group = {out->codes, out->scales, out->sums, out->half_sums};
    memset(out, 0xa5, sizeof *out);
    kernel(&group, x, STRIDE, r, N, wide);
}

static float value(eai_rng *rng, int how, size_t i)
{
    static const float extremes[] = {INFINITY, -INFINITY, NAN,  0.0f,     -0.0f, 1e-45f,
                                     1e-38f,   3e38f,     1.0f, -3.4e38f, 1e-31f};
    float u = (float)(2.0 * eai_rng_uniform(rng) - 1.0);
    switch (how) {
    case 0:
        return u;
    case 1:
        return u * 3e38f;
    case 2:
        return u * 1e-39f; /* subnormal */
    case 3:
        return (float)(int)(u * 254.0f) * 0.5f; /* ties */
    case 4:
        return i % 40 == 7 ? extremes[i / 40 % 11] : u;
    default:
        return 0.0f;
    }
}

static void check_kernel(eai_quantize_inputs_fn *kernel, const char *name)
{
    static float x[EAI_ROW_GROUP * STRIDE];
    static prepared expected, found;
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    for (int how = 0; how < 6; how++)
        for (size_t r = 1; r <= EAI_ROW_GROUP; r++)
            for (int wide = 0; wide < 2; wide++) {
                for (size_t i = 0; i < EAI_ROW_GROUP * STRIDE; i++)
                    x[i] = value(&rng, how, i);
                if (how == 3)
                    for (size_t i = 0; i < EAI_ROW_GROUP * STRIDE; i += EAI_GROUP - 5)
                        x[i] = 127.0f;
                run(eai_quantize_inputs_ref, &expected, x, r, wide);
                run(kernel, &found, x, r, wide);
                if (memcmp(&expected, &found, sizeof expected) != 0)
                    fail_msg("%s: values %d, %zu rows, wide %d", name, how, r, wide);
            }
}

static void test_variants(void **state)
{
    (void)state;
    check_kernel(eai_quantize_inputs_ref, "ref");
    eai_kernels kernels;
    eai_kernels_init(&kernels, eai_cpu_detect());
    check_kernel(kernels.quantize_inputs, "best");
}

static void test_reference_by_hand(void **state)
{
    (void)state;
    static float x[2 * STRIDE];
    static prepared p;
    memset(x, 0, sizeof x);
    x[0] = -127.0f; /* row 0: scale 1 */
    x[17] = 2.5f;   /* ties to even */
    x[18] = 3.5f;
    x[STRIDE + 32] = 1e-31f; /* row 1, second group: nothing but too small */
    x[STRIDE + 64] = NAN;
    run(eai_quantize_inputs_ref, &p, x, 2, 0);
    assert_true(p.scales[0] == 1.0f);
    assert_int_equal((int8_t)p.codes[0], -127);
    assert_int_equal((int8_t)p.codes[(4 * 2 + 0) * 4 + 1], 2);
    assert_int_equal((int8_t)p.codes[(4 * 2 + 0) * 4 + 2], 4);
    assert_true(p.sums[0] == -121.0f && p.half_sums[0] == -127.0f && p.half_sums[2] == 6.0f);
    assert_true(p.scales[1] == 0.0f && p.scales[3] == 0.0f);
    assert_true(isnan(p.scales[5]));
    assert_true(p.sums[5] == 0.0f);
    run(eai_quantize_inputs_ref, &p, x, 2, 1);
    int16_t code;
    memcpy(&code, p.codes, 2);
    assert_int_equal(code, -127);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants),
                                       cmocka_unit_test(test_reference_by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
