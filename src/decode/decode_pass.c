/* SPDX-License-Identifier: MIT */
/* One pass of a decoding: predict, choose, commit, report. */
#include "decode/decoding.h"

#include <math.h>

#include "base/clock.h"
#include "base/fail.h"
#include "decode/logits_row.h"
#include "decode/ranking.h"
#include "platform/threads.h"

void eai_pass_gather(edgeai_decoding *decoding)
{
    decoding->n_candidates = 0;
    for (size_t i = decoding->block.begin; i < decoding->block.end; i++) {
        if (decoding->row[i] != decoding->denoiser->mask_token) continue;
        decoding->chosen[decoding->n_candidates] = false;
        decoding->positions[decoding->n_candidates++] = (int32_t)i;
    }
}

void eai_pass_narrow(edgeai_decoding *decoding)
{
    size_t n = 0;
    for (size_t k = 0; k < decoding->n_candidates; k++) {
        if (!decoding->chosen[k]) continue;
        decoding->chosen[n] = true;
        decoding->positions[n++] = decoding->positions[k];
    }
    decoding->n_candidates = n;
}

static edgeai_status call_denoiser(edgeai_decoding *decoding, const int32_t *row,
                                   edgeai_prediction *predictions, float *logits)
{
    const edgeai_denoiser *denoiser = decoding->denoiser;
    double began_ms = eai_clock_ms();
    edgeai_status status =
        denoiser->predict(denoiser->user, row, decoding->n_tokens, decoding->positions,
                          decoding->n_candidates, predictions, logits);
    decoding->result.denoiser_ms += eai_clock_ms() - began_ms;
    if (status == EDGEAI_OK) decoding->result.n_passes++;
    return status;
}

static void guide_row(edgeai_decoding *decoding, size_t candidate, size_t slot)
{
    (void)slot;
    const edgeai_denoiser *denoiser = decoding->denoiser;
    float *row = eai_pass_row(decoding, candidate);
    eai_row_guide(row, decoding->guidance_logits + candidate * (size_t)denoiser->n_vocab,
                  denoiser->n_vocab, decoding->options.guidance_scale);
    decoding->predictions[candidate] =
        eai_row_prediction(row, denoiser->n_vocab, denoiser->mask_token, -1);
}

/* Classifier-free guidance: the same positions again without the prompt, and away from that. */
static edgeai_status guide(edgeai_decoding *decoding)
{
    for (size_t i = 0; i < decoding->n_tokens; i++)
        decoding->guidance_row[i] =
            i < decoding->n_guided ? decoding->denoiser->mask_token : decoding->row[i];
    EAI_TRY(call_denoiser(decoding, decoding->guidance_row, decoding->unguided,
                          decoding->guidance_logits));
    eai_pass_for_each_row(decoding, guide_row);
    return EDGEAI_OK;
}

/* Algorithms compare these numbers freely, so none of them may be NaN or out of range. */
static edgeai_status check_predictions(edgeai_decoding *decoding)
{
    const edgeai_denoiser *denoiser = decoding->denoiser;
    double most_entropy = log(denoiser->n_vocab);
    for (size_t k = 0; k < decoding->n_candidates; k++) {
        edgeai_prediction *p = &decoding->predictions[k];
        if (p->token < 0 || p->token >= denoiser->n_vocab || p->token == denoiser->mask_token)
            return eai_fail(EDGEAI_E_INVALID,
                            "decode: the denoiser's token at position %d: expected 0 to %d and "
                            "not the mask %d, found %d",
                            decoding->positions[k], denoiser->n_vocab - 1, denoiser->mask_token,
                            p->token);
        if (!(p->confidence >= 0)) p->confidence = 0;
        if (p->confidence > 1) p->confidence = 1;
        if (!(p->doubt >= 0 && p->doubt <= 1)) p->doubt = 1 - p->confidence;
        if (!(p->margin >= 0)) p->margin = 0;
        if (!(p->entropy <= most_entropy)) p->entropy = most_entropy;
        if (p->entropy < 0) p->entropy = 0;
    }
    return EDGEAI_OK;
}

/* LLaDA's sampling: the token is drawn, its confidence is that of the softmax without noise. */
static void sample_row(edgeai_decoding *decoding, size_t candidate, size_t slot)
{
    const edgeai_denoiser *denoiser = decoding->denoiser;
    const float *row = eai_pass_row(decoding, candidate);
    eai_sampler *sampler = &decoding->samplers[slot];
    eai_rng rng;
    eai_rng_seed(&rng, decoding->seeds[candidate]);
    eai_sampler_load(sampler, row);
    decoding->predictions[candidate] = eai_row_prediction(
        row, denoiser->n_vocab, denoiser->mask_token, eai_sampler_draw_gumbel(sampler, &rng));
}

edgeai_status eai_pass_predict(edgeai_decoding *decoding)
{
    decoding->pass_began_ms = eai_clock_ms();
    EAI_TRY(call_denoiser(decoding, decoding->row, decoding->predictions, decoding->logits));
    decoding->n_looks++;
    if (decoding->options.guidance_scale > 0) EAI_TRY(guide(decoding));
    EAI_TRY(check_predictions(decoding));
    for (size_t k = 0; decoding->options.temperature > 0 && k < decoding->n_candidates; k++)
        decoding->seeds[k] = eai_rng_next(&decoding->rng);
    if (decoding->is_gumbel) eai_pass_for_each_row(decoding, sample_row);
    return EDGEAI_OK;
}

void eai_pass_commit(edgeai_decoding *decoding)
{
    size_t n = 0;
    for (size_t k = 0; k < decoding->n_candidates; k++) {
        if (!decoding->chosen[k]) continue;
        decoding->row[decoding->positions[k]] = decoding->predictions[k].token;
        decoding->committed[n] = decoding->positions[k];
        decoding->committed_confidences[n++] = decoding->predictions[k].confidence;
    }
    decoding->n_committed = n;
    decoding->n_masked -= n;
    decoding->block.n_masked -= n;
    decoding->result.n_committed += n;
}

edgeai_status eai_pass_report(edgeai_decoding *decoding, edgeai_phase phase)
{
    edgeai_decode_result *result = &decoding->result;
    result->phase_passes[phase] += decoding->options.guidance_scale > 0 ? 2 : 1;
    result->phase_ms[phase] += eai_clock_ms() - decoding->pass_began_ms;
    if (!decoding->options.on_step) return EDGEAI_OK;
    const eai_dico *dico = &decoding->dico;
    for (size_t k = 0; k < dico->n_clusters; k++) {
        dico->reported[2 * k] = decoding->block.begin + dico->clusters[k].begin;
        dico->reported[2 * k + 1] = decoding->block.begin + dico->clusters[k].end;
    }
    edgeai_decode_step step = {
        .n_passes = result->n_passes,
        .phase = phase,
        .block_begin = decoding->block.begin,
        .block_end = decoding->block.end,
        .row = decoding->row,
        .n_tokens = decoding->n_tokens,
        .positions = decoding->committed,
        .confidences = decoding->committed_confidences,
        .n_committed = decoding->n_committed,
        .clusters = dico->reported,
        .n_clusters = dico->n_clusters,
        .n_masked = decoding->n_masked,
    };
    if (decoding->options.on_step(decoding->options.on_step_user, &step) == 0) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_CANCELLED, "decode: cancelled by the step callback after %zu passes",
                    result->n_passes);
}

typedef struct row_loop {
    edgeai_decoding *decoding;
    eai_row_task task;
} row_loop;

static void run_row(void *argument, size_t item, size_t slot)
{
    const row_loop *loop = argument;
    loop->task(loop->decoding, item, slot);
}

void eai_pass_for_each_row(edgeai_decoding *decoding, eai_row_task task)
{
    row_loop loop = {decoding, task};
    /* A few exponentials and logarithms for each logit, about ten multiply-adds each. */
    double work = 50.0 * (double)decoding->n_candidates * decoding->denoiser->n_vocab;
    eai_parallel_for_work(decoding->context, decoding->n_candidates, work, run_row, &loop);
}

void eai_pass_choose_largest(edgeai_decoding *decoding, const double *keys, size_t n)
{
    eai_ranking ranking = eai_ranking_of_all(keys, decoding->order, decoding->n_candidates);
    for (; n > 0 && ranking.n > 0; n--)
        eai_pass_choose(decoding, eai_ranking_pop(&ranking));
}

size_t eai_pass_most_confident(const edgeai_decoding *decoding)
{
    size_t best = 0;
    for (size_t k = 1; k < decoding->n_candidates; k++)
        if (decoding->predictions[k].confidence > decoding->predictions[best].confidence) best = k;
    return best;
}

void eai_pass_key_by_confidence(edgeai_decoding *decoding)
{
    for (size_t k = 0; k < decoding->n_candidates; k++)
        decoding->keys[k] = decoding->predictions[k].confidence;
}

bool eai_factor_accepts(double doubt, double factor, size_t n)
{
    return floor(factor / (doubt + 1e-6) - 1) >= (double)n;
}

edgeai_status eai_decode_passes(edgeai_decoding *decoding, eai_choose choose)
{
    for (size_t pass = 0; decoding->block.n_masked > 0; pass++) {
        eai_pass_gather(decoding);
        EAI_TRY(eai_pass_predict(decoding));
        choose(decoding, pass);
        eai_pass_commit(decoding);
        EAI_TRY(eai_pass_report(decoding, EDGEAI_PHASE_STEP));
    }
    return EDGEAI_OK;
}
