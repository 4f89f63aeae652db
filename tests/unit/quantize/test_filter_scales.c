/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include "base/rng.h"
#include "quantize/binary_weights.h"
#include "quantize/ternary_weights.h"

enum { FILTERS = 5, N = 12 };

static float weights[FILTERS][N];
static int8_t codes[FILTERS][N];

static eai_code_sums binary(const float *w, int8_t *out)
{
    return eai_binary_codes(w, N, out);
}

static eai_code_sums ternary(const float *w, int8_t *out)
{
    return eai_ternary_codes(w, N, eai_ternary_threshold(w, N), out);
}

static void fill(eai_code_sums (*quantizer)(const float *, int8_t *), eai_code_sums *sums)
{
    eai_rng rng;
    eai_rng_seed(&rng, 7);
    for (size_t f = 0; f < FILTERS; f++) {
        for (size_t i = 0; i < N; i++)
            weights[f][i] = (float)((eai_rng_uniform(&rng) - 0.4) * (double)(1 + (f * 3) % 5));
        sums[f] = quantizer(weights[f], codes[f]);
    }
}

static void groups_share_the_mean(void **state)
{
    (void)state;
    const eai_code_sums sums[] = {{6, 2}, {1, 1}, {0, 0}, {10, 5}, {9, 3}};
    float scales[5];
    eai_filter_scales(sums, 5, 1, scales);
    const float each[] = {3, 1, 0, 2, 3};
    assert_memory_equal(scales, each, sizeof each);
    eai_filter_scales(sums, 5, 2, scales);
    assert_close((double)scales[0], 7.0 / 3, 0, 1e-6);
    assert_true(scales[1] == 2 && scales[2] == 3); /* the last group is smaller */
    eai_filter_scales(sums, 5, SIZE_MAX, scales);
    assert_close((double)scales[0], 26.0 / 11, 0, 1e-6);
}

static double error_with(double scale, size_t first, size_t end)
{
    double error = 0;
    for (size_t f = first; f < end; f++)
        error += eai_scale_error(weights[f], codes[f], N, scale);
    return error;
}

static void check_quantizer(eai_code_sums (*quantizer)(const float *, int8_t *))
{
    eai_code_sums sums[FILTERS];
    float scale;
    fill(quantizer, sums);
    eai_filter_scales(sums, FILTERS, FILTERS, &scale);
    double own = 0, added = 0;
    for (size_t f = 0; f < FILTERS; f++) {
        const double alpha = eai_best_scale(&sums[f]), gap = alpha - (double)scale;
        own += eai_scale_error(weights[f], codes[f], N, alpha);
        added += (double)sums[f].n_used * gap * gap;
    }
    const double shared = error_with((double)scale, 0, FILTERS);
    assert_true(added > 0.1);
    assert_close(shared - own, added, 1e-5, 0);
    assert_true(error_with((double)scale * 1.01, 0, FILTERS) > shared);
    assert_true(error_with((double)scale * 0.99, 0, FILTERS) > shared);
}

static void sharing_costs_what_the_formula_says(void **state)
{
    (void)state;
    check_quantizer(binary);
    check_quantizer(ternary);
}

static void sorted_groups_cost_less(void **state)
{
    (void)state;
    const eai_code_sums sums[] = {{4, 1}, {1, 1}, {4, 1}, {0, 0}, {2, 2}};
    size_t order[5];
    const size_t expected[] = {3, 1, 4, 0, 2};
    eai_filter_order(sums, 5, order);
    assert_memory_equal(order, expected, sizeof expected);

    eai_code_sums random[FILTERS], sorted[FILTERS];
    float scales[3];
    double costs[2] = {0, 0};
    fill(binary, random);
    eai_filter_order(random, FILTERS, order);
    for (size_t f = 0; f < FILTERS; f++)
        sorted[f] = random[order[f]];
    for (size_t k = 0; k < 2; k++) {
        const eai_code_sums *filters = k ? sorted : random;
        eai_filter_scales(filters, FILTERS, 2, scales);
        for (size_t f = 0; f < FILTERS; f++) {
            const double gap = eai_best_scale(&filters[f]) - (double)scales[f / 2];
            costs[k] += N * gap * gap;
        }
    }
    assert_true(costs[1] < 0.5 * costs[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_share_the_mean),
        cmocka_unit_test(sharing_costs_what_the_formula_says),
        cmocka_unit_test(sorted_groups_cost_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
