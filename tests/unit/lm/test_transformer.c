/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/check.h"
#include "support/forward_fixture.h"

enum { N = 40, E = 64 };

static const char *const architectures[] = {"llada", "dream", "llada-moe", "rnd1"};

static void fill_row(int32_t *row, size_t n, uint64_t seed)
{
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    for (size_t i = 0; i < n; i++)
        row[i] = (int32_t)eai_rng_below(&rng, 50);
}

static void run_all(forward_fixture *f, const int32_t *row, float *out)
{
    int32_t reads[N];
    for (int32_t i = 0; i < N; i++)
        reads[i] = i;
    const eai_pass pass = {row, N, 0, N, reads, N};
    eai_forward_run(&f->forward, &pass);
    memcpy(out, f->forward.normed, N * E * sizeof *out);
}

static forward_fixture *make(const char *architecture, int n_threads)
{
    tiny_model_spec spec = tiny_model_spec_make(architecture);
    return forward_fixture_make(&spec, n_threads);
}

/* Reading a few positions gives what computing all of them gives there. */
static void test_only_what_is_read(void **state)
{
    (void)state;
    static float all[N * E];
    int32_t row[N];
    const int32_t reads[] = {0, 3, 4, 17, N - 1};
    fill_row(row, N, 1);
    for (size_t a = 0; a < 4; a++) {
        forward_fixture *f = make(architectures[a], 2);
        run_all(f, row, all);
        const eai_pass pass = {row, N, 0, N, reads, 5};
        eai_forward_run(&f->forward, &pass);
        for (size_t i = 0; i < 5; i++)
            for (size_t k = 0; k < E; k++)
                assert_close(f->forward.normed[i * E + k], all[(size_t)reads[i] * E + k], 2e-5, 0);
        forward_fixture_free(f);
    }
}

/* A window over unchanged tokens finds what the whole pass found. */
static void test_window_of_an_unchanged_row(void **state)
{
    (void)state;
    static float all[N * E];
    int32_t row[N];
    const int32_t reads[] = {10, 12, 19};
    fill_row(row, N, 2);
    for (size_t a = 0; a < 4; a++) {
        forward_fixture *f = make(architectures[a], 1);
        run_all(f, row, all);
        const eai_pass pass = {row, N, 10, 20, reads, 3};
        eai_forward_run(&f->forward, &pass);
        for (size_t i = 0; i < 3; i++)
            for (size_t k = 0; k < E; k++)
                assert_close(f->forward.normed[i * E + k], all[(size_t)reads[i] * E + k], 2e-5, 0);
        forward_fixture_free(f);
    }
}

/* Attention is bidirectional: a change anywhere is felt everywhere. */
static void test_every_position_sees_every_other(void **state)
{
    (void)state;
    static float before[N * E], after[N * E];
    int32_t row[N];
    fill_row(row, N, 3);
    forward_fixture *f = make("llada", 1);
    run_all(f, row, before);
    row[N - 1] = (row[N - 1] + 1) % 50;
    run_all(f, row, after);
    for (size_t i = 0; i < N; i++) {
        double change = 0.0;
        for (size_t k = 0; k < E; k++)
            change += fabs((double)after[i * E + k] - before[i * E + k]);
        assert_true(change > 1e-4);
    }
    forward_fixture_free(f);
}

static void test_same_bits_for_any_thread_count(void **state)
{
    (void)state;
    static float one[N * E], more[N * E];
    int32_t row[N];
    fill_row(row, N, 4);
    for (size_t a = 0; a < 4; a++)
        for (int threads = 1; threads <= 3; threads++) {
            forward_fixture *f = make(architectures[a], threads);
            run_all(f, row, threads == 1 ? one : more);
            if (threads > 1) assert_memory_equal(one, more, sizeof one);
            forward_fixture_free(f);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_is_read),
        cmocka_unit_test(test_window_of_an_unchanged_row),
        cmocka_unit_test(test_every_position_sees_every_other),
        cmocka_unit_test(test_same_bits_for_any_thread_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
