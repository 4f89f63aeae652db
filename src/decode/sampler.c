/* SPDX-License-Identifier: MIT */
#include "decode/sampler.h"

#include <math.h>
#include <stddef.h>

#include "decode/logits_row.h"
#include "decode/ranking.h"

/* Above -ln(-ln(1 - 2^-53)), the largest noise that 53 bits can make: 36.74. */
#define GUMBEL_MAX 37

static void normalize(eai_sampler *sampler)
{
    double most = sampler->logits[sampler->best], sum = 0;
    sampler->normalizer = -INFINITY;
    if (most == -INFINITY) return;
    for (int32_t i = 0; i < sampler->n_vocab; i++)
        sum += exp(sampler->logits[i] - most);
    sampler->normalizer = most + log(sum);
}

/* Top-p keeps tokens until those before them exceed it, so the one that crosses it stays. */
static void cut(eai_sampler *sampler)
{
    eai_ranking ranking =
        eai_ranking_of_all(sampler->logits, sampler->heap, (size_t)sampler->n_vocab);
    double before = 0;
    int n = 0;
    while (ranking.n > 0 && before <= sampler->top_p &&
           (sampler->top_k == 0 || n < sampler->top_k)) {
        before += eai_sampler_probability(sampler, (int32_t)eai_ranking_pop(&ranking));
        n++;
    }
    for (size_t i = 0; i < ranking.n; i++)
        sampler->logits[ranking.heap[i]] = -INFINITY;
}

void eai_sampler_load(eai_sampler *sampler, const float *row)
{
    double divisor = sampler->temperature > 0 ? sampler->temperature : 1;
    double *logits = sampler->logits;
    sampler->best = sampler->mask_token == 0 ? 1 : 0;
    for (int32_t i = 0; i < sampler->n_vocab; i++) {
        logits[i] = i == sampler->mask_token ? -INFINITY : eai_logit(row[i]);
        if (logits[i] > logits[sampler->best]) sampler->best = i;
    }
    /* Less the largest, so that no temperature is too small to divide by. */
    double most = logits[sampler->best];
    for (int32_t i = 0; i < sampler->n_vocab && most > -INFINITY; i++)
        logits[i] = (logits[i] - most) / divisor;
    normalize(sampler);
    if (sampler->top_p >= 1 && sampler->top_k == 0) return;
    cut(sampler);
    normalize(sampler);
}

double eai_sampler_probability(const eai_sampler *sampler, int32_t token)
{
    if (sampler->normalizer == -INFINITY) return 0;
    return exp(sampler->logits[token] - sampler->normalizer);
}

int32_t eai_sampler_draw(const eai_sampler *sampler, eai_rng *rng)
{
    double left = eai_rng_uniform(rng);
    int32_t last = sampler->best;
    for (int32_t i = 0; i < sampler->n_vocab; i++) {
        double probability = eai_sampler_probability(sampler, i);
        if (probability == 0) continue;
        last = i; /* rounding may leave a little after the last token */
        left -= probability;
        if (left < 0) break;
    }
    return last;
}

static double gumbel(eai_rng *rng)
{
    return -log(-log(eai_rng_open(rng)));
}

int32_t eai_sampler_draw_gumbel(const eai_sampler *sampler, eai_rng *rng)
{
    int32_t best = sampler->best;
    if (sampler->normalizer == -INFINITY) return best;
    double most = sampler->logits[best] + gumbel(rng);
    for (int32_t i = 0; i < sampler->n_vocab; i++) {
        /* Most of a vocabulary cannot win and needs no noise. */
        if (i == sampler->best || sampler->logits[i] + GUMBEL_MAX <= most) continue;
        double noisy = sampler->logits[i] + gumbel(rng);
        if (noisy <= most) continue;
        most = noisy;
        best = i;
    }
    return best;
}

double eai_sampler_second(const eai_sampler *sampler)
{
    double second = 0;
    for (int32_t i = 0; i < sampler->n_vocab; i++)
        if (i != sampler->best) second = fmax(second, eai_sampler_probability(sampler, i));
    return second;
}

double eai_sampler_negative_entropy(const eai_sampler *sampler)
{
    double sum = 0;
    for (int32_t i = 0; i < sampler->n_vocab; i++) {
        double probability = eai_sampler_probability(sampler, i);
        sum += probability * log(probability + 1e-10);
    }
    return sum;
}
