/* SPDX-License-Identifier: MIT */

/* Every format that can be written, by the error that is left after reading it again. */

#include <edgeai/tensor.h>

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "support/check.h"

enum { N = 256 * 64 };

/* Root mean square error over root mean square, for normal values: a hundredth more than was
 * measured (docs/numerics.md), so that a worse search, or a bit in the wrong place, shows. */
#define SLACK 1.01
static const struct format {
    edgeai_dtype dtype;
    double normal_error;
} formats[] = {
    {EDGEAI_DTYPE_F32, 0},       {EDGEAI_DTYPE_F16, 0.00021},  {EDGEAI_DTYPE_BF16, 0.00166},
    {EDGEAI_DTYPE_Q4_0, 0.0808}, {EDGEAI_DTYPE_Q4_1, 0.0700},  {EDGEAI_DTYPE_Q5_0, 0.0403},
    {EDGEAI_DTYPE_Q5_1, 0.0339}, {EDGEAI_DTYPE_Q8_0, 0.00535}, {EDGEAI_DTYPE_IQ4_NL, 0.0743},
    {EDGEAI_DTYPE_Q2_K, 0.262},  {EDGEAI_DTYPE_Q3_K, 0.144},   {EDGEAI_DTYPE_Q4_K, 0.0700},
    {EDGEAI_DTYPE_Q5_K, 0.0347}, {EDGEAI_DTYPE_Q6_K, 0.0173},  {EDGEAI_DTYPE_TQ1_0, 0.434},
    {EDGEAI_DTYPE_TQ2_0, 0.434},
};
enum { N_FORMATS = sizeof formats / sizeof formats[0] };

static float values[N], found[N];
static unsigned char blocks[N * 4 + 1];

static void fill_normal(uint64_t seed, double deviation)
{
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    for (int i = 0; i < N; i++) {
        double radius = sqrt(-2 * log(eai_rng_open(&rng)));
        values[i] = (float)(deviation * radius * cos(6.283185307179586 * eai_rng_uniform(&rng)));
    }
}

/* Relative error of the whole row; also that not a byte behind the row is written. */
static double there_and_back(edgeai_dtype dtype)
{
    size_t bytes = edgeai_dtype_row_bytes(dtype, N);
    memset(blocks, 0xa5, sizeof blocks);
    assert_ok(edgeai_quantize(dtype, values, blocks, N));
    assert_int_equal(blocks[bytes], 0xa5);
    assert_ok(edgeai_dequantize(dtype, blocks, found, N));
    double error = 0, power = 0;
    for (int i = 0; i < N; i++) {
        double difference = (double)found[i] - (double)values[i];
        error += difference * difference;
        power += (double)values[i] * (double)values[i];
    }
    return power > 0 ? sqrt(error / power) : sqrt(error);
}

static void normal_values_keep_their_accuracy(void **state)
{
    (void)state;
    fill_normal(11, 0.02);
    for (int k = 0; k < N_FORMATS; k++) {
        double error = there_and_back(formats[k].dtype);
        if (error <= SLACK * formats[k].normal_error) continue;
        print_error("%s: expected an error of at most %g, found %g\n",
                    edgeai_dtype_name(formats[k].dtype), SLACK * formats[k].normal_error, error);
        fail();
    }
}

/* Scaling by a power of two scales everything, as long as halves neither overflow nor underflow. */
static void errors_do_not_depend_on_the_unit(void **state)
{
    (void)state;
    for (int k = 0; k < N_FORMATS; k++) {
        fill_normal(12, 1);
        double error = there_and_back(formats[k].dtype);
        fill_normal(12, 64);
        assert_close(there_and_back(formats[k].dtype), error, 0, 1e-3);
    }
}

static void zeros_stay_zeros(void **state)
{
    (void)state;
    for (int k = 0; k < N_FORMATS; k++) {
        memset(values, 0, sizeof values);
        assert_true(there_and_back(formats[k].dtype) == 0);
        if (formats[k].normal_error == 0 || edgeai_dtype_block_elements(formats[k].dtype) == 1)
            continue;
        for (int i = 0; i < N; i++)
            values[i] = i % 2 ? 0x1p-140f : -0x1p-31f;
        there_and_back(formats[k].dtype);
        for (int i = 0; i < N; i++)
            assert_true(found[i] == 0);
    }
}

static void check_error(edgeai_dtype dtype, double bound, const char *what)
{
    double error = there_and_back(dtype);
    if (error <= bound) return;
    print_error("%s, %s: expected an error of at most %g, found %g\n", edgeai_dtype_name(dtype),
                what, bound, error);
    fail();
}

/* Blocks of one value, blocks with one large value, the largest values there are. */
static void odd_blocks_stay_finite_and_close(void **state)
{
    (void)state;
    for (int k = 0; k < N_FORMATS; k++) {
        edgeai_dtype dtype = formats[k].dtype;
        for (int sign = -1; sign <= 1; sign += 2) {
            for (int i = 0; i < N; i++)
                values[i] = (float)sign * 0.37f;
            check_error(dtype, 0.02, "one value");
            for (int i = 0; i < N; i++)
                values[i] = (float)sign * 65504.0f;
            check_error(dtype, 0.02, "the largest value");
            for (int i = 0; i < N; i++)
                values[i] = i % 16 == 5 ? (float)sign * 1000.0f : 0.001f * (float)(i % 7);
            /* IQ4_NL has no zero: 1/127 of the largest is what small values become. */
            check_error(dtype, dtype == EDGEAI_DTYPE_IQ4_NL ? 0.04 : 0.02, "one large value");
        }
        for (int i = 0; i < N; i++)
            values[i] = i % 2 ? 65504.0f : -65504.0f;
        check_error(dtype, 0.3, "both ends");
    }
}

/* What lies on the grid, with the ends of the grid in use, comes back to the bit. */
static void grid_values_are_kept(void **state)
{
    (void)state;
    static const struct {
        edgeai_dtype dtype;
        int low, high;
    } grids[] = {{EDGEAI_DTYPE_Q4_0, -8, 7},     {EDGEAI_DTYPE_Q4_1, 0, 15},
                 {EDGEAI_DTYPE_Q5_0, -16, 15},   {EDGEAI_DTYPE_Q5_1, 0, 31},
                 {EDGEAI_DTYPE_Q8_0, -127, 127}, {EDGEAI_DTYPE_TQ1_0, -1, 1},
                 {EDGEAI_DTYPE_TQ2_0, -1, 1},    {EDGEAI_DTYPE_BF16, -128, 127},
                 {EDGEAI_DTYPE_F16, -1024, 1024}};
    eai_rng rng;
    eai_rng_seed(&rng, 4);
    for (size_t k = 0; k < sizeof grids / sizeof grids[0]; k++) {
        int low = grids[k].low, high = grids[k].high;
        for (int i = 0; i < N; i++) {
            int q = low + (int)eai_rng_below(&rng, (uint64_t)(high - low + 1));
            values[i] = 0.125f * (float)(i % 32 == 0 ? low : i % 32 == 1 ? high : q);
        }
        assert_true(there_and_back(grids[k].dtype) == 0);
    }
}

static void refuses_what_it_cannot_store(void **state)
{
    (void)state;
    memset(values, 0, sizeof values);
    assert_fails(edgeai_quantize(EDGEAI_DTYPE_I8, values, blocks, 32), EDGEAI_E_UNSUPPORTED);
    assert_error_says("I8");
    assert_fails(edgeai_quantize((edgeai_dtype)9, values, blocks, 32), EDGEAI_E_UNSUPPORTED);
    assert_fails(edgeai_quantize(EDGEAI_DTYPE_Q4_0, values, blocks, 31), EDGEAI_E_SHAPE);
    assert_fails(edgeai_quantize(EDGEAI_DTYPE_Q4_0, NULL, blocks, 32), EDGEAI_E_INVALID);
    assert_fails(edgeai_quantize(EDGEAI_DTYPE_Q4_0, values, NULL, 32), EDGEAI_E_INVALID);
    assert_ok(edgeai_quantize(EDGEAI_DTYPE_Q4_0, NULL, NULL, 0));
    for (int k = 0; k < N_FORMATS; k++) {
        static const float bad[] = {NAN, INFINITY, -INFINITY};
        for (int b = 0; b < 3; b++) {
            values[200] = bad[b];
            assert_fails(edgeai_quantize(formats[k].dtype, values, blocks, 256), EDGEAI_E_INVALID);
            assert_error_says("element 200");
        }
    }
    values[200] = 65536.0f;
    assert_fails(edgeai_quantize(EDGEAI_DTYPE_F16, values, blocks, 256), EDGEAI_E_INVALID);
    assert_error_says("within 65504 for F16, found 65536");
    assert_ok(edgeai_quantize(EDGEAI_DTYPE_BF16, values, blocks, 256));
}

/* Without libm, whose last bits differ: uniform numbers, many small and few large. */
static void fill_portably(void)
{
    eai_rng rng;
    eai_rng_seed(&rng, 1);
    for (int i = 0; i < N; i++) {
        double value = eai_rng_uniform(&rng) + eai_rng_uniform(&rng) - 1;
        values[i] = (float)(value * (eai_rng_uniform(&rng) + 0.01));
    }
}

/* FNV-1a of what is written; the same on x86-64 and aarch64, with gcc and clang. */
static void every_machine_writes_the_same_bytes(void **state)
{
    (void)state;
    static const uint64_t hashes[N_FORMATS] = {
        UINT64_C(0x4c5dd58b15971885), UINT64_C(0x87e26259d5cf56e5), UINT64_C(0x1445c04caa17dcb4),
        UINT64_C(0x8ddfce090243cf3f), UINT64_C(0xe07318bc442f3378), UINT64_C(0xdc4e258b77eac815),
        UINT64_C(0xa74ba0d9780f5f34), UINT64_C(0xc82579558a437a80), UINT64_C(0x652999a4de987f5a),
        UINT64_C(0xbfc76807fc8e2905), UINT64_C(0x52b01759a77a09a6), UINT64_C(0xb48176a1e57f8024),
        UINT64_C(0x1e72b8f060229e8e), UINT64_C(0xd08baa39b2386886), UINT64_C(0x8fb5246f96e6c896),
        UINT64_C(0xf90ad0096ac27d16),
    };
    fill_portably();
    for (int k = 0; k < N_FORMATS; k++) {
        size_t n_bytes = edgeai_dtype_row_bytes(formats[k].dtype, N);
        assert_ok(edgeai_quantize(formats[k].dtype, values, blocks, N));
        uint64_t hash = UINT64_C(0xcbf29ce484222325);
        for (size_t i = 0; i < n_bytes; i++)
            hash = (hash ^ blocks[i]) * UINT64_C(0x100000001b3);
        if (hash == hashes[k]) continue;
        print_error("%s: expected hash %llx, found %llx\n", edgeai_dtype_name(formats[k].dtype),
                    (unsigned long long)hashes[k], (unsigned long long)hash);
        fail();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normal_values_keep_their_accuracy),
        cmocka_unit_test(errors_do_not_depend_on_the_unit),
        cmocka_unit_test(zeros_stay_zeros),
        cmocka_unit_test(odd_blocks_stay_finite_and_close),
        cmocka_unit_test(grid_values_are_kept),
        cmocka_unit_test(refuses_what_it_cannot_store),
        cmocka_unit_test(every_machine_writes_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
