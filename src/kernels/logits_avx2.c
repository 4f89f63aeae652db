/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "kernels/exp_avx2.h"
#include "kernels/logits.h"

/* Running results of 8 lanes; lane j sees the ids j, j+8, j+16, ... */
typedef struct lanes {
    __m256 max, best, second;
    __m256i best_id;
} lanes;

static void see(lanes *s, __m256 logits, __m256 values, __m256i ids)
{
    s->max = _mm256_max_ps(logits, s->max);
    __m256 better = _mm256_cmp_ps(values, s->best, _CMP_GT_OQ);
    s->second = _mm256_max_ps(_mm256_min_ps(values, s->best), s->second);
    s->best = _mm256_blendv_ps(s->best, values, better);
    s->best_id = _mm256_blendv_epi8(s->best_id, ids, _mm256_castps_si256(better));
}

static void reduce(eai_logits_summary *out, const lanes *s)
{
    float max[8], best[8], second[8];
    int32_t id[8];
    _mm256_storeu_ps(max, s->max);
    _mm256_storeu_ps(best, s->best);
    _mm256_storeu_ps(second, s->second);
    _mm256_storeu_si256((__m256i *)id, s->best_id);
    for (int j = 0; j < 8; j++) {
        if (max[j] > out->max) out->max = max[j];
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
    const __m256 lowest = _mm256_set1_ps(-INFINITY);
    lanes s = {lowest, lowest, lowest, _mm256_set1_epi32(-1)};
    __m256i ids = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256 row = _mm256_loadu_ps(logits + i), values = row;
        if (penalty) values = _mm256_add_ps(row, _mm256_loadu_ps(penalty + i));
        see(&s, row, values, ids);
        ids = _mm256_add_epi32(ids, _mm256_set1_epi32(8));
    }
    __m256i tail = eai_lanes_avx2(n - i);
    __m256 row = _mm256_maskload_ps(logits + i, tail), values = row;
    if (penalty) values = _mm256_add_ps(row, _mm256_maskload_ps(penalty + i, tail));
    row = _mm256_blendv_ps(lowest, row, _mm256_castsi256_ps(tail));
    values = _mm256_blendv_ps(lowest, values, _mm256_castsi256_ps(tail));
    see(&s, row, values, ids);
    reduce(out, &s);
}

/* Adds exp(logit - max) of n logits to *sum and their moments to *moment. */
static void add_sums(const float *logits, size_t n, float max, double *sum, double *moment)
{
    const __m256 maxima = _mm256_set1_ps(max);
    __m256d sums = _mm256_setzero_pd(), moments = _mm256_setzero_pd();
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m256 below = _mm256_sub_ps(_mm256_loadu_ps(logits + i), maxima);
        __m256 e = eai_exp_avx2(below);
        sums = eai_sum_avx2(sums, e);
        if (moment) moments = eai_sum_avx2(moments, _mm256_mul_ps(below, e));
    }
    __m256i tail = eai_lanes_avx2(n - i);
    __m256 inside = _mm256_castsi256_ps(tail);
    __m256 below = _mm256_sub_ps(_mm256_maskload_ps(logits + i, tail), maxima);
    __m256 e = eai_exp_avx2(below);
    sums = eai_sum_avx2(sums, _mm256_and_ps(e, inside));
    if (moment) {
        moments = eai_sum_avx2(moments, _mm256_and_ps(_mm256_mul_ps(below, e), inside));
        *moment += eai_reduce_sum_avx2(moments);
    }
    *sum += eai_reduce_sum_avx2(sums);
}

void eai_logits_summarize_avx2(eai_logits_summary *out, const float *logits, const float *penalty,
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
