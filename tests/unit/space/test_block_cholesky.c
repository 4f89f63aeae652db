/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "space/block_cholesky.h"
#include "space/elimination.h"
#include "support/check.h"

enum { N = 30 };

static edgeai_allocator allocator;

static void random_block(eai_rng *rng, double block[36])
{
    for (int i = 0; i < 36; i++)
        block[i] = eai_rng_uniform(rng) - 0.5;
}

/* The sum of j' j over pairs of rows, and a bit of the identity: positive definite, and with blocks
 * where pairs are. */
static void fill(eai_block_system *system, const int (*pairs)[2], size_t n_pairs, double *dense)
{
    eai_rng rng;
    eai_rng_seed(&rng, 4);
    memset(dense, 0, 36 * N * N * sizeof *dense);
    eai_block_system_clear(system);
    for (size_t p = 0; p <= n_pairs; p++) {
        int ends[2] = {p < n_pairs ? pairs[p][0] : 0, p < n_pairs ? pairs[p][1] : 1};
        double j[2][36], block[36];
        for (int e = 0; e < 2; e++)
            random_block(&rng, j[e]);
        if (p == n_pairs) break;
        for (int a = 0; a < 2; a++)
            for (int b = 0; b < 2; b++) {
                for (int r = 0; r < 6; r++)
                    for (int c = 0; c < 6; c++) {
                        double sum = 0;
                        for (int k = 0; k < 6; k++)
                            sum += j[a][6 * k + r] * j[b][6 * k + c];
                        block[6 * r + c] = sum;
                        dense[(6 * ends[a] + r) * 6 * N + 6 * ends[b] + c] += sum;
                    }
                if (a == b || a < b) eai_block_system_add(system, ends[a], ends[b], block);
            }
    }
    double identity[36] = {0};
    for (int k = 0; k < 6; k++)
        identity[7 * k] = 0.1;
    for (int i = 0; i < N; i++) {
        eai_block_system_add(system, i, i, identity);
        for (int k = 0; k < 6; k++)
            dense[(6 * i + k) * 6 * N + 6 * i + k] += 0.1;
    }
}

static void check_solution(const int (*pairs)[2], size_t n_pairs)
{
    eai_block_system system;
    eai_rng rng;
    double x[6 * N], truth[6 * N], b[6 * N] = {0};
    double *dense = malloc(36 * N * N * sizeof *dense);
    assert_ok(eai_block_system_create(&system, &allocator, N, pairs, n_pairs));
    fill(&system, pairs, n_pairs, dense);
    eai_rng_seed(&rng, 5);
    for (int i = 0; i < 6 * N; i++)
        truth[i] = eai_rng_uniform(&rng);
    for (int i = 0; i < 6 * N; i++)
        for (int k = 0; k < 6 * N; k++)
            b[i] += dense[i * 6 * N + k] * truth[k];
    assert_true(eai_block_system_factor(&system));
    eai_block_system_solve(&system, b, x);
    for (int i = 0; i < 6 * N; i++)
        assert_close(x[i], truth[i], 1e-9, 0);
    eai_block_system_free(&system);
    free(dense);
}

static void chains_rings_and_tangles_are_solved(void **state)
{
    (void)state;
    int pairs[200][2];
    for (int i = 0; i < N - 1; i++) {
        pairs[i][0] = i;
        pairs[i][1] = i + 1;
    }
    check_solution((const int(*)[2])pairs, N - 1);
    pairs[N - 1][0] = 0;
    pairs[N - 1][1] = N - 1;
    check_solution((const int(*)[2])pairs, N);
    eai_rng rng;
    eai_rng_seed(&rng, 8);
    for (int i = N; i < 120; i++) { /* also twice the same, and mirrored */
        pairs[i][0] = (int)eai_rng_below(&rng, N);
        do {
            pairs[i][1] = (int)eai_rng_below(&rng, N);
        } while (pairs[i][1] == pairs[i][0]);
    }
    check_solution((const int(*)[2])pairs, 120);
}

static void indefinite_matrices_are_refused(void **state)
{
    (void)state;
    eai_block_system system;
    double block[36] = {0};
    assert_ok(eai_block_system_create(&system, &allocator, 2, NULL, 0));
    for (int k = 0; k < 6; k++)
        block[7 * k] = k == 3 ? -1 : 1;
    eai_block_system_add(&system, 0, 0, block);
    eai_block_system_add(&system, 1, 1, block);
    assert_false(eai_block_system_factor(&system));
    eai_block_system_free(&system);
}

/* A star's middle goes last, or nearly so: eliminated first it would join all others. */
static void elimination_keeps_stars_and_chains_thin(void **state)
{
    (void)state;
    enum { MANY = 130, WORDS = 3 };
    static uint64_t table[MANY * WORDS];
    int position[MANY];
    for (int i = 1; i < MANY; i++) {
        table[i * WORDS] |= 1;
        table[i / 64] |= UINT64_C(1) << i % 64;
    }
    assert_int_equal(eai_eliminate(table, MANY, position), MANY - 1);
    assert_true(position[0] >= MANY - 2);
    memset(table, 0, sizeof table);
    for (int i = 0; i + 1 < MANY; i++) {
        table[i * WORDS + (i + 1) / 64] |= UINT64_C(1) << (i + 1) % 64;
        table[(i + 1) * WORDS + i / 64] |= UINT64_C(1) << i % 64;
    }
    assert_int_equal(eai_eliminate(table, MANY, position), MANY - 1);
}

static void factors_that_are_too_large_are_refused(void **state)
{
    (void)state;
    enum { ALL = 1400 };
    eai_block_system system;
    size_t n = 0;
    int(*pairs)[2] = malloc(ALL * (ALL - 1) / 2 * sizeof *pairs);
    for (int i = 0; i < ALL; i++)
        for (int k = 0; k < i; k++) {
            pairs[n][0] = i;
            pairs[n++][1] = k;
        }
    assert_fails(eai_block_system_create(&system, &allocator, ALL, (const int(*)[2])pairs, n),
                 EDGEAI_E_LIMIT);
    assert_error_says("pose graph");
    free(pairs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_rings_and_tangles_are_solved),
        cmocka_unit_test(indefinite_matrices_are_refused),
        cmocka_unit_test(elimination_keeps_stars_and_chains_thin),
        cmocka_unit_test(factors_that_are_too_large_are_refused),
    };
    allocator = eai_default_allocator();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
