/* SPDX-License-Identifier: MIT */
/* From file to text with every allocation failing once in turn, those of cJSON, PCRE2,
 * pthreadpool and the C library included; and no allocation at all while decoding. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <edgeai/edgeai.h>

#include "support/check.h"
#include "support/malloc_fault.h"

enum { N_MASKS = 8, N_ROW_MAX = 40, N_BYTES_MAX = 256 };

static const char prompt[] = "To be, or not";
static char task_path[] = "/tmp/edgeai-tasks-XXXXXX";

/* Everything between a file and its text, in the order in which it comes to be. */
typedef struct chain {
    edgeai_context *context;
    edgeai_model_file *file;
    edgeai_tokenizer *tokenizer;
    edgeai_lm *lm;
    edgeai_lm_denoiser *denoiser;
    edgeai_decoding *decoding;
} chain;

static edgeai_status chain_create(chain *all, const char *path, int n_threads,
                                  edgeai_decoder decoder, edgeai_cache cache)
{
    *all = (chain){0};
    edgeai_context_options context = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_lm_denoiser_options denoiser = EDGEAI_LM_DENOISER_OPTIONS_INIT;
    edgeai_decode_options decode = EDGEAI_DECODE_OPTIONS_INIT;
    context.n_threads = n_threads;
    denoiser.cache = cache;
    denoiser.n_tokens_max = N_ROW_MAX;
    denoiser.wanted = EDGEAI_WANT_TOKEN | EDGEAI_WANT_CONFIDENCE | EDGEAI_WANT_MARGIN |
                      EDGEAI_WANT_ENTROPY | EDGEAI_WANT_LOGITS;
    decode.decoder = decoder;
    edgeai_status status = edgeai_context_create(&all->context, &context);
    if (!status) status = edgeai_model_file_open(&all->file, all->context, path);
    if (!status) status = edgeai_tokenizer_create(&all->tokenizer, all->context, all->file);
    if (!status) status = edgeai_lm_load(&all->lm, all->context, all->file, NULL);
    if (!status) status = edgeai_lm_denoiser_create(&all->denoiser, all->lm, &denoiser);
    if (!status)
        status =
            edgeai_decoding_create(&all->decoding, all->context,
                                   edgeai_lm_denoiser_interface(all->denoiser), &decode, N_ROW_MAX);
    return status;
}

static void chain_free(chain *all)
{
    edgeai_decoding_free(all->decoding);
    edgeai_lm_denoiser_free(all->denoiser);
    edgeai_lm_free(all->lm);
    edgeai_tokenizer_free(all->tokenizer);
    edgeai_model_file_free(all->file);
    edgeai_context_free(all->context);
}

/* The prompt's tokens and N_MASKS masks. */
static edgeai_status make_row(const chain *all, int32_t row[N_ROW_MAX], size_t *n)
{
    edgeai_status status =
        edgeai_tokenizer_encode(all->tokenizer, prompt, sizeof prompt - 1, EDGEAI_ENCODE_PLAIN, row,
                                N_ROW_MAX - N_MASKS, n);
    if (status) return status;
    int32_t mask = edgeai_tokenizer_special(all->tokenizer, EDGEAI_TOKEN_MASK);
    for (int i = 0; i < N_MASKS; i++)
        row[(*n)++] = mask;
    return EDGEAI_OK;
}

static edgeai_status write_text(const char *path, int n_threads, char text[N_BYTES_MAX])
{
    chain all;
    int32_t row[N_ROW_MAX];
    size_t n, n_bytes;
    edgeai_status status =
        chain_create(&all, path, n_threads, EDGEAI_DECODER_DICO, EDGEAI_CACHE_DUAL);
    if (!status) status = make_row(&all, row, &n);
    if (!status) status = edgeai_decoding_run(all.decoding, row, n, NULL);
    if (!status)
        status =
            edgeai_tokenizer_decode(all.tokenizer, row, n, text, N_BYTES_MAX - 1, &n_bytes, true);
    if (!status) text[n_bytes] = '\0';
    chain_free(&all);
    return status;
}

/* The same through the generator, with an infilling and a task file on the way. */
static edgeai_status answer_task(const char *path, int n_threads, char text[N_BYTES_MAX])
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_generate_options generate = EDGEAI_GENERATE_OPTIONS_INIT;
    static const char *const stops[] = {"\n\n"};
    options.n_threads = n_threads;
    generate.n_tokens = N_MASKS;
    generate.n_row_max = N_ROW_MAX;
    generate.stop_texts = stops;
    generate.n_stop_texts = 1;
    edgeai_context *context = NULL;
    edgeai_generator *generator = NULL;
    edgeai_tasks *tasks = NULL;
    edgeai_generation result;
    edgeai_status status = edgeai_context_create(&context, &options);
    if (!status) status = edgeai_tasks_open(&tasks, context, task_path);
    if (!status) status = edgeai_generator_create(&generator, context, path, &generate);
    if (!status) status = edgeai_generate(generator, edgeai_tasks_get(tasks, 0)->prompt, &result);
    if (!status) status = edgeai_generate_infill(generator, "To [MASK:3] be", &result);
    if (!status) snprintf(text, N_BYTES_MAX, "%s", result.text);
    edgeai_generator_free(generator);
    edgeai_tasks_free(tasks);
    edgeai_context_free(context);
    return status;
}

/* Models of the tests' Python programs; false where they were not made. */
static bool model_path(char path[512], const char *name)
{
    snprintf(path, 512, "%s/golden/%s.gguf", EDGEAI_TEST_BUILD, name);
    return access(path, R_OK) == 0;
}

typedef edgeai_status (*work)(const char *path, int n_threads, char text[N_BYTES_MAX]);

static void check_every_failure(work run, const char *path, int n_threads)
{
    char expected[N_BYTES_MAX], text[N_BYTES_MAX];
    assert_ok(run(path, n_threads, expected)); /* the libraries keep some blocks for ever */
    long before = malloc_fault_n_live();
    size_t fail_at, n_without_harm = 0;
    for (fail_at = 0;; fail_at++) {
        malloc_fault_arm(fail_at);
        edgeai_status status = run(path, n_threads, text);
        malloc_fault_disarm();
        if (malloc_fault_n_live() != before)
            fail_msg("allocation %zu: %ld blocks lost", fail_at, malloc_fault_n_live() - before);
        if (status == EDGEAI_OK) {
            assert_string_equal(text, expected);
            if (!malloc_fault_happened()) break;
            n_without_harm++; /* a library had another way */
        } else if (status != EDGEAI_E_MEMORY) {
            fail_msg("allocation %zu: %s: %s", fail_at, edgeai_status_name(status),
                     edgeai_last_error());
        }
    }
    print_message("%s, %d threads: %zu allocations, %zu not missed\n", strrchr(path, '/') + 1,
                  n_threads, fail_at, n_without_harm);
    assert_true(fail_at > 20);
    assert_true(n_without_harm < fail_at / 4);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    char path[512];
    if (!model_path(path, "llada_Q8_0")) {
        print_message("%s was not made\n", path);
        skip();
    }
    check_every_failure(write_text, path, 1);
    if (MALLOC_FAULT_MAY_START_THREADS) check_every_failure(write_text, path, 2);
    assert_true(model_path(path, "llada-moe_F16"));
    check_every_failure(write_text, path, 1);
}

static void every_allocation_of_a_generator_may_fail(void **state)
{
    (void)state;
    char path[512];
    if (!model_path(path, "dream_Q8_0")) {
        print_message("%s was not made\n", path);
        skip();
    }
    static const char task[] = "{\"prompt\": \"To be\", \"answer\": \"or not\"}\n";
    int file = mkstemp(task_path);
    assert_true(file >= 0);
    assert_int_equal(write(file, task, sizeof task - 1), sizeof task - 1);
    close(file);
    check_every_failure(answer_task, path, 1);
    unlink(task_path);
}

static void count_calls_of_a_run(const char *path, int n_threads, edgeai_decoder decoder,
                                 edgeai_cache cache)
{
    chain all;
    int32_t row[N_ROW_MAX];
    size_t n;
    assert_ok(chain_create(&all, path, n_threads, decoder, cache));
    /* Twice: what the first run might put off is seen in it. */
    for (int repeat = 0; repeat < 2; repeat++) {
        assert_ok(make_row(&all, row, &n));
        malloc_fault_arm(SIZE_MAX);
        edgeai_status status = edgeai_decoding_run(all.decoding, row, n, NULL);
        size_t n_calls = malloc_fault_n_calls();
        malloc_fault_disarm();
        assert_ok(status);
        if (n_calls)
            fail_msg("decoder %s, cache %d: %zu allocations while running",
                     edgeai_decoder_name(decoder), cache, n_calls);
    }
    chain_free(&all);
}

static void decoding_allocates_nothing(void **state)
{
    (void)state;
    char path[512];
    if (!model_path(path, "llada_Q4_K")) {
        print_message("%s was not made\n", path);
        skip();
    }
    for (int decoder = 0; decoder < EDGEAI_N_DECODERS; decoder++)
        for (int cache = EDGEAI_CACHE_NONE; cache <= EDGEAI_CACHE_DUAL; cache++)
            count_calls_of_a_run(path, 1, (edgeai_decoder)decoder, (edgeai_cache)cache);
    count_calls_of_a_run(path, 2, EDGEAI_DECODER_DICO, EDGEAI_CACHE_DUAL);
    assert_true(model_path(path, "rnd1_F32"));
    count_calls_of_a_run(path, 1, EDGEAI_DECODER_DICO, EDGEAI_CACHE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decoding_allocates_nothing),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(every_allocation_of_a_generator_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
