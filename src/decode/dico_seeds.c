/* SPDX-License-Identifier: MIT */
#include "decode/dico_seeds.h"

#include <math.h>

void eai_dico_guide(double *confidences, size_t first, size_t n_offsets, double unmasked_ratio,
                    const edgeai_dico_options *options)
{
    if (first >= n_offsets) return;
    double most = options->guidance_max;
    double least = fmin(1, options->guidance_beta + options->guidance_alpha * unmasked_ratio);
    size_t n = n_offsets - first;
    double intervals = n > 1 ? (double)(n - 1) : 1;
    double decay = -log(least / most) / intervals;
    double slope = (least - most) / intervals;
    for (size_t j = 0; j < n; j++) {
        double weight =
            options->linear_guidance ? most + slope * (double)j : most * exp(-decay * (double)j);
        confidences[first + j] *= weight;
    }
}

static size_t largest(const double *values, size_t begin, size_t end)
{
    size_t best = begin;
    for (size_t i = begin + 1; i < end; i++)
        if (values[i] > values[best]) best = i;
    return best;
}

static void suppress(double *scores, size_t n_offsets, size_t seed)
{
    double sigma = (double)n_offsets / 3;
    for (size_t i = 0; i < n_offsets; i++) {
        double distance = (i < seed ? (double)(seed - i) : (double)(i - seed)) / sigma;
        if (scores[i] > 0) scores[i] *= -expm1(-distance * distance);
    }
}

size_t eai_dico_seeds_soft_nms(const double *confidences, size_t n_offsets, size_t n_seeds,
                               double threshold, double *scores, size_t *seeds)
{
    for (size_t i = 0; i < n_offsets; i++)
        scores[i] = confidences[i];
    size_t n = 0;
    while (n < n_seeds && n < n_offsets) {
        size_t best = largest(scores, 0, n_offsets);
        if (scores[best] <= 0 || confidences[best] < threshold) break;
        seeds[n++] = best;
        suppress(scores, n_offsets, best);
    }
    return n;
}

size_t eai_dico_seeds_regular(const double *confidences, size_t n_offsets, size_t n_seeds,
                              double threshold, size_t *seeds)
{
    if (n_seeds > n_offsets) n_seeds = n_offsets;
    size_t n = 0;
    for (size_t k = 0; k < n_seeds; k++) {
        size_t best = largest(confidences, n_offsets * k / n_seeds, n_offsets * (k + 1) / n_seeds);
        if (confidences[best] > threshold) seeds[n++] = best;
    }
    return n;
}
