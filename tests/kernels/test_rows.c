/* SPDX-License-Identifier: MIT */

/* Every variant of the row kernels against its reference: odd sizes, odd addresses, extreme values,
 * and guards around what may be written. Bounds are those of docs/numerics.md. */

#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { N_MAX = 600, GUARD = 16 };

static const size_t sizes[] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,   11,  15,  16,
                               17, 23, 24, 31, 32, 33, 63, 64, 65, 127, 130, 257, 512};
#define N_SIZES (sizeof sizes / sizeof sizes[0])

/* A row with guards before and after, off any alignment but a float's. */
typedef struct row {
    float floats[GUARD + 1 + 2 * N_MAX + GUARD];
} row;

static float *values_of(row *r)
{
    return r->floats + GUARD + 1;
}

static void check_guards(row *r, size_t n)
{
    for (size_t i = 0; i < GUARD; i++) {
        assert_true(r->floats[i] == 12345.0f);
        assert_true(values_of(r)[n + i] == 12345.0f);
    }
}

/* What rows hold. */
typedef enum fill { NORMAL, HUGE_VALUES, TINY, ZEROS, SAME, LARGE_SPREAD, N_FILLS } fill;

static float one_value(eai_rng *rng, fill how)
{
    double u = 2.0 * eai_rng_uniform(rng) - 1.0;
    switch (how) {
    case HUGE_VALUES:
        return (float)(u * 1e18);
    case TINY:
        return (float)(u * 1e-39); /* subnormal */
    case ZEROS:
        return 0.0f;
    case SAME:
        return -3.25f;
    case LARGE_SPREAD:
        return (float)(u * 300.0);
    default:
        return (float)(u * 4.0);
    }
}

static void fill_row(row *r, size_t n, fill how, uint64_t seed)
{
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    for (size_t i = 0; i < sizeof r->floats / sizeof r->floats[0]; i++)
        r->floats[i] = 12345.0f;
    for (size_t i = 0; i < n; i++)
        values_of(r)[i] = one_value(&rng, how);
}

/* |found - expected| <= bound[i], and not-a-number where the reference has it. */
static void check_rows(row *found, row *expected, const float *bound, size_t n, const char *op,
                       size_t size, fill how)
{
    check_guards(found, n);
    for (size_t i = 0; i < n; i++) {
        float f = values_of(found)[i], e = values_of(expected)[i];
        if (f == e || (isnan(f) && isnan(e)) || fabsf(f - e) <= bound[i]) continue;
        fail_msg("%s, n = %zu, values %d, element %zu: expected %.9g within %.3g, found %.9g", op,
                 size, (int)how, i, e, bound[i], f);
    }
}

static void relative_bound(float *bound, row *expected, size_t n, float relative, float absolute)
{
    for (size_t i = 0; i < n; i++)
        bound[i] = relative * fabsf(values_of(expected)[i]) + absolute;
}

static float bound[2 * N_MAX];
static row found, expected, second, third;

static void check_rms_norm(eai_rms_norm_fn *kernel, const char *op, size_t n, fill how)
{
    fill_row(&second, n, how, 1);
    fill_row(&third, n, NORMAL, 2);
    fill_row(&found, n, ZEROS, 0);
    expected = found;
    eai_rms_norm_ref(values_of(&expected), values_of(&second), values_of(&third), n, 1e-6f);
    kernel(values_of(&found), values_of(&second), values_of(&third), n, 1e-6f);
    relative_bound(bound, &expected, n, 4e-7f, 1e-44f);
    check_rows(&found, &expected, bound, n, op, n, how);
    kernel(values_of(&second), values_of(&second), values_of(&third), n, 1e-6f);
    check_rows(&second, &found, bound, n, "rms_norm in place", n, how);
}

static void check_rope(eai_rope_half_fn *kernel, eai_rope_half_fn *reference, const char *op,
                       size_t n_pairs, fill how)
{
    const bool half = reference == eai_rope_half_ref;
    fill_row(&second, n_pairs, NORMAL, 3);
    fill_row(&third, n_pairs, NORMAL, 4);
    for (size_t i = 0; i < n_pairs; i++) {
        values_of(&third)[i] = sinf(values_of(&second)[i]);
        values_of(&second)[i] = cosf(values_of(&second)[i]);
    }
    fill_row(&found, 2 * n_pairs, how, 5);
    expected = found;
    for (size_t i = 0; i < n_pairs; i++) {
        size_t a = half ? i : 2 * i, b = half ? i + n_pairs : 2 * i + 1;
        float size = fabsf(values_of(&found)[a]) + fabsf(values_of(&found)[b]);
        bound[a] = bound[b] = 1.2e-7f * size + 1e-44f;
    }
    reference(values_of(&expected), values_of(&second), values_of(&third), n_pairs);
    kernel(values_of(&found), values_of(&second), values_of(&third), n_pairs);
    check_rows(&found, &expected, bound, 2 * n_pairs, op, n_pairs, how);
}

static void check_rope_interleaved(eai_rope_interleaved_fn *kernel, const char *op, size_t n,
                                   fill how)
{
    check_rope(kernel, eai_rope_interleaved_ref, op, n, how);
}

static void check_rope_half(eai_rope_half_fn *kernel, const char *op, size_t n, fill how)
{
    check_rope(kernel, eai_rope_half_ref, op, n, how);
}

static void check_silu_gate(eai_silu_gate_fn *kernel, const char *op, size_t n, fill how)
{
    fill_row(&second, n, NORMAL, 6);
    fill_row(&found, n, how, 7);
    expected = found;
    eai_silu_gate_ref(values_of(&expected), values_of(&second), n);
    kernel(values_of(&found), values_of(&second), n);
    relative_bound(bound, &expected, n, 1e-6f, 1e-35f);
    check_rows(&found, &expected, bound, n, op, n, how);
}

static void check_softmax(eai_softmax_fn *kernel, const char *op, size_t n, fill how)
{
    if (n == 0) return;
    fill_row(&found, n, how, 8);
    expected = found;
    eai_softmax_ref(values_of(&expected), n, 0.125f);
    kernel(values_of(&found), n, 0.125f);
    relative_bound(bound, &expected, n, 1e-6f, 1.2e-38f);
    check_rows(&found, &expected, bound, n, op, n, how);
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += values_of(&found)[i];
    assert_close(sum, 1.0, 1e-6, 0);
}

static void check_add_scaled(eai_add_scaled_fn *kernel, const char *op, size_t n, fill how)
{
    fill_row(&second, n, NORMAL, 9);
    fill_row(&found, n, how, 10);
    expected = found;
    for (size_t i = 0; i < n; i++)
        bound[i] = 1.2e-7f * (fabsf(values_of(&found)[i]) + fabsf(values_of(&second)[i])) + 1e-44f;
    eai_add_scaled_ref(values_of(&expected), values_of(&second), 0.7f, n);
    kernel(values_of(&found), values_of(&second), 0.7f, n);
    check_rows(&found, &expected, bound, n, op, n, how);
}

/* Checked in test_logits.c. */
static void check_logits_summarize(eai_logits_summarize_fn *kernel, const char *op, size_t n,
                                   fill how)
{
    (void)kernel;
    (void)op;
    (void)n;
    (void)how;
}

/* Checked in test_head_attention.c. */
static void check_attention(eai_attention_fn *kernel, const char *op, size_t n, fill how)
{
    (void)kernel;
    (void)op;
    (void)n;
    (void)how;
}

/* Checked in test_widen.c. */
static void check_widen_half(eai_widen_half_fn *kernel, const char *op, size_t n, fill how)
{
    (void)kernel;
    (void)op;
    (void)n;
    (void)how;
}

static void test_variants(void **state)
{
    (void)state;
    const unsigned cpu = eai_cpu_detect();
#define EAI_KERNEL(op, isa, needs)                                                                 \
    for (size_t s = 0; s < N_SIZES && ((needs) & ~cpu) == 0; s++)                                  \
        for (fill how = NORMAL; how < N_FILLS; how++)                                              \
            check_##op(eai_##op##_##isa, #op " " #isa, sizes[s], how);
#include "kernels/variants_rows.inc"
#undef EAI_KERNEL
}

/* The references themselves, by hand. */
static void test_rms_norm_by_hand(void **state)
{
    (void)state;
    const float x[] = {3.0f, 4.0f}, weight[] = {2.0f, -1.0f};
    float y[2];
    eai_rms_norm_ref(y, x, weight, 2, 0.5f); /* mean square 12.5, with eps 13 */
    assert_close(y[0], 6.0 / sqrt(13.0), 0, 1e-6);
    assert_close(y[1], -4.0 / sqrt(13.0), 0, 1e-6);
}

static void test_rope_by_hand(void **state)
{
    (void)state;
    const float cosine[] = {0.0f, 1.0f}, sine[] = {1.0f, 0.0f};
    float pairs[] = {1.0f, 2.0f, 3.0f, 4.0f}, halves[] = {1.0f, 2.0f, 3.0f, 4.0f};
    const float pairs_turned[] = {-2.0f, 1.0f, 3.0f, 4.0f};
    const float halves_turned[] = {-3.0f, 2.0f, 1.0f, 4.0f};
    eai_rope_interleaved_ref(pairs, cosine, sine, 2);
    eai_rope_half_ref(halves, cosine, sine, 2);
    assert_memory_equal(pairs, pairs_turned, sizeof pairs);
    assert_memory_equal(halves, halves_turned, sizeof halves);
}

static void test_silu_gate_by_hand(void **state)
{
    (void)state;
    float gate[] = {0.0f, 1.0f, -200.0f, 200.0f};
    const float up[] = {5.0f, 2.0f, 1.0f, 0.5f};
    eai_silu_gate_ref(gate, up, 4);
    assert_true(gate[0] == 0.0f);
    assert_close(gate[1], 2.0 / (1.0 + exp(-1.0)), 0, 1e-6);
    assert_close(gate[2], 0.0, 1e-30, 0);
    assert_close(gate[3], 100.0, 0, 1e-6);
}

static void test_softmax_by_hand(void **state)
{
    (void)state;
    float x[] = {1000.0f, 1002.0f, -1e30f};
    eai_softmax_ref(x, 3, 0.5f);
    assert_close(x[0], 1.0 / (1.0 + exp(1.0)), 0, 1e-6);
    assert_close(x[1], exp(1.0) / (1.0 + exp(1.0)), 0, 1e-6);
    assert_true(x[2] == 0.0f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_variants),        cmocka_unit_test(test_rms_norm_by_hand),
        cmocka_unit_test(test_rope_by_hand),    cmocka_unit_test(test_silu_gate_by_hand),
        cmocka_unit_test(test_softmax_by_hand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
