/* SPDX-License-Identifier: MIT */
#include <edgeai/tensor.h>

#include <math.h>

#include "base/rng.h"
#include "support/check.h"

/* Least squared error of 256 values by trying every magnitude as the threshold. */
static double least_error(const float *x)
{
    double best = INFINITY;
    for (int t = 0; t < 256; t++) {
        double sum = 0, n = 0, error = 0;
        for (int i = 0; i < 256; i++)
            if (fabsf(x[i]) >= fabsf(x[t])) sum += (double)fabsf(x[i]), n++;
        for (int i = 0; i < 256; i++) {
            double magnitude = (double)fabsf(x[i]);
            double difference = magnitude - (fabsf(x[i]) >= fabsf(x[t]) ? sum / n : 0);
            error += difference * difference;
        }
        best = error < best ? error : best;
    }
    return best;
}

static void the_scale_is_the_best_there_is(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 9);
    for (int round = 0; round < 20; round++) {
        float x[256], back[256];
        unsigned char block[66];
        for (int i = 0; i < 256; i++) {
            double u = 2 * eai_rng_uniform(&rng) - 1;
            x[i] = (float)(round % 2 ? u : u * u * u);
        }
        assert_ok(edgeai_quantize(EDGEAI_DTYPE_TQ2_0, x, block, 256));
        assert_ok(edgeai_dequantize(EDGEAI_DTYPE_TQ2_0, block, back, 256));
        double error = 0;
        for (int i = 0; i < 256; i++)
            error += (double)(x[i] - back[i]) * (double)(x[i] - back[i]);
        /* The scale's rounding to half is all that may be lost. */
        assert_close(error, least_error(x), 0, 1e-5);
    }
}

static void both_formats_hold_the_same(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 10);
    float x[512], one[512], two[512];
    unsigned char block[2 * 66];
    for (int i = 0; i < 512; i++)
        x[i] = (float)(eai_rng_uniform(&rng) - 0.5);
    assert_ok(edgeai_quantize(EDGEAI_DTYPE_TQ1_0, x, block, 512));
    assert_ok(edgeai_dequantize(EDGEAI_DTYPE_TQ1_0, block, one, 512));
    assert_ok(edgeai_quantize(EDGEAI_DTYPE_TQ2_0, x, block, 512));
    assert_ok(edgeai_dequantize(EDGEAI_DTYPE_TQ2_0, block, two, 512));
    for (int i = 0; i < 512; i++)
        assert_true(one[i] == two[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scale_is_the_best_there_is),
        cmocka_unit_test(both_formats_hold_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
