/* SPDX-License-Identifier: MIT */
#include "support/scripted_denoiser.h"

#include <math.h>

#include "base/fail.h"

static edgeai_status prepare(void *user, unsigned wanted, size_t n_tokens)
{
    scripted_denoiser *script = user;
    script->n_prepares++;
    script->wanted = wanted;
    script->n_tokens = n_tokens;
    return EDGEAI_OK;
}

static edgeai_status begin_block(void *user, size_t begin, size_t end)
{
    scripted_denoiser *script = user;
    if (script->n_begins != script->n_ends) script->breach = "a block began inside a block";
    if (begin >= end || end > script->n_tokens) script->breach = "block outside the row";
    script->n_begins++;
    script->block_begin = begin;
    script->block_end = end;
    return EDGEAI_OK;
}

static edgeai_status end_block(void *user)
{
    scripted_denoiser *script = user;
    script->n_ends++;
    if (script->n_begins != script->n_ends) script->breach = "a block ended that never began";
    return EDGEAI_OK;
}

static void check_call(scripted_denoiser *script, const int32_t *row, size_t n_tokens,
                       const int32_t *positions, size_t n_positions, const float *logits)
{
    if (script->n_begins != script->n_ends + 1) script->breach = "predict outside a block";
    if (n_tokens != script->n_tokens) script->breach = "n_tokens differs from prepare";
    if (n_positions < 1) script->breach = "predict without positions";
    if (!logits != !(script->wanted & EDGEAI_WANT_LOGITS))
        script->breach = "logits were declared and not asked for, or asked for undeclared";
    for (size_t k = 0; k < n_positions; k++) {
        size_t position = (size_t)positions[k];
        if (position < script->block_begin || position >= script->block_end)
            script->breach = "position outside the block";
        else if (row[position] != script->denoiser.mask_token)
            script->breach = "position that is not masked";
        if (k > 0 && positions[k] <= positions[k - 1]) script->breach = "positions do not ascend";
    }
}

static edgeai_status predict(void *user, const int32_t *row, size_t n_tokens,
                             const int32_t *positions, size_t n_positions,
                             edgeai_prediction *predictions, float *logits)
{
    scripted_denoiser *script = user;
    check_call(script, row, n_tokens, positions, n_positions, logits);
    if (script->n_passes++ == script->fail_at)
        return eai_fail(EDGEAI_E_IO, "scripted failure at pass %zu", script->fail_at);
    for (size_t k = 0; k < n_positions; k++) {
        float *own = logits ? logits + k * (size_t)script->denoiser.n_vocab : NULL;
        script->predict(script, row, (size_t)positions[k], &predictions[k], own);
    }
    return EDGEAI_OK;
}

void scripted_denoiser_make(scripted_denoiser *script, int32_t n_vocab, int32_t mask_token,
                            scripted_predict function)
{
    *script = (scripted_denoiser){
        .denoiser = {sizeof(edgeai_denoiser), script, n_vocab, mask_token, prepare, begin_block,
                     predict, end_block},
        .predict = function,
        .fail_at = SIZE_MAX,
    };
}

/* A row whose softmax has `p` at `token`; other tokens share the rest. */
static void fill_logits(const scripted_denoiser *script, int32_t token, double p, float *logits)
{
    int32_t n_vocab = script->denoiser.n_vocab;
    double rest = (1 - p) / (n_vocab - 1);
    for (int32_t i = 0; i < n_vocab; i++)
        logits[i] = (float)log(i == token ? p : rest);
}

void scripted_trace_predict(const scripted_denoiser *script, const int32_t *row, size_t position,
                            edgeai_prediction *prediction, float *logits)
{
    const double *difficulty = script->user;
    double context = 0;
    size_t first = position < 16 ? 0 : position - 16;
    for (size_t j = first; j <= position + 16 && j < script->n_tokens; j++) {
        if (j == position || row[j] == script->denoiser.mask_token) continue;
        double distance = j < position ? (double)(position - j) : (double)(j - position);
        context += exp(-distance / 4);
    }
    double c = 1 - 1 / (1 + exp(2.2 * context - 3 * difficulty[position]));
    c = fmin(fmax(c, 0.02), 0.9999);
    *prediction = (edgeai_prediction){
        .token = (int32_t)position,
        .confidence = c,
        .doubt = 1 - c,
        .margin = fmax(0, 12 * (c - 0.5)),
        .entropy = -c * log(c) - (1 - c) * log1p(-c),
    };
    if (logits) fill_logits(script, prediction->token, c, logits);
}

void scripted_table_predict(const scripted_denoiser *script, const int32_t *row, size_t position,
                            edgeai_prediction *prediction, float *logits)
{
    (void)row;
    *prediction = ((const edgeai_prediction *)script->user)[position];
    if (logits) fill_logits(script, prediction->token, prediction->confidence, logits);
}

void scripted_logits_predict(const scripted_denoiser *script, const int32_t *row, size_t position,
                             edgeai_prediction *prediction, float *logits)
{
    (void)row;
    int32_t n_vocab = script->denoiser.n_vocab, mask = script->denoiser.mask_token;
    const float *own = (const float *)script->user + position * (size_t)n_vocab;
    int32_t best = -1, second = -1;
    double sum = 0, entropy = 0;
    for (int32_t i = 0; i < n_vocab; i++) {
        sum += exp(own[i]);
        if (logits) logits[i] = own[i];
        if (i == mask) continue;
        if (best < 0 || own[i] > own[best]) {
            second = best;
            best = i;
        } else if (second < 0 || own[i] > own[second]) {
            second = i;
        }
    }
    for (int32_t i = 0; i < n_vocab; i++)
        entropy -= exp(own[i]) / sum * (own[i] - log(sum));
    prediction->token = best;
    prediction->confidence = exp(own[best]) / sum;
    prediction->doubt = 1 - prediction->confidence;
    prediction->margin = second < 0 ? 0 : own[best] - own[second];
    prediction->entropy = entropy;
}
