/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "kernels/exp_neon.h"
#include "kernels/logits.h"

/* Running results of 4 lanes; lane j sees the ids j, j+4, j+8, ... */
typedef struct lanes {
    float32x4_t max, best, second;
    int32x4_t best_id;
} lanes;

static void see(lanes *s, float32x4_t logits, float32x4_t values, int32x4_t ids)
{
    uint32x4_t better = vcgtq_f32(values, s->best);
    s->max = vmaxq_f32(s->max, logits);
    s->second = vmaxq_f32(s->second, vminq_f32(values, s->best));
    s->best = vbslq_f32(better, values, s->best);
    s->best_id = vbslq_s32(better, ids, s->best_id);
}

static void reduce(eai_logits_summary *out, const lanes *s)
{
    float best[4], second[4];
    int32_t id[4];
    out->max = vmaxvq_f32(s->max);
    vst1q_f32(best, s->best);
    vst1q_f32(second, s->second);
    vst1q_s32(id, s->best_id);
    for (int j = 0; j < 4; j++) {
        if (second[j] > out->second) out->second = second[j];
        int first = out->best_id < 0 || (best[j] == out->best && id[j] < out->best_id);
        float loser = best[j];
        if (id[j] >= 0 && (best[j] > out->best || first)) {
            loser = out->best;
            out->best = best[j];
            out->best_id = id[j];
        }
        if (loser > out->second) out->second = loser;
    }
}

static void find_best(eai_logits_summary *out, const float *logits, const float *penalty, size_t n)
{
    static const int32_t first_ids[] = {0, 1, 2, 3};
    const float32x4_t lowest = vdupq_n_f32(-INFINITY);
    lanes s = {lowest, lowest, lowest, vdupq_n_s32(-1)};
    int32x4_t ids = vld1q_s32(first_ids);
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        float32x4_t row = vld1q_f32(logits + i), values = row;
        if (penalty) values = vaddq_f32(row, vld1q_f32(penalty + i));
        see(&s, row, values, ids);
        ids = vaddq_s32(ids, vdupq_n_s32(4));
    }
    if (i < n) {
        float32x4_t row = eai_load_tail_neon(logits + i, n - i, -INFINITY), values = row;
        if (penalty) values = vaddq_f32(row, eai_load_tail_neon(penalty + i, n - i, 0.0f));
        see(&s, row, values, ids);
    }
    reduce(out, &s);
}

/* Adds exp(logit - max) of n logits to *sum and their moments to *moment. */
static void add_sums(const float *logits, size_t n, float max, double *sum, double *moment)
{
    const float32x4_t maxima = vdupq_n_f32(max);
    float64x2_t sums = vdupq_n_f64(0.0), moments = vdupq_n_f64(0.0);
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        float32x4_t below = vsubq_f32(vld1q_f32(logits + i), maxima), e = eai_exp_neon(below);
        sums = eai_sum_neon(sums, e);
        if (moment) moments = eai_sum_neon(moments, vmulq_f32(below, e));
    }
    *sum += vaddvq_f64(sums);
    if (moment) *moment += vaddvq_f64(moments);
    if (i == n) return;
    float exponentials[4], products[4];
    float32x4_t below = vsubq_f32(eai_load_tail_neon(logits + i, n - i, 0.0f), maxima);
    float32x4_t e = eai_exp_neon(below);
    vst1q_f32(exponentials, e);
    vst1q_f32(products, vmulq_f32(below, e));
    for (size_t j = 0; j < n - i; j++) {
        *sum += exponentials[j];
        if (moment) *moment += products[j];
    }
}

void eai_logits_summarize_neon(eai_logits_summary *out, const float *logits, const float *penalty,
                               size_t n, eai_logits_depth depth)
{
    *out = eai_logits_nothing();
    find_best(out, logits, penalty, n);
    if (depth < EAI_LOGITS_REST) return;
    double *moment = depth >= EAI_LOGITS_MOMENT ? &out->moment : NULL;
    size_t best = out->best_id < 0 ? n : (size_t)out->best_id;
    add_sums(logits, best, out->max, &out->rest, moment);
    if (best == n) return;
    add_sums(logits + best + 1, n - best - 1, out->max, &out->rest, moment);
    float below = out->best - out->max;
    if (moment) *moment += (double)below * exp((double)below);
}
