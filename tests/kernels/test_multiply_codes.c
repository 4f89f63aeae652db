/* SPDX-License-Identifier: MIT */

/* Bytes times codes of ternary weights: every variant gives the reference's sums, also where they
 * fill 16 bits, and touches nothing but its columns. */

#include <string.h>

#include "base/rng.h"
#include "kernels/kernels.h"
#include "platform/cpu.h"
#include "support/check.h"

enum {
    K = EAI_STRETCH,
    STRIDE = EAI_CODE_COLUMNS + 3,
    ROW_STRIDE = K + 5,
    ROWS_MAX = 14,
};

/* Inputs random, at either end of int8, alternating; codes random, or all 0 or 2. */
typedef enum fill { RANDOM, LOWEST, HIGHEST, OPPOSED, N_FILLS } fill;

static struct {
    _Alignas(32) uint8_t codes[K * EAI_CODE_COLUMNS];
    int8_t rows[ROWS_MAX * ROW_STRIDE];
    int32_t expected[(ROWS_MAX + 1) * STRIDE], found[(ROWS_MAX + 1) * STRIDE];
} f;

static int one(eai_rng *rng, int low, int high, fill how, size_t i)
{
    switch (how) {
    case LOWEST:
        return low;
    case HIGHEST:
        return high;
    case OPPOSED:
        return i % 2 ? low : high;
    default:
        return low + (int)(eai_rng_uniform(rng) * (high - low + 1));
    }
}

static void check_product(eai_multiply_codes_fn *kernel, const char *name, size_t n_rows,
                          size_t n_inputs)
{
    for (size_t i = 0; i < sizeof f.found / sizeof f.found[0]; i++)
        f.found[i] = f.expected[i] = 1000 * (int32_t)i - 7000;
    eai_multiply_codes_ref(f.expected, STRIDE, f.codes, f.rows, ROW_STRIDE, n_rows, n_inputs);
    kernel(f.found, STRIDE, f.codes, f.rows, ROW_STRIDE, n_rows, n_inputs);
    for (size_t i = 0; i < sizeof f.found / sizeof f.found[0]; i++)
        if (f.found[i] != f.expected[i])
            fail_msg("%s, %zu rows of %zu: row %zu, column %zu: expected %d, found %d", name,
                     n_rows, n_inputs, i / STRIDE, i % STRIDE, f.expected[i], f.found[i]);
}

static void check_codes(eai_multiply_codes_fn *kernel, const char *name)
{
    eai_rng rng;
    eai_rng_seed(&rng, 5);
    for (fill codes = 0; codes < N_FILLS; codes++)
        for (fill rows = 0; rows < N_FILLS; rows++) {
            for (size_t i = 0; i < sizeof f.codes; i++)
                f.codes[i] = (uint8_t)one(&rng, 0, 2, codes, i);
            for (size_t i = 0; i < sizeof f.rows; i++)
                f.rows[i] = (int8_t)one(&rng, -128, 127, rows, i);
            for (size_t n = 0; n <= ROWS_MAX; n++) {
                check_product(kernel, name, n, K);
                check_product(kernel, name, n, 4 + 36 * (n % 7));
            }
        }
}

static void check_rows(eai_sum_rows_fn *kernel, const char *name)
{
    eai_rng rng;
    eai_rng_seed(&rng, 6);
    for (fill rows = 0; rows < N_FILLS; rows++) {
        for (size_t i = 0; i < sizeof f.rows; i++)
            f.rows[i] = (int8_t)one(&rng, -128, 127, rows, i);
        for (size_t n = 0; n <= K; n++) {
            int32_t expected[4] = {7, 7, 7, 7}, found[4] = {7, 7, 7, 7};
            eai_sum_rows_ref(expected, f.rows, ROW_STRIDE, n % 4, n);
            kernel(found, f.rows, ROW_STRIDE, n % 4, n);
            if (memcmp(expected, found, sizeof found) != 0) fail_msg("%s of %zu", name, n);
        }
    }
}

static void check_floats(eai_codes_to_floats_fn *kernel, const char *name)
{
    float out[97];
    for (size_t n = 0; n <= 96; n += 32) {
        for (size_t i = 0; i < 97; i++) {
            out[i] = 9.0f;
            f.codes[i] = (uint8_t)(i / 2 % 3);
        }
        kernel(out, f.codes, n);
        for (size_t i = 0; i < 97; i++)
            if (out[i] != (i < n ? (float)(i / 2 % 3) - 1.0f : 9.0f))
                fail_msg("%s of %zu: %zu is %g", name, n, i, (double)out[i]);
    }
}

#define CHECK_trit_offsets(isa)
#define CHECK_trit_sums_binary(isa)
#define CHECK_trit_sums_ternary(isa)
#define CHECK_multiply_codes(isa)  check_codes(eai_multiply_codes_##isa, #isa)
#define CHECK_codes_to_floats(isa) check_floats(eai_codes_to_floats_##isa, #isa)
#define CHECK_sum_rows(isa)        check_rows(eai_sum_rows_##isa, #isa)

static void test_variants(void **state)
{
    (void)state;
    const unsigned cpu = eai_cpu_detect();
#define EAI_KERNEL(op, isa, needs)                                                                 \
    if (((needs) & ~cpu) == 0) {                                                                   \
        CHECK_##op(isa);                                                                           \
    }
#include "kernels/variants_low_bit.inc"
#undef EAI_KERNEL
}

static void test_reference_by_hand(void **state)
{
    (void)state;
    memset(&f, 0, sizeof f);
    f.codes[1] = 2;                              /* column 0, input 1 */
    f.codes[(EAI_CODE_COLUMNS + 1) * 4 + 2] = 1; /* column 1, input 6 */
    f.rows[1] = -3;
    f.rows[6] = 100;
    f.rows[7] = 5;
    int32_t sums[EAI_CODE_COLUMNS] = {10, 20, 30}, total;
    eai_multiply_codes_ref(sums, 0, f.codes, f.rows, 0, 1, 8);
    assert_int_equal(sums[0], 10 - 6);
    assert_int_equal(sums[1], 20 + 100);
    assert_int_equal(sums[2], 30);
    eai_sum_rows_ref(&total, f.rows, 0, 1, 7);
    assert_int_equal(total, 97);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants),
                                       cmocka_unit_test(test_reference_by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
