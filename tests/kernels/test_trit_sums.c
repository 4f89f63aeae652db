/* SPDX-License-Identifier: MIT */

/* Products of trits with binary and ternary weights: every variant gives the reference's sums, at
 * the limits of what bytes and words hold, and touches nothing but its columns. */

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "kernels/kernels.h"
#include "platform/cpu.h"
#include "support/check.h"

enum {
    COLUMNS = 2 * EAI_TRIT_PANEL,
    STRIDE = COLUMNS + 5,
    ROWS_MAX = 14,
    GUARD = 0x5a5a5a5a,
};

/* What trits and weights are: random, all +1, all -1, all 0, or signs that agree everywhere. */
typedef enum fill { RANDOM, PLUS, MINUS, ZEROS, N_FILLS } fill;

static int some_trit(eai_rng *rng, fill how)
{
    switch (how) {
    case PLUS:
        return 1;
    case MINUS:
        return -1;
    case ZEROS:
        return 0;
    default:
        return (int)(eai_rng_uniform(rng) * 3) - 1;
    }
}

typedef struct fixture {
    uint8_t *weights;
    uint16_t *rows;
    size_t n_fours, row_stride, panel_bytes;
    int32_t *expected, *found;
} fixture;

static void fill_rows(fixture *f, eai_rng *rng, fill how)
{
    for (size_t i = 0; i < ROWS_MAX * f->row_stride; i++) {
        int byte = 0;
        for (int t = 0; t < 4; t++)
            byte |= (some_trit(rng, how) & 3) << (2 * t);
        f->rows[i] = (uint16_t)(16 * byte);
    }
}

static void fill_weights(fixture *f, eai_rng *rng, fill how, int ternary)
{
    for (size_t i = 0; i < 2 * f->panel_bytes; i++) {
        int low = 0, high = 0;
        for (int t = 0; t < 4; t++) {
            const int one = some_trit(rng, how), two = some_trit(rng, how);
            low |= (one > 0) << t;
            high |= (ternary ? one < 0 : two > 0) << t;
        }
        f->weights[i] = (uint8_t)(high << 4 | low);
    }
}

static void make_fixture(fixture *f, size_t n_fours, int ternary)
{
    f->n_fours = n_fours;
    f->row_stride = n_fours + 3;
    f->panel_bytes = (ternary ? n_fours : n_fours / 2) * EAI_TRIT_PANEL;
    f->weights = malloc(2 * f->panel_bytes);
    f->rows = malloc(ROWS_MAX * f->row_stride * sizeof *f->rows);
    f->expected = malloc((ROWS_MAX + 1) * STRIDE * sizeof *f->expected);
    f->found = malloc((ROWS_MAX + 1) * STRIDE * sizeof *f->found);
    assert_true(f->weights && f->rows && f->expected && f->found);
}

static void free_fixture(fixture *f)
{
    free(f->weights);
    free(f->rows);
    free(f->expected);
    free(f->found);
}

static void check_product(const fixture *f, eai_trit_sums_fn *kernel, eai_trit_sums_fn *reference,
                          const char *name, size_t n_rows, size_t n_panels)
{
    const eai_trit_product product = {f->weights,    f->panel_bytes, n_panels,  f->rows,
                                      f->row_stride, n_rows,         f->n_fours};
    for (size_t i = 0; i < (ROWS_MAX + 1) * STRIDE; i++)
        f->expected[i] = f->found[i] = GUARD;
    reference(f->expected, STRIDE, &product);
    kernel(f->found, STRIDE, &product);
    for (size_t i = 0; i < (ROWS_MAX + 1) * STRIDE; i++)
        if (f->expected[i] != f->found[i])
            fail_msg("%s, %zu bytes, %zu rows, %zu panels: row %zu, column %zu: expected %d, "
                     "found %d",
                     name, f->n_fours, n_rows, n_panels, i / STRIDE, i % STRIDE, f->expected[i],
                     f->found[i]);
}

static void check_kernel(eai_trit_sums_fn *kernel, eai_trit_sums_fn *reference, int ternary,
                         const char *name)
{
    static const size_t sizes[] = {2, 4, 28, 30, 32, 60, 62, 122};
    eai_rng rng;
    eai_rng_seed(&rng, 11);
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        fixture f;
        make_fixture(&f, sizes[s] - (size_t)(ternary && s % 2), ternary);
        for (fill rows = 0; rows < N_FILLS; rows++)
            for (fill weights = 0; weights < N_FILLS; weights++) {
                fill_rows(&f, &rng, rows);
                fill_weights(&f, &rng, weights, ternary);
                check_product(&f, kernel, reference, name, (rows * N_FILLS + weights) % 15,
                              1 + weights % 2);
            }
        for (size_t n = 0; n <= ROWS_MAX; n++) {
            check_product(&f, kernel, reference, name, n, 1);
            check_product(&f, kernel, reference, name, n, 2);
        }
        free_fixture(&f);
    }
}

/* Sums beyond 16 bits, of either sign. */
static void check_long_rows(eai_trit_sums_fn *kernel, eai_trit_sums_fn *reference, int ternary,
                            const char *name)
{
    eai_rng rng;
    eai_rng_seed(&rng, 12);
    fixture f;
    make_fixture(&f, 16600, ternary);
    for (fill rows = PLUS; rows <= MINUS; rows++)
        for (fill weights = PLUS; weights <= MINUS; weights++) {
            fill_rows(&f, &rng, rows);
            fill_weights(&f, &rng, weights, ternary);
            check_product(&f, kernel, reference, name, 1, 2);
        }
    free_fixture(&f);
}

#define CHECK(op, isa, needs, is_ternary)                                                          \
    if (((needs) & ~cpu) == 0) {                                                                   \
        check_kernel(eai_##op##_##isa, eai_##op##_ref, is_ternary, #op " " #isa);                  \
        check_long_rows(eai_##op##_##isa, eai_##op##_ref, is_ternary, #op " " #isa);               \
    }

#define CHECK_trit_sums_binary(isa, needs)  CHECK(trit_sums_binary, isa, needs, 0)
#define CHECK_trit_sums_ternary(isa, needs) CHECK(trit_sums_ternary, isa, needs, 1)
#define CHECK_multiply_codes(isa, needs)
#define CHECK_sum_rows(isa, needs)
#define CHECK_codes_to_floats(isa, needs)
#define CHECK_trit_offsets(isa, needs)                                                             \
    if (((needs) & ~cpu) == 0) check_offsets(eai_trit_offsets_##isa, #isa);

static void check_offsets(eai_trit_offsets_fn *kernel, const char *name)
{
    uint8_t trits[300];
    uint16_t out[301];
    for (size_t i = 0; i < 300; i++)
        trits[i] = (uint8_t)(255 - i);
    for (size_t n = 0; n <= 300; n += 1 + n / 40) {
        memset(out, 0x77, sizeof out);
        kernel(out, trits, n);
        for (size_t i = 0; i <= 300; i++)
            if (out[i] != (i < n ? 16 * trits[i] : 0x7777)) fail_msg("%s of %zu: %zu", name, n, i);
    }
}

static void test_variants(void **state)
{
    (void)state;
    const unsigned cpu = eai_cpu_detect();
#define EAI_KERNEL(op, isa, needs) CHECK_##op(isa, needs)
#include "kernels/variants_low_bit.inc"
#undef EAI_KERNEL
}

/* The references by hand: trits (1, -1, 0, 1) and (0, 0, -1, 0) against three columns. */
static void test_reference_by_hand(void **state)
{
    (void)state;
    const uint16_t row[2] = {16 * (1 | 3 << 2 | 1 << 6), 16 * (3 << 4)};
    uint8_t weights[2 * EAI_TRIT_PANEL] = {0};
    int32_t sums[EAI_TRIT_PANEL];
    const eai_trit_product product = {weights, 0, 1, row, 2, 1, 2};
    weights[0] = 0xf << 4 | 0x2; /* - + - -, + + + + */
    weights[1] = 0xb << 4 | 0xd; /* + - + +, + + - + */
    eai_trit_sums_binary_ref(sums, 0, &product);
    assert_int_equal(sums[0], -1 - 1 - 1 - 1);
    assert_int_equal(sums[1], 1 + 1 + 1 + 1);
    memset(weights, 0, sizeof weights);
    weights[0] = 0x2 << 4 | 0x5; /* + - + 0 */
    weights[EAI_TRIT_PANEL] = 0x4 << 4 | 0xb;
    weights[1] = 0x8 << 4; /* 0 0 0 - */
    eai_trit_sums_ternary_ref(sums, 0, &product);
    assert_int_equal(sums[0], 1 + 1 + 1);
    assert_int_equal(sums[1], -1);
    assert_int_equal(sums[2], 0);
}

/* Every table entry against a loop. */
static void test_tables(void **state)
{
    (void)state;
    for (int a = 0; a < 256; a++)
        for (int m = 0; m < 16; m++) {
            int set = 0, all = 0, valid = 1;
            for (int i = 0; i < 4; i++) {
                const int code = a >> (2 * i) & 3, trit = code == 3 ? -1 : code;
                valid &= code != 2;
                all += trit;
                if (m >> i & 1) set += trit;
            }
            if (!valid) continue;
            assert_int_equal(eai_trit_set_sums[a][m], set);
            assert_int_equal(eai_trit_sign_sums[a][m], 2 * set - all);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants),
                                       cmocka_unit_test(test_reference_by_hand),
                                       cmocka_unit_test(test_tables)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
