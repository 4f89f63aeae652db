/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lm/transformer.h"

/*
 * Routed experts: each row goes through its n_experts_used most probable ones. Rows are gathered by
 * expert, so every expert's weights are read once for all its rows.
 */

/* The k largest of p[n], in falling order, the lower index first on a tie. */
static void choose_top(const float *p, size_t n, size_t k, int32_t *experts, float *weights)
{
    size_t n_chosen = 0;
    for (size_t i = 0; i < n; i++) {
        if (n_chosen == k && !(p[i] > weights[k - 1])) continue;
        size_t at = n_chosen < k ? n_chosen++ : k - 1;
        for (; at > 0 && p[i] > weights[at - 1]; at--) {
            weights[at] = weights[at - 1];
            experts[at] = experts[at - 1];
        }
        weights[at] = p[i];
        experts[at] = (int32_t)i;
    }
}

static void route_row(const edgeai_lm *lm, float *router, int32_t *experts, float *weights)
{
    const eai_lm_config *c = &lm->config;
    lm->kernels.softmax(router, c->n_experts, 1.0f);
    choose_top(router, c->n_experts, c->n_experts_used, experts, weights);
    if (!c->architecture->renormalise) return;
    double sum = 0.0;
    for (size_t k = 0; k < c->n_experts_used; k++)
        sum += weights[k];
    for (size_t k = 0; k < c->n_experts_used; k++)
        weights[k] = (float)(weights[k] / sum);
}

/* Counting sort of the n choices by expert: fills begin and places. */
static void sort_choices(eai_moe_buffers *m, size_t n, size_t n_experts)
{
    memset(m->begin, 0, (n_experts + 1) * sizeof *m->begin);
    for (size_t i = 0; i < n; i++)
        m->begin[m->experts[i] + 1]++;
    for (size_t e = 0; e < n_experts; e++)
        m->begin[e + 1] += m->begin[e];
    for (size_t i = 0; i < n; i++)
        m->places[i] = m->begin[m->experts[i]]++;
    for (size_t e = n_experts; e > 0; e--) /* filling moved every begin to its end */
        m->begin[e] = m->begin[e - 1];
    m->begin[0] = 0;
}

/* gate and up of every expert that has rows, then their gated product's down projection. */
static void run_experts(eai_forward *f, const eai_lm_layer *layer)
{
    const eai_lm_config *c = &f->lm->config;
    eai_moe_buffers *m = &f->moe;
    size_t n_jobs = 0;
    for (size_t e = 0; e < c->n_experts; e++) {
        size_t first = m->begin[e], n = m->begin[e + 1] - first;
        if (n == 0) continue;
        const float *x = m->gathered + first * c->n_embd;
        for (int which = 0; which < 2; which++) {
            m->plans[n_jobs] =
                eai_matmul_rows(which ? &layer->up : &layer->gate, e * c->n_ff, c->n_ff);
            m->jobs[n_jobs] = (eai_matmul_job){
                &m->plans[n_jobs], x,    c->n_embd, n, (which ? f->up : f->gate) + first * c->n_ff,
                c->n_ff,           false};
            n_jobs++;
        }
    }
    eai_matmul_run(f->lm->context, m->jobs, n_jobs, f->scratch);
    eai_gate_rows(f, m->begin[c->n_experts]);
    n_jobs = 0;
    for (size_t e = 0; e < c->n_experts; e++) {
        size_t first = m->begin[e], n = m->begin[e + 1] - first;
        if (n == 0) continue;
        m->plans[n_jobs] = eai_matmul_rows(&layer->down, e * c->n_embd, c->n_embd);
        m->jobs[n_jobs] = (eai_matmul_job){&m->plans[n_jobs],
                                           f->gate + first * c->n_ff,
                                           c->n_ff,
                                           n,
                                           m->gathered + first * c->n_embd,
                                           c->n_embd,
                                           false};
        n_jobs++;
    }
    eai_matmul_run(f->lm->context, m->jobs, n_jobs, f->scratch);
}

static void run_rows(eai_forward *f, const eai_lm_layer *layer, const float *normed, float *hidden,
                     size_t n)
{
    const eai_lm_config *c = &f->lm->config;
    const size_t n_used = c->n_experts_used, n_embd = c->n_embd;
    eai_moe_buffers *m = &f->moe;
    const eai_matmul_job router = {&layer->router, normed,       n_embd, n,
                                   m->router,      c->n_experts, false};
    eai_matmul_run(f->lm->context, &router, 1, f->scratch);
    for (size_t i = 0; i < n; i++)
        route_row(f->lm, m->router + i * c->n_experts, m->experts + i * n_used,
                  m->weights + i * n_used);
    sort_choices(m, n * n_used, c->n_experts);
    for (size_t i = 0; i < n * n_used; i++)
        memcpy(m->gathered + m->places[i] * n_embd, normed + i / n_used * n_embd,
               n_embd * sizeof *normed);
    run_experts(f, layer);
    for (size_t i = 0; i < n * n_used; i++)
        f->lm->kernels.add_scaled(hidden + i / n_used * n_embd, m->gathered + m->places[i] * n_embd,
                                  m->weights[i], n_embd);
}

void eai_moe_run(eai_forward *f, const eai_lm_layer *layer, size_t n)
{
    const size_t n_embd = f->lm->config.n_embd;
    for (size_t first = 0; first < n; first += EAI_MOE_ROWS) {
        size_t rows = n - first < EAI_MOE_ROWS ? n - first : EAI_MOE_ROWS;
        run_rows(f, layer, f->normed + first * n_embd, f->hidden + first * n_embd, rows);
    }
}
