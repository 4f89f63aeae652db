/* SPDX-License-Identifier: MIT */

/*
 * A model with LLaDA-8B's true shapes and random Q4_K weights: how long it takes to open, what a
 * pass over 64 positions takes, and how much memory is resident at most. Not a test; by hand:
 *
 *     build/release/tests/bench/llada_8b make FILE     (4.6 GB)
 *     build/release/tests/bench/llada_8b run FILE
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <edgeai/lm.h>
#include <edgeai/model_file.h>

#include "base/clock.h"
#include "base/rng.h"
#include "support/check.h"

enum {
    LAYERS = 32,
    EMBD = 4096,
    HEADS = 32,
    FF = 12288,
    VOCAB = 126464,
    MASK = 126336,
    POSITIONS = 64,
    SUPERBLOCK = 256
};

/*
 * Superblocks of Q4_K: half d, half dmin, 12 bytes of scales and minima, 128 of quants, all random
 * but for d and dmin, which centre the values and give them a spread of about 1 / 64.
 */
static unsigned char *random_blocks(size_t n_blocks)
{
    const size_t bytes = edgeai_dtype_block_bytes(EDGEAI_DTYPE_Q4_K);
    unsigned char *blocks = malloc(n_blocks * bytes);
    eai_rng rng;
    assert_non_null(blocks);
    eai_rng_seed(&rng, 8);
    for (size_t i = 0; i + 8 <= n_blocks * bytes; i += 8) {
        uint64_t random = eai_rng_next(&rng);
        memcpy(blocks + i, &random, 8);
    }
    const float scales[] = {7.6e-5f, 7.5f * 7.6e-5f};
    uint16_t halves[2];
    assert_ok(edgeai_quantize(EDGEAI_DTYPE_F16, scales, halves, 2));
    for (size_t i = 0; i < n_blocks; i++)
        memcpy(blocks + i * bytes, halves, sizeof halves);
    return blocks;
}

typedef struct maker {
    edgeai_model_writer *writer;
    const unsigned char *blocks;
    const float *ones;
} maker;

static void matrix(const maker *m, const char *name, int64_t n_in, int64_t n_out)
{
    edgeai_tensor tensor = {.name = name,
                            .dtype = EDGEAI_DTYPE_Q4_K,
                            .n_dims = 2,
                            .shape = {n_in, n_out, 1, 1},
                            .data = m->blocks};
    tensor.data_bytes = edgeai_dtype_row_bytes(tensor.dtype, n_in * n_out);
    assert_ok(edgeai_model_writer_add_tensor(m->writer, &tensor));
}

static void norm(const maker *m, const char *name)
{
    const edgeai_tensor tensor = {.name = name,
                                  .dtype = EDGEAI_DTYPE_F32,
                                  .n_dims = 1,
                                  .shape = {EMBD, 1, 1, 1},
                                  .data = m->ones,
                                  .data_bytes = EMBD * sizeof(float)};
    assert_ok(edgeai_model_writer_add_tensor(m->writer, &tensor));
}

static void write_tensors(const maker *m)
{
    static const struct {
        const char *name;
        int64_t n_in, n_out;
    } matrices[] = {
        {"attn_q", EMBD, EMBD},      {"attn_k", EMBD, EMBD}, {"attn_v", EMBD, EMBD},
        {"attn_output", EMBD, EMBD}, {"ffn_gate", EMBD, FF}, {"ffn_up", EMBD, FF},
        {"ffn_down", FF, EMBD},
    };
    char name[64];
    matrix(m, "token_embd.weight", EMBD, VOCAB);
    norm(m, "output_norm.weight");
    matrix(m, "output.weight", EMBD, VOCAB);
    for (int layer = 0; layer < LAYERS; layer++) {
        snprintf(name, sizeof name, "blk.%d.attn_norm.weight", layer);
        norm(m, name);
        snprintf(name, sizeof name, "blk.%d.ffn_norm.weight", layer);
        norm(m, name);
        for (size_t i = 0; i < sizeof matrices / sizeof matrices[0]; i++) {
            snprintf(name, sizeof name, "blk.%d.%s.weight", layer, matrices[i].name);
            matrix(m, name, matrices[i].n_in, matrices[i].n_out);
        }
    }
}

static void write_keys(edgeai_model_writer *w)
{
    static char names[VOCAB][12];
    static edgeai_string tokens[VOCAB];
    for (int i = 0; i < VOCAB; i++) {
        int n = snprintf(names[i], sizeof names[i], "t%d", i);
        tokens[i] = (edgeai_string){names[i], (size_t)n};
    }
    assert_ok(edgeai_model_writer_set_string(w, "general.architecture", "llada", 5));
    assert_ok(edgeai_model_writer_set_u32(w, "llada.block_count", LAYERS));
    assert_ok(edgeai_model_writer_set_u32(w, "llada.context_length", 4096));
    assert_ok(edgeai_model_writer_set_u32(w, "llada.embedding_length", EMBD));
    assert_ok(edgeai_model_writer_set_u32(w, "llada.feed_forward_length", FF));
    assert_ok(edgeai_model_writer_set_u32(w, "llada.attention.head_count", HEADS));
    assert_ok(edgeai_model_writer_set_f32(w, "llada.attention.layer_norm_rms_epsilon", 1e-5f));
    assert_ok(edgeai_model_writer_set_f32(w, "llada.rope.freq_base", 500000.0f));
    assert_ok(edgeai_model_writer_set_string(w, "tokenizer.ggml.model", "gpt2", 4));
    assert_ok(edgeai_model_writer_set_strings(w, "tokenizer.ggml.tokens", tokens, VOCAB));
    assert_ok(edgeai_model_writer_set_u32(w, "tokenizer.ggml.mask_token_id", MASK));
}

static void make(edgeai_context *context, const char *path)
{
    unsigned char *blocks = random_blocks((size_t)EMBD * VOCAB / SUPERBLOCK);
    static float ones[EMBD];
    for (int i = 0; i < EMBD; i++)
        ones[i] = 1.0f;
    maker m = {.blocks = blocks, .ones = ones};
    assert_ok(edgeai_model_writer_create(&m.writer, context, path));
    write_keys(m.writer);
    write_tensors(&m);
    assert_ok(edgeai_model_writer_finish(m.writer));
    edgeai_model_writer_free(m.writer);
    free(blocks);
}

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
        row[i] = i < POSITIONS / 2 ? 1000 + i : MASK;
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
    if (argc != 3 || (strcmp(argv[1], "make") != 0 && strcmp(argv[1], "run") != 0)) {
        fprintf(stderr, "usage: llada_8b make|run FILE\n");
        return 2;
    }
    assert_ok(edgeai_context_create(&context, NULL));
    if (strcmp(argv[1], "make") == 0)
        make(context, argv[2]);
    else
        run(context, argv[2]);
    edgeai_context_free(context);
    return 0;
}
