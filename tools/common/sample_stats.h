/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_SAMPLE_STATS_H
#define TOOLS_COMMON_SAMPLE_STATS_H

/* Order statistics of measurements. */

#include <stddef.h>

/*
 * Sorts samples[n], n >= 1, ascending and returns their quantile q in [0, 1]: linear between the
 * order statistics around q (n - 1), so q = 0.5 of an even number is the mean of the middle two.
 */
double sample_quantile(double *samples, size_t n, double q);

/*
 * Between which order statistics of samples[n], n >= 1, the median of what they were drawn from
 * lies with 95 percent (sign test; the normal approximation of the binomial distribution). Sorts.
 * With fewer than six samples: the least and the largest, which is less sure.
 */
void sample_median_interval(double *samples, size_t n, double interval[2]);

typedef struct sample_stats {
    double min, median, p90;
} sample_stats;

/* Of samples[n], n >= 1, whose order stays; `work` has room for n. */
sample_stats sample_stats_of(const double *samples, size_t n, double *work);

#endif
