/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "classify/classify.h"

/* Nothing below 0, and a sum of 1 within what rounding to float16 or to a few bits may do. */
static bool is_distribution(const float *scores, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(scores[i] >= 0)) return false;
        sum += (double)scores[i];
    }
    return fabs(sum - 1) < 0.01;
}

void classify_soften(float *scores, size_t n, int softmax)
{
    double sum = 0;
    float largest = -INFINITY;
    if (softmax == CLASSIFY_SOFTMAX_OFF ||
        (softmax == CLASSIFY_SOFTMAX_AUTO && is_distribution(scores, n)))
        return;
    for (size_t i = 0; i < n; i++)
        if (scores[i] > largest) largest = scores[i];
    for (size_t i = 0; i < n; i++) {
        scores[i] = expf(scores[i] - largest);
        sum += (double)scores[i];
    }
    for (size_t i = 0; i < n; i++)
        scores[i] = (float)((double)scores[i] / sum);
}

/* Whether class a comes in front of class b. */
static bool is_better(const float *scores, int a, int b)
{
    if (isnan(scores[a]) || isnan(scores[b]))
        return isnan(scores[b]) && (!isnan(scores[a]) || a < b);
    return scores[a] > scores[b] || (scores[a] >= scores[b] && a < b);
}

void classify_best(const float *scores, size_t n, int *top, size_t n_top)
{
    size_t n_found = 0;
    for (size_t i = 0; i < n; i++) {
        size_t at = n_found;
        while (at > 0 && is_better(scores, (int)i, top[at - 1]))
            at--;
        if (at == n_top) continue;
        if (n_found < n_top) n_found++;
        for (size_t k = n_found - 1; k > at; k--)
            top[k] = top[k - 1];
        top[at] = (int)i;
    }
}
