/* SPDX-License-Identifier: MIT */

/* Products of tiles: every variant gives the reference's bits, for every number of rows, at both
 * ends of what codes may be, and touches nothing but its columns. */

#include "kernels/kernels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "kernels/half.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { K = 320, N_MAX = 20, STRIDE = EAI_PANEL + 3, GUARD_ROWS = 2 };

/* What codes and inputs are: random, at their limits, or none at all. */
typedef enum fill { RANDOM, HIGHEST, LOWEST, OPPOSED, ZEROS, N_FILLS } fill;

typedef struct limits {
    int low, high;
} limits;

static limits limits_of(eai_tile_kind kind)
{
    switch (kind) {
    case EAI_TILE_U8:
        return (limits){0, 15};
    case EAI_TILE_U8_HALVES:
        return (limits){0, 63};
    default:
        return (limits){-128, 127};
    }
}

static int one_code(eai_rng *rng, limits l, fill how, size_t i)
{
    switch (how) {
    case HIGHEST:
        return l.high;
    case LOWEST:
        return l.low;
    case OPPOSED:
        return i % 2 ? l.low : l.high;
    case ZEROS:
        return 0;
    default:
        return l.low + (int)(eai_rng_uniform(rng) * (l.high - l.low + 1));
    }
}

/* Everything a product reads; floats are used by EAI_TILE_F32 only. */
typedef struct fixture {
    _Alignas(32) unsigned char weights[EAI_STRETCH * EAI_PANEL * 4];
    _Alignas(32) float tile_scales[EAI_STRETCH / EAI_HALF_GROUP * EAI_PANEL];
    _Alignas(32) float tile_mins[EAI_STRETCH / EAI_HALF_GROUP * EAI_PANEL];
    _Alignas(32) uint16_t halves[2 * EAI_STRETCH / EAI_GROUP * EAI_PANEL]; /* packed scales */
    unsigned char codes[N_MAX * K * 4];
    float scales[N_MAX * K / EAI_GROUP], sums[N_MAX * K / EAI_GROUP];
    float half_sums[N_MAX * K / EAI_HALF_GROUP];
} fixture;

static fixture f;
static float expected[(N_MAX + GUARD_ROWS) * STRIDE], found[(N_MAX + GUARD_ROWS) * STRIDE];

static void put_code(unsigned char *at, size_t i, int code, eai_tile_kind kind)
{
    int16_t wide = (int16_t)code;
    if (kind == EAI_TILE_S16)
        memcpy(at + 2 * i, &wide, 2);
    else
        at[i] = (unsigned char)code;
}

static float some_float(eai_rng *rng)
{
    return (float)(eai_rng_uniform(rng) - 0.5);
}

static void fill_fixture(eai_tile_kind kind, fill weights, fill inputs, uint64_t seed)
{
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    const limits input_limits = {-127, 127};
    for (size_t i = 0; i < EAI_STRETCH * EAI_PANEL; i++)
        put_code(f.weights, i, one_code(&rng, limits_of(kind), weights, i), kind);
    for (size_t i = 0; i < N_MAX * K; i++)
        put_code(f.codes, i, one_code(&rng, input_limits, inputs, i), kind);
    if (kind == EAI_TILE_F32) {
        for (size_t i = 0; i < EAI_STRETCH * EAI_PANEL; i++)
            ((float *)(void *)f.weights)[i] = some_float(&rng);
        for (size_t i = 0; i < N_MAX * K; i++)
            memcpy(f.codes + 4 * i, &(float){some_float(&rng)}, 4);
    }
    for (size_t i = 0; i < sizeof f.tile_scales / sizeof(float); i++) {
        f.tile_scales[i] = some_float(&rng);
        f.tile_mins[i] = some_float(&rng);
    }
    for (size_t i = 0; i < sizeof f.halves / sizeof f.halves[0]; i++)
        f.halves[i] = eai_float_to_half(some_float(&rng));
    /* The sums are given to the kernel: any numbers will do, so long as they are in range. */
    for (size_t i = 0; i < N_MAX * K / EAI_GROUP; i++) {
        f.scales[i] = some_float(&rng);
        f.sums[i] = (float)one_code(&rng, (limits){-32 * 127, 32 * 127}, RANDOM, i);
    }
    for (size_t i = 0; i < N_MAX * K / EAI_HALF_GROUP; i++)
        f.half_sums[i] = (float)one_code(&rng, (limits){-16 * 127, 16 * 127}, RANDOM, i);
}

static void check_product(eai_multiply_fn *kernel, eai_multiply_fn *reference, const char *name,
                          size_t n_rows, size_t n_inputs, size_t first_input)
{
    if (reference == eai_multiply_q4_k_ref) n_inputs = EAI_STRETCH; /* a superblock */
    const eai_tile tile = {f.weights, f.tile_scales, f.tile_mins, n_inputs, f.halves};
    const eai_rows rows = {f.codes, f.scales, f.sums, f.half_sums, n_rows, K};
    for (size_t i = 0; i < sizeof found / sizeof found[0]; i++)
        found[i] = expected[i] = 0.25f * (float)i;
    reference(expected, STRIDE, &tile, &rows, first_input);
    kernel(found, STRIDE, &tile, &rows, first_input);
    for (size_t i = 0; i < sizeof found / sizeof found[0]; i++) {
        if (eai_float_bits(found[i]) == eai_float_bits(expected[i])) continue;
        if (isnan(found[i]) && isnan(expected[i])) continue;
        fail_msg(
            "%s, %zu rows, %zu inputs from %zu: row %zu, column %zu: expected %.9g, found %.9g",
            name, n_rows, n_inputs, first_input, i / STRIDE, i % STRIDE, expected[i], found[i]);
    }
}

static void check_kernel(eai_multiply_fn *kernel, eai_multiply_fn *reference, eai_tile_kind kind,
                         const char *name)
{
    static const size_t inputs[] = {32, 96, 256};
    for (fill weights = 0; weights < N_FILLS; weights++)
        for (fill given = 0; given < N_FILLS; given++) {
            fill_fixture(kind, weights, given, 7u + weights * N_FILLS + given);
            for (size_t n = 0; n <= 13; n++)
                check_product(kernel, reference, name, n, inputs[n % 3], n % 3 * 32);
        }
    fill_fixture(kind, RANDOM, RANDOM, 99);
    f.scales[1] = NAN; /* a row whose inputs were no numbers */
    f.tile_scales[3] = NAN;
    f.tile_mins[5] = INFINITY;
    f.halves[3] = 0x7e00; /* the same as float16 */
    f.halves[2 * EAI_PANEL + 5] = 0x7c00;
    check_product(kernel, reference, name, 7, 64, 0);
    if (kind != EAI_TILE_F32) return;
    for (size_t n = 1; n < 34; n++) /* float32 tiles may have any length */
        check_product(kernel, reference, name, 1 + n % 7, n, n % 5);
}

#define multiply_f32_KIND       EAI_TILE_F32
#define multiply_u8_KIND        EAI_TILE_U8
#define multiply_u8_halves_KIND EAI_TILE_U8_HALVES
#define multiply_s8_KIND        EAI_TILE_S8
#define multiply_s16_KIND       EAI_TILE_S16
/* Any bytes are packed codes, and small integers of Q4_K. */
#define multiply_q4_0_KIND        EAI_TILE_S8
#define multiply_q4_1_KIND        EAI_TILE_S8
#define multiply_q4_k_KIND        EAI_TILE_S8
#define multiply_bytes_KIND       EAI_TILE_S16
#define multiply_half_floats_KIND EAI_TILE_F32

static void test_variants(void **state)
{
    (void)state;
    const unsigned cpu = eai_cpu_detect();
#define EAI_KERNEL(op, isa, needs)                                                                 \
    if (((needs) & ~cpu) == 0)                                                                     \
        check_kernel(eai_##op##_##isa, eai_##op##_ref, op##_KIND, #op " " #isa);
#include "kernels/variants_multiply.inc"
#undef EAI_KERNEL
}

/* The reference by hand: two inputs that differ from zero, two columns, one row. */
static void test_reference_by_hand(void **state)
{
    (void)state;
    memset(&f, 0, sizeof f);
    f.weights[0 * 4 + 1] = 5;                    /* column 0, input 1 */
    f.weights[(4 * EAI_PANEL + 1) * 4 + 2] = 60; /* column 1, input 18: the second half */
    f.codes[1] = (unsigned char)-3;
    f.codes[18] = 100;
    for (size_t i = 0; i < 2 * EAI_PANEL; i++)
        f.tile_scales[i] = i < EAI_PANEL ? 2.0f : 4.0f;
    f.tile_mins[0] = 0.5f;
    f.tile_mins[EAI_PANEL + 1] = -1.0f;
    f.scales[0] = 0.25f;
    f.sums[0] = 97.0f;
    f.half_sums[0] = -3.0f;
    f.half_sums[1] = 100.0f;
    const eai_tile tile = {f.weights, f.tile_scales, f.tile_mins, EAI_GROUP, NULL};
    const eai_rows rows = {f.codes, f.scales, f.sums, f.half_sums, 1, EAI_GROUP};
    float y[EAI_PANEL] = {1.0f, 1.0f};
    eai_multiply_u8_halves_ref(y, EAI_PANEL, &tile, &rows, 0);
    assert_true(y[0] == 1.0f + 0.25f * (2.0f * -15.0f + 0.5f * -3.0f));
    assert_true(y[1] == 1.0f + 0.25f * (4.0f * 6000.0f - 100.0f));
    y[0] = y[1] = 0.0f;
    eai_multiply_u8_ref(y, EAI_PANEL, &tile, &rows, 0);
    assert_true(y[0] == 0.25f * (2.0f * -15.0f + 0.5f * 97.0f));
    y[0] = y[1] = 0.0f;
    eai_multiply_s8_ref(y, EAI_PANEL, &tile, &rows, 0);
    assert_true(y[0] == 0.25f * 2.0f * -15.0f && y[1] == 0.25f * 2.0f * 6000.0f && y[2] == 0.0f);
}

/* What the packed references add for column 1 and one input that differs from zero. */
static float packed_by_hand(eai_multiply_fn *reference, size_t n_inputs)
{
    const eai_tile tile = {.codes = f.weights, .n_inputs = n_inputs, .packed_scales = f.halves};
    const eai_rows rows = {f.codes, f.scales, f.sums, f.half_sums, 1, EAI_STRETCH};
    float y[EAI_PANEL] = {0.0f};
    reference(y, EAI_PANEL, &tile, &rows, 0);
    return y[1];
}

static void test_packed_references_by_hand(void **state)
{
    (void)state;
    const uint16_t two = 0x4000, three = 0x4200;
    memset(&f, 0, sizeof f);
    f.weights[EAI_GROUP / 2 * EAI_PANEL + 1 * 4 + 2] = 0x0b; /* group 1, input 2, column 1 */
    f.codes[EAI_GROUP + 2] = 10;
    f.sums[1] = 10.0f;
    f.scales[1] = 0.5f;
    f.halves[EAI_PANEL + 1] = two; /* group 1's d, or the superblock's dmin */
    assert_true(packed_by_hand(eai_multiply_q4_0_ref, 64) == 0.5f * 10.0f * 2.0f * (11 - 8));
    f.halves[3 * EAI_PANEL + 1] = three; /* m of the second of two groups */
    assert_true(packed_by_hand(eai_multiply_q4_1_ref, 64) == 0.5f * 10.0f * (2.0f * 11 + 3.0f));
    f.halves[1] = three;
    uint8_t *bytes = (uint8_t *)(f.halves + 2 * EAI_PANEL);
    memset(bytes, 0, 2 * 8 * EAI_PANEL);
    bytes[EAI_PANEL + 1] = 60;
    bytes[(8 + 1) * EAI_PANEL + 1] = 63;
    assert_true(packed_by_hand(eai_multiply_q4_k_ref, EAI_STRETCH) ==
                0.5f * 10.0f * (3.0f * 60 * 11 - 2.0f * 63));
    f.weights[EAI_GROUP * EAI_PANEL + (1 * EAI_PANEL + 1) * 2] = (unsigned char)-100; /* bytes */
    memset(f.codes, 0, sizeof f.codes);
    memcpy(f.codes + 2 * (EAI_GROUP + 2), &(int16_t){10}, 2);
    assert_true(packed_by_hand(eai_multiply_bytes_ref, 64) == 0.5f * 10.0f * 2.0f * -100.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_variants),
                                       cmocka_unit_test(test_reference_by_hand),
                                       cmocka_unit_test(test_packed_references_by_hand)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
