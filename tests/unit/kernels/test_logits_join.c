/* SPDX-License-Identifier: MIT */
#include "kernels/logits.h"

#include <math.h>

#include "base/rng.h"
#include "support/check.h"

enum { N = 300 };

static eai_logits_summary join_pieces(const float *logits, const float *penalty, size_t piece)
{
    eai_logits_summary whole = eai_logits_nothing(), part;
    for (size_t first = 0; first < N; first += piece) {
        size_t n = N - first < piece ? N - first : piece;
        eai_logits_summarize_ref(&part, logits + first, penalty + first, n, EAI_LOGITS_MOMENT);
        eai_logits_join(&whole, &part, (int32_t)first);
    }
    return whole;
}

static void check_pieces(const float *logits, const float *penalty)
{
    eai_logits_summary all;
    eai_logits_summarize_ref(&all, logits, penalty, N, EAI_LOGITS_MOMENT);
    for (size_t piece = 1; piece <= N; piece += 23) {
        eai_logits_summary joined = join_pieces(logits, penalty, piece);
        assert_int_equal(joined.best_id, all.best_id);
        assert_true(joined.best == all.best);
        assert_true(joined.second == all.second);
        assert_true(joined.max == all.max);
        assert_close(joined.rest, all.rest, 1e-37, 1e-6);
        assert_close(joined.moment, all.moment, 1e-35, 1e-6);
    }
}

static void test_pieces_make_the_whole(void **state)
{
    (void)state;
    static float logits[N], penalty[N];
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    for (int round = 0; round < 6; round++) {
        for (size_t i = 0; i < N; i++) {
            logits[i] = 30.0f * (float)eai_rng_uniform(&rng);
            if (round >= 3) logits[i] = (float)(int)logits[i];
            penalty[i] = eai_rng_uniform(&rng) < 0.2 ? -INFINITY : 0.0f;
        }
        check_pieces(logits, penalty);
    }
}

static void test_whole_stretches_penalised(void **state)
{
    (void)state;
    static float logits[N], penalty[N];
    for (size_t i = 0; i < N; i++) {
        logits[i] = (float)(i % 50);
        penalty[i] = i >= 100 && i < 110 ? 0.0f : -INFINITY;
    }
    check_pieces(logits, penalty);
    assert_int_equal(join_pieces(logits, penalty, 23).best_id, 109);
}

/* A tie goes to the lowest id, whichever stretch it is in. */
static void test_tie(void **state)
{
    (void)state;
    static float logits[N], penalty[N];
    logits[40] = logits[41] = logits[200] = 5.0f;
    eai_logits_summary joined = join_pieces(logits, penalty, 41);
    assert_int_equal(joined.best_id, 40);
    assert_true(joined.second == 5.0f);
}

/* rest keeps its accuracy when the best token has nearly all the probability. */
static void test_rest_near_certainty(void **state)
{
    (void)state;
    static float logits[N], penalty[N];
    logits[299] = 60.0f;
    eai_logits_summary joined = join_pieces(logits, penalty, 64);
    assert_close(joined.rest, 299.0 * exp(-60.0), 0, 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_make_the_whole),
        cmocka_unit_test(test_whole_stretches_penalised),
        cmocka_unit_test(test_tie),
        cmocka_unit_test(test_rest_near_certainty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
