/* SPDX-License-Identifier: MIT */

/*
 * A model with LLaDA-8B's true shapes and random Q4_K weights: how long it takes to open, what a
 * pass over 64 positions takes, and how much memory is resident at most. Not a test; by hand:
 *
 *     python3 tests/support/make_llada_8b_shapes.py FILE       (4.5 GB; --help for smaller ones)
 *     build/release/tests/bench/llada_8b FILE
 */

#include <stdio.h>
#include <sys/resource.h>

#include <edgeai/lm.h>
#include <edgeai/model_file.h>

#include "base/clock.h"
#include "support/check.h"

/* The first token is one that the smallest vocabulary the script makes has. */
enum { FIRST_TOKEN = 300, POSITIONS = 64 };

static void run(edgeai_context *context, const char *path)
{
    edgeai_model_file *file;
    edgeai_lm *lm;
    edgeai_lm_denoiser *denoiser;
    edgeai_lm_options mapped = EDGEAI_LM_OPTIONS_INIT;
    edgeai_lm_denoiser_options options = EDGEAI_LM_DENOISER_OPTIONS_INIT;
    mapped.weights = EDGEAI_WEIGHTS_MAPPED;
    options.n_tokens_max = POSITIONS;
    double begin = eai_clock_ms();
    assert_ok(edgeai_model_file_open(&file, context, path));
    assert_ok(edgeai_lm_load(&lm, context, file, &mapped));
    assert_ok(edgeai_lm_denoiser_create(&denoiser, lm, &options));
    const double open_ms = eai_clock_ms() - begin;

    const edgeai_denoiser *d = edgeai_lm_denoiser_interface(denoiser);
    int32_t row[POSITIONS], positions[POSITIONS];
    edgeai_prediction predictions[POSITIONS];
    for (int i = 0; i < POSITIONS; i++) {
        row[i] = i < POSITIONS / 2 ? FIRST_TOKEN + i : d->mask_token;
        positions[i] = i;
    }
    const unsigned wanted = EDGEAI_WANT_CONFIDENCE | EDGEAI_WANT_MARGIN | EDGEAI_WANT_ENTROPY;
    assert_ok(d->prepare(d->user, wanted, POSITIONS));
    begin = eai_clock_ms();
    assert_ok(d->predict(d->user, row, POSITIONS, positions, POSITIONS, predictions, NULL));
    const double pass_ms = eai_clock_ms() - begin;

    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    const double file_mb = (double)edgeai_model_file_bytes(file) / 1e6;
    const double peak_mb = (double)usage.ru_maxrss * 1024.0 / 1e6;
    printf("open and load     %8.0f ms\n", open_ms);
    printf("%d positions      %8.0f ms\n", POSITIONS, pass_ms);
    printf("file              %8.0f MB\n", file_mb);
    printf("resident at most  %8.0f MB  (file %+.0f MB)\n", peak_mb, peak_mb - file_mb);
    edgeai_lm_denoiser_free(denoiser);
    edgeai_lm_free(lm);
    edgeai_model_file_free(file);
}

int main(int argc, char **argv)
{
    edgeai_context *context;
    if (argc != 2) {
        fprintf(stderr, "usage: llada_8b FILE\n");
        return 2;
    }
    assert_ok(edgeai_context_create(&context, NULL));
    run(context, argv[1]);
    edgeai_context_free(context);
    return 0;
}
