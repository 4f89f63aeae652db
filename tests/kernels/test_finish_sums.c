/* SPDX-License-Identifier: MIT */

/* What becomes of sums: the reference by hand, and every variant against it over all settings, odd
 * sizes and values at the edges. */

#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "kernels/half.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { CHANNELS = 128, ROWS = 3, STRIDE = CHANNELS + 5 };

static union {
    int32_t integers[ROWS * STRIDE];
    float floats[ROWS * STRIDE];
} sums;
static int32_t offset[CHANNELS];
static float scale[CHANNELS], bias[CHANNELS], slope[CHANNELS], low[CHANNELS], high[CHANNELS];
static unsigned char residual[ROWS * STRIDE * 4];
static unsigned char expected[ROWS * STRIDE * 4 + 64], found[ROWS * STRIDE * 4 + 64];

static float some_float(eai_rng *rng)
{
    return (float)(2.0 * eai_rng_uniform(rng) - 1.0);
}

static void fill(bool has_floats, eai_conv_type residual_type, uint64_t seed)
{
    static const float edges[] = {INFINITY, -INFINITY, NAN, -0.0f, 1e30f, -1e30f, 0.5f, 1.5f};
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    for (size_t i = 0; i < ROWS * STRIDE; i++) {
        if (has_floats)
            sums.floats[i] = i % 17 == 3 ? edges[i / 17 % 8] : 4.0f * some_float(&rng);
        else
            sums.integers[i] = i % 17 == 3 ? (i % 2 ? INT32_MAX : INT32_MIN)
                                           : (int32_t)(4000.0f * some_float(&rng));
        if (residual_type == EAI_CONV_F32)
            memcpy(residual + 4 * i, &(float){some_float(&rng)}, 4);
        else
            residual[i] = (unsigned char)eai_rng_below(&rng, 256);
    }
    for (size_t c = 0; c < CHANNELS; c++) {
        offset[c] = (int32_t)(100.0f * some_float(&rng));
        scale[c] = (has_floats ? 1.0f : 0.001f) * (1.0f + some_float(&rng));
        bias[c] = some_float(&rng);
        slope[c] = some_float(&rng);
        low[c] = some_float(&rng);
        high[c] = low[c] + (c % 5 == 0 ? 0.0f : some_float(&rng));
    }
}

static eai_conv_epilogue settings(int activation, int output, int residual_kind)
{
    return (eai_conv_epilogue){
        .offset = offset,
        .scale = scale,
        .bias = bias,
        .activation = (eai_conv_activation)activation,
        .low = -0.5f,
        .high = 1.25f,
        .slope = slope,
        .has_residual = residual_kind > 0,
        .residual_last = residual_kind > 3,
        .residual_type = (eai_conv_type)(residual_kind > 0 ? (residual_kind - 1) % 3 : 0),
        .residual_scale = 0.01f,
        .residual_zero = residual_kind == 1 ? 0 : 5,
        .output_type = (eai_conv_type)output,
        .output_inverse_scale = 50.0f,
        .output_zero = output == EAI_CONV_S8   ? -7
                       : output == EAI_CONV_U8 ? 100
                                               : 0,
        .low_threshold = low,
        .high_threshold = high,
    };
}

static void compare(const eai_conv_epilogue *e, const char *name, size_t n, bool is_exact)
{
    if (is_exact || memcmp(expected, found, sizeof found) == 0) {
        for (size_t i = 0; i < sizeof found; i++) {
            float a, b;
            memcpy(&a, expected + i / 4 * 4, 4), memcpy(&b, found + i / 4 * 4, 4);
            if (expected[i] == found[i] || (e->output_type == EAI_CONV_F32 && isnan(a) && isnan(b)))
                continue;
            fail_msg("%s, activation %d, output %d, residual %d %d, %zu channels: byte %zu: "
                     "expected %d, found %d",
                     name, e->activation, e->output_type, e->has_residual, e->residual_type, n, i,
                     expected[i], found[i]);
        }
        return;
    }
    if (e->output_type == EAI_CONV_F32)
        for (size_t i = 0; i + 4 <= sizeof found; i += 4) {
            float a, b;
            memcpy(&a, expected + i, 4), memcpy(&b, found + i, 4);
            if (!(isnan(a) && isnan(b)) && a != b) assert_close(b, a, 3e-7, 1e-6);
        }
    else if (e->output_type != EAI_CONV_TRITS)
        for (size_t i = 0; i < sizeof found; i++)
            assert_in_range(found[i] - expected[i] + 1, 0, 2);
}

static void check(eai_finish_fn *kernel, eai_finish_fn *reference, const char *name,
                  const eai_conv_epilogue *e, size_t channel, size_t n)
{
    const size_t out_bytes = e->output_type == EAI_CONV_F32 ? 4 : 1;
    eai_finish_rows rows = {.sums = &sums,
                            .sums_stride = STRIDE,
                            .residual = residual,
                            .residual_stride =
                                STRIDE * (e->residual_type == EAI_CONV_F32 ? 4u : 1u),
                            .y = expected,
                            .y_stride = STRIDE * out_bytes,
                            .n_rows = ROWS,
                            .channel = channel,
                            .n_channels = n};
    memset(expected, 0xA5, sizeof expected);
    memset(found, 0xA5, sizeof found);
    reference(e, &rows);
    rows.y = found;
    kernel(e, &rows);
    compare(e, name, n, e->activation != EAI_CONV_SILU && e->activation != EAI_CONV_SIGMOID);
}

static void check_kernel(eai_finish_fn *kernel, eai_finish_fn *reference, bool has_floats,
                         const char *name)
{
    static const size_t sizes[] = {1, 3, 4, 7, 8, 9, 15, 16, 31, 32, 33, 48, 63, 64, 71, 100};
    size_t turn = 0;
    for (int activation = EAI_CONV_LINEAR; activation <= EAI_CONV_SIGMOID; activation++)
        for (int output = EAI_CONV_F32; output <= EAI_CONV_TRITS; output++)
            for (int kind = 0; kind <= 6; kind++) {
                const eai_conv_epilogue e = settings(activation, output, kind);
                fill(has_floats, e.residual_type, turn);
                for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++, turn++)
                    check(kernel, reference, name, &e, turn % 5 * 4, sizes[i]);
            }
}

#define finish_integers_FLOATS false
#define finish_floats_FLOATS   true

static void test_variants(void **state)
{
    (void)state;
    const unsigned cpu = eai_cpu_detect();
#define EAI_KERNEL(op, isa, needs)                                                                 \
    if (((needs) & ~cpu) == 0)                                                                     \
        check_kernel(eai_##op##_##isa, eai_##op##_ref, op##_FLOATS, #op " " #isa);
#include "kernels/variants_finish.inc"
#undef EAI_KERNEL
}

/* The float or byte that comes of one sum. */
static float float_of(eai_conv_epilogue e, float sum)
{
    float y = 0.0f;
    e.output_type = EAI_CONV_F32;
    const eai_finish_rows rows = {
        .sums = &sum, .y = &y, .n_rows = 1, .n_channels = 1, .residual = residual};
    eai_finish_floats_ref(&e, &rows);
    return y;
}

static int byte_of(eai_conv_epilogue e, float sum)
{
    unsigned char y = 0;
    const eai_finish_rows rows = {
        .sums = &sum, .y = &y, .n_rows = 1, .n_channels = 1, .residual = residual};
    eai_finish_floats_ref(&e, &rows);
    return e.output_type == EAI_CONV_S8 ? (int8_t)y : y;
}

static void test_reference_by_hand(void **state)
{
    (void)state;
    scale[0] = 2.0f, bias[0] = 1.0f, slope[0] = -3.0f;
    eai_conv_epilogue e = settings(EAI_CONV_LINEAR, EAI_CONV_F32, 0);
    assert_true(float_of(e, -4.0f) == -7.0f);
    e.activation = EAI_CONV_RELU;
    assert_true(float_of(e, -4.0f) == 0.0f && float_of(e, 4.0f) == 9.0f);
    e.activation = EAI_CONV_CLIP;
    assert_true(float_of(e, -4.0f) == -0.5f && float_of(e, 4.0f) == 1.25f);
    assert_true(isnan(float_of(e, NAN)));
    e.activation = EAI_CONV_LEAKY;
    assert_true(float_of(e, -4.0f) == 3.5f && float_of(e, 4.0f) == 9.0f);
    e.activation = EAI_CONV_PRELU;
    assert_true(float_of(e, -4.0f) == 21.0f && float_of(e, 4.0f) == 9.0f);
    e.activation = EAI_CONV_HARD_SWISH;
    assert_true(float_of(e, -4.0f) == 0.0f && float_of(e, -0.5f) == 0.0f);
    assert_true(float_of(e, 2.5f) == 6.0f && float_of(e, 1.0f) == 3.0f);
    e.activation = EAI_CONV_SIGMOID;
    assert_close(float_of(e, 0.5f), 0.8807970779778823, 0.0, 1e-6);
    e.activation = EAI_CONV_SILU;
    assert_close(float_of(e, 0.5f), 1.7615941559557646, 0.0, 1e-6);
    /* A residual of 0.25 before and after. */
    const float quarter = 0.25f;
    memcpy(residual, &quarter, 4);
    e.activation = EAI_CONV_CLIP, e.has_residual = true, e.residual_type = EAI_CONV_F32;
    assert_true(float_of(e, 4.0f) == 1.25f && float_of(e, -0.5f) == 0.25f);
    e.residual_last = true;
    assert_true(float_of(e, 4.0f) == 1.5f && float_of(e, -0.5f) == 0.25f);
}

static void test_rounding_by_hand(void **state)
{
    (void)state;
    scale[0] = 1.0f, bias[0] = 0.0f, low[0] = -1.0f, high[0] = 1.0f;
    eai_conv_epilogue e = settings(EAI_CONV_LINEAR, EAI_CONV_S8, 0);
    e.output_inverse_scale = 1.0f;
    e.output_zero = 0;
    assert_int_equal(byte_of(e, 0.5f), 0);
    assert_int_equal(byte_of(e, 1.5f), 2);
    assert_int_equal(byte_of(e, -2.5f), -2);
    assert_int_equal(byte_of(e, 1e30f), 127);
    assert_int_equal(byte_of(e, -INFINITY), -128);
    assert_int_equal(byte_of(e, NAN), -128);
    e.output_zero = 100;
    assert_int_equal(byte_of(e, 26.6f), 127);
    assert_int_equal(byte_of(e, 27.6f), 127);
    e.output_type = EAI_CONV_U8;
    assert_int_equal(byte_of(e, 155.4f), 255);
    assert_int_equal(byte_of(e, -101.0f), 0);
    e.output_type = EAI_CONV_TRITS;
    assert_int_equal(byte_of(e, -1.0f), 3);
    assert_int_equal(byte_of(e, 1.0f), 0);
    assert_int_equal(byte_of(e, 1.1f), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants),
                                       cmocka_unit_test(test_reference_by_hand),
                                       cmocka_unit_test(test_rounding_by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
