/* SPDX-License-Identifier: MIT */
#include <edgeai/lm.h>

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/tiny_model.h"

enum { N = 30, V = 50, MASK = 49 };

typedef struct fixture {
    failing_allocator allocator;
    edgeai_context *context;
    tiny_model model;
    edgeai_lm_denoiser *denoiser;
    const edgeai_denoiser *d;
    int32_t row[N];
} fixture;

/* Masks from 12 on. */
static void open_fixture(fixture *f, const char *architecture, edgeai_cache cache, int n_threads)
{
    tiny_model_spec spec = tiny_model_spec_make(architecture);
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_lm_denoiser_options denoiser = EDGEAI_LM_DENOISER_OPTIONS_INIT;
    eai_rng rng;
    *f = (fixture){.allocator = {.fail_at = SIZE_MAX}};
    options.allocator = failing_allocator_make(&f->allocator);
    options.n_threads = n_threads;
    assert_ok(edgeai_context_create(&f->context, &options));
    tiny_model_open(&f->model, f->context, &spec);
    denoiser.cache = cache;
    denoiser.n_tokens_max = N;
    assert_ok(edgeai_lm_denoiser_create(&f->denoiser, f->model.lm, &denoiser));
    f->d = edgeai_lm_denoiser_interface(f->denoiser);
    eai_rng_seed(&rng, 9);
    for (int i = 0; i < N; i++)
        f->row[i] = i < 12 ? (int32_t)eai_rng_below(&rng, MASK) : MASK;
}

static void close_fixture(fixture *f)
{
    edgeai_lm_denoiser_free(f->denoiser);
    tiny_model_close(&f->model);
    edgeai_context_free(f->context);
    assert_int_equal(f->allocator.n_live, 0);
}

/* Predicts positions [begin, end) of the fixture's row. */
static edgeai_status predict(fixture *f, int32_t begin, int32_t end, edgeai_prediction *predictions,
                             float *logits)
{
    int32_t positions[N];
    for (int32_t p = begin; p < end; p++)
        positions[p - begin] = p;
    return f->d->predict(f->d->user, f->row, N, positions, (size_t)(end - begin), predictions,
                         logits);
}

static void test_memory_is_what_is_allocated(void **state)
{
    (void)state;
    static const char *const architectures[] = {"llada", "dream", "llada-moe", "rnd1"};
    for (size_t a = 0; a < 4; a++)
        for (int cache = EDGEAI_CACHE_NONE; cache <= EDGEAI_CACHE_DUAL; cache++) {
            fixture f;
            size_t bytes;
            edgeai_lm_denoiser *denoiser;
            edgeai_lm_denoiser_options options = EDGEAI_LM_DENOISER_OPTIONS_INIT;
            open_fixture(&f, architectures[a], EDGEAI_CACHE_NONE, 2);
            options.cache = (edgeai_cache)cache;
            assert_ok(edgeai_lm_denoiser_memory(f.model.lm, &options, &bytes));
            const size_t before = f.allocator.live_bytes;
            assert_ok(edgeai_lm_denoiser_create(&denoiser, f.model.lm, &options));
            assert_int_equal(f.allocator.live_bytes - before, bytes);
            edgeai_lm_denoiser_free(denoiser);
            close_fixture(&f);
        }
}

static void test_predict_allocates_nothing(void **state)
{
    (void)state;
    for (int cache = EDGEAI_CACHE_NONE; cache <= EDGEAI_CACHE_DUAL; cache++) {
        fixture f;
        edgeai_prediction p[N];
        static float logits[N * V];
        open_fixture(&f, "rnd1", (edgeai_cache)cache, 2);
        assert_ok(f.d->prepare(f.d->user, EDGEAI_WANT_ENTROPY | EDGEAI_WANT_LOGITS, N));
        const size_t before = f.allocator.n_allocations;
        assert_ok(f.d->begin_block(f.d->user, 12, 20));
        for (int pass = 0; pass < 3; pass++)
            assert_ok(predict(&f, 12, 20, p, logits));
        assert_ok(f.d->end_block(f.d->user));
        assert_int_equal(f.allocator.n_allocations, before);
        close_fixture(&f);
    }
}

/* The first pass of a block is a full one: the same bits as without a cache. */
static void test_warm_pass_is_the_full_pass(void **state)
{
    (void)state;
    static const char *const architectures[] = {"llada", "dream", "llada-moe", "rnd1"};
    static float logits[N * V], warm_logits[N * V];
    for (size_t a = 0; a < 4; a++)
        for (int cache = EDGEAI_CACHE_PREFIX; cache <= EDGEAI_CACHE_DUAL; cache++) {
            fixture full, cached;
            edgeai_prediction p[N] = {{0}}, warm[N] = {{0}};
            open_fixture(&full, architectures[a], EDGEAI_CACHE_NONE, 1);
            open_fixture(&cached, architectures[a], (edgeai_cache)cache, 3);
            assert_ok(cached.d->begin_block(cached.d->user, 12, 20));
            assert_ok(predict(&full, 12, 20, p, logits));
            assert_ok(predict(&cached, 12, 20, warm, warm_logits));
            assert_memory_equal(p, warm, sizeof p);
            assert_memory_equal(logits, warm_logits, 8 * V * sizeof *logits);
            close_fixture(&full);
            close_fixture(&cached);
        }
}

/* After the warm pass only the window is computed, and while nothing changed it agrees. */
static void check_window(const char *architecture, edgeai_cache cache, size_t n_window)
{
    fixture f;
    edgeai_prediction warm[N], again[N];
    edgeai_lm_counters counters;
    open_fixture(&f, architecture, cache, 1);
    assert_ok(f.d->begin_block(f.d->user, 12, 20));
    assert_ok(predict(&f, 12, 20, warm, NULL));
    assert_ok(predict(&f, 12, 20, again, NULL));
    for (int i = 0; i < 8; i++) {
        assert_close(again[i].confidence, warm[i].confidence, 1e-5, 0);
        assert_close(again[i].entropy, warm[i].entropy, 1e-4, 0);
    }
    edgeai_lm_denoiser_get_counters(f.denoiser, &counters);
    assert_int_equal(counters.n_passes, 2);
    assert_int_equal(counters.n_positions, N + n_window);
    assert_int_equal(counters.n_readouts, 16);
    assert_ok(f.d->end_block(f.d->user));
    assert_ok(f.d->begin_block(f.d->user, 20, 30)); /* warm again */
    assert_ok(predict(&f, 20, 30, again, NULL));
    edgeai_lm_denoiser_get_counters(f.denoiser, &counters);
    assert_int_equal(counters.n_positions, N + n_window + N);
    close_fixture(&f);
}

static void test_windows(void **state)
{
    (void)state;
    check_window("llada", EDGEAI_CACHE_NONE, N);
    check_window("llada", EDGEAI_CACHE_PREFIX, N - 12);
    check_window("llada", EDGEAI_CACHE_DUAL, 8);
    check_window("dream", EDGEAI_CACHE_PREFIX, N - 11); /* one more to the left: shifted */
    check_window("dream", EDGEAI_CACHE_DUAL, 9);
}

/* A shifted model predicts 0 and 1 from the same place. */
static void test_shift_at_the_row_begin(void **state)
{
    (void)state;
    fixture f;
    edgeai_prediction p[3], alone;
    float logits[3 * V];
    const int32_t first = 0;
    open_fixture(&f, "dream", EDGEAI_CACHE_NONE, 1);
    assert_ok(predict(&f, 0, 3, p, logits));
    assert_memory_equal(logits, logits + V, V * sizeof *logits);
    assert_memory_not_equal(logits + V, logits + 2 * V, V * sizeof *logits);
    assert_int_equal(p[0].token, p[1].token);
    assert_true(p[0].confidence == p[1].confidence);
    assert_ok(f.d->predict(f.d->user, f.row, N, &first, 1, &alone, NULL));
    assert_int_equal(alone.token, p[0].token);
    close_fixture(&f);
}

static void test_mask_is_never_predicted(void **state)
{
    (void)state;
    fixture f;
    edgeai_prediction p[N];
    static float logits[N * V];
    int n_mask_best = 0;
    for (int architecture = 0; architecture < 2; architecture++) {
        open_fixture(&f, architecture ? "llada" : "llada-moe", EDGEAI_CACHE_NONE, 1);
        assert_ok(predict(&f, 0, N, p, logits));
        for (int i = 0; i < N; i++) {
            int32_t best = 0;
            for (int32_t v = 1; v < V; v++)
                if (logits[i * V + v] > logits[i * V + best]) best = v;
            n_mask_best += best == MASK;
            assert_true(p[i].token >= 0 && p[i].token < MASK);
            if (best != MASK) assert_int_equal(p[i].token, best);
            assert_close(p[i].confidence + p[i].doubt, 1.0, 1e-12, 0);
        }
        close_fixture(&f);
    }
    (void)n_mask_best;
}

static void test_options(void **state)
{
    (void)state;
    fixture f;
    size_t bytes;
    edgeai_lm_denoiser *denoiser = (edgeai_lm_denoiser *)&bytes;
    edgeai_lm_denoiser_options options = EDGEAI_LM_DENOISER_OPTIONS_INIT;
    open_fixture(&f, "llada", EDGEAI_CACHE_NONE, 1);
    options.n_tokens_max = 65;
    assert_fails(edgeai_lm_denoiser_create(&denoiser, f.model.lm, &options), EDGEAI_E_LIMIT);
    assert_null(denoiser);
    assert_error_says("65");
    assert_error_says("64");
    assert_fails(edgeai_lm_denoiser_memory(f.model.lm, &options, &bytes), EDGEAI_E_LIMIT);
    options = (edgeai_lm_denoiser_options)EDGEAI_LM_DENOISER_OPTIONS_INIT;
    options.cache = (edgeai_cache)3;
    assert_fails(edgeai_lm_denoiser_create(&denoiser, f.model.lm, &options), EDGEAI_E_INVALID);
    options.cache = EDGEAI_CACHE_NONE;
    options.wanted = 32;
    assert_fails(edgeai_lm_denoiser_create(&denoiser, f.model.lm, &options), EDGEAI_E_INVALID);
    options.wanted = EDGEAI_WANT_CONFIDENCE;
    options.n_tokens_max = 8;
    assert_ok(edgeai_lm_denoiser_create(&denoiser, f.model.lm, &options));
    const edgeai_denoiser *d = edgeai_lm_denoiser_interface(denoiser);
    assert_fails(d->prepare(d->user, EDGEAI_WANT_LOGITS, 8), EDGEAI_E_INVALID);
    assert_fails(d->prepare(d->user, EDGEAI_WANT_CONFIDENCE, 9), EDGEAI_E_LIMIT);
    assert_fails(d->prepare(d->user, EDGEAI_WANT_CONFIDENCE, 0), EDGEAI_E_INVALID);
    assert_ok(d->prepare(d->user, EDGEAI_WANT_CONFIDENCE, 8));
    edgeai_lm_denoiser_free(denoiser);
    edgeai_lm_denoiser_free(NULL);
    assert_fails(edgeai_lm_denoiser_create(NULL, f.model.lm, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_lm_denoiser_create(&denoiser, NULL, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_lm_denoiser_memory(NULL, NULL, &bytes), EDGEAI_E_INVALID);
    close_fixture(&f);
}

static void test_rows_and_positions(void **state)
{
    (void)state;
    fixture f;
    edgeai_prediction p[N];
    const int32_t falling[] = {5, 4}, twice[] = {4, 4}, outside[] = {N}, negative[] = {-1};
    open_fixture(&f, "llada", EDGEAI_CACHE_DUAL, 1);
    const edgeai_denoiser *d = f.d;
    assert_fails(d->predict(d->user, f.row, N, falling, 2, p, NULL), EDGEAI_E_INVALID);
    assert_fails(d->predict(d->user, f.row, N, twice, 2, p, NULL), EDGEAI_E_INVALID);
    assert_fails(d->predict(d->user, f.row, N, outside, 1, p, NULL), EDGEAI_E_INVALID);
    assert_fails(d->predict(d->user, f.row, N, negative, 1, p, NULL), EDGEAI_E_INVALID);
    assert_fails(d->predict(d->user, f.row, N, falling, 0, p, NULL), EDGEAI_E_INVALID);
    assert_fails(d->predict(d->user, f.row, N + 1, falling, 1, p, NULL), EDGEAI_E_LIMIT);
    assert_fails(d->predict(d->user, f.row, 0, falling, 1, p, NULL), EDGEAI_E_LIMIT);
    assert_fails(d->predict(d->user, NULL, N, falling, 1, p, NULL), EDGEAI_E_INVALID);
    f.row[7] = V;
    assert_fails(predict(&f, 12, 20, p, NULL), EDGEAI_E_INVALID);
    assert_error_says("position 7");
    f.row[7] = -1;
    assert_fails(predict(&f, 12, 20, p, NULL), EDGEAI_E_INVALID);
    f.row[7] = 0;
    assert_fails(d->begin_block(d->user, 5, 5), EDGEAI_E_INVALID);
    assert_fails(d->begin_block(d->user, 5, N + 1), EDGEAI_E_INVALID);
    assert_ok(d->begin_block(d->user, 12, 20));
    assert_fails(predict(&f, 11, 20, p, NULL), EDGEAI_E_INVALID);
    assert_fails(predict(&f, 12, 21, p, NULL), EDGEAI_E_INVALID);
    assert_ok(predict(&f, 12, 20, p, NULL));
    close_fixture(&f);
}

/* A cache would be wrong for another row: a changed prompt is noticed, filled masks are not one. */
static void test_changed_rows(void **state)
{
    (void)state;
    fixture f;
    edgeai_prediction p[N];
    open_fixture(&f, "llada", EDGEAI_CACHE_DUAL, 1);
    assert_ok(f.d->begin_block(f.d->user, 12, 20));
    assert_ok(predict(&f, 12, 20, p, NULL));
    f.row[13] = 4; /* committed */
    f.row[25] = 4; /* a mask behind the block, filled */
    assert_ok(predict(&f, 12, 20, p, NULL));
    f.row[3] = (f.row[3] + 1) % MASK;
    assert_fails(predict(&f, 12, 20, p, NULL), EDGEAI_E_INVALID);
    assert_error_says("at 3 ");
    assert_fails(f.d->predict(f.d->user, f.row, N - 1, (const int32_t[]){14}, 1, p, NULL),
                 EDGEAI_E_INVALID);
    assert_ok(f.d->begin_block(f.d->user, 12, 20)); /* a new warm pass takes the row as it is */
    assert_ok(predict(&f, 12, 20, p, NULL));
    close_fixture(&f);
}

static void test_same_bits_for_any_thread_count(void **state)
{
    (void)state;
    edgeai_prediction p[3][N] = {{{0}}};
    for (int threads = 1; threads <= 3; threads++) {
        fixture f;
        open_fixture(&f, "rnd1", EDGEAI_CACHE_NONE, threads);
        assert_ok(predict(&f, 0, N, p[threads - 1], NULL));
        assert_memory_equal(p[threads - 1], p[0], sizeof p[0]);
        close_fixture(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_memory_is_what_is_allocated),
        cmocka_unit_test(test_predict_allocates_nothing),
        cmocka_unit_test(test_warm_pass_is_the_full_pass),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_shift_at_the_row_begin),
        cmocka_unit_test(test_mask_is_never_predicted),
        cmocka_unit_test(test_options),
        cmocka_unit_test(test_rows_and_positions),
        cmocka_unit_test(test_changed_rows),
        cmocka_unit_test(test_same_bits_for_any_thread_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
