/* SPDX-License-Identifier: MIT */
#include "tensor/matmul.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "platform/cpu.h"
#include "support/check.h"
#include "support/matmul_fixture.h"

/* Every type, mapped and packed, against sums in float64 over the weights as they are defined and
 * the inputs as they are defined: rounded to eight bits by groups, or exact. */
static void check_type(edgeai_dtype dtype, bool exact)
{
    matmul_fixture *f = matmul_fixture_make(dtype, exact, 2);
    static const bool modes[] = {false, true};
    float *first = NULL;
    for (size_t i = 0; i < 2; i++) {
        if (modes[i] && eai_matmul_packed_bytes(&f->plan) == 0) continue;
        if (modes[i]) matmul_fixture_pack(f);
        matmul_fixture_run(f, &f->plan, MATMUL_N, false);
        for (size_t n = 0; n < MATMUL_N; n++)
            for (size_t m = 0; m < f->n_out; m++) {
                double e = f->expected[n * f->n_out + m], y = f->y[n * MATMUL_STRIDE + m];
                if (fabs(y - e) > 2e-6 * f->magnitude)
                    fail_msg("%s, exact %d, packed %d, row %zu, column %zu: expected %.9g, found "
                             "%.9g (magnitude %.3g)",
                             edgeai_dtype_name(dtype), exact, modes[i], n, m, e, y, f->magnitude);
            }
        if (!first) {
            first = malloc(sizeof f->y);
            assert_non_null(first);
            memcpy(first, f->y, sizeof f->y);
        }
        assert_memory_equal(first, f->y, sizeof f->y); /* packing changes no bit */
    }
    free(first);
    matmul_fixture_free(f);
}

static void test_every_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < MATMUL_N_DTYPES; i++) {
        check_type(matmul_dtypes[i], false);
        check_type(matmul_dtypes[i], true);
    }
}

/* The reference kernels and this machine's best give the same bits. */
static void test_same_bits_for_any_level(void **state)
{
    (void)state;
    for (size_t i = 0; i < MATMUL_N_DTYPES; i++) {
        matmul_fixture *f = matmul_fixture_make(matmul_dtypes[i], false, 1);
        matmul_fixture_run(f, &f->plan, MATMUL_N, false);
        float *best = malloc(sizeof f->y);
        assert_non_null(best);
        memcpy(best, f->y, sizeof f->y);
        eai_kernels_init(&f->kernels, 0);
        assert_ok(eai_matmul_plan(&f->plan, &f->tensor, false, &f->kernels));
        matmul_fixture_run(f, &f->plan, MATMUL_N, false);
        if (memcmp(best, f->y, sizeof f->y) != 0)
            fail_msg("%s: the levels differ", edgeai_dtype_name(matmul_dtypes[i]));
        free(best);
        matmul_fixture_free(f);
    }
}

static void test_columns_behind_the_last_stay(void **state)
{
    (void)state;
    matmul_fixture *f = matmul_fixture_make(EDGEAI_DTYPE_Q4_0, false, 1);
    for (size_t i = 0; i < MATMUL_N * MATMUL_STRIDE; i++)
        f->y[i] = 7.0f;
    matmul_fixture_run(f, &f->plan, MATMUL_N, false);
    for (size_t n = 0; n < MATMUL_N; n++)
        for (size_t m = f->n_out; m < MATMUL_STRIDE; m++)
            assert_true(f->y[n * MATMUL_STRIDE + m] == 7.0f);
    matmul_fixture_free(f);
}

static void test_bias_and_accumulation(void **state)
{
    (void)state;
    matmul_fixture *f = matmul_fixture_make(EDGEAI_DTYPE_F32, false, 2);
    f->plan.bias = f->bias;
    matmul_fixture_run(f, &f->plan, MATMUL_N, false);
    matmul_fixture_run(f, &f->plan, MATMUL_N, true);
    for (size_t n = 0; n < MATMUL_N; n++)
        for (size_t m = 0; m < f->n_out; m++)
            assert_close(f->y[n * MATMUL_STRIDE + m],
                         2.0 * (f->expected[n * f->n_out + m] + f->bias[m]), 4e-6 * f->magnitude,
                         0);
    matmul_fixture_free(f);
}

/* Rows that lie at an odd address, as in-memory files can have them. */
static void test_unaligned_rows(void **state)
{
    (void)state;
    matmul_fixture *f = matmul_fixture_make(EDGEAI_DTYPE_F32, false, 1);
    unsigned char *odd = malloc(f->tensor.data_bytes + 1);
    assert_non_null(odd);
    memcpy(odd + 1, f->tensor.data, f->tensor.data_bytes);
    f->tensor.data = odd + 1;
    assert_ok(eai_matmul_plan(&f->plan, &f->tensor, false, &f->kernels));
    matmul_fixture_run(f, &f->plan, 1, false);
    for (size_t m = 0; m < f->n_out; m++)
        assert_close(f->y[m], f->expected[m], 2e-6 * f->magnitude, 0);
    free(odd);
    matmul_fixture_free(f);
}

static void test_part_of_the_rows(void **state)
{
    (void)state;
    matmul_fixture *f = matmul_fixture_make(EDGEAI_DTYPE_Q8_0, false, 1);
    f->plan.bias = f->bias;
    for (int packed = 0; packed < 2; packed++) {
        if (packed) matmul_fixture_pack(f);
        /* Mapped, a part begins anywhere; packed, at a panel. */
        const size_t first = packed ? 2 * EAI_PANEL : 21;
        eai_matmul part = eai_matmul_rows(&f->plan, first, 19);
        matmul_fixture_run(f, &part, 1, false);
        for (size_t m = 0; m < 19; m++)
            assert_close(f->y[m], f->expected[first + m] + f->bias[first + m], 2e-6 * f->magnitude,
                         0);
    }
    matmul_fixture_free(f);
}

/* A row's result does not depend on the rows beside it. */
static void test_same_bits_for_any_number_of_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < MATMUL_N_DTYPES; i++) {
        matmul_fixture *f = matmul_fixture_make(matmul_dtypes[i], false, 1);
        float last[MATMUL_STRIDE];
        matmul_fixture_run(f, &f->plan, MATMUL_N, false);
        memcpy(last, f->y, sizeof last);
        for (int packed = 0; packed < 2;
             packed++) { /* packed, few rows have kernels of their own */
            if (packed && eai_matmul_packed_bytes(&f->plan) > 0) matmul_fixture_pack(f);
            for (size_t n = 1; n < MATMUL_N; n++) {
                memset(f->y, 0, sizeof f->y);
                matmul_fixture_run(f, &f->plan, n, false);
                assert_memory_equal(last, f->y, f->n_out * sizeof *last);
            }
        }
        matmul_fixture_free(f);
    }
}

static void test_refusals(void **state)
{
    (void)state;
    eai_matmul plan;
    eai_kernels kernels;
    static float floats[64];
    eai_kernels_init(&kernels, eai_cpu_detect());
    edgeai_tensor tensor = matmul_view(EDGEAI_DTYPE_I32, floats, 8, 8);
    assert_fails(eai_matmul_plan(&plan, &tensor, false, &kernels), EDGEAI_E_DTYPE);
    tensor = matmul_view(EDGEAI_DTYPE_F32, floats, (int64_t)1 << 40, 1);
    assert_fails(eai_matmul_plan(&plan, &tensor, false, &kernels), EDGEAI_E_SHAPE);
    tensor = matmul_view(EDGEAI_DTYPE_F32, floats, 8, 0);
    assert_fails(eai_matmul_plan(&plan, &tensor, false, &kernels), EDGEAI_E_SHAPE);
    assert_error_says("tensor w");
    tensor = matmul_view(EDGEAI_DTYPE_Q4_0, floats, 48, 1);
    assert_fails(eai_matmul_plan(&plan, &tensor, false, &kernels), EDGEAI_E_SHAPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_type),
        cmocka_unit_test(test_same_bits_for_any_level),
        cmocka_unit_test(test_columns_behind_the_last_stay),
        cmocka_unit_test(test_bias_and_accumulation),
        cmocka_unit_test(test_unaligned_rows),
        cmocka_unit_test(test_part_of_the_rows),
        cmocka_unit_test(test_same_bits_for_any_number_of_rows),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
