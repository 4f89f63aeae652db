/* SPDX-License-Identifier: MIT */

/* Logits and predictions of small models of every architecture and weight format, whole rows and
 * cached windows, against a float64 program (tests/golden); layout of the files in README.md. */

#include <edgeai/lm.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/check.h"

/* Largest difference of a file's logits, relative to its largest logit, with float32 inputs. */
#define TOLERANCE 1e-4

/* With inputs rounded to eight bits: root mean square of the differences, relative to that of the
 * logits. 0.020 is the largest found; the models are small and random, so it is worse than real
 * ones have it. */
#define ROUNDED_TOLERANCE 0.03

static const char *const architectures[] = {"llada", "dream", "llada-moe", "rnd1"};
static const char *const formats[] = {"F32",  "F16",    "BF16",  "Q4_0", "Q4_1", "Q5_0",
                                      "Q5_1", "Q8_0",   "Q2_K",  "Q3_K", "Q4_K", "Q5_K",
                                      "Q6_K", "IQ4_NL", "TQ1_0", "TQ2_0"};
static const char *const variants[] = {
    "llada_tied_F16",    "dream_tied_Q4_K",    "llada_fused_F16",
    "llada_fused_Q4_0",  "rnd1_fused_F16",     "llada_extras_F32",
    "llada_extras_Q8_0", "llada_defaults_F16", "llada-moe_defaults_F16"};
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { N_TOKENS_MAX = 16, N_WINDOWS_MAX = 4 };

typedef struct window {
    int32_t mode, begin, end;
    int32_t ids[N_TOKENS_MAX];
    double *logits; /* [end - begin, n_vocab] */
} window;

typedef struct golden {
    int32_t n_tokens, n_vocab, shift, n_windows;
    int32_t ids[N_TOKENS_MAX];
    double *logits, *shifted; /* [n_tokens, n_vocab] */
    window windows[N_WINDOWS_MAX];
} golden;

static void read_exactly(void *out, size_t bytes, size_t n, FILE *file)
{
    assert_int_equal(fread(out, bytes, n, file), n);
}

static double *read_rows(const golden *g, int32_t n_rows, FILE *file)
{
    size_t n = (size_t)n_rows * (size_t)g->n_vocab;
    double *rows = malloc(n * sizeof *rows);
    assert_non_null(rows);
    read_exactly(rows, sizeof *rows, n, file);
    return rows;
}

/* False when the file was not made. */
static bool read_golden(golden *g, const char *name)
{
    char path[512], magic[8];
    snprintf(path, sizeof path, "%s/golden/%s.golden", EDGEAI_TEST_BUILD, name);
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    read_exactly(magic, 1, 8, file);
    assert_memory_equal(magic, "EAIGOLD1", 8);
    read_exactly(&g->n_tokens, sizeof(int32_t), 4, file);
    assert_in_range(g->n_tokens, 1, N_TOKENS_MAX);
    assert_in_range(g->n_windows, 1, N_WINDOWS_MAX);
    read_exactly(g->ids, sizeof(int32_t), (size_t)g->n_tokens, file);
    g->logits = read_rows(g, g->n_tokens, file);
    g->shifted = read_rows(g, g->n_tokens, file);
    for (int i = 0; i < g->n_windows; i++) {
        window *w = &g->windows[i];
        int32_t head[4];
        read_exactly(head, sizeof(int32_t), 4, file);
        w->mode = head[0], w->begin = head[1], w->end = head[2];
        read_exactly(w->ids, sizeof(int32_t), (size_t)g->n_tokens, file);
        w->logits = read_rows(g, w->end - w->begin, file);
    }
    fclose(file);
    return true;
}

static void free_golden(golden *g)
{
    free(g->logits);
    free(g->shifted);
    for (int i = 0; i < g->n_windows; i++)
        free(g->windows[i].logits);
}

static void check_logits(const float *found, const double *expected, size_t n, const char *name,
                         const char *part)
{
    double worst = 0.0, largest = 0.0;
    for (size_t i = 0; i < n; i++) {
        worst = fmax(worst, fabs(found[i] - expected[i]));
        largest = fmax(largest, fabs(expected[i]));
    }
    if (worst <= TOLERANCE * largest) return;
    fail_msg("%s, %s: logits differ by up to %.3g of the largest, %.3g", name, part,
             worst / largest, largest);
}

/* One position's prediction against the float64 logits. */
static void check_prediction(const edgeai_prediction *found, const double *logits, int32_t n_vocab,
                             int32_t mask)
{
    int32_t best = mask == 0 ? 1 : 0;
    double second = -INFINITY, max = -INFINITY, sum = 0.0, entropy = 0.0;
    for (int32_t i = 0; i < n_vocab; i++) {
        max = fmax(max, logits[i]);
        if (i != mask && logits[i] > logits[best]) best = i;
    }
    for (int32_t i = 0; i < n_vocab; i++) {
        if (i != mask && i != best) second = fmax(second, logits[i]);
        sum += exp(logits[i] - max);
    }
    for (int32_t i = 0; i < n_vocab; i++) {
        double p = exp(logits[i] - max) / sum;
        if (p > 0.0) entropy -= p * log(p);
    }
    double confidence = exp(logits[best] - max) / sum, bound = TOLERANCE * fmax(1.0, fabs(max));
    assert_close(found->margin, logits[best] - second, 2 * bound, 0);
    if (logits[best] - second > 2 * bound) assert_int_equal(found->token, best);
    assert_close(found->confidence, confidence, 0, 10 * bound);
    assert_close(found->doubt, 1.0 - confidence, 1e-12, 10 * bound);
    assert_close(found->entropy, entropy, 10 * bound, 0);
}

typedef struct bench {
    const char *name;
    const golden *golden;
    const edgeai_lm *lm;
    float logits[N_TOKENS_MAX * 128];
    edgeai_prediction predictions[N_TOKENS_MAX];
} bench;

static edgeai_lm_denoiser *make_denoiser(const edgeai_lm *lm, edgeai_cache cache)
{
    edgeai_lm_denoiser_options options = EDGEAI_LM_DENOISER_OPTIONS_INIT;
    edgeai_lm_denoiser *denoiser;
    options.cache = cache;
    options.n_tokens_max = N_TOKENS_MAX;
    assert_ok(edgeai_lm_denoiser_create(&denoiser, lm, &options));
    return denoiser;
}

static void predict(bench *b, edgeai_lm_denoiser *denoiser, const int32_t *row, int32_t begin,
                    int32_t end)
{
    const edgeai_denoiser *i = edgeai_lm_denoiser_interface(denoiser);
    int32_t positions[N_TOKENS_MAX];
    for (int32_t p = begin; p < end; p++)
        positions[p - begin] = p;
    assert_ok(i->predict(i->user, row, (size_t)b->golden->n_tokens, positions,
                         (size_t)(end - begin), b->predictions, b->logits));
}

static void check_whole_row(bench *b)
{
    const golden *g = b->golden;
    edgeai_lm_denoiser *denoiser = make_denoiser(b->lm, EDGEAI_CACHE_NONE);
    predict(b, denoiser, g->ids, 0, g->n_tokens);
    check_logits(b->logits, g->shifted, (size_t)(g->n_tokens * g->n_vocab), b->name, "whole row");
    edgeai_lm_info info = {.struct_size = sizeof info};
    edgeai_lm_get_info(b->lm, &info);
    for (int32_t p = 0; p < g->n_tokens; p++)
        check_prediction(&b->predictions[p], g->shifted + p * g->n_vocab, g->n_vocab,
                         info.mask_token);
    edgeai_lm_denoiser_free(denoiser);
}

/* A shifted model's window starts one before its block. */
static void check_window(bench *b, const window *w)
{
    const golden *g = b->golden;
    const int32_t begin = w->begin + g->shift;
    edgeai_lm_denoiser *denoiser =
        make_denoiser(b->lm, w->mode == 0 ? EDGEAI_CACHE_PREFIX : EDGEAI_CACHE_DUAL);
    const edgeai_denoiser *i = edgeai_lm_denoiser_interface(denoiser);
    assert_ok(i->begin_block(i->user, (size_t)begin, (size_t)w->end));
    predict(b, denoiser, g->ids, begin, w->end);
    check_logits(b->logits, g->shifted + begin * g->n_vocab,
                 (size_t)((w->end - begin) * g->n_vocab), b->name, "warm pass");
    predict(b, denoiser, w->ids, begin, w->end);
    check_logits(b->logits, w->logits, (size_t)((w->end - begin) * g->n_vocab), b->name,
                 w->mode == 0 ? "prefix window" : "dual window");
    edgeai_lm_denoiser_free(denoiser);
}

/* The default: products of quantized weights with inputs of eight bits. */
static void check_rounded(bench *b)
{
    const golden *g = b->golden;
    edgeai_lm_denoiser *denoiser = make_denoiser(b->lm, EDGEAI_CACHE_NONE);
    predict(b, denoiser, g->ids, 0, g->n_tokens);
    double error = 0.0, whole = 0.0;
    for (int32_t i = 0; i < g->n_tokens * g->n_vocab; i++) {
        double difference = b->logits[i] - g->shifted[i];
        error += difference * difference;
        whole += g->shifted[i] * g->shifted[i];
    }
    if (sqrt(error / whole) > ROUNDED_TOLERANCE)
        fail_msg("%s, rounded inputs: error %.3g of the logits", b->name, sqrt(error / whole));
    edgeai_lm_denoiser_free(denoiser);
}

static edgeai_lm *load(edgeai_context *context, const edgeai_model_file *file,
                       edgeai_weights weights, edgeai_activations activations)
{
    edgeai_lm_options options = EDGEAI_LM_OPTIONS_INIT;
    edgeai_lm *lm;
    options.weights = weights;
    options.activations = activations;
    assert_ok(edgeai_lm_load(&lm, context, file, &options));
    return lm;
}

/* False when the model was not made. */
static bool check_model(edgeai_context *context, const char *name)
{
    golden g = {0};
    char path[512];
    edgeai_model_file *file;
    if (!read_golden(&g, name)) return false;
    snprintf(path, sizeof path, "%s/golden/%s.gguf", EDGEAI_TEST_BUILD, name);
    assert_ok(edgeai_model_file_open(&file, context, path));
    for (edgeai_weights weights = EDGEAI_WEIGHTS_MAPPED; weights <= EDGEAI_WEIGHTS_PACKED;
         weights++) {
        edgeai_lm *exact = load(context, file, weights, EDGEAI_ACTIVATIONS_F32);
        edgeai_lm *rounded = load(context, file, weights, EDGEAI_ACTIVATIONS_AUTO);
        bench b = {.name = name, .golden = &g, .lm = exact};
        check_whole_row(&b);
        for (int i = 0; i < g.n_windows; i++)
            check_window(&b, &g.windows[i]);
        b.lm = rounded;
        check_rounded(&b);
        edgeai_lm_free(exact);
        edgeai_lm_free(rounded);
    }
    edgeai_model_file_free(file);
    free_golden(&g);
    return true;
}

static edgeai_context *make_context(int n_threads, const char *cpu)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context;
    options.n_threads = n_threads;
    options.cpu = cpu;
    assert_ok(edgeai_context_create(&context, &options));
    return context;
}

static void test_formats(void **state)
{
    (void)state;
    size_t n_checked = 0;
    edgeai_context *context = make_context(1, NULL);
    for (size_t a = 0; a < COUNT(architectures); a++)
        for (size_t f = 0; f < COUNT(formats); f++) {
            char name[64];
            snprintf(name, sizeof name, "%s_%s", architectures[a], formats[f]);
            n_checked += check_model(context, name);
        }
    edgeai_context_free(context);
    if (n_checked == 0) {
        print_message("no golden models: python3 with numpy makes them\n");
        skip();
    }
    assert_int_equal(n_checked, COUNT(architectures) * COUNT(formats));
}

static void test_variants(void **state)
{
    (void)state;
    size_t n_checked = 0;
    edgeai_context *context = make_context(1, NULL);
    for (size_t i = 0; i < COUNT(variants); i++)
        n_checked += check_model(context, variants[i]);
    edgeai_context_free(context);
    if (n_checked == 0) {
        print_message("no golden models: python3 with numpy makes them\n");
        skip();
    }
    assert_int_equal(n_checked, COUNT(variants));
}

static void test_reference_kernels(void **state)
{
    (void)state;
    bool made = false;
    edgeai_context *context = make_context(1, "ref");
    for (size_t a = 0; a < COUNT(architectures); a++) {
        char name[64];
        snprintf(name, sizeof name, "%s_Q4_K", architectures[a]);
        made = check_model(context, name);
    }
    edgeai_context_free(context);
    if (!made) skip();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_variants),
        cmocka_unit_test(test_reference_kernels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
