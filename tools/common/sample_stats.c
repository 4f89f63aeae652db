/* SPDX-License-Identifier: MIT */
#include "common/sample_stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double interpolate(const double *sorted, size_t n, double q)
{
    const double at = q * (double)(n - 1);
    const size_t below = (size_t)at;
    if (below + 1 >= n) return sorted[n - 1];
    return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

double sample_quantile(double *samples, size_t n, double q)
{
    qsort(samples, n, sizeof *samples, compare);
    return interpolate(samples, n, q);
}

void sample_median_interval(double *samples, size_t n, double interval[2])
{
    qsort(samples, n, sizeof *samples, compare);
    const double half = 0.98 * sqrt((double)n), low = floor((double)n / 2 - half);
    const size_t k = low >= 1 ? (size_t)low - 1 : 0;
    interval[0] = samples[k];
    interval[1] = samples[n - 1 - k];
}

sample_stats sample_stats_of(const double *samples, size_t n, double *work)
{
    memcpy(work, samples, n * sizeof *work);
    qsort(work, n, sizeof *work, compare);
    return (sample_stats){work[0], interpolate(work, n, 0.5), interpolate(work, n, 0.9)};
}
