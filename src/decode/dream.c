/* SPDX-License-Identifier: MIT */
/*
 * Dream (arXiv 2508.15487): time runs from 1 to eps in equal steps, and a step from t to s reveals
 * the share 1 - s/t of the masks: each at random (origin), or the best by a score.
 *
 * A step that will reveal nothing, which is known before its pass, is left out: the published code
 * runs it and throws the result away.
 */
#include "decode/decoding.h"

#include <math.h>

#include "base/fail.h"

static double share_of_step(const edgeai_decoding *decoding, size_t step)
{
    double n_steps = (double)decoding->block.n_steps, fall = 1 - decoding->options.eps;
    if (step + 1 >= decoding->block.n_steps) return 1;
    double t = 1 - fall * (double)step / n_steps;
    double s = 1 - fall * (double)(step + 1) / n_steps;
    return 1 - s / t;
}

/* Without temperature and cuts the denoiser's own numbers are those of the softmax. */
static double score_prediction(edgeai_decoder decoder, const edgeai_prediction *prediction)
{
    if (decoder == EDGEAI_DECODER_TOPK_MARGIN)
        return -prediction->confidence * expm1(-prediction->margin); /* p1 - p1 exp(l2 - l1) */
    if (decoder == EDGEAI_DECODER_ENTROPY) return -prediction->entropy;
    return prediction->confidence;
}

static double score_sampled(edgeai_decoder decoder, const eai_sampler *sampler, int32_t token)
{
    if (decoder == EDGEAI_DECODER_TOPK_MARGIN)
        return eai_sampler_probability(sampler, sampler->best) - eai_sampler_second(sampler);
    if (decoder == EDGEAI_DECODER_ENTROPY) return eai_sampler_negative_entropy(sampler);
    return eai_sampler_probability(sampler, token);
}

static void sample_row(edgeai_decoding *decoding, size_t candidate, size_t slot)
{
    const edgeai_decode_options *options = &decoding->options;
    eai_sampler *sampler = &decoding->samplers[slot];
    edgeai_prediction *prediction = &decoding->predictions[candidate];
    eai_rng rng;
    eai_rng_seed(&rng, decoding->seeds[candidate]);
    eai_sampler_load(sampler, eai_pass_row(decoding, candidate));
    prediction->token = options->temperature > 0 ? eai_sampler_draw(sampler, &rng) : sampler->best;
    prediction->confidence = eai_sampler_probability(sampler, prediction->token);
    decoding->keys[candidate] = score_sampled(options->decoder, sampler, prediction->token);
}

/* Tokens and scores (into keys) of all candidates. */
static void sample_candidates(edgeai_decoding *decoding)
{
    const edgeai_decode_options *options = &decoding->options;
    if (options->temperature > 0 || options->top_p < 1 || options->top_k > 0) {
        eai_pass_for_each_row(decoding, sample_row);
        return;
    }
    for (size_t k = 0; k < decoding->n_candidates; k++)
        decoding->keys[k] = score_prediction(options->decoder, &decoding->predictions[k]);
}

/*
 * n positions without replacement by softmax(score / temperature): the n largest of
 * score + temperature * Gumbel noise have just that distribution (Gumbel top-k).
 */
static void disturb_scores(edgeai_decoding *decoding)
{
    double temperature = decoding->options.alg_temperature;
    if (temperature == 0) return;
    for (size_t k = 0; k < decoding->n_candidates; k++)
        decoding->keys[k] -= temperature * log(-log(eai_rng_open(&decoding->rng)));
}

/* Chooses before predicting; false when no position is revealed. */
static bool choose_by_lot(edgeai_decoding *decoding, double share)
{
    for (size_t k = 0; k < decoding->n_candidates; k++)
        if (share >= 1 || eai_rng_uniform(&decoding->rng) < share) eai_pass_choose(decoding, k);
    eai_pass_narrow(decoding);
    return decoding->n_candidates > 0;
}

edgeai_status eai_decode_dream(edgeai_decoding *decoding)
{
    bool is_origin = decoding->options.decoder == EDGEAI_DECODER_ORIGIN;
    for (size_t step = 0; decoding->block.n_masked > 0; step++) {
        double share = share_of_step(decoding, step);
        size_t n = (size_t)((double)decoding->block.n_masked * share);
        if (!is_origin && n == 0) continue;
        eai_pass_gather(decoding);
        if (is_origin && !choose_by_lot(decoding, share)) continue;
        EAI_TRY(eai_pass_predict(decoding));
        sample_candidates(decoding);
        if (!is_origin) {
            disturb_scores(decoding);
            eai_pass_choose_largest(decoding, decoding->keys, n);
        }
        eai_pass_commit(decoding);
        EAI_TRY(eai_pass_report(decoding, EDGEAI_PHASE_STEP));
    }
    return EDGEAI_OK;
}
