/* SPDX-License-Identifier: MIT */
/*
 * What holds for every decoder whatever the denoiser says: it ends within its bound of passes, no
 * mask is left, given tokens stay, everything is committed once (the harness watches), and the same
 * seed does the same.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "support/check.h"
#include "support/decode_harness.h"

typedef enum mood {
    MOOD_ZERO,
    MOOD_NAN,
    MOOD_EQUAL,
    MOOD_CERTAIN,
    MOOD_SWINGING,
    MOOD_EDGE, /* at the thresholds of DiCo, just where it may commit nothing */
    MOOD_NOISE,
    MOOD_WILD, /* numbers that are no probabilities */
    N_MOODS
} mood;

static double confidence_of(mood own, const scripted_denoiser *script, eai_rng *rng)
{
    static const double edges[] = {0.3, 0.2999, 0.5, 0.6, 0.5999, 0.98, 0.9801, 0.45};
    static const double wild[] = {-1, 2, INFINITY, -INFINITY, NAN, 1e-320, 0.5, 1};
    switch (own) {
    case MOOD_ZERO:
        return 0;
    case MOOD_NAN:
        return NAN;
    case MOOD_EQUAL:
        return 0.4;
    case MOOD_CERTAIN:
        return 1;
    case MOOD_SWINGING:
        return script->n_passes % 2 ? 0.95 : 0.05;
    case MOOD_EDGE:
        return edges[eai_rng_below(rng, 8)];
    case MOOD_WILD:
        return wild[eai_rng_below(rng, 8)];
    default:
        return eai_rng_uniform(rng);
    }
}

/* Depends on the mood, the row and the position, nothing else but the parity of the pass. */
static void moody_predict(const scripted_denoiser *script, const int32_t *row, size_t position,
                          edgeai_prediction *prediction, float *logits)
{
    const mood *own = script->user;
    uint64_t hash = position + 1;
    for (size_t i = 0; i < script->n_tokens; i++)
        hash = (hash ^ (uint64_t)row[i]) * UINT64_C(0x9e3779b97f4a7c15) + i;
    eai_rng rng;
    eai_rng_seed(&rng, hash);
    double c = confidence_of(*own, script, &rng);
    *prediction = (edgeai_prediction){
        .token = (int32_t)eai_rng_below(&rng, HARNESS_MASK),
        .confidence = c,
        .doubt = 1 - c,
        .margin = *own == MOOD_WILD ? -c : 5 * c,
        .entropy = *own == MOOD_WILD ? c : 3 * (1 - c),
    };
    if (!logits) return;
    for (int32_t i = 0; i < script->denoiser.n_vocab; i++) {
        double noise = *own == MOOD_EQUAL || *own == MOOD_CERTAIN ? 0 : eai_rng_uniform(&rng);
        logits[i] = (float)((i == prediction->token ? 8 * c : 0) + noise);
        if (*own == MOOD_WILD && eai_rng_below(&rng, 4) == 0) logits[i] = NAN;
        if (*own == MOOD_WILD && eai_rng_below(&rng, 8) == 0) logits[i] = INFINITY;
    }
}

static size_t random_row(int32_t *row, eai_rng *rng)
{
    size_t n = 1 + (size_t)eai_rng_below(rng, 70);
    uint64_t share = eai_rng_below(rng, 11); /* tenths that are masked */
    for (size_t i = 0; i < n; i++)
        row[i] = eai_rng_below(rng, 10) < share ? HARNESS_MASK
                                                : (int32_t)eai_rng_below(rng, HARNESS_MASK);
    return n;
}

/* DiCo with anything its ranges allow. */
static void random_dico(edgeai_dico_options *dico, eai_rng *rng)
{
    if (eai_rng_below(rng, 2)) return; /* as published */
    dico->n_seeds = (int)eai_rng_below(rng, 100);
    dico->seed_threshold = eai_rng_uniform(rng);
    dico->tolerance = (int)eai_rng_below(rng, 5) - 1;
    dico->n_divide_passes = (int)eai_rng_below(rng, 20);
    dico->regular_seeds = (int)eai_rng_below(rng, 2);
    dico->linear_guidance = (int)eai_rng_below(rng, 2);
    dico->no_guidance = (int)eai_rng_below(rng, 2);
    dico->conquer_factor = 3 * eai_rng_uniform(rng);
    dico->conquer_fixed = eai_rng_below(rng, 2) ? eai_rng_uniform(rng) : 0;
    dico->low_threshold = eai_rng_uniform(rng);
    dico->safe_confidence = eai_rng_uniform(rng);
    dico->finalize_ratio = eai_rng_below(rng, 3) ? eai_rng_uniform(rng) : 1;
    dico->n_idle_passes = (int)eai_rng_below(rng, 50);
    dico->n_fallback = (int)eai_rng_below(rng, 4);
    dico->safe_divide = (int)eai_rng_below(rng, 2);
}

static edgeai_decode_options random_options(edgeai_decoder decoder, eai_rng *rng)
{
    static const size_t blocks[] = {1, 7, 32, SIZE_MAX, 0};
    static const size_t steps[] = {0, 1, 5, 1000};
    static const int32_t end_tokens[] = {3, 4};
    edgeai_decode_options options = harness_options(decoder);
    options.block_tokens = blocks[eai_rng_below(rng, 5)];
    options.n_steps = steps[eai_rng_below(rng, 4)];
    options.seed = eai_rng_next(rng);
    options.temperature = eai_rng_below(rng, 3) ? 0 : eai_rng_uniform(rng);
    options.guidance_scale = eai_rng_below(rng, 4) ? 0 : 2;
    options.top_p = eai_rng_below(rng, 3) ? 0 : 0.8;
    options.top_k = eai_rng_below(rng, 3) ? 0 : 2;
    options.alg_temperature = eai_rng_below(rng, 3) ? 0 : 0.5;
    options.end_tokens = end_tokens;
    options.n_end_tokens = eai_rng_below(rng, 3) ? 0 : 2;
    random_dico(&options.dico, rng);
    return options;
}

static void check_bound(const decode_record *record, const edgeai_decode_options *options)
{
    size_t n_masks = 0;
    for (size_t i = 0; i < record->n_tokens; i++)
        n_masks += record->before[i] == HARNESS_MASK;
    size_t most = 3 * n_masks > options->n_steps ? 3 * n_masks : options->n_steps;
    most += record->result.n_blocks;
    if (options->guidance_scale > 0) most *= 2;
    assert_true(record->result.n_passes <= most);
    /* All but DiCo commit something in every pass. */
    if (options->decoder != EDGEAI_DECODER_DICO) assert_null(strstr(record->passes, "-"));
}

static edgeai_context *open_context(int n_threads)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = n_threads;
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, &options));
    return context;
}

static void every_row_is_finished_within_the_bound(void **state)
{
    (void)state;
    static decode_record record;
    edgeai_context *context = open_context(1);
    for (int decoder = 0; decoder < EDGEAI_N_DECODERS; decoder++) {
        for (int trial = 0; trial < 40 * N_MOODS; trial++) {
            mood own = (mood)(trial % N_MOODS);
            uint64_t seed = (uint64_t)(decoder * 1000 + trial);
            eai_rng rng;
            eai_rng_seed(&rng, seed);
            int32_t row[HARNESS_TOKENS_MAX];
            size_t n = random_row(row, &rng);
            edgeai_decode_options options = random_options((edgeai_decoder)decoder, &rng);
            scripted_denoiser script;
            scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, moody_predict);
            script.user = &own;
            harness_run_row(&record, &script, &options, row, n, context);
            assert_ok(record.status);
            check_bound(&record, &options);
        }
    }
    edgeai_context_free(context);
}

/* Also with three threads in place of one: a vocabulary large enough to be worth waking them. */
static void the_same_seed_decodes_the_same(void **state)
{
    (void)state;
    enum { N = 16, N_VOCAB = 400 };
    static decode_record first, second;
    edgeai_context *context = open_context(1), *threads = open_context(3);
    int32_t row[N];
    for (size_t i = 0; i < N; i++)
        row[i] = HARNESS_MASK;
    mood noise = MOOD_NOISE;
    scripted_denoiser script;
    scripted_denoiser_make(&script, N_VOCAB, HARNESS_MASK, moody_predict);
    script.user = &noise;
    for (int decoder = 0; decoder < EDGEAI_N_DECODERS; decoder++) {
        edgeai_decode_options options = harness_options((edgeai_decoder)decoder);
        options.block_tokens = N;
        options.n_steps = 3;
        options.temperature = 1;
        options.guidance_scale = decoder % 2;
        options.seed = 11;
        harness_run_row(&first, &script, &options, row, N, context);
        harness_run_row(&second, &script, &options, row, N, threads);
        assert_memory_equal(first.row, second.row, sizeof row);
        assert_string_equal(first.passes, second.passes);
        options.seed = 12;
        harness_run_row(&second, &script, &options, row, N, context);
        assert_memory_not_equal(first.row, second.row, sizeof row);
    }
    edgeai_context_free(threads);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_finished_within_the_bound),
        cmocka_unit_test(the_same_seed_decodes_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
