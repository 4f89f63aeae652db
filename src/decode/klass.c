/* SPDX-License-Identifier: MIT */
/*
 * KLASS (arXiv 2511.05664): commits what is confident and whose distribution has stopped moving,
 * KL(p_t || p_{t-1}) below a threshold in each of the last passes; without any, the best one.
 */
#include "decode/decoding.h"

#include <math.h>

#include "decode/logits_row.h"

/* Inside the logarithms, as published: keeps a zero probability finite. */
#define TINY 1e-12

static double divergence(const float *now, double now_normalizer, const float *before,
                         double before_normalizer, int32_t n_vocab)
{
    if (now_normalizer == -INFINITY || before_normalizer == -INFINITY) return INFINITY;
    double sum = 0;
    for (int32_t i = 0; i < n_vocab; i++) {
        double p = exp(eai_logit(now[i]) - now_normalizer);
        double q = exp(eai_logit(before[i]) - before_normalizer);
        sum += p * (log(p + TINY) - log(q + TINY));
    }
    return sum;
}

static void normalize_row(edgeai_decoding *decoding, size_t candidate, size_t slot)
{
    (void)slot;
    decoding->klass.now[candidate] =
        eai_row_normalizer(eai_pass_row(decoding, candidate), decoding->denoiser->n_vocab);
}

/* Counts, by offset, the passes in a row that moved less than the threshold. */
static void compare_row(edgeai_decoding *decoding, size_t candidate, size_t slot)
{
    (void)slot;
    eai_klass *klass = &decoding->klass;
    int32_t n_vocab = decoding->denoiser->n_vocab;
    size_t offset = (size_t)decoding->positions[candidate] - decoding->block.begin;
    size_t row = klass->rows[offset];
    double moved =
        divergence(eai_pass_row(decoding, candidate), klass->now[candidate],
                   klass->before + row * (size_t)n_vocab, klass->normalizers[row], n_vocab);
    bool is_still = moved < decoding->options.kl_threshold;
    klass->n_stable[offset] = is_still ? klass->n_stable[offset] + 1 : 0;
}

static void update_stability(edgeai_decoding *decoding, size_t pass)
{
    eai_klass *klass = &decoding->klass;
    eai_pass_for_each_row(decoding, normalize_row);
    if (pass > 0) {
        eai_pass_for_each_row(decoding, compare_row);
        return;
    }
    for (size_t i = 0; i < decoding->block.end - decoding->block.begin; i++)
        klass->n_stable[i] = 0;
}

/* This pass's rows become those of the pass before. */
static void remember(edgeai_decoding *decoding)
{
    eai_klass *klass = &decoding->klass;
    for (size_t k = 0; k < decoding->n_candidates; k++) {
        klass->rows[(size_t)decoding->positions[k] - decoding->block.begin] = (uint32_t)k;
        klass->normalizers[k] = klass->now[k];
    }
    float *rows = klass->before;
    klass->before = decoding->logits;
    decoding->logits = rows;
}

static void choose_stable(edgeai_decoding *decoding, size_t pass)
{
    const edgeai_decode_options *options = &decoding->options;
    update_stability(decoding, pass);
    bool any = false;
    for (size_t k = 0; k < decoding->n_candidates; k++) {
        size_t offset = (size_t)decoding->positions[k] - decoding->block.begin;
        if (decoding->klass.n_stable[offset] < (uint32_t)options->kl_history) continue;
        if (decoding->predictions[k].confidence <= options->threshold) continue;
        eai_pass_choose(decoding, k);
        any = true;
    }
    if (!any) eai_pass_choose(decoding, eai_pass_most_confident(decoding));
    remember(decoding);
}

edgeai_status eai_decode_klass(edgeai_decoding *decoding)
{
    return eai_decode_passes(decoding, choose_stable);
}
