/* SPDX-License-Identifier: MIT */

/* Products of pairs and the row groups they read: every variant gives the reference's bits, for
 * every number of rows and odd sizes, and touches nothing but what it should. */

#include "kernels/kernels.h"

#include <string.h>

#include "base/rng.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { K = 320, N_MAX = 20, STRIDE = EAI_PANEL + 3, GUARD = 64 };

static _Alignas(32) int16_t weights[K * EAI_PANEL];
static int16_t inputs[N_MAX * K];
static int32_t expected[N_MAX * STRIDE + GUARD], found[N_MAX * STRIDE + GUARD];

/* Random numbers of a random width; all of 16 bits is the limit of both sides together. */
static void fill(int16_t *out, size_t n, eai_rng *rng, bool extreme)
{
    const unsigned width = 1 + (unsigned)eai_rng_below(rng, 15);
    for (size_t i = 0; i < n; i++)
        out[i] = (int16_t)(extreme ? (int)eai_rng_below(rng, 2) * 2 * INT16_MAX - INT16_MAX
                                   : (int)eai_rng_below(rng, 1u << width) - (1 << (width - 1)));
}

static void check_multiply_pairs(eai_multiply_pairs_fn *kernel, const char *name)
{
    eai_rng rng;
    eai_rng_seed(&rng, 5);
    for (size_t turn = 0; turn < 200; turn++) {
        fill(weights, K * EAI_PANEL, &rng, turn % 7 == 0);
        fill(inputs, N_MAX * K, &rng, turn % 5 == 0);
        const size_t first = 2 * eai_rng_below(&rng, K / 2);
        const eai_tile tile = {.codes = weights,
                               .n_inputs = 2 * eai_rng_below(&rng, (K - first) / 2 + 1),
                               .next = turn % 2 ? weights : NULL,
                               .is_first = turn % 3 == 0};
        const eai_rows rows = {.codes = inputs, .n_rows = turn % (N_MAX + 1), .n_inputs = K};
        for (size_t i = 0; i < sizeof found / sizeof found[0]; i++)
            expected[i] = found[i] = (int32_t)(i * 77777777u);
        eai_multiply_pairs_ref(expected, STRIDE, &tile, &rows, first);
        kernel(found, STRIDE, &tile, &rows, first);
        if (memcmp(expected, found, sizeof found) != 0)
            fail_msg("%s differs: %zu rows, %zu inputs", name, rows.n_rows, tile.n_inputs);
    }
}

/* As many numbers fit eight bits; wide may hold anything before and after. */
static void check_multiply_byte_pairs(eai_multiply_byte_pairs_fn *kernel, const char *name)
{
    static _Alignas(64) int16_t wide[K * EAI_PANEL + GUARD];
    static int8_t bytes[K * EAI_PANEL];
    eai_rng rng;
    eai_rng_seed(&rng, 6);
    for (size_t turn = 0; turn < 200; turn++) {
        for (size_t i = 0; i < sizeof bytes; i++)
            weights[i] = bytes[i] = (int8_t)((int)eai_rng_below(&rng, 256) - 128);
        fill(inputs, N_MAX * K, &rng, turn % 5 == 0);
        const size_t first = 2 * eai_rng_below(&rng, K / 2);
        const size_t n = 2 * eai_rng_below(&rng, (K - first) / 2 + 1);
        const eai_tile tile = {.codes = weights, .n_inputs = n, .is_first = turn % 3 == 0};
        eai_tile narrow = tile;
        narrow.codes = bytes;
        narrow.next = turn % 2 ? bytes + n * EAI_PANEL : NULL;
        const eai_rows rows = {.codes = inputs, .n_rows = turn % (N_MAX + 1), .n_inputs = K};
        for (size_t i = 0; i < sizeof found / sizeof found[0]; i++)
            expected[i] = found[i] = (int32_t)(i * 77777777u);
        memset(wide, 0x55, sizeof wide);
        eai_multiply_pairs_ref(expected, STRIDE, &tile, &rows, first);
        kernel(found, STRIDE, &narrow, &rows, first, wide);
        if (memcmp(expected, found, sizeof found) != 0)
            fail_msg("%s differs: %zu rows, %zu inputs", name, rows.n_rows, n);
        for (size_t i = n * EAI_PANEL; i < sizeof wide / sizeof wide[0]; i++)
            if (wide[i] != 0x5555) fail_msg("%s writes behind what it widens", name);
    }
}

static void check_interleave_rows(eai_interleave_rows_fn *kernel, const char *name)
{
    unsigned char src[6 * 200];
    for (size_t i = 0; i < sizeof src; i++)
        src[i] = (unsigned char)(i * 7 + i / 256);
    for (size_t r = 1; r <= EAI_ROW_GROUP; r++)
        for (size_t n = 0; n <= 45; n++) {
            memset(expected, 0x33, sizeof expected);
            memset(found, 0x33, sizeof found);
            eai_interleave_rows_ref(expected, src + 1, 199, r, n);
            kernel(found, src + 1, 199, r, n);
            if (memcmp(expected, found, sizeof found) != 0)
                fail_msg("%s differs: %zu rows, %zu dwords", name, r, n);
        }
}

static void check_widen_pairs(eai_widen_pairs_fn *kernel, const char *name)
{
    unsigned char src[6 * 100];
    for (size_t i = 0; i < sizeof src; i++)
        src[i] = (unsigned char)(i * 11 + i / 256);
    for (size_t r = 1; r <= EAI_ROW_GROUP; r++)
        for (size_t n = 0; n <= 99; n++)
            for (int is_signed = 0; is_signed < 2; is_signed++) {
                memset(expected, 0x33, sizeof expected);
                memset(found, 0x33, sizeof found);
                eai_widen_pairs_ref((int16_t *)(void *)expected, src, 99, r, n, is_signed);
                kernel((int16_t *)(void *)found, src, 99, r, n, is_signed);
                if (memcmp(expected, found, sizeof found) != 0)
                    fail_msg("%s differs: %zu rows, %zu bytes", name, r, n);
            }
}

static void test_variants(void **state)
{
    (void)state;
    const unsigned cpu = eai_cpu_detect();
#define EAI_KERNEL(op, isa, needs)                                                                 \
    if (((needs) & ~cpu) == 0) check_##op(eai_##op##_##isa, #op " " #isa);
#include "kernels/variants_pairs.inc"
#undef EAI_KERNEL
}

/* Two rows, three bytes: 1 -1 2 and 3 4 -5; a weight in column 1 and one in column 15. */
static void test_reference_by_hand(void **state)
{
    (void)state;
    const unsigned char bytes[2][3] = {{1, 255, 2}, {3, 4, 251}};
    int16_t rows_as_pairs[8];
    eai_widen_pairs_ref(rows_as_pairs, bytes, 3, 2, 3, 1);
    const int16_t signed_pairs[8] = {1, -1, 3, 4, 2, 0, -5, 0};
    assert_memory_equal(rows_as_pairs, signed_pairs, sizeof signed_pairs);
    memset(weights, 0, sizeof weights);
    weights[1 * 2 + 1] = 100;                  /* input 1 */
    weights[(1 * EAI_PANEL + 15) * 2] = -1000; /* input 2 */
    const eai_tile tile = {.codes = weights, .n_inputs = 4};
    const eai_rows rows = {.codes = rows_as_pairs, .n_rows = 2, .n_inputs = 4};
    int32_t y[2][EAI_PANEL] = {{7}};
    eai_multiply_pairs_ref(y[0], EAI_PANEL, &tile, &rows, 0);
    assert_int_equal(y[0][0], 7);
    assert_int_equal(y[0][1], -100);
    assert_int_equal(y[1][1], 400);
    assert_int_equal(y[0][15], -2000);
    assert_int_equal(y[1][15], 5000);
    eai_widen_pairs_ref(rows_as_pairs, bytes, 3, 2, 3, 0);
    assert_int_equal(rows_as_pairs[1], 255);
    int32_t dwords[4];
    const int32_t src[2][2] = {{1, 2}, {3, 4}};
    eai_interleave_rows_ref(dwords, src, 8, 2, 2);
    const int32_t turned[4] = {1, 3, 2, 4};
    assert_memory_equal(dwords, turned, sizeof turned);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants),
                                       cmocka_unit_test(test_reference_by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
