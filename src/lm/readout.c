/* SPDX-License-Identifier: MIT */
#include "lm/readout.h"

#include <float.h>
#include <math.h>

#include "base/fail.h"
#include "platform/threads.h"

static size_t rows_at_once(size_t n_tokens_max)
{
    return n_tokens_max < EAI_READ_ROWS ? n_tokens_max : EAI_READ_ROWS;
}

size_t eai_readout_scratch(const edgeai_lm *lm, size_t n_tokens_max)
{
    return eai_matmul_scratch() + rows_at_once(n_tokens_max) * lm->head.item_columns;
}

void eai_readout_plan(eai_readout *readout, const edgeai_lm *lm, size_t n_tokens_max,
                      eai_arena *arena)
{
    readout->rows_max = rows_at_once(n_tokens_max);
    readout->parts = eai_arena_take(arena, eai_matmul_items(&lm->head),
                                    readout->rows_max * sizeof *readout->parts);
}

typedef struct readout_loop {
    const eai_readout *readout;
    const eai_forward *forward;
    eai_rows rows;
    size_t n;
    float *logits; /* [n, V] or NULL */
    eai_logits_depth depth;
} readout_loop;

/* Ids that are no tokens, where rows are handed out: samplers must not come upon them. Finite, so
 * that guidance may subtract rows. The mask stays: decoders know it. */
static void bury_unused(const edgeai_lm *lm, size_t first, size_t n_columns, size_t n,
                        float *logits)
{
    for (size_t j = 0; j < n_columns; j++) {
        if (lm->penalty[first + j] == 0.0f || (int64_t)(first + j) == lm->config.mask_token)
            continue;
        for (size_t i = 0; i < n; i++)
            logits[i * lm->config.n_vocab + j] = EAI_LOGIT_OF_NO_TOKEN;
    }
}

static void read_item(void *opaque, size_t item, size_t slot)
{
    const readout_loop *loop = opaque;
    const edgeai_lm *lm = loop->forward->lm;
    const eai_matmul *head = &lm->head;
    const size_t first = item * head->item_columns;
    float *scratch = loop->forward->scratch.floats + slot * loop->forward->scratch.slot_floats;
    float *y = loop->logits ? loop->logits + first : scratch + eai_matmul_scratch();
    const size_t stride = loop->logits ? head->n_out : head->item_columns;
    size_t n_columns = eai_matmul_item(head, item, &loop->rows, y, stride, false, scratch);
    for (size_t i = 0; i < loop->n; i++)
        lm->kernels.logits_summarize(&loop->readout->parts[item * loop->readout->rows_max + i],
                                     y + i * stride, lm->penalty + first, n_columns, loop->depth);
    if (loop->logits) bury_unused(lm, first, n_columns, loop->n, y);
}

static edgeai_status predict_row(edgeai_prediction *out, const eai_logits_summary *s,
                                 eai_logits_depth depth)
{
    *out = (edgeai_prediction){.token = s->best_id, .margin = (double)s->best - s->second};
    if (s->best_id < 0 || !isfinite(s->best) || !isfinite(s->rest) || !isfinite(s->moment))
        return eai_fail(EDGEAI_E_FORMAT,
                        "lm: the logits are no finite numbers: the weights are damaged");
    if (depth < EAI_LOGITS_REST) return EDGEAI_OK;
    double own = exp((double)s->best - s->max), sum = own + s->rest;
    out->confidence = fmax(own / sum, DBL_MIN);
    out->doubt = s->rest / sum;
    if (depth < EAI_LOGITS_MOMENT) return EDGEAI_OK;
    /* -sum p ln p = ln(sum) - moment / sum; neither part is negative. */
    out->entropy = (own == 1.0 ? log1p(s->rest) : log(sum)) - s->moment / sum;
    return EDGEAI_OK;
}

static edgeai_status read_group(const readout_loop *loop, edgeai_prediction *predictions)
{
    const edgeai_lm *lm = loop->forward->lm;
    const size_t n_items = eai_matmul_items(&lm->head);
    double work = ((double)loop->n + 1.0) * (double)lm->head.n_in * (double)lm->head.n_out;
    eai_parallel_for_work(lm->context, n_items, work, read_item, (void *)(size_t)loop);
    for (size_t i = 0; i < loop->n; i++) {
        eai_logits_summary whole = eai_logits_nothing();
        for (size_t item = 0; item < n_items; item++)
            eai_logits_join(&whole, &loop->readout->parts[item * loop->readout->rows_max + i],
                            (int32_t)(item * lm->head.item_columns));
        EAI_TRY(predict_row(&predictions[i], &whole, loop->depth));
    }
    return EDGEAI_OK;
}

edgeai_status eai_readout_run(const eai_readout *readout, const eai_forward *f, size_t n,
                              unsigned wanted, edgeai_prediction *predictions, float *logits)
{
    const size_t n_embd = f->lm->config.n_embd, n_vocab = f->lm->config.n_vocab;
    readout_loop loop = {.readout = readout, .forward = f, .depth = EAI_LOGITS_BEST};
    if (wanted & EDGEAI_WANT_CONFIDENCE) loop.depth = EAI_LOGITS_REST;
    if (wanted & EDGEAI_WANT_ENTROPY) loop.depth = EAI_LOGITS_MOMENT;
    for (size_t first = 0; first < n; first += readout->rows_max) {
        loop.n = n - first < readout->rows_max ? n - first : readout->rows_max;
        eai_matmul_prepare(f->lm->context, &f->lm->head, f->normed + first * n_embd, n_embd, loop.n,
                           &f->scratch, &loop.rows);
        loop.logits = logits ? logits + first * n_vocab : NULL;
        EAI_TRY(read_group(&loop, predictions + first));
    }
    return EDGEAI_OK;
}
