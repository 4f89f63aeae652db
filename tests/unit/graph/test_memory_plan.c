/* SPDX-License-Identifier: MIT */
#include "graph/memory_plan.h"

#include "base/memory.h"
#include "base/rng.h"
#include "support/check.h"

static size_t plan(eai_buffer *buffers, size_t n)
{
    const edgeai_allocator allocator = eai_default_allocator();
    size_t peak = 0;
    assert_ok(eai_memory_plan(buffers, n, &allocator, &peak));
    for (size_t i = 0; i < n; i++) {
        assert_true(buffers[i].offset + buffers[i].bytes <= peak);
        assert_int_equal(buffers[i].offset % EAI_ALIGNMENT, 0);
        for (size_t k = 0; k < i; k++) {
            const eai_buffer *a = &buffers[i], *b = &buffers[k];
            if (a->first > b->last || b->first > a->last) continue;
            if (a->offset + a->bytes > b->offset && b->offset + b->bytes > a->offset &&
                a->bytes > 0 && b->bytes > 0)
                fail_msg("buffers %zu and %zu overlap", k, i);
        }
    }
    return peak;
}

/* The most that lives in one step: no plan needs less. */
static size_t bound(const eai_buffer *buffers, size_t n, int32_t n_steps)
{
    size_t most = 0;
    for (int32_t s = 0; s < n_steps; s++) {
        size_t sum = 0;
        for (size_t i = 0; i < n; i++)
            if (buffers[i].first <= s && s <= buffers[i].last) sum += buffers[i].bytes;
        if (sum > most) most = sum;
    }
    return most;
}

static void a_chain_needs_its_largest_pair(void **state)
{
    (void)state;
    eai_buffer chain[] = {{640, 0, 1, 0},  {1280, 1, 2, 0}, {320, 2, 3, 0},
                          {1920, 3, 4, 0}, {64, 4, 5, 0},   {1984, 5, 6, 0}};
    assert_int_equal(plan(chain, 6), 1920 + 320);
}

static void a_skip_beside_a_chain_is_optimal(void **state)
{
    (void)state;
    eai_buffer buffers[] = {{128, 0, 5, 0}, {512, 0, 1, 0}, {256, 1, 2, 0},
                            {512, 2, 3, 0}, {256, 3, 4, 0}, {128, 4, 5, 0}};
    assert_int_equal(plan(buffers, 6), bound(buffers, 6, 6));
}

static void nothing_and_empty_buffers_are_fine(void **state)
{
    (void)state;
    assert_int_equal(plan(NULL, 0), 0);
    eai_buffer empty[] = {{0, 0, 3, 0}, {0, 1, 2, 0}};
    assert_int_equal(plan(empty, 2), 0);
}

static void random_lifetimes_never_overlap(void **state)
{
    (void)state;
    enum { N = 60, STEPS = 40 };
    eai_rng rng;
    eai_rng_seed(&rng, 5);
    double worst = 0;
    for (int round = 0; round < 200; round++) {
        eai_buffer buffers[N];
        for (int i = 0; i < N; i++) {
            const int32_t first = (int32_t)eai_rng_below(&rng, STEPS);
            const int32_t length = (int32_t)eai_rng_below(&rng, round % 2 ? 4 : STEPS);
            buffers[i] = (eai_buffer){.bytes = 64 * (size_t)eai_rng_below(&rng, 100),
                                      .first = first,
                                      .last = first + length < STEPS ? first + length : STEPS - 1};
        }
        const size_t peak = plan(buffers, N), least = bound(buffers, N, STEPS);
        assert_true(peak >= least);
        if ((double)peak / (double)least > worst) worst = (double)peak / (double)least;
    }
    assert_true(worst < 1.2); /* 1.172 when written */
}

static void too_many_are_refused(void **state)
{
    (void)state;
    const edgeai_allocator allocator = eai_default_allocator();
    eai_buffer buffer = {64, 0, 0, 0};
    size_t peak = 1;
    assert_fails(eai_memory_plan(&buffer, EAI_BUFFERS_MAX + 1, &allocator, &peak), EDGEAI_E_LIMIT);
    buffer.last = (int32_t)EAI_BUFFERS_MAX;
    assert_fails(eai_memory_plan(&buffer, 1, &allocator, &peak), EDGEAI_E_LIMIT);
    eai_buffer huge[] = {{SIZE_MAX - 63, 0, 0, 0}, {64, 0, 0, 0}};
    assert_fails(eai_memory_plan(huge, 2, &allocator, &peak), EDGEAI_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_needs_its_largest_pair),
        cmocka_unit_test(a_skip_beside_a_chain_is_optimal),
        cmocka_unit_test(nothing_and_empty_buffers_are_fine),
        cmocka_unit_test(random_lifetimes_never_overlap),
        cmocka_unit_test(too_many_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
